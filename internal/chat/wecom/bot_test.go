package wecom

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

// quick is a pace for tests: reconnecting takes no time, and nothing is given up early.
var quick = pace{beat: time.Hour, ack: time.Minute, again: time.Millisecond, most: time.Millisecond, yield: time.Millisecond,
	keep: time.Minute, offer: time.Millisecond, farewell: time.Minute}

func (p *platform) cut() {
	p.do(func() {
		for _, c := range p.socks {
			_ = c.CloseNow()
		}
		p.socks = nil
	})
}

func said(id, text string) string {
	return fmt.Sprintf(`{"msgid":%q,"chattype":"single","from":{"userid":"zhangsan"},"msgtype":"text","text":{"content":%q}}`, id, text)
}

// After Run has returned nothing of it may be left; before that it reconnects as often as it must.
func TestBotReconnects(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	w.bot.pace = quick
	stop := p.connect(w)
	for i := range 3 {
		p.tell("aibot_msg_callback", "r", said(fmt.Sprint(i), "帮助"))
		if in := <-inbox; in.ID != fmt.Sprint(i) {
			t.Errorf("got %+v", in)
		}
		p.cut()
		p.await("aibot_subscribe")
		p.ready(w)
	}
	stop()
	if w.Ready() {
		t.Error("ready after the end")
	}
	p.down()
	w.wire.(interface{ CloseIdleConnections() }).CloseIdleConnections()
	// What the library calls after a context ended runs in a goroutine of its own for a moment.
	for giveUp := time.After(2 * time.Minute); ours() != ""; {
		select {
		case <-giveUp:
			t.Fatalf("left behind:\n%s", ours())
		case <-time.After(time.Millisecond):
		}
	}
}

// ours gives the goroutines that run code of the adapter, the test's own apart.
func ours() string {
	buf := make([]byte, 1<<20)
	var out []string
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "wecom.(*bot)") || strings.Contains(g, "wecom.(*link)") || strings.Contains(g, "wecom.(*lanes)") || strings.Contains(g, "coder/websocket.") && !strings.Contains(g, "(*platform)") {
			out = append(out, g)
		}
	}
	return strings.Join(out, "\n\n")
}

// A platform that is not there, then refuses, then is there.
func TestBotPatience(t *testing.T) {
	p := newPlatform(t)
	p.refuse = 40001
	w, log, _ := p.house(nil)
	w.bot.pace = quick
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Run(ctx) }()
	p.await("aibot_subscribe")
	p.await("aibot_subscribe")
	if w.Ready() {
		t.Error("ready although refused")
	}
	p.do(func() { p.refuse = 0 })
	p.ready(w)
	if err := w.Run(ctx); err == nil {
		t.Error("a second Run is taken")
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "40001") {
		t.Errorf("the refusal is not in the log: %s", log)
	}
}

func TestBotWaits(t *testing.T) {
	b := &bot{pace: realPace}
	wait := time.Duration(0)
	for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 60, 60} {
		wait = b.next(wait, false, errDropped)
		if base := want * time.Second; wait < base || wait > base*6/5*6/5+time.Second {
			t.Errorf("wait %d = %s, want about %s", i, wait, base)
		}
		wait = wait.Truncate(time.Second)
		if want < 60 {
			wait = want * time.Second
		}
	}
	for _, c := range []struct {
		name  string
		lived bool
		why   error
		want  time.Duration
	}{
		{"after a good connection", true, errDropped, time.Second},
		{"kicked", true, errKicked, time.Minute},
		{"bad secret", false, &saidNo{40001, ""}, time.Minute},
		{"busy", false, &saidNo{-1, ""}, 2 * time.Second},
	} {
		if got := b.next(time.Second, c.lived, c.why); got < c.want || got > c.want*6/5+1 {
			t.Errorf("%s: %s, want about %s", c.name, got, c.want)
		}
	}
}

// Another connection of the same bot takes over: the loser waits and does not fight.
func TestBotKicked(t *testing.T) {
	p := newPlatform(t)
	w, log, inbox := p.house(nil)
	w.bot.pace = quick
	w.bot.pace.yield = time.Hour
	stop := p.connect(w)
	p.tell("aibot_event_callback", "r", `{"msgid":"E1","msgtype":"event","event":{"eventtype":"disconnected_event"}}`)
	p.gone(w)
	for giveUp := time.After(2 * time.Minute); !strings.Contains(log.String(), "took over"); {
		select {
		case <-giveUp:
			t.Fatalf("the reason is not in the log: %s", log)
		case <-time.After(time.Millisecond):
		}
	}
	stop()
	if len(inbox) != 0 {
		t.Error("the event reached the inbox")
	}
	select {
	case f := <-p.commands:
		t.Errorf("it fought back: %+v", f)
	default:
	}
}

// A platform that holds the line and says nothing is noticed by the missing heartbeats.
func TestBotWatchdog(t *testing.T) {
	p := newPlatform(t)
	w, log, _ := p.house(nil)
	w.bot.pace = quick
	w.bot.pace.beat = 100 * time.Millisecond // a write gets as long; a loaded machine must keep it
	p.connect(w)
	p.await("ping")
	p.await("ping")
	p.do(func() { p.mute = true })
	p.await("aibot_subscribe")
	if !strings.Contains(log.String(), "heartbeat") {
		t.Errorf("the reason is not in the log: %s", log)
	}
}

// The platform repeats nothing: what was heard is offered until the Inbox takes it, in order.
func TestBotInboxFails(t *testing.T) {
	p := newPlatform(t)
	var tries atomic.Int64
	got := make(chan string, 16)
	w, _, _ := p.house(func(o *Options) {
		o.Inbox = func(_ context.Context, in chat.Incoming) error {
			if tries.Add(1) <= 3 {
				return errors.New("the database is away")
			}
			got <- in.ID
			return nil
		}
	})
	w.bot.pace = quick
	p.connect(w)
	for i := range 5 {
		p.tell("aibot_msg_callback", "r", said(fmt.Sprint(i), "x"))
	}
	for i := range 5 {
		if id := <-got; id != fmt.Sprint(i) {
			t.Errorf("message %s came at place %d", id, i)
		}
	}
}

// A message nobody takes is given up, counted and said loudly; it must not hold up the rest for ever.
func TestBotInboxRefuses(t *testing.T) {
	p := newPlatform(t)
	got := make(chan string, 16)
	w, log, _ := p.house(func(o *Options) {
		o.Inbox = func(_ context.Context, in chat.Incoming) error {
			if in.ID == "bad" {
				return errors.New("never")
			}
			got <- in.ID
			return nil
		}
	})
	w.bot.pace = quick
	w.bot.pace.keep = 20 * time.Millisecond
	p.connect(w)
	p.tell("aibot_msg_callback", "r", said("bad", "x"))
	p.tell("aibot_msg_callback", "r", said("good", "x"))
	if id := <-got; id != "good" {
		t.Errorf("got %s", id)
	}
	if n := w.Counters().Lost; n != 1 || !strings.Contains(log.String(), "is lost") {
		t.Errorf("%d lost, log %s", n, log)
	}
}

// What was heard before the stop is still offered after it.
func TestBotStopsWithoutLoss(t *testing.T) {
	p := newPlatform(t)
	began, release := make(chan struct{}, 16), make(chan struct{})
	w, _, _ := p.house(func(o *Options) {
		o.Inbox = func(ctx context.Context, _ chat.Incoming) error {
			began <- struct{}{}
			select {
			case <-release:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	})
	w.bot.pace = quick
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- w.Run(ctx) }()
	p.await("aibot_subscribe")
	p.ready(w)
	p.tell("aibot_msg_callback", "r", said("1", "x"))
	<-began
	cancel()
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
	if c := w.Counters(); c.Taken != 1 || c.Lost != 0 {
		t.Errorf("counters = %+v", c)
	}
}

// A handle is good only on the connection that brought the message.
func TestReplyHandles(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	w.bot.pace = quick
	reply := sender(t, w, chat.WeComBotReply)
	if r := reply.Send(t.Context(), "reply x y", note, "k"); r.State != chat.Retry || reply.Ready() {
		t.Errorf("without a connection: %+v", r)
	}
	p.connect(w)
	p.tell("aibot_msg_callback", "req-7", said("1", "帮助"))
	in := <-inbox
	if r := reply.Send(t.Context(), in.Reply.To, note, "k"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	if f := p.await("aibot_respond_msg"); f.Headers.ReqID != "req-7" {
		t.Errorf("answered under %q", f.Headers.ReqID)
	}
	p.tell("aibot_event_callback", "req-8", `{"msgid":"E1","from":{"userid":"zhangsan"},"msgtype":"event","event":{"eventtype":"enter_chat"}}`)
	enter := <-inbox
	hello := chat.Message{Title: "您好", Rows: []string{"**说明**见[这里](https://a.example/x)"}}
	if r := reply.Send(t.Context(), enter.Reply.To, hello, "k2"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	if f := p.await("aibot_respond_welcome_msg"); f.Headers.ReqID != "req-8" || shown(t, string(f.Body)) != "您好\n\n说明见这里 https://a.example/x" {
		t.Errorf("welcomed by %+v", f)
	}
	p.cut()
	p.await("aibot_subscribe")
	p.ready(w)
	for _, to := range []string{in.Reply.To, enter.Reply.To, "rubbish", "reply  ", "stream a b"} {
		if r := reply.Send(t.Context(), to, note, "k"); r.State != chat.Refused {
			t.Errorf("%q: %+v", to, r)
		}
	}
}

// Answers under one req_id go one after another; pushes do not wait for each other.
func TestReplyOrder(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	p.connect(w)
	p.tell("aibot_msg_callback", "req-1", said("1", "帮助"))
	to := (<-inbox).Reply.To
	results := make(chan chat.Result, 8)
	for i := range 8 {
		go func() {
			results <- sender(t, w, chat.WeComBotReply).Send(t.Context(), to, note, fmt.Sprint(i))
		}()
	}
	for range 8 {
		if r := <-results; r.State != chat.Sent {
			t.Errorf("%+v", r)
		}
	}
	if n := len(p.read()); n != 8 {
		t.Errorf("%d answers, want 8", n)
	}
}

// A push whose answer does not come within the caller's time may have been delivered.
func TestBotAnswerLate(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	p.connect(w)
	l := w.bot.current()
	ctx, cancel := context.WithCancel(t.Context())
	p.mu.Lock() // the platform takes the frame and does not come to answer it
	done := make(chan bool)
	go func() {
		_, left, err := l.ask(ctx, time.Minute, "aibot_send_msg", "mine", botBody{})
		done <- left && errors.Is(err, context.Canceled)
	}()
	for l.asked("mine") == nil {
		runtime.Gosched()
	}
	// The same req_id waits for its turn and gives up without having been written.
	if _, left, err := l.ask(expired(t), time.Minute, "aibot_send_msg", "mine", botBody{}); left || err == nil {
		t.Errorf("left = %v, %v", left, err)
	}
	cancel()
	first := <-done
	p.mu.Unlock()
	if !first {
		t.Error("a frame that was written counts as not left")
	}
	if r := sender(t, w, chat.WeComBot).Send(t.Context(), "wrCHAT", note, "k"); r.State != chat.Sent {
		t.Errorf("the connection did not survive an impatient caller: %+v", r)
	}
}

func (l *link) asked(reqID string) *question {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waiting[reqID]
}

func expired(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

func TestBotRubbish(t *testing.T) {
	p := newPlatform(t)
	w, log, inbox := p.house(nil)
	p.connect(w)
	p.do(func() {
		for _, text := range []string{"rubbish", `{"cmd":"aibot_msg_callback","headers":{"req_id":"r"},"body":[]}`, `{"cmd":"aibot_msg_callback","body":{}}`, `{"cmd":"new_thing"}`, `{}`} {
			for _, c := range p.socks {
				_ = c.Write(t.Context(), websocket.MessageText, []byte(text))
			}
		}
	})
	p.tell("aibot_msg_callback", "r", said("after", "x"))
	if in := <-inbox; in.ID != "after" {
		t.Errorf("%+v", in)
	}
	if c := w.Counters(); c.Malformed != 3 || c.Ignored != 1 {
		t.Errorf("counters = %+v", c)
	}
	chattest.NoSecrets(t, testSecrets, log.String())
}
