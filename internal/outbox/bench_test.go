package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/words"
)

// benchRows is how many deliveries a round sends, each to a group of its own.
const benchRows = 4000

// BenchmarkOutbox sends rounds of deliveries to a local server and compares them with bare posts of the
// same messages by as many hands in the same round: claim, compose, entitlement, budget, send, durable
// mark on one side, nothing but the post on the other. "of-bare" is the ratio that counts
// (docs/performance, section 4); "fresh" composes from a row read for each letter.
func BenchmarkOutbox(b *testing.B) {
	for _, db := range []string{"sqlite", "mysql"} {
		if db == "mysql" && os.Getenv(storetest.DSNVariable) == "" {
			b.Logf("%s is not set: only SQLite is measured", storetest.DSNVariable)
			continue
		}
		for _, hands := range []int{16, 64} {
			for _, kind := range []string{"plain", "fresh"} {
				b.Run(fmt.Sprintf("%s/%d/%s", db, hands, kind), func(b *testing.B) { benchOutbox(b, db, hands, kind == "fresh") })
			}
		}
	}
}

// poster is a sender that posts to a local server.
type poster struct {
	client *http.Client
	url    string
	traits chat.Traits
	left   atomic.Int64
	done   chan struct{}
}

func (p *poster) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComWebhook }
func (p *poster) Traits() chat.Traits                { return p.traits }
func (p *poster) Ready() bool                        { return true }

func (p *poster) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	body, _ := json.Marshal(m)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, p.url+"?to="+to, bytes.NewReader(body))
	if err != nil {
		return chat.Result{State: chat.Refused, Detail: err.Error()}
	}
	res, err := p.client.Do(req)
	if err != nil {
		return chat.Result{State: chat.Unknown, Detail: err.Error()}
	}
	defer res.Body.Close()
	var said struct{ ErrCode int }
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil || said.ErrCode != 0 {
		return chat.Result{State: chat.Unknown, Detail: "no answer"}
	}
	_, _ = io.Copy(io.Discard, res.Body)
	if p.left.Add(-1) == 0 {
		p.done <- struct{}{}
	}
	return chat.Result{State: chat.Sent, ID: key}
}

func benchOutbox(b *testing.B, db string, hands int, reads bool) {
	c := clock.NewTurnable(monday)
	open := storetest.SQLite
	if db == "mysql" {
		open = storetest.MySQL
	}
	s := open(b, c)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
	}))
	defer srv.Close()
	p := &poster{
		client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 2 * hands}}, url: srv.URL,
		traits: chat.Traits{PerMinute: 20}, done: make(chan struct{}, 1),
	}
	d, groups, project := benchDistrict(b, s)
	letter := words.Letter{Message: chat.Message{
		Title: "【预警】智能装备产业园：节点逾期", Rows: []string{"节点：主体结构封顶，应于3月1日完成，尚未报结。", "规则：首次逾期即预警。", "整改期限：3月9日。"},
		Foot: []string{"预警〔2026〕12号。回复“办结 J0012”并附佐证。"},
	}}
	box := outbox.New(outbox.Options{
		Store: s, District: d, Clock: c, Calendar: calendar(b), From: 8, To: 20, Senders: []chat.Sender{p}, Hands: hands,
		Composers: map[string]outbox.Composer{"look": composer(func(ctx context.Context) (words.Letter, error) {
			l := letter
			if !reads {
				l.About = []ledger.Project{project}
				return l, nil
			}
			row, err := s.Project(ctx, d, project.ID)
			l.About = []ledger.Project{row}
			return l, err
		})},
	})
	var bare, full time.Duration
	round := 0
	for b.Loop() {
		b.StopTimer()
		round++
		c.Advance(2 * time.Minute)
		cause := fmt.Sprintf("look:%d", round)
		benchNotices(b, s, d, cause, groups)
		bare += benchBare(p, hands, letter.Message)
		b.StartTimer()
		start := time.Now()
		p.left.Store(benchRows)
		ctx, stop := context.WithCancel(b.Context())
		ended := make(chan error, 1)
		go func() { ended <- box.Run(ctx) }()
		<-p.done
		stop()
		<-ended
		full += time.Since(start)
		b.StopTimer()
		rows, err := s.Deliveries(b.Context(), d, cause)
		if err != nil {
			b.Fatal(err)
		}
		for _, r := range rows {
			if r.State != store.SentOut || r.Attempts != 1 || r.Lost != 0 {
				b.Fatalf("delivery %d is %s after %d attempts: %s", r.ID, r.State, r.Attempts, r.Detail)
			}
		}
		b.StartTimer()
	}
	n := float64(round * benchRows)
	b.ReportMetric(n/full.Seconds(), "msg/s")
	b.ReportMetric(n/bare.Seconds(), "bare/s")
	b.ReportMetric(bare.Seconds()/full.Seconds(), "of-bare")
	b.ReportMetric(0, "ns/op")
}

type composer func(context.Context) (words.Letter, error)

func (f composer) Compose(ctx context.Context, _ store.Delivery, _ ledger.Viewer) (words.Letter, error) {
	return f(ctx)
}

// benchBare posts the messages with nothing around.
func benchBare(p *poster, hands int, m chat.Message) time.Duration {
	start := time.Now()
	p.left.Store(benchRows)
	var all sync.WaitGroup
	next := make(chan int, hands)
	for range hands {
		all.Go(func() {
			for i := range next {
				p.Send(context.Background(), "bench", m, fmt.Sprint(i))
			}
		})
	}
	for i := range benchRows {
		next <- i
	}
	close(next)
	all.Wait()
	<-p.done
	return time.Since(start)
}

func benchDistrict(b *testing.B, s *store.Store) (ledger.DistrictID, []ledger.GroupID, ledger.Project) {
	b.Helper()
	d, err := s.Found(b.Context(), "bench", "测试区")
	if err != nil {
		b.Fatal(err)
	}
	project := ledger.Project{Code: "P1", Name: "智能装备产业园"}
	groups := make([]ledger.GroupID, benchRows)
	err = s.Write(b.Context(), d.ID, func(tx *store.Tx) error {
		project.ID = 0
		if err := tx.PutProject(&project, nil, nil); err != nil {
			return err
		}
		for i := range groups {
			code := fmt.Sprintf("g%05d", i)
			g := ledger.Group{Code: code, Name: code, Class: ledger.GroupTaskForce, Active: true}
			err := tx.PutGroup(&g, []ledger.GroupRoute{{Ord: 1, Platform: "wecom", Route: "webhook", Target: code}}, []ledger.GroupProject{{ProjectID: project.ID}})
			if err != nil {
				return err
			}
			groups[i] = g.ID
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return d.ID, groups, project
}

func benchNotices(b *testing.B, s *store.Store, d ledger.DistrictID, cause string, groups []ledger.GroupID) {
	b.Helper()
	err := s.Write(b.Context(), d, func(tx *store.Tx) error {
		ns := make([]ledger.Notice, len(groups))
		for i, g := range groups {
			ns[i] = ledger.Notice{Cause: cause, To: ledger.Recipient{Group: g}, Rank: ledger.RankWarning, Due: tx.Now}
		}
		_, err := tx.Apply(ledger.Outcome{Notices: ns})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}
