package outbox_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/words"
)

// soon ends a test that waits for something that never comes.
const soon = 30 * time.Second

// run starts the outboxes and gives a function that stops them and waits.
func (h *house) run(boxes ...*outbox.Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(h.Context())
	var all sync.WaitGroup
	for _, b := range boxes {
		all.Go(func() {
			if err := b.Run(ctx); err != nil {
				h.Errorf("Run: %v", err)
			}
		})
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// await gives the next n messages that reach the channel.
func await(t *testing.T, arrived <-chan message, n int) []message {
	t.Helper()
	var out []message
	timer := time.NewTimer(soon)
	defer timer.Stop()
	for len(out) < n {
		select {
		case m := <-arrived:
			out = append(out, m)
		case <-timer.C:
			t.Fatalf("only %d of %d messages came", len(out), n)
		}
	}
	return out
}

func TestTwoProcessesSendEachDeliveryOnce(t *testing.T) {
	each(t, func(h *house) {
		h.hook.traits.PerMinute = 0
		h.hook.arrived = make(chan message, 1000)
		var ns []ledger.Notice
		h.write(func(tx *store.Tx) error {
			ns = nil
			for i := range 100 {
				g := h.newGroup(tx, fmt.Sprintf("n%03d", i), nil)
				for k := range 5 {
					ns = append(ns, ledger.Notice{Cause: fmt.Sprintf("look:%d", k), To: ledger.Recipient{Group: g.ID}, Rank: ledger.Rank(1 + k%4)})
				}
			}
			return nil
		})
		h.notices(ns...)
		stop := h.run(h.box, outbox.New(h.opts))
		seen := map[string]int{}
		for _, m := range await(t, h.hook.arrived, 500) {
			seen[m.Key]++
		}
		stop()
		if len(seen) != 500 || len(h.hook.arrived) != 0 {
			t.Errorf("%d different messages and %d more", len(seen), len(h.hook.arrived))
		}
		for k := range 5 {
			rows, err := h.store.Deliveries(h.Context(), h.d, fmt.Sprintf("look:%d", k))
			h.ok(err)
			for _, d := range rows {
				if d.State != store.SentOut || d.Attempts != 1 || d.Lost != 0 || d.Token != "" {
					t.Fatalf("delivery %d is %s after %d attempts", d.ID, d.State, d.Attempts)
				}
			}
		}
	})
}

func TestRunLeavesNothingBehindAndStopsAtOnce(t *testing.T) {
	each(t, func(h *house) {
		before := goleak.IgnoreCurrent()
		h.hook.arrived = make(chan message, 10)
		stop := h.run(h.box)
		h.notices(h.toGroup(look, ledger.RankOrder))
		h.box.Wake()
		await(t, h.hook.arrived, 1)

		// A request that would take for ever is cut off; it may have arrived.
		h.hook.set(func(ctx context.Context, m message) chat.Result {
			<-ctx.Done()
			return chat.Result{State: chat.Unknown}
		})
		h.notices(h.toGroup("look:2", ledger.RankOrder), h.toGroup("look:3", ledger.RankReminder))
		h.box.Wake()
		await(t, h.hook.arrived, 1)
		stopped := make(chan struct{})
		go func() { stop(); close(stopped) }()
		select {
		case <-stopped:
		case <-time.After(soon):
			t.Fatal("Run does not stop")
		}
		h.is(look, store.SentOut)
		h.is("look:2", store.Unknown)
		if d := h.is("look:3", store.Waiting); d.Attempts != 0 {
			t.Errorf("%d attempts", d.Attempts)
		}
		h.ok(h.store.Close()) // the database's own goroutines end with it
		goleak.VerifyNone(t, before)
	})
}

func TestWhatIsUnderWayMayEndWellWhenRunStops(t *testing.T) {
	each(t, func(h *house) {
		h.hook.arrived = make(chan message, 10)
		ctx, cancel := context.WithCancel(h.Context())
		h.hook.set(func(sending context.Context, m message) chat.Result {
			<-ctx.Done()
			if sending.Err() != nil {
				return chat.Result{State: chat.Unknown}
			}
			return chat.Result{State: chat.Sent}
		})
		h.notices(h.toGroup(look, ledger.RankOrder))
		done := make(chan error, 1)
		go func() { done <- h.box.Run(ctx) }()
		await(t, h.hook.arrived, 1)
		cancel()
		h.ok(<-done)
		h.is(look, store.SentOut)
	})
}

func TestASlowPlatformHoldsUpNobodyElse(t *testing.T) {
	each(t, func(h *house) {
		h.hook.traits.PerMinute = 0
		release := make(chan struct{})
		h.hook.set(func(ctx context.Context, _ message) chat.Result {
			<-release
			return chat.Result{State: chat.Sent}
		})
		h.ding.arrived = make(chan message, 10)
		var ns []ledger.Notice
		h.write(func(tx *store.Tx) error {
			ns = nil
			for i := range 500 { // more than all hands, a claim, and what may wait for one route
				g := h.newGroup(tx, fmt.Sprintf("n%03d", i), nil)
				ns = append(ns, ledger.Notice{Cause: look, To: ledger.Recipient{Group: g.ID}, Rank: ledger.RankOrder})
			}
			return nil
		})
		h.notices(ns...)
		h.notices(h.toPerson("look:2")) // less urgent, and behind them all
		h.hook.arrived = make(chan message, 1000)
		stop := h.run(h.box)
		await(t, h.hook.arrived, 16)
		await(t, h.ding.arrived, 1)
		h.notices(h.toPerson("look:3"))
		h.box.Wake()
		await(t, h.ding.arrived, 1)
		if n := len(h.hook.arrived); n != 0 {
			t.Errorf("%d more than 16 messages were under way on one route", n)
		}
		close(release)
		await(t, h.hook.arrived, 150)
		stop()
	})
}

func TestRunKeepsTheOrderOfEachRecipient(t *testing.T) {
	each(t, func(h *house) {
		h.hook.traits.PerMinute = 0
		h.hook.arrived = make(chan message, 1000)
		var ns []ledger.Notice
		for i := range 80 {
			ns = append(ns, h.toGroup(fmt.Sprintf("look:%d:%02d", 1+i%4, i), ledger.Rank(1+i%4)))
		}
		h.notices(ns...)
		stop := h.run(h.box)
		got := await(t, h.hook.arrived, 80)
		stop()
		for i := 1; i < len(got); i++ {
			if got[i].Title < got[i-1].Title {
				t.Fatalf("%q came after %q", got[i].Title, got[i-1].Title)
			}
		}
	})
}

// What is urgent is then the first in line: see TestTheLineIsInOrderOfUrgency.
func TestRunTakesNewsInWhileItHoldsBulk(t *testing.T) {
	each(t, func(h *house) {
		h.hook.traits.PerMinute = 0
		h.hook.arrived = make(chan message, 1000)
		step := make(chan struct{})
		composed := make(chan string, 1000)
		h.composes(func(d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
			composed <- d.Cause
			return words.Letter{Message: chat.Message{Title: d.Cause}}, nil
		})
		h.hook.set(func(context.Context, message) chat.Result {
			<-step
			return chat.Result{State: chat.Sent}
		})
		var ns []ledger.Notice
		var last ledger.Group
		h.write(func(tx *store.Tx) error {
			ns = nil
			for i := range 100 {
				g := h.newGroup(tx, fmt.Sprintf("n%03d", i), nil)
				ns = append(ns, ledger.Notice{Cause: look, To: ledger.Recipient{Group: g.ID}, Rank: ledger.RankReminder})
			}
			last = h.newGroup(tx, "urgent", nil)
			return nil
		})
		h.notices(ns...)
		stop := h.run(h.box)
		await(t, h.hook.arrived, 16) // all hands are busy, 84 wait in the line
		for range 100 {
			<-composed
		}
		h.notices(ledger.Notice{Cause: "look:order", To: ledger.Recipient{Group: last.ID}, Rank: ledger.RankOrder})
		h.box.Wake()
		if <-composed != "look:order" {
			t.Error("something else was claimed")
		}
		close(step)
		stop()
	})
}
