package dingtalk

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"

	"duban/internal/chat"
)

// gateway is the fake's Stream side: every connection made is handed to the test.
type gateway struct {
	*rig
	conns chan *peer
	done  chan error
	stop  context.CancelFunc
}

// peer is the platform's end of one connection.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
	acks chan ack
	gone chan struct{}
	n    int
}

type ack struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Message string            `json:"message"`
	Data    string            `json:"data"`
}

// newGateway makes a gateway. deaf peers read nothing, so they answer no ping.
func newGateway(t *testing.T, deaf bool) *gateway {
	t.Helper()
	r := start(t)
	g := &gateway{rig: r, conns: make(chan *peer, 16), done: make(chan error, 1)}
	tickets := make(chan string, 64)
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	n := 0
	r.on("/v1.0/gateway/connections/open", func(w http.ResponseWriter, q *http.Request, body []byte) {
		var in struct {
			ClientID, ClientSecret string
			Subscriptions          []struct{ Type, Topic string }
		}
		if json.Unmarshal(body, &in) != nil || in.ClientID != appKey || in.ClientSecret != appSecret || len(in.Subscriptions) != 3 || q.Header.Get("Accept") != "application/json" {
			reply(w, 400, `{"code":"invalidClientIdOrSecret"}`)
			return
		}
		n++
		ticket := "t+/=&" + strconv.Itoa(n)
		tickets <- ticket
		reply(w, 200, `{"endpoint":"ws`+strings.TrimPrefix(r.srv.URL, "http")+`/connect","ticket":"`+ticket+`"}`)
	})
	r.on("/connect", func(w http.ResponseWriter, q *http.Request, _ []byte) {
		if q.URL.Query().Get("ticket") != <-tickets {
			http.Error(w, "ticket", http.StatusUnauthorized)
			return
		}
		conn, err := websocket.Accept(w, q, nil)
		if err != nil {
			t.Error(err)
			return
		}
		p := &peer{t: t, conn: conn, acks: make(chan ack, 4096), gone: make(chan struct{})}
		g.conns <- p
		if deaf {
			<-over
			return
		}
		p.read()
	})
	return g
}

// stream starts Run against a gateway.
func stream(t *testing.T, deaf bool, change func(*DingTalk)) *gateway {
	t.Helper()
	g := newGateway(t, deaf)
	if change != nil {
		change(g.d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	g.stop = cancel
	go func() { g.done <- g.d.Run(ctx) }()
	t.Cleanup(func() { g.end() })
	return g
}

func (g *gateway) end() {
	g.t.Helper()
	g.stop()
	if g.done == nil {
		return
	}
	if err := wait(g.t, g.done); err != nil {
		g.t.Errorf("Run: %v", err)
	}
	g.done = nil
}

func (p *peer) read() {
	defer close(p.gone)
	for {
		_, raw, err := p.conn.Read(context.Background())
		if err != nil {
			return
		}
		var a ack
		if json.Unmarshal(raw, &a) != nil {
			p.t.Errorf("the answer is no frame: %s", raw)
		}
		p.acks <- a
	}
}

// push sends a frame and gives its messageId.
func (p *peer) push(kind, topic string, data any) string {
	p.t.Helper()
	p.n++
	id := "f" + strconv.Itoa(p.n)
	raw, err := json.Marshal(map[string]any{"specVersion": "1.0", "type": kind, "data": data,
		"headers": map[string]string{"messageId": id, "topic": topic, "time": "1772683200000", "contentType": "application/json"}})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.conn.Write(context.Background(), websocket.MessageText, raw); err != nil {
		p.t.Fatal(err)
	}
	return id
}

// wait takes from a channel, or fails where the test would hang.
func wait[T any](t *testing.T, c <-chan T) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(2 * time.Minute):
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func TestStream(t *testing.T) {
	g := stream(t, false, nil)
	p := wait(t, g.conns)
	if in := p.push("CALLBACK", topicMessage, string(message())); wait(t, g.inbox.came).ID != "msg1" {
		t.Error("another message came")
	} else if a := wait(t, p.acks); a.Code != 200 || a.Headers["messageId"] != in || a.Headers["contentType"] != "application/json" || a.Data != `{"response": null}` {
		t.Errorf("message: %+v", a)
	}
	if !g.d.Ready() || !g.d.DownSince().IsZero() {
		t.Error("not ready with a connection")
	}
	p.push("SYSTEM", "ping", `{"opaque":"x1"}`)
	if a := wait(t, p.acks); a.Code != 200 || a.Data != `{"opaque":"x1"}` {
		t.Errorf("ping: %+v", a)
	}
	p.push("EVENT", "*", map[string]any{"timeStamp": "1"})
	if a := wait(t, p.acks); a.Code != 200 || !strings.Contains(a.Data, `"SUCCESS"`) {
		t.Errorf("event: %+v", a)
	}
	p.push("CALLBACK", topicCard, `{"userId":"user0001","userIdType":1,"content":"{\"cardPrivateData\":{\"params\":{\"say\":\"收到 3\"}}}"}`)
	if in := wait(t, g.inbox.came); in.Kind != chat.Press || in.Text != "收到 3" || in.UserID != "user0001" {
		t.Errorf("press: %+v", in)
	}
	if a := wait(t, p.acks); a.Code != 200 {
		t.Errorf("press: %+v", a)
	}
	p.push("CALLBACK", "/v9/never/heard", `{}`)
	if a := wait(t, p.acks); a.Code != 404 {
		t.Errorf("unknown topic: %+v", a)
	}
	p.push("CALLBACK", topicMessage, "not json")
	if a := wait(t, p.acks); a.Code != 200 || g.d.Counters().Unreadable != 1 {
		t.Errorf("unreadable: %+v %+v", a, g.d.Counters())
	}
	p.push("SYSTEM", "CONNECTED", `{}`) // ignored, and so is what is no frame
	if err := p.conn.Write(t.Context(), websocket.MessageText, []byte("no frame")); err != nil {
		t.Fatal(err)
	}
	g.inbox.refuse(errors.New("database away"))
	p.push("CALLBACK", topicMessage, string(message())) // no acknowledgement
	last := p.push("EVENT", "*", "{}")
	if a := wait(t, p.acks); a.Headers["messageId"] != last {
		t.Errorf("a message that was not kept was acknowledged: %+v", a)
	}
	if c := g.d.Counters(); c.Messages != 1 || c.Presses != 1 || c.NotTaken != 1 || c.Events != 2 || c.Unreadable != 2 || c.Connects != 1 {
		t.Errorf("%+v", c)
	}
}

// TestStreamHeader: events come with "header" in one of the platform's samples.
func TestStreamHeader(t *testing.T) {
	f, err := parseFrame([]byte(`{"type":"EVENT","header":{"messageId":"m7","topic":"*"},"data":"{}"}`))
	if err != nil || f.header("messageId") != "m7" || f.header("topic") != "*" {
		t.Errorf("%+v %v", f, err)
	}
}

// TestDisconnect: the replacement is there before the old connection goes, and the old one is still read.
func TestDisconnect(t *testing.T) {
	g := stream(t, false, nil)
	old := wait(t, g.conns)
	old.push("SYSTEM", "disconnect", `{"reason":"connection is expired"}`)
	next := wait(t, g.conns)
	old.push("CALLBACK", topicMessage, string(message()))
	if a := wait(t, old.acks); a.Code != 200 {
		t.Errorf("on the old connection: %+v", a)
	}
	next.push("CALLBACK", topicMessage, string(message(`{"msgId":"msg2"}`)))
	if a := wait(t, next.acks); a.Code != 200 {
		t.Errorf("on the new connection: %+v", a)
	}
	if !g.d.Ready() {
		t.Error("not ready during the change")
	}
	_ = old.conn.Close(websocket.StatusNormalClosure, "") // its own error is of no interest here
	next.push("EVENT", "*", "{}")
	wait(t, next.acks)
	if len(g.conns) != 0 {
		t.Error("the end of the old connection opened a third")
	}
}

// TestLinger: a gateway that never closes what it announced does not keep us.
func TestLinger(t *testing.T) {
	g := stream(t, false, func(d *DingTalk) { d.pace.linger = 20 * time.Millisecond })
	old := wait(t, g.conns)
	old.push("SYSTEM", "disconnect", `{}`)
	wait(t, g.conns)
	wait(t, old.gone)
}

func TestDrop(t *testing.T) {
	g := stream(t, false, func(d *DingTalk) { d.pace.first = time.Millisecond })
	for range 3 {
		p := wait(t, g.conns)
		_ = p.conn.CloseNow()
	}
	wait(t, g.conns)
	if calls := len(g.calls("/v1.0/gateway/connections/open")); calls != 4 {
		t.Errorf("%d tickets for 4 connections", calls)
	}
}

// TestHalfOpen: a peer that reads nothing answers no ping and is left.
func TestHalfOpen(t *testing.T) {
	g := stream(t, true, func(d *DingTalk) {
		d.pace.ping, d.pace.pong, d.pace.first = 10*time.Millisecond, 10*time.Millisecond, time.Millisecond
	})
	wait(t, g.conns)
	wait(t, g.conns)
	g.end()
	if !strings.Contains(g.log.String(), "no pong") {
		t.Error("a dead connection was left without a word")
	}
}

// TestAlive: without a pong a connection is dead, unless a frame came meanwhile or the reader waits for a slow
// Inbox and can hear nothing.
func TestAlive(t *testing.T) {
	g := newGateway(t, true)
	g.d.pace.pong = time.Millisecond
	conn, err := g.d.connect(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wait(t, g.conns)
	l := newLine(g.d, conn)
	if l.alive(t.Context()) {
		t.Error("alive without a pong")
	}
	l.full.Store(true)
	if !l.alive(t.Context()) {
		t.Error("dead because the Inbox is slow")
	}
	l.full.Store(false)
	if l.alive(t.Context()) {
		t.Error("alive again without a pong")
	}
	_ = conn.CloseNow()
}

// TestOrder: messages are kept in the order they came, however many.
func TestOrder(t *testing.T) {
	g := stream(t, false, nil)
	p := wait(t, g.conns)
	const n = 1500 // more than may wait
	go func() {
		for i := range n {
			p.push("CALLBACK", topicMessage, string(message(`{"msgId":"m`+strconv.Itoa(i)+`"}`)))
		}
	}()
	for i := range n {
		if in := wait(t, g.inbox.came); in.ID != "m"+strconv.Itoa(i) {
			t.Fatalf("%s came as number %d", in.ID, i)
		}
	}
	for range n {
		if a := wait(t, p.acks); a.Code != 200 {
			t.Fatalf("%+v", a)
		}
	}
}

// TestStop: what was received is kept and acknowledged before the farewell, and nothing is left running.
func TestStop(t *testing.T) {
	ignore := goleak.IgnoreCurrent()
	gate, entered := make(chan struct{}), make(chan struct{}, 2)
	g := stream(t, false, func(d *DingTalk) {
		d.opt.Inbox = func(ctx context.Context, _ chat.Incoming) error {
			entered <- struct{}{}
			<-gate
			if ctx.Err() != nil {
				t.Error("keeping was cut off by the stop")
			}
			return nil
		}
	})
	p := wait(t, g.conns)
	p.push("CALLBACK", topicMessage, string(message()))
	p.push("CALLBACK", topicMessage, string(message(`{"msgId":"msg2"}`)))
	wait(t, entered)
	p.push("SYSTEM", "ping", `{}`) // answered by the reader: so both messages are queued
	wait(t, p.acks)
	g.stop()
	close(gate)
	for range 2 {
		if a := wait(t, p.acks); a.Code != 200 {
			t.Errorf("%+v", a)
		}
	}
	wait(t, p.gone)
	g.end()
	if g.d.Ready() || !g.d.DownSince().Equal(noon) {
		t.Error("ready after the end")
	}
	g.srv.Close()
	g.d.wire.http.CloseIdleConnections()
	goleak.VerifyNone(t, ignore)
}

// TestGatewayRefuses: Run goes on trying, tells an administrator the mend, and stops when asked while it waits.
func TestGatewayRefuses(t *testing.T) {
	r := start(t)
	refused := make(chan struct{}, 64)
	r.on("/v1.0/gateway/connections/open", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		reply(w, 400, `{"code":"invalidClientIdOrSecret","message":"`+appSecret+`"}`)
		refused <- struct{}{}
	})
	r.d.pace.first = time.Millisecond
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- r.d.Run(ctx) }()
	for range 3 {
		wait(t, refused)
	}
	cancel()
	if err := wait(t, done); err != nil {
		t.Error(err)
	}
	contains(t, r.log.String(), "Client Secret")
	if r.d.Counters().Failures < 2 {
		t.Errorf("%+v", r.d.Counters())
	}
}

func TestGatewayAddress(t *testing.T) {
	for name, answer := range map[string]string{
		"no ticket": `{"endpoint":"wss://x.example/connect","ticket":""}`,
		"no host":   `{"endpoint":"wss:///connect","ticket":"t"}`,
		"http":      `{"endpoint":"https://x.example/connect","ticket":"t"}`,
		"unusable":  `{"endpoint":"::","ticket":"t"}`,
		"empty":     `{}`,
	} {
		r := start(t)
		r.says("/v1.0/gateway/connections/open", 200, answer)
		if _, err := r.d.connect(t.Context()); err == nil {
			t.Errorf("%s: connected", name)
		}
	}
	r := start(t)
	r.says("/v1.0/gateway/connections/open", 200, `{"endpoint":"ws`+strings.TrimPrefix(r.srv.URL, "http")+`/nowhere","ticket":"ticket-0123456789"}`)
	_, err := r.d.connect(t.Context())
	if err == nil || strings.Contains(err.Error(), "ticket-0123456789") {
		t.Errorf("the handshake was refused: %v", err)
	}
}

func TestBackoff(t *testing.T) {
	for n, want := range map[int][2]time.Duration{1: {1, 1}, 2: {1, 2}, 3: {2, 4}, 7: {30, 60}, 100: {30, 60}} {
		if lo, hi := usual.backoff(n, 0.9999999), usual.backoff(n, 0); lo < want[0]*time.Second || lo > want[0]*time.Second+time.Second || hi != want[1]*time.Second {
			t.Errorf("attempt %d: %s to %s", n, lo, hi)
		}
	}
}

func TestRunNeedsApp(t *testing.T) {
	r := start(t, func(o *Options) { o.AppKey, o.AppSecret = "", "" })
	if err := r.d.Run(t.Context()); err == nil {
		t.Error("ran without an application")
	}
}
