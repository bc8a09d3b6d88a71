package wecom

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/fault"
)

var note = chat.Message{Title: "提醒", Rows: []string{"一行"}}

func (p *platform) count() (n int) {
	p.do(func() { n = p.fetches })
	return n
}

func TestTokenLife(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	app := sender(t, w, chat.WeComApp)
	for _, c := range []struct {
		turn time.Duration
		want int
	}{{0, 1}, {0, 1}, {115*time.Minute - time.Second, 1}, {time.Second, 2}, {time.Minute, 2}} {
		p.clock.Advance(c.turn)
		if r := app.Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Sent {
			t.Fatalf("%+v", r)
		}
		if p.count() != c.want {
			t.Errorf("%d fetches after %s, want %d", p.count(), c.turn, c.want)
		}
	}
}

// Twenty senders with a revoked token: one fetch, and every message arrives once.
func TestTokenRevoked(t *testing.T) {
	for _, code := range []int64{40014, 42001} {
		p := newPlatform(t)
		w, _, _ := p.house(nil)
		app := sender(t, w, chat.WeComApp)
		app.Send(t.Context(), "zhangsan", note, "first")
		p.do(func() { // the platform forgets the token it gave
			old := p.tokens
			p.tokens = func(n int) string { return old(n) + "b" }
			p.fetches = 1
			if code == 42001 {
				p.tokens, p.codes = old, []int64{42001}
			}
		})
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if r := app.Send(t.Context(), "zhangsan", note, "again"); r.State != chat.Sent {
					t.Errorf("%+v", r)
				}
			})
		}
		wg.Wait()
		if n := len(p.read()); p.count() != 2 || n != 21 {
			t.Errorf("%d: %d fetches and %d messages, want 2 and 21", code, p.count(), n)
		}
	}
}

// A token that is refused again after renewal is not asked for a third time.
func TestTokenRefusedTwice(t *testing.T) {
	p := newPlatform(t)
	p.codes = []int64{42001, 42001}
	w, _, _ := p.house(nil)
	if r := sender(t, w, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Retry || r.Code != "42001" {
		t.Errorf("%+v", r)
	}
	if p.count() != 2 {
		t.Errorf("%d fetches, want 2", p.count())
	}
}

func TestTokenBadSecret(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(func(o *Options) { o.Secret = "wrong" })
	r := sender(t, w, chat.WeComAppChat).Send(t.Context(), "g", note, "k")
	if r.State != chat.Retry || r.Code != "40001" || r.After != mending {
		t.Errorf("%+v, want a long wait: nothing was sent", r)
	}
	err := w.Ping(t.Context())
	if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "Secret") {
		t.Errorf("Ping = %v", err)
	}
	if p.count() != 2 {
		t.Errorf("%d fetches, want one for each try", p.count())
	}
}

func TestPing(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	for range 2 { // each asks anew
		if err := w.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if p.count() != 2 {
		t.Errorf("%d fetches, want 2", p.count())
	}
	p.do(func() { p.tokens = func(int) string { return "" } })
	if err := w.Ping(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("an empty token passes: %v", err)
	}
	p.down()
	err := w.Ping(t.Context())
	if fault.CodeOf(err) != fault.Unavailable || !strings.Contains(err.Error(), "连接不上") {
		t.Errorf("Ping = %v", err)
	}
	chattest.NoSecrets(t, testSecrets, chattest.Whole(err))
}

// Who waits for another's fetch gives up with his own context, and a failed fetch is shared.
func TestTokenQueue(t *testing.T) {
	asked, release := make(chan struct{}, 8), make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-release
		rw.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer s.Close()
	w, _, _ := newPlatform(t).house(func(o *Options) { o.APIBase = s.URL })
	app := sender(t, w, chat.WeComApp)
	results := make(chan chat.Result, 3)
	send := func(ctx context.Context) { results <- app.Send(ctx, "zhangsan", note, "k") }
	go send(t.Context())
	<-asked
	ctx, cancel := context.WithCancel(t.Context())
	go send(ctx)
	cancel()
	if r := <-results; r.State != chat.Retry {
		t.Errorf("the hasty one: %+v", r)
	}
	go send(t.Context())
	close(release)
	for range 2 {
		if r := <-results; r.State != chat.Retry || r.Code != "503" {
			t.Errorf("%+v", r)
		}
	}
}

// Two corporations in one process, through one library with one client.
func TestFenceKeepsApart(t *testing.T) {
	p, q := newPlatform(t), newPlatform(t)
	w, _, _ := p.house(nil)
	v, _, _ := q.house(nil)
	var wg sync.WaitGroup
	for _, x := range []*WeCom{w, v} {
		for range 10 {
			wg.Go(func() { sender(t, x, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k") })
			wg.Go(func() { sender(t, x, chat.WeComWebhook).Send(t.Context(), "泵站专班群", note, "k") })
		}
	}
	wg.Wait()
	if len(p.read()) != 20 || len(q.read()) != 20 {
		t.Errorf("%d and %d messages, want 20 each", len(p.read()), len(q.read()))
	}
	theFence.mu.Lock()
	defer theFence.mu.Unlock()
	if len(theFence.tickets) != 0 {
		t.Errorf("%d tickets are left", len(theFence.tickets))
	}
}

func TestFenceRefusesStrays(t *testing.T) {
	newPlatform(t).house(nil)
	if _, err := util.HTTPGet("https://qyapi.weixin.qq.com/cgi-bin/user/get?access_token=x"); err == nil || !strings.Contains(err.Error(), "outside a call") {
		t.Errorf("a request without a ticket went out: %v", err)
	}
}

// A call ends with the caller's context although the library takes none.
func TestFenceContext(t *testing.T) {
	arrived := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does the server notice that the caller is gone
		close(arrived)
		<-r.Context().Done()
	}))
	defer s.Close()
	w, _, _ := newPlatform(t).house(func(o *Options) { o.APIBase = s.URL })
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if r := sender(t, w, chat.WeComWebhook).Send(ctx, "泵站专班群", note, "k"); r.State != chat.Unknown {
		t.Errorf("%+v, want unknown: the platform had it", r)
	}
}
