package dingtalk

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// pace is how often and how long the Stream connection does things, in the host's time.
type pace struct {
	ping, pong  time.Duration // between pings; for the answer
	first, most time.Duration // bounds of the backoff after a failure
	steady      time.Duration // a connection that lived so long was a success
	linger      time.Duration // how long a connection whose end was announced is kept
	dial        time.Duration
}

var usual = pace{
	ping: 25 * time.Second, pong: 5 * time.Second, first: time.Second, most: time.Minute,
	steady: 10 * time.Second, linger: 30 * time.Second, dial: 15 * time.Second,
}

// Run keeps a Stream connection until ctx ends; then it finishes what has come in, closes and returns nil.
// It never gives up. When the gateway announces the end of a connection the next is opened at once, and the old
// one is read until it closes.
func (d *DingTalk) Run(ctx context.Context) error {
	if !d.hasApp() || d.opt.Inbox == nil {
		return errors.New("dingtalk: Run needs AppKey, AppSecret and Inbox")
	}
	d.up.add(0)
	var lines sync.WaitGroup
	defer lines.Wait()
	failures := 0
	for ctx.Err() == nil {
		conn, err := d.connect(ctx)
		if err != nil {
			if ctx.Err() != nil {
				break
			}
			failures++
			d.counters.failures.Add(1)
			d.log.Warn("no Stream connection: "+connectSentence(err), "attempt", failures, "err", err)
			d.pause(ctx, failures)
			continue
		}
		d.counters.connects.Add(1)
		l := newLine(d, conn)
		d.up.add(1)
		lines.Go(func() { l.serve(ctx) })
		select {
		case <-l.leaving:
		case <-ctx.Done():
			return nil
		}
		if l.steady.Load() {
			failures = 0
		}
		// The first attempt after a drop is made at once; a gateway that drops every connection is not hammered.
		d.pause(ctx, failures)
		failures++
	}
	return nil
}

// pause waits before attempt n after a success; n = 0 does not wait.
func (d *DingTalk) pause(ctx context.Context, n int) {
	if n == 0 {
		return
	}
	t := time.NewTimer(d.pace.backoff(n, rand.Float64()))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// backoff doubles from first to most; jitter in [0,1) takes up to half of it away, so that replicas spread.
func (p pace) backoff(n int, jitter float64) time.Duration {
	full := p.most
	if n < 16 {
		full = min(p.most, p.first<<(n-1))
	}
	return max(p.first, full-time.Duration(jitter*float64(full)/2))
}

// connect asks for a fresh ticket and opens a connection with it: a ticket is good once and for 90 s.
func (d *DingTalk) connect(ctx context.Context) (*websocket.Conn, error) {
	var out struct {
		Endpoint string `json:"endpoint"`
		Ticket   string `json:"ticket"`
	}
	err := d.wire.call(ctx, request{method: http.MethodPost, url: d.opt.APIBase + "/v1.0/gateway/connections/open", body: compact(map[string]any{
		"clientId": d.opt.AppKey, "clientSecret": d.opt.AppSecret, "ua": "duban",
		"subscriptions": []map[string]string{
			{"type": "CALLBACK", "topic": topicMessage}, {"type": "CALLBACK", "topic": topicCard}, {"type": "EVENT", "topic": topicAll},
		},
	})}, &out)
	if err != nil {
		return nil, err
	}
	u, err := url.Parse(out.Endpoint)
	if err != nil || out.Ticket == "" || !d.believes(u) {
		return nil, errors.New("the gateway gave no usable address")
	}
	q := u.Query()
	q.Set("ticket", out.Ticket)
	u.RawQuery = q.Encode()
	ctx, cancel := context.WithTimeout(ctx, d.pace.dial)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, u.String(), &websocket.DialOptions{HTTPClient: d.wire.http})
	if err != nil {
		return nil, errors.New(d.wire.hide(withoutAddress(err).Error(), request{secrets: []string{out.Ticket, u.String()}}))
	}
	conn.SetReadLimit(maxCallback)
	return conn, nil
}

// believes takes wss, and ws only from a platform that is itself configured without TLS.
func (d *DingTalk) believes(u *url.URL) bool {
	return u.Host != "" && (u.Scheme == "wss" || u.Scheme == "ws" && strings.HasPrefix(d.opt.APIBase, "http:"))
}

// connectSentence says what an administrator can do about it.
func connectSentence(err error) string {
	var t *trouble
	if errors.As(err, &t) {
		return judge(t).why
	}
	return "长连接网关拒绝连接，稍后自动重试"
}
