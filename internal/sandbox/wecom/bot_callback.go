package wecom

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	refreshWindow = 6 * time.Minute       // in which a stream that is not finished is asked for
	refreshPause  = 20 * time.Millisecond // between two askings, in real time as on a network
	refreshMost   = 500                   // askings for one stream, should the clock stand still
	busyMost      = 3                     // messages of one person a bot may be at work on
)

// sealedJSON is the envelope of an aibot's callback, in either direction; msgsignature has no underscore.
type sealedJSON struct {
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msgsignature"`
	Timestamp any    `json:"timestamp"` // a number in the documents; text is taken as well
	Nonce     string `json:"nonce"`
}

// botLine is the callback of an aibot; the receiver inside its envelope is the empty string.
func (s *Server) botLine(b *bot) (*line, error) {
	if s.down {
		return nil, errDown
	}
	z, err := newSealer(b.Token, b.AESKey, "")
	if err != nil {
		return nil, err
	}
	return &line{url: b.CallbackURL, corpID: s.corpID, sealer: z}, nil
}

// tellByPost brings a callback to the bot's URL and returns when the first try was answered or failed.
func (s *Server) tellByPost(b *bot, h *heard, more fields) (string, error) {
	s.mu.Lock()
	l, err := s.botLine(b)
	if err == nil && h.kind == "message" && s.atWork(b, h.user) >= busyMost {
		err = fmt.Errorf("bot %s is still at work on %d messages of %s", b.ID, busyMost, h.user)
	}
	if err != nil {
		s.mu.Unlock()
		return "", err
	}
	body := s.heed(b, h, more)
	raw, again, id := mustJSON(body), s.repeat-1, body["msgid"].(string)
	b.heard[id] = h
	s.mu.Unlock()

	first := s.tryBot(l, b, h, raw)
	if first != nil || again > 0 {
		s.later(func() {
			failed := first // the caller still reads its own
			for i := 1; i < attempts && failed != nil && s.closing.Err() == nil; i++ {
				failed = s.tryBot(l, b, h, raw)
			}
			for range again {
				_ = s.tryBot(l, b, h, raw) // what becomes of a repeat is not the speaker's affair
			}
		})
	}
	if first != nil {
		return id, fmt.Errorf("the callback failed and is tried %d times in all: %w", attempts, first)
	}
	return id, nil
}

// atWork counts the messages of somebody that the bot has begun to answer and not finished.
func (s *Server) atWork(b *bot, user string) int {
	n := 0
	for _, h := range b.heard {
		if h.user != user || !s.now().Before(h.at.Add(refreshWindow)) {
			continue
		}
		for _, st := range h.streams {
			if !st.r.Finished {
				n++
			}
		}
	}
	return n
}

// tryBot makes one delivery and takes the answer that came in the 200.
func (s *Server) tryBot(l *line, b *bot, h *heard, raw []byte) error {
	answer, err := s.postSealed(l, raw)
	if err != nil || answer == nil {
		return err
	}
	s.mu.Lock()
	err = s.takePassive(b, h, answer)
	unfinished := []string{}
	for id, st := range h.streams {
		if !st.r.Finished {
			unfinished = append(unfinished, id)
		}
	}
	s.mu.Unlock()
	for _, id := range unfinished {
		s.later(func() { s.refresh(l, b, h, id) })
	}
	return err
}

// takePassive shows the answer in a 200: a stream or card to words, a welcome to an entry, a changed card
// to a press. A repeat that is answered the same way again shows nothing twice.
func (s *Server) takePassive(b *bot, h *heard, answer []byte) error {
	var q reply
	if err := decode(answer, &q); err != nil {
		return err
	}
	switch {
	case h.used:
		return nil
	case h.kind == "card":
		return s.changePressed(b, h, answer)
	case h.kind == "enter":
		return s.greet(b, h, answer, &q)
	case q.Stream != nil && h.streams[q.Stream.ID] != nil && h.streams[q.Stream.ID].r.Finished:
		return nil
	case q.MsgType != "stream" && q.MsgType != "template_card" && q.MsgType != "stream_with_template_card":
		return refuse(40008, "invalid passive reply %q", q.MsgType)
	}
	if q.MsgType == "template_card" {
		h.used = true
	}
	return s.take(b, h, answer, &q)
}

// refresh asks for a stream again and again until it is finished or its time is over.
func (s *Server) refresh(l *line, b *bot, h *heard, streamID string) {
	raw := mustJSON(s.streamQuestion(b, h, streamID))
	pause := time.NewTicker(refreshPause)
	defer pause.Stop()
	for range refreshMost {
		select {
		case <-pause.C:
		case <-s.closing.Done():
			return
		}
		answer, err := s.postSealed(l, raw)
		s.mu.Lock()
		st := h.streams[streamID]
		over := st.r.Finished || !s.now().Before(h.at.Add(refreshWindow))
		if !over && err == nil && answer != nil {
			_ = s.takePassive(b, h, answer) // refused: the next asking may bring better
			over = st.r.Finished
		}
		s.mu.Unlock()
		if over {
			return
		}
	}
}

func (s *Server) streamQuestion(b *bot, h *heard, streamID string) fields {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.callback(b, h, fields{"msgtype": "stream", "stream": fields{"id": streamID}})
}

// postSealed posts a callback and opens the answer; nil for an empty one.
func (s *Server) postSealed(l *line, raw []byte) ([]byte, error) {
	sealed := l.sealer.seal(raw)
	target, err := l.address(s.now(), sealed, nil)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(s.closing, http.MethodPost, target, bytes.NewReader(mustJSON(fields{"encrypt": sealed})))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	got, err := s.fetch(r)
	if err != nil || len(got) == 0 {
		return nil, err
	}
	var e sealedJSON
	if err := json.Unmarshal(got, &e); err != nil || e.Encrypt == "" {
		return nil, errors.New("answered 200 with a body that is no encrypted reply")
	}
	stamp := ""
	switch v := e.Timestamp.(type) {
	case float64:
		stamp = fmt.Sprintf("%.0f", v)
	case string:
		stamp = v
	}
	if e.Signature != l.sealer.sign(stamp, e.Nonce, e.Encrypt) {
		return nil, errors.New("the passive reply has a wrong signature")
	}
	return l.sealer.open(e.Encrypt)
}

// VerifyBotURL does for an aibot's callback URL what VerifyURL does for an app's.
func (s *Server) VerifyBotURL(botID string) error {
	s.mu.Lock()
	b := s.bots[botID]
	if b == nil || b.CallbackURL == "" {
		s.mu.Unlock()
		return fmt.Errorf("bot %q has no callback URL", botID)
	}
	l, err := s.botLine(b)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	return s.verify(l)
}
