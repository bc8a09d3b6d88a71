package outbox_test

import (
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
)

// failing lets the warnings fail at their ways until they wait for minutes, and gives the moment of the last try.
func (h *house) failing(causes ...string) time.Time {
	h.Helper()
	last := h.clock.Now()
	for h.row(causes[0]).Attempts < 9 {
		last = h.clock.Now()
		h.tick()
		if h.row(causes[0]).Attempts < 9 {
			h.turn()
		}
	}
	for _, c := range causes {
		if d := h.is(c, store.Retry); d.NotBefore < clock.At(last.Add(10*time.Minute)) {
			h.Fatalf("%s waits until %s only", c, d.NotBefore)
		}
	}
	return last
}

// When a platform is back, what failed often must not come after what failed never.
func TestAPlatformThatIsBackTakesWhatWaitedAtOnce(t *testing.T) {
	refused := chat.Result{State: chat.Retry, Code: "down", Detail: "连接被拒绝"}
	cases := map[string]struct {
		back func(h *house)
		by   func(h *house) *fake
	}{
		"the route that failed":        {func(h *house) { h.hook.set(nil) }, func(h *house) *fake { return h.hook }},
		"the route that was not ready": {func(h *house) { h.bot.ready(true) }, func(h *house) *fake { return h.bot }},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				h.bot.ready(false)
				h.hook.gives(refused)
				h.ding.gives(refused)
				h.app.gives(chat.Result{State: chat.Retry, Code: "45009", After: 10 * time.Minute})
				h.notices(h.toGroup("look:warning", ledger.RankWarning), h.toPerson("look:other"))
				last := h.failing("look:warning")
				h.clock.Set(last.Add(6 * time.Minute)) // the route may be tried again, the warning waits on
				c.back(h)
				if d := h.row("look:warning"); d.NotBefore <= clock.At(h.clock.Now()) {
					t.Fatalf("the warning waits until %s only", d.NotBefore)
				}
				other := h.row("look:other")
				for _, f := range []*fake{h.hook, h.bot, h.ding, h.app} {
					f.got()
				}
				h.notices(h.toGroup("look:bulk", ledger.RankReminder))
				h.tick()
				h.is("look:bulk", store.SentOut)
				h.is("look:warning", store.SentOut)
				if got := c.by(h).got(); len(got) < 2 || got[len(got)-1].Title != "提醒 look:warning" {
					h.Errorf("got %+v", got)
				}
				if now := h.row("look:other"); now.State != store.Retry || now.NotBefore != other.NotBefore {
					h.Errorf("what another platform could not take was moved: %s until %s", now.State, now.NotBefore)
				}
			})
		}
	})
}

func TestWhatWasToldWhenToComeBackIsNotHastened(t *testing.T) {
	each(t, func(h *house) {
		h.bot.ready(false)
		h.hook.gives(chat.Result{State: chat.Retry, Code: "down"})
		h.notices(h.toGroup("look:1", ledger.RankWarning))
		h.tick()
		h.hook.gives(chat.Result{State: chat.Retry, Code: "45009", After: 10 * time.Minute})
		h.notices(h.toGroup("look:2", ledger.RankWarning))
		h.tick()
		until := h.row("look:2").NotBefore
		h.hook.set(nil)
		h.notices(h.toGroup("look:3", ledger.RankWarning))
		h.tick()
		h.is("look:3", store.SentOut)
		h.is("look:1", store.SentOut)
		if d := h.is("look:2", store.Retry); d.NotBefore != until {
			t.Errorf("moved from %s to %s", until, d.NotBefore)
		}
	})
}
