package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/words"
)

const (
	deliveries = 20_000
	recipients = 5_000 // so many that the budget of none is used up
)

// outboxes measures deliveries a second through the outbox (claim, compose from fresh rows, entitlement,
// budget, send, durable mark) against bare posts of the same body to the same server.
func outboxes(ctx context.Context, r *run, b *base) (err error) {
	c := clock.NewTurnable(moment(lookDay))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fill(ctx, crowd{projects: recipients, people: recipients, groups: 150, units: 100}); err != nil {
		return err
	}
	n := deliveries
	if r.short {
		n /= 10
	}
	if err := g.numbers(ctx, n); err != nil {
		return err
	}
	p := newPost()
	defer p.server.Close()
	cal, err := calendar()
	if err != nil {
		return err
	}
	for _, hands := range []int{16, 64} { // messages under way at once, on both sides
		box := outbox.New(outbox.Options{
			Store: g.Store, District: district, Clock: c, Calendar: cal, Senders: []chat.Sender{p}, From: 8, To: 20, Hands: hands,
			Composers: map[string]outbox.Composer{"bench": &progress{g.Store}},
		})
		name := fmt.Sprintf("outbox-%d-%s", hands, b.name)
		s, err := r.alternate(ctx, name,
			side{name: "bare", once: func(ctx context.Context) (float64, error) { return p.bare(ctx, hands, n) }},
			side{"outbox", true, func(ctx context.Context) (float64, error) { return p.through(ctx, g, box, n) }})
		if err != nil {
			return err
		}
		s.say(name, 0, 1, "/s")
	}
	return nil
}

// post is a sender to a local server that takes everything.
type post struct {
	server *httptest.Server
	client *http.Client
	taken  atomic.Int64
}

var _ chat.Sender = (*post)(nil)

func newPost() *post {
	p := &post{client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 256}}}
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		p.taken.Add(1)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	return p
}

// Route implements chat.Sender.
func (p *post) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComApp }

// Traits implements chat.Sender.
func (p *post) Traits() chat.Traits { return chat.Traits{Bytes: 2048, PerMinute: 30, Dedup: true} }

// Ready implements chat.Sender.
func (p *post) Ready() bool { return true }

// Send implements chat.Sender.
func (p *post) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if err := p.send(ctx, body(to, m)); err != nil {
		return chat.Result{State: chat.Retry, Detail: err.Error()}
	}
	return chat.Result{State: chat.Sent, ID: key}
}

func body(to string, m chat.Message) []byte {
	out, err := json.Marshal(map[string]any{"touser": to, "msgtype": "markdown",
		"markdown": map[string]string{"content": m.Title + "\n" + strings.Join(m.Rows, "\n")}})
	if err != nil {
		panic(err) // strings always marshal
	}
	return out
}

func (p *post) send(ctx context.Context, body []byte) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.server.URL, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := p.client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

// bare posts n times the same body, hands at a time.
func (p *post) bare(ctx context.Context, hands, n int) (float64, error) {
	text := body("u1", letter(ledger.Project{Name: "第1号厂房建设项目", Progress: 3500}))
	var next atomic.Int64
	failed := make(chan error, hands)
	var all sync.WaitGroup
	begun := time.Now()
	for range hands {
		all.Go(func() {
			for next.Add(1) <= int64(n) {
				if err := p.send(ctx, text); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(begun)
	select {
	case err := <-failed:
		return 0, fmt.Errorf("post: %w", err)
	default:
		return float64(n) / took.Seconds(), nil
	}
}

// through sends deliveries through the outbox and gives how many a second were sent and marked so.
func (p *post) through(ctx context.Context, g *ground, box *outbox.Outbox, n int) (float64, error) {
	err := g.exec(ctx, "DELETE FROM deliveries", "DELETE FROM budgets")
	if err != nil {
		return 0, err
	}
	err = g.insert(ctx, fmt.Sprintf("INSERT INTO deliveries (district_id, cause, recipient, group_id, person_id, `rank`, due_at, state, payload, reply, body) "+
		"SELECT 1, concat('bench:', 1 + i %% %d, ':', i), concat('p', 1 + (1 + i %% %d) %% %d), 0, 1 + (1 + i %% %d) %% %d, 2, 0, 'waiting', '', '', '' FROM bench_n",
		recipients, recipients, recipients, recipients, recipients), n)
	if err != nil {
		return 0, err
	}
	before := p.taken.Load()
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	begun := time.Now()
	go func() { ended <- box.Run(running) }()
	sent, err := g.drained(ctx, begun, n)
	took := time.Since(begun)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		return 0, err
	}
	if got := p.taken.Load() - before; got < int64(sent) || got > int64(n) {
		return 0, fmt.Errorf("of %d deliveries %d are marked as sent, %d arrived", n, sent, got)
	}
	return float64(sent) / took.Seconds(), nil
}

// drained waits until all n are sent, or for no longer than a few slices, and gives how many were.
func (g *ground) drained(ctx context.Context, begun time.Time, n int) (sent int, err error) {
	for sent < n && time.Since(begun) < 5*slice {
		time.Sleep(20 * time.Millisecond)
		err := g.sql.QueryRowContext(ctx, "SELECT COUNT(*) FROM deliveries WHERE district_id = 1 AND state = 'sent'").Scan(&sent)
		if err != nil {
			return sent, fmt.Errorf("wait for the outbox: %w", err)
		}
	}
	return sent, nil
}

// progress words "bench:PROJECT:N" from the project's row of the moment.
type progress struct{ *store.Store }

var _ outbox.Gatherer = (*progress)(nil)

// Gather implements outbox.Gatherer.
func (w *progress) Gather(ctx context.Context, of []store.Delivery) (func(context.Context, store.Delivery, ledger.Viewer) (words.Letter, error), error) {
	ids := make([]ledger.ProjectID, len(of))
	at := make(map[int64]ledger.ProjectID, len(of))
	for i, d := range of {
		id, err := strconv.ParseInt(strings.Split(d.Cause, ":")[1], 10, 64)
		if err != nil {
			return nil, fmt.Errorf("read the cause: %w", err)
		}
		ids[i] = ledger.ProjectID(id)
		at[d.ID] = ids[i]
	}
	rows, err := w.ProjectsByID(ctx, district, ids)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
		p := rows[at[d.ID]]
		return words.Letter{Message: letter(p), About: []ledger.Project{p}}, nil
	}, nil
}

// Compose implements outbox.Composer.
func (w *progress) Compose(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	word, err := w.Gather(ctx, []store.Delivery{d})
	if err != nil {
		return words.Letter{}, err
	}
	return word(ctx, d, v)
}

func letter(p ledger.Project) chat.Message {
	return chat.Message{Title: "【提醒】" + p.Name + "进展待报", Rows: []string{
		"- 形象进度:" + p.Progress.String(), "- 请于3月16日18:00前报送,可直接回复:报 " + p.Name + " 65% 主体结构封顶",
	}}
}
