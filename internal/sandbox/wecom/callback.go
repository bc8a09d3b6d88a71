package wecom

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// attempts is how often a callback is tried in all, until one is answered 200.
const attempts = 3

// cdata is a text element written as <![CDATA[…]]>.
type cdata struct {
	Text string `xml:",cdata"`
}

// envelope is what goes to the callback URL.
type envelope struct {
	XMLName    xml.Name `xml:"xml"`
	ToUserName cdata
	AgentID    cdata
	Encrypt    cdata
}

// passive is what may come back with the 200.
type passive struct {
	Encrypt      string
	MsgSignature string
	TimeStamp    string
	Nonce        string
}

// line is one callback URL and its secrets, taken once an act.
type line struct {
	agentID int
	url     string
	corpID  string
	sealer  *sealer
}

func (s *Server) line(a *App) (*line, error) {
	if s.down {
		return nil, errDown
	}
	z, err := newSealer(a.Token, a.AESKey, s.corpID)
	if err != nil {
		return nil, err
	}
	return &line{a.AgentID, a.CallbackURL, s.corpID, z}, nil
}

// Repeat makes every following callback arrive n times, with the same MsgId.
func (s *Server) Repeat(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.repeat = max(n, 1)
}

// deliver brings a callback and returns when the first try was answered or failed. Further
// tries and repetitions go on behind; Wait waits for them.
func (s *Server) deliver(l *line, event any, user string) error {
	body, err := xml.Marshal(event)
	if err != nil {
		return fmt.Errorf("write the callback: %w", err)
	}
	s.mu.Lock()
	again := s.repeat - 1
	s.mu.Unlock()
	first := s.try(l, body, user)
	if first != nil || again > 0 {
		s.later(func() {
			if first != nil {
				s.insist(l, body, user, attempts-1)
			}
			for range again {
				s.insist(l, body, user, attempts)
			}
		})
	}
	if first != nil {
		return fmt.Errorf("the callback failed and is tried %d times in all: %w", attempts, first)
	}
	return nil
}

func (s *Server) insist(l *line, body []byte, user string, tries int) {
	for range tries {
		if s.closing.Err() != nil || s.try(l, body, user) == nil {
			return
		}
	}
}

// try makes one delivery. Each is encrypted anew, so that only the message is the same.
func (s *Server) try(l *line, body []byte, user string) error {
	sealed := l.sealer.seal(body)
	out, err := xml.Marshal(envelope{ToUserName: cdata{l.corpID}, AgentID: cdata{strconv.Itoa(l.agentID)}, Encrypt: cdata{sealed}})
	if err != nil {
		return fmt.Errorf("write the envelope: %w", err)
	}
	target, err := l.address(s.now(), sealed, nil)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(s.closing, http.MethodPost, target, bytes.NewReader(out))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "text/xml")
	answer, err := s.fetch(r)
	if err != nil || len(answer) == 0 {
		return err
	}
	return s.passive(l, answer, user)
}

// address adds the signature to the callback URL.
func (l *line) address(now time.Time, sealed string, more url.Values) (string, error) {
	u, err := url.Parse(l.url)
	if err != nil || l.url == "" {
		return "", fmt.Errorf("no usable callback URL: %q", l.url)
	}
	stamp, nonce := strconv.FormatInt(now.Unix(), 10), strings.ToLower(rand.Text()[:10])
	q := u.Query()
	for k, v := range more {
		q[k] = v
	}
	q.Set("msg_signature", l.sealer.sign(stamp, nonce, sealed))
	q.Set("timestamp", stamp)
	q.Set("nonce", nonce)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// fetch gives the body of a 200 answer; anything else is a failed delivery.
func (s *Server) fetch(r *http.Request) ([]byte, error) {
	resp, err := s.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("answered %s", resp.Status)
	}
	return body, nil
}

// passive takes an encrypted answer in the 200. Only text is imitated; whatever else is in the
// body is named, because a service that means to answer nothing must answer an empty body.
func (s *Server) passive(l *line, answer []byte, user string) error {
	var p passive
	if err := xml.Unmarshal(answer, &p); err != nil || p.Encrypt == "" {
		return errors.New("answered 200 with a body that is no encrypted reply")
	}
	if p.MsgSignature != l.sealer.sign(p.TimeStamp, p.Nonce, p.Encrypt) {
		return errors.New("the passive reply has a wrong signature")
	}
	plain, err := l.sealer.open(p.Encrypt)
	if err != nil {
		return fmt.Errorf("open the passive reply: %w", err)
	}
	var m struct{ ToUserName, FromUserName, MsgType, Content string }
	if err := xml.Unmarshal(plain, &m); err != nil {
		return fmt.Errorf("read the passive reply: %w", err)
	}
	if m.MsgType != "text" || m.FromUserName != l.corpID || !strings.EqualFold(m.ToUserName, user) {
		return fmt.Errorf("a passive reply of type %q from %q to %q", m.MsgType, m.FromUserName, m.ToUserName)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r := &record{Message: Message{Route: "app", Users: []string{user}, MsgType: "text", Finished: true, AgentID: l.agentID}}
	r.Text, r.Raw = cutBytes(m.Content, textLimit), mustJSON(m)
	s.keep(r)
	return nil
}

// VerifyURL does what the console does when a callback URL is entered: a GET with an encrypted
// echostr that must come back in the clear, and nothing else, within one second.
func (s *Server) VerifyURL(agentID int) error {
	s.mu.Lock()
	a := s.app(agentID)
	if a == nil {
		s.mu.Unlock()
		return fmt.Errorf("no app %d", agentID)
	}
	l, err := s.line(a)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.verify(l)
}

func (s *Server) verify(l *line) error {
	word := rand.Text()
	sealed := l.sealer.seal([]byte(word))
	target, err := l.address(s.now(), sealed, url.Values{"echostr": {sealed}})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(s.closing, time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	if err != nil {
		return err
	}
	got, err := s.fetch(r)
	if err != nil {
		return fmt.Errorf("verify the callback URL: %w", err)
	}
	if string(got) != word {
		return errors.New("verify the callback URL: the answer is not the plain echostr")
	}
	return nil
}
