package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

const two = 2 * time.Minute

// dies claims what there is like a process that then dies.
func (h *house) dies(token string) []store.Delivery {
	h.Helper()
	rows, err := h.store.Claim(h.Context(), h.d, token, 100, clock.At(h.clock.Now().Add(two)))
	h.ok(err)
	return rows
}

func TestADeadSendersDeliveriesAreTakenOver(t *testing.T) {
	each(t, func(h *house) {
		h.notices(h.toGroup(look, ledger.RankWarning))
		rows := h.dies("dead")
		if len(rows) != 1 {
			t.Fatalf("%d rows claimed", len(rows))
		}
		h.clock.Set(monday.Add(two))
		if h.tick() != 0 {
			t.Fatal("taken over while the lease held")
		}
		h.is(look, store.Sending)
		h.turn()
		if h.tick() != 1 {
			t.Fatal("not taken over when the lease had ended")
		}
		h.is(look, store.SentOut)
		h.arrived(h.hook, "g-hook 【补发】提醒 "+look)

		// The dead one was only slow: what it has to say comes too late.
		rows[0].State, rows[0].Detail = store.Refused, "too late"
		h.ok(h.store.Settle(h.Context(), h.d, rows))
		h.is(look, store.SentOut)
	})
}

func TestADeliveryThatKillsItsSendersIsGivenUp(t *testing.T) {
	each(t, func(h *house) {
		h.notices(h.toGroup(look, ledger.RankWarning))
		for range store.MaxLost {
			if len(h.dies("dead"+h.clock.Now().String()[11:23])) != 1 {
				t.Fatal("given up too early")
			}
			h.clock.Advance(two + time.Millisecond)
			h.ok(h.store.Recover(h.Context(), h.d))
		}
		if d := h.is(look, store.Unknown); d.NotBefore != store.Never || d.Lost != store.MaxLost {
			t.Errorf("lost %d times, goes again at %d", d.Lost, d.NotBefore)
		}
		if h.tick() != 0 {
			t.Error("it went again")
		}
	})
}

func TestAPanicLosesNothingAndEndsNothing(t *testing.T) {
	each(t, func(h *house) {
		broken := true
		h.composes(func(d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
			if broken && d.Cause == "look:bad" {
				panic("a composer's mistake")
			}
			return words.Letter{Message: chat.Message{Title: d.Cause}}, nil
		})
		h.notices(h.toGroup("look:bad", ledger.RankOrder), h.toGroup("look:good", ledger.RankReminder), h.toPerson("look:sender"))
		h.ding.set(func(ctx context.Context, m message) chat.Result { panic("a sender's mistake") })
		h.tick()
		h.is("look:good", store.SentOut)
		h.is("look:bad", store.Retry)
		if d := h.is("look:sender", store.Unknown); d.Lost != 1 {
			t.Errorf("lost %d times", d.Lost)
		}
		broken = false
		h.ding.set(nil)
		h.drain(h.box)
		h.is("look:bad", store.SentOut)
		if d := h.is("look:sender", store.SentOut); !strings.HasPrefix(d.Title, "【补发】") {
			t.Errorf("sent as %q", d.Title)
		}
	})
}

func TestWhatAPlatformSaysAlwaysFitsTheRow(t *testing.T) {
	each(t, func(h *house) {
		long := strings.Repeat("长", 400) + "\xff"
		h.hook.gives(chat.Result{State: chat.Sent, ID: long, Code: long, Detail: long})
		h.composes(fixed(chat.Message{Title: long, Rows: []string{"\xff" + long}}))
		h.notices(h.toGroup(look, ledger.RankOrder))
		h.tick()
		h.is(look, store.SentOut)
	})
}

func TestTickWritesDownWhatHappenedThoughItIsStopped(t *testing.T) {
	each(t, func(h *house) {
		ctx, stop := context.WithCancel(h.Context())
		h.hook.set(func(context.Context, message) chat.Result {
			stop()
			return chat.Result{State: chat.Sent}
		})
		h.notices(h.toGroup("look:1", ledger.RankOrder), h.toGroup("look:2", ledger.RankWarning))
		if n, _ := h.box.Tick(ctx); n != 1 {
			t.Errorf("%d were sent", n)
		}
		h.is("look:1", store.SentOut)
		if d := h.is("look:2", store.Waiting); d.Attempts != 0 {
			t.Errorf("%d attempts", d.Attempts)
		}
	})
}
