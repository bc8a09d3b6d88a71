package dingtalk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// The topics of the Stream gateway.
const (
	topicMessage = "/v1.0/im/bot/messages/get"
	topicCard    = "/v1.0/card/instances/callback"
	topicAll     = "*"
)

// stream is the gateway's side of all sockets.
type stream struct {
	lines   map[*line]bool
	stalled bool
	acks    []Ack
}

// ticket opens one connection.
type ticket struct {
	appKey string
	topics map[string]bool
	until  time.Time
}

// Ack is the answer to one frame. Delay is on the platform's clock.
type Ack struct {
	MessageID, ID, Topic string // the frame's id, the msgId or eventId, the topic
	Code                 int
	Data                 string
	Delay                time.Duration
}

func newStream() stream { return stream{lines: map[*line]bool{}} }

// openConnection gives a ticket: POST /v1.0/gateway/connections/open.
func (s *Server) openConnection(c *call) reply {
	r := s.credentials(c.body.str("clientId"), c.body.str("clientSecret"))
	if r == nil {
		return badSecret()
	}
	topics := map[string]bool{}
	for _, sub := range c.body.list("subscriptions") {
		kind, topic := sub.str("type"), sub.str("topic")
		if kind == "EVENT" && topic != topicAll {
			return bad("invalidParameter.subscriptions", "事件订阅的 topic 只能是 *")
		}
		topics[kind+" "+topic] = true
	}
	if len(topics) == 0 {
		return bad("invalidParameter.subscriptions", "subscriptions 不能为空")
	}
	key := rand.Text() // some of the platform's own clients do not escape it in the query
	s.access.tickets[key] = ticket{r.AppKey, topics, c.now.Add(ticketLife)}
	return fine(map[string]any{"endpoint": "ws" + strings.TrimPrefix(s.URL(), "http") + "/connect", "ticket": key})
}

// writeXML is how the gateway answers those who did not ask for JSON.
func writeXML(w http.ResponseWriter, a reply) {
	w.Header().Set("Content-Type", "application/xml; charset=utf-8")
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, "<ConnectionsOpenResponse>")
	for key, v := range a.body.(map[string]any) {
		_, _ = io.WriteString(w, "<"+key+">")
		_ = xml.EscapeText(w, fmt.Append(nil, v))
		_, _ = io.WriteString(w, "</"+key+">")
	}
	_, _ = io.WriteString(w, "</ConnectionsOpenResponse>")
}

// connect turns a ticket into a line and reads it until it ends.
func (s *Server) connect(w http.ResponseWriter, r *http.Request) {
	if trouble := handshakeTrouble(r); trouble != "" {
		http.Error(w, trouble, http.StatusBadRequest)
		return
	}
	now := s.now()
	key := r.URL.Query().Get("ticket")
	s.mu.Lock()
	t, ok := s.access.tickets[key]
	delete(s.access.tickets, key)
	s.mu.Unlock()
	if !ok || !now.Before(t.until) {
		http.Error(w, "ticket unknown, used or expired", http.StatusUnauthorized)
		return
	}
	k, err := take(w)
	if err != nil {
		return
	}
	l := &line{socket: k, appKey: t.appKey, id: rand.Text(), topics: t.topics, waiting: map[string]chan ackFrame{}, closed: make(chan struct{})}
	s.mu.Lock()
	refused := s.closed || s.mood.down
	if !refused {
		s.stream.lines[l] = true
		s.work.Add(1) // a hijacked connection is no longer the http server's to wait for
	}
	s.mu.Unlock()
	if refused {
		drop(k.conn)
		return
	}
	defer s.work.Done()
	k.open(r.Header.Get("Sec-WebSocket-Key"))
	l.read(s.isStalled)
	s.mu.Lock()
	delete(s.stream.lines, l)
	s.mu.Unlock()
	close(l.closed)
	_ = k.conn.Close()
}

func (s *Server) isStalled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream.stalled
}

// Connections gives how many Stream connections are up and delivered to.
func (s *Server) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for l := range s.stream.lines {
		if !l.leaving {
			n++
		}
	}
	return n
}

// Acks gives every acknowledgement of a callback or event received, in order.
func (s *Server) Acks() []Ack {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Ack(nil), s.stream.acks...)
}

// Stall makes every Stream connection half-open: it stays up, but pings are not answered and what is delivered to
// it never arrives.
func (s *Server) Stall(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stream.stalled = on
}

// DropSockets resets every Stream connection without a word.
func (s *Server) DropSockets() {
	for _, l := range s.lines() {
		drop(l.socket.conn)
	}
}

func (s *Server) lines() []*line {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]*line, 0, len(s.stream.lines))
	for l := range s.stream.lines {
		out = append(out, l)
	}
	return out
}

// Disconnect announces on every present connection that it will end, delivers nothing on it from then on, and
// closes it after Options.DisconnectPause. It returns after the announcement.
func (s *Server) Disconnect() {
	for _, l := range s.lines() {
		s.mu.Lock()
		l.leaving = true
		s.mu.Unlock()
		_ = l.socket.write(opText, mustJSON(l.frame("SYSTEM", "disconnect", s.now(), `{"reason":"connection is expired"}`)))
		s.spawn(func() {
			ctx, cancel := context.WithTimeout(s.ctx, s.opt.DisconnectPause)
			defer cancel()
			select {
			case <-ctx.Done():
			case <-l.closed: // the client left first
			}
			_ = l.socket.conn.Close()
		})
	}
}

// Ping asks every connection for the platform's ping and reports the first that does not echo it rightly.
func (s *Server) Ping() error {
	for _, l := range s.lines() {
		ctx, cancel := context.WithTimeout(s.ctx, s.opt.AckWait)
		data := `{"opaque":"` + rand.Text() + `"}`
		a, err := l.ask(ctx, l.frame("SYSTEM", "ping", s.now(), data))
		cancel()
		switch {
		case err != nil:
			return fmt.Errorf("ping: %w", err)
		case a.Code != http.StatusOK || a.Data != data:
			return fmt.Errorf("ping: answered %d %q", a.Code, a.Data)
		}
	}
	return nil
}

// mustJSON encodes what is always encodable.
func mustJSON(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		panic("dingtalk sandbox: " + err.Error())
	}
	return raw
}
