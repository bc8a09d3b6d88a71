package outbox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
)

// fullest gives the most messages one target got in any sixty seconds.
func fullest(all []message) int {
	by := map[string][]time.Time{}
	for _, m := range all {
		by[m.To] = append(by[m.To], m.At)
	}
	most := 0
	for _, times := range by {
		for i := range times {
			n := 0
			for _, at := range times[i:] {
				if at.Sub(times[i]) < time.Minute {
					n++
				}
			}
			most = max(most, n)
		}
	}
	return most
}

// drain sends all there is, turning the clock, and gives what the webhook got.
func (h *house) drain(boxes ...*outbox.Outbox) []message {
	h.Helper()
	for {
		for _, b := range boxes {
			_, err := b.Tick(h.Context())
			h.ok(err)
		}
		next, err := h.store.NextDelivery(h.Context(), h.d)
		h.ok(err)
		if next == 0 {
			return h.hook.got()
		}
		h.clock.Set(next.Time())
	}
}

func TestNoRobotIsEverOverItsBudget(t *testing.T) {
	each(t, func(h *house) {
		second := outbox.New(h.opts) // another process shares the budget
		var groups []ledger.Group
		h.write(func(tx *store.Tx) error {
			groups = []ledger.Group{h.group, h.newGroup(tx, "x", nil)}
			return nil
		})
		for seed := range uint64(5) {
			r := rand.New(rand.NewPCG(seed, 7))
			h.clock.Set(monday.AddDate(0, 0, int(seed)*7))
			total := 0
			var got []message
			for burst := range 1 + r.IntN(6) {
				var ns []ledger.Notice
				for i := range 1 + r.IntN(25) {
					g := groups[r.IntN(2)]
					ns = append(ns, ledger.Notice{
						Cause: fmt.Sprintf("look:%d:%d:%d", seed, burst, i), To: ledger.Recipient{Group: g.ID}, Rank: ledger.Rank(1 + r.IntN(4)),
					})
				}
				total += len(ns)
				h.notices(ns...)
				_, err := []*outbox.Outbox{h.box, second}[r.IntN(2)].Tick(h.Context())
				h.ok(err)
				h.clock.Advance(time.Duration(r.IntN(60_000)) * time.Millisecond)
			}
			got = h.drain(h.box, second)
			if len(got) != total {
				t.Fatalf("seed %d: %d of %d arrived", seed, len(got), total)
			}
			if n := fullest(got); n > 18 {
				t.Errorf("seed %d: %d messages to one robot in sixty seconds", seed, n)
			}
		}
		for _, m := range h.bot.got() {
			t.Errorf("%q took another way because the first was busy", m.Title)
		}
	})
}

func TestTheBudgetIsUsedAndIsNoAttempt(t *testing.T) {
	each(t, func(h *house) {
		var ns []ledger.Notice
		for i := range 40 {
			ns = append(ns, h.toGroup(fmt.Sprintf("look:%02d", i), ledger.RankReminder))
		}
		h.notices(ns...)
		if n := h.tick(); n != 6 {
			t.Errorf("%d went at once, want 6", n)
		}
		if d := h.is("look:10", store.Waiting); d.Attempts != 0 || d.Detail == "" || d.NotBefore <= clock.At(monday) {
			t.Errorf("waits until %s after %d attempts: %q", d.NotBefore, d.Attempts, d.Detail)
		}
		got := h.drain(h.box)
		if took := h.clock.Now().Sub(monday); len(got) != 40 || took > 3*time.Minute {
			t.Errorf("%d messages took %s", len(got), took)
		}
		for i := range 40 {
			if d := h.is(fmt.Sprintf("look:%02d", i), store.SentOut); d.Attempts != 1 {
				t.Errorf("message %d took %d attempts", i, d.Attempts)
			}
		}
	})
}

func TestTheUrgentIsNeverBehindTheBulk(t *testing.T) {
	each(t, func(h *house) {
		ranks := []ledger.Rank{ledger.RankReminder, ledger.RankCircular, ledger.RankWarning, ledger.RankOrder}
		var ns []ledger.Notice
		for i := range 40 {
			ns = append(ns, h.toGroup(fmt.Sprintf("look:%d:%d", ranks[i%4], i), ranks[i%4]))
		}
		h.notices(ns...)
		answer := h.says(1, ledger.Recipient{Group: h.group.ID}, "", 0)
		h.tick()
		h.is(answer, store.SentOut)
		// What comes while the bulk waits goes before it.
		h.clock.Advance(time.Second)
		h.notices(h.toGroup("look:1:late", ledger.RankOrder))
		var order []string
		for _, m := range h.drain(h.box) {
			order = append(order, m.Title)
		}
		if order[0] != "回执" || len(order) != 42 {
			t.Fatalf("%d messages, first %q", len(order), order[0])
		}
		rank := func(title string) string { return title[len("提醒 look:"):][:1] }
		if late := slices.Index(order, "提醒 look:1:late"); late < 0 || slices.ContainsFunc(order[1:late], func(s string) bool { return rank(s) != "1" }) {
			t.Errorf("the order that came late is number %d", late)
		}
		if !slices.IsSortedFunc(order[1:], func(a, b string) int { return int(rank(a)[0]) - int(rank(b)[0]) }) {
			t.Errorf("out of order: %q", order)
		}
	})
}

func TestTickIsDeterministic(t *testing.T) {
	each(t, func(h *house) {
		var groups []ledger.Group
		h.write(func(tx *store.Tx) error {
			groups = nil
			for i := range 30 {
				groups = append(groups, h.newGroup(tx, fmt.Sprintf("n%02d", i), nil))
			}
			return nil
		})
		var want []string
		var ns []ledger.Notice
		for _, rank := range []ledger.Rank{ledger.RankReminder, ledger.RankOrder, ledger.RankCircular, ledger.RankWarning} {
			for i := range 60 {
				cause := fmt.Sprintf("look:%d:%02d", rank, i)
				ns = append(ns, ledger.Notice{Cause: cause, To: ledger.Recipient{Group: groups[i%30].ID}, Rank: rank})
				if rank == ledger.RankOrder {
					want = append(want, "提醒 "+cause)
				}
			}
		}
		h.notices(ns...)
		h.hook.traits.PerMinute = 0
		if n := h.tick(); n != 240 {
			t.Fatalf("%d were sent, want 240", n)
		}
		var got []string
		for _, m := range h.hook.got() {
			got = append(got, m.Title)
		}
		if !slices.Equal(got[:60], want) || !slices.IsSortedFunc(got, func(a, b string) int { return int(a[len("提醒 look:")]) - int(b[len("提醒 look:")]) }) {
			t.Errorf("sent in the order %q", got)
		}
	})
}

// When a budget of the whole route is used up, one message finds out and the others wait with it; the first after
// that moment tries again.
func TestABudgetOfTheRoute(t *testing.T) {
	each(t, func(h *house) {
		h.ding.gives(chat.Result{State: chat.Retry, After: 23 * time.Hour, Wide: true, Code: "quota", Detail: "本月额度已用完"})
		h.app.ready(false)
		h.notices(h.toPerson("look:1"), h.toPerson("look:2"), h.toPerson("look:3"))
		h.tick()
		h.arrived(h.ding, "d-wang 提醒 look:1")
		h.ding.set(nil)
		for range 20 { // nobody asks again before
			h.clock.Advance(time.Hour)
			h.app.ready(false)
			h.tick()
		}
		h.arrived(h.ding)
		h.clock.Advance(4 * time.Hour)
		h.tick()
		if got := h.ding.got(); len(got) != 3 {
			h.Errorf("%d came when the budget was new", len(got))
		}
	})
}
