package outbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
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
	"duban/internal/workday"
)

// Monday, a working day, in the hours at which pushes go.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

// letters is a composer made of a function.
type letters func(d store.Delivery, v ledger.Viewer) (words.Letter, error)

func (f letters) Compose(_ context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	return f(d, v)
}

// message is one that reached a fake sender.
type message struct {
	At  time.Time
	To  string
	Key string
	chat.Message
}

// fake is a sender that does what the test says and remembers what reached it.
type fake struct {
	platform chat.Platform
	route    chat.Route
	traits   chat.Traits
	clock    clock.Clock
	arrived  chan message // told of each message when not nil

	mu    sync.Mutex
	away  bool
	does  func(ctx context.Context, m message) chat.Result // nil: accepts
	taken []message
}

func (f *fake) Route() (chat.Platform, chat.Route) { return f.platform, f.route }
func (f *fake) Traits() chat.Traits                { return f.traits }

func (f *fake) Ready() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return !f.away
}

func (f *fake) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	f.mu.Lock()
	got := message{f.clock.Now(), to, key, m}
	f.taken = append(f.taken, got)
	does := f.does
	f.mu.Unlock()
	if f.arrived != nil {
		f.arrived <- got
	}
	if does != nil {
		return does(ctx, got)
	}
	return chat.Result{State: chat.Sent, ID: "m" + key, Card: "c" + key}
}

func (f *fake) set(does func(ctx context.Context, m message) chat.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.does = does
}

func (f *fake) gives(r chat.Result) {
	f.set(func(context.Context, message) chat.Result { return r })
}

func (f *fake) ready(yes bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = !yes
}

// got gives what arrived since the last call.
func (f *fake) got() []message {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.taken
	f.taken = nil
	return out
}

// house is a district with a group that has two routes, and a person on both platforms.
type house struct {
	*testing.T
	store *store.Store
	clock *clock.Turnable
	d     ledger.DistrictID
	box   *outbox.Outbox
	opts  outbox.Options

	hook, bot, reply, app, ding *fake
	group                       ledger.Group
	person                      ledger.Person
	project                     ledger.Project
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	c := clock.NewTurnable(monday)
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(monday)
		h := &house{T: t, store: s, clock: c}
		h.settle()
		test(h)
	})
}

var districts atomic.Int64

// sub runs a case in a district of its own in the same database.
func (h *house) sub(name string, test func(h *house)) {
	h.Helper()
	h.Run(name, func(t *testing.T) {
		h.clock.Set(monday)
		own := &house{T: t, store: h.store, clock: h.clock}
		own.settle()
		test(own)
	})
}

func (h *house) settle() {
	h.Helper()
	d, err := h.store.Found(h.Context(), fmt.Sprintf("d%d", districts.Add(1)), "测试区")
	h.ok(err)
	h.d = d.ID
	h.write(func(tx *store.Tx) error {
		h.project = ledger.Project{Code: "P1", Name: "智能装备产业园"}
		if err := tx.PutProject(&h.project, nil, nil); err != nil {
			return err
		}
		h.person = ledger.Person{Code: "wang", Name: "王某", Active: true}
		if err := tx.PutPerson(&h.person, []ledger.Account{{Platform: "dingtalk", UserID: "d-wang"}, {Platform: "wecom", UserID: "w-wang"}}); err != nil {
			return err
		}
		h.group = h.newGroup(tx, "g", []ledger.GroupProject{{ProjectID: h.project.ID}})
		return nil
	})
	one := func(p chat.Platform, r chat.Route, t chat.Traits) *fake {
		return &fake{platform: p, route: r, traits: t, clock: h.clock}
	}
	h.hook = one(chat.WeCom, chat.WeComWebhook, chat.Traits{PerMinute: 20, Mentions: true})
	h.bot = one(chat.WeCom, chat.WeComBot, chat.Traits{})
	h.reply = one(chat.WeCom, chat.WeComBotReply, chat.Traits{PerMinute: 30})
	h.app = one(chat.WeCom, chat.WeComApp, chat.Traits{Dedup: true})
	h.ding = one(chat.DingTalk, chat.DingPerson, chat.Traits{})
	h.opts = outbox.Options{
		Store: h.store, District: h.d, Clock: h.clock, Calendar: calendar(h.T), From: 8, To: 20,
		Senders: []chat.Sender{h.hook, h.bot, h.reply, h.app, h.ding},
		Composers: map[string]outbox.Composer{"look": letters(func(d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
			return words.Letter{Message: chat.Message{Title: "提醒 " + d.Cause, Rows: []string{"节点到期"}, Foot: []string{"回复办理"}}}, nil
		})},
	}
	h.box = outbox.New(h.opts)
}

// newGroup makes a task-force group reached by the webhook "<code>-hook", then by the bot "<code>-bot".
func (h *house) newGroup(tx *store.Tx, code string, projects []ledger.GroupProject) ledger.Group {
	g := ledger.Group{Code: code, Name: code, Class: ledger.GroupTaskForce, Active: true}
	h.ok(tx.PutGroup(&g, []ledger.GroupRoute{
		{Ord: 1, Platform: "wecom", Route: "webhook", Target: code + "-hook"}, {Ord: 2, Platform: "wecom", Route: "aibot", Target: code + "-bot"},
	}, projects))
	return g
}

func calendar(t testing.TB) *workday.Calendar {
	t.Helper()
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) write(do func(*store.Tx) error) {
	h.Helper()
	h.ok(h.store.Write(h.Context(), h.d, do))
}

// composes puts the composer of causes "look:…" in place.
func (h *house) composes(f letters) { h.opts.Composers["look"] = f }

// notices writes deliveries, due now unless they say otherwise.
func (h *house) notices(all ...ledger.Notice) {
	h.Helper()
	h.write(func(tx *store.Tx) error {
		for i := range all {
			if all[i].Due == 0 {
				all[i].Due = tx.Now
			}
		}
		_, err := tx.Apply(ledger.Outcome{Notices: all})
		return err
	})
}

func (h *house) toGroup(cause string, rank ledger.Rank) ledger.Notice {
	return ledger.Notice{Cause: cause, To: ledger.Recipient{Group: h.group.ID}, Rank: rank}
}

func (h *house) toPerson(cause string) ledger.Notice {
	return ledger.Notice{Cause: cause, To: ledger.Recipient{Person: h.person.ID}, Rank: ledger.RankWarning}
}

// says writes an answer to somebody; until 0: no way to reply.
func (h *house) says(n int, to ledger.Recipient, handle string, until clock.Instant) string {
	h.Helper()
	cause := fmt.Sprintf("answer:%d", n)
	payload, err := json.Marshal(chat.Message{Title: "回执", Rows: []string{"已收到"}})
	h.ok(err)
	d := store.Delivery{
		Cause: cause, Recipient: to.Key(), GroupID: to.Group, PersonID: to.Person, Rank: ledger.RankAnswer,
		DueAt: clock.At(h.clock.Now()), Payload: string(payload), Platform: "wecom",
	}
	if until != 0 {
		reply, err := json.Marshal(store.ReplyTo{Address: chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: handle}, Until: until})
		h.ok(err)
		d.Reply = string(reply)
	}
	h.write(func(tx *store.Tx) error { return tx.Say(d) })
	return cause
}

func (h *house) tick() int {
	h.Helper()
	n, err := h.box.Tick(h.Context())
	h.ok(err)
	return n
}

// row gives the only delivery of the cause.
func (h *house) row(cause string) store.Delivery {
	h.Helper()
	rows, err := h.store.Deliveries(h.Context(), h.d, cause)
	h.ok(err)
	if len(rows) != 1 {
		h.Fatalf("%s has %d deliveries, want 1", cause, len(rows))
	}
	return rows[0]
}

// is checks a delivery's state and gives its row.
func (h *house) is(cause string, want store.DeliveryState) store.Delivery {
	h.Helper()
	d := h.row(cause)
	if d.State != want {
		h.Fatalf("%s is %s (%s %s), want %s", cause, d.State, d.Code, d.Detail, want)
	}
	if d.Token != "" && want != store.Sending {
		h.Errorf("%s still holds the token of its claim", cause)
	}
	return d
}

// turn turns the clock to the next moment at which a delivery may go.
func (h *house) turn() {
	h.Helper()
	next, err := h.store.NextDelivery(h.Context(), h.d)
	h.ok(err)
	if next == 0 {
		h.Fatal("nothing is waiting")
	}
	h.clock.Set(next.Time())
}

func (h *house) arrived(f *fake, want ...string) []message {
	h.Helper()
	got := f.got()
	var have []string
	for _, m := range got {
		have = append(have, m.To+" "+m.Title)
	}
	if fmt.Sprint(have) != fmt.Sprint(want) {
		h.Fatalf("%s %s got %q, want %q", f.platform, f.route, have, want)
	}
	return got
}
