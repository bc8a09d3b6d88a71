package outbox_test

import (
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// fixed always gives the same letter.
func fixed(m chat.Message) letters {
	return func(store.Delivery, ledger.Viewer) (words.Letter, error) { return words.Letter{Message: m}, nil }
}

func TestAnAnswerGoesTheWayItWasAsked(t *testing.T) {
	hour := clock.At(monday.Add(time.Hour))
	group := func(h *house) ledger.Recipient { return ledger.Recipient{Group: h.group.ID} }
	person := func(h *house) ledger.Recipient { return ledger.Recipient{Person: h.person.ID} }
	refused := func(h *house) {
		h.reply.gives(chat.Result{State: chat.Refused, Code: "846607", Detail: "答复已过期"})
	}
	cases := map[string]struct {
		to       func(h *house) ledger.Recipient
		until    clock.Instant
		set      func(h *house)
		reply    bool
		then     string // the sender that got it, "" for the reply
		attempts int
	}{
		"group, in time":     {group, hour, nil, true, "", 1},
		"group, expired":     {group, clock.At(monday), nil, false, "webhook", 1},
		"group, refused":     {group, hour, refused, true, "webhook", 2},
		"group, not ready":   {group, hour, func(h *house) { h.reply.ready(false) }, false, "webhook", 1},
		"group, gone":        {group, hour, func(h *house) { h.reply.gives(chat.Result{State: chat.Gone}) }, true, "webhook", 2},
		"person, in time":    {person, hour, nil, true, "", 1},
		"person, expired":    {person, clock.At(monday), nil, false, "app", 1},
		"person, refused":    {person, hour, refused, true, "app", 2},
		"person, no address": {person, 0, nil, false, "app", 1},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				if c.set != nil {
					c.set(h)
				}
				cause := h.says(1, c.to(h), "handle", c.until)
				h.tick()
				d := h.is(cause, store.SentOut)
				if d.Attempts != c.attempts {
					h.Errorf("%d attempts, want %d", d.Attempts, c.attempts)
				}
				if c.reply {
					h.arrived(h.reply, "handle 回执")
				}
				switch c.then {
				case "":
					if d.Route != "botreply" || d.Target != "" {
						h.Errorf("went by %s to %q", d.Route, d.Target)
					}
				case "webhook":
					h.arrived(h.hook, "g-hook 回执")
				case "app":
					h.arrived(h.app, "w-wang 回执")
				}
				for _, f := range []*fake{h.reply, h.hook, h.bot, h.app, h.ding} {
					h.arrived(f)
				}
			})
		}
	})
}

func TestALostAnswerIsRepeatedByAnotherWay(t *testing.T) {
	each(t, func(h *house) {
		h.reply.gives(chat.Result{State: chat.Unknown})
		cause := h.says(1, ledger.Recipient{Group: h.group.ID}, "handle", clock.At(monday.Add(time.Hour)))
		h.tick()
		h.is(cause, store.Unknown)
		h.arrived(h.reply, "handle 回执")
		h.turn()
		h.tick()
		h.is(cause, store.SentOut)
		h.arrived(h.hook, "g-hook 【补发】回执")
		h.arrived(h.reply)
	})
}

func TestARouteThatIsGoneIsUsedNoMore(t *testing.T) {
	each(t, func(h *house) {
		gone := chat.Result{State: chat.Gone, Code: "93000", Detail: "机器人已被移出群"}
		h.hook.gives(gone)
		h.notices(h.toGroup(look, ledger.RankWarning))
		h.tick()
		h.is(look, store.SentOut)
		h.arrived(h.hook, "g-hook 提醒 "+look)
		h.arrived(h.bot, "g-bot 提醒 "+look)
		routes, err := h.store.AllRoutes(h.Context(), h.d)
		h.ok(err)
		if routes[0].GoneAt != clock.At(monday) || routes[1].GoneAt != 0 {
			t.Errorf("gone at %s and %s", routes[0].GoneAt, routes[1].GoneAt)
		}

		h.bot.gives(gone)
		h.notices(h.toGroup("look:2", ledger.RankWarning))
		h.tick()
		if d := h.is("look:2", store.Refused); d.Code != "93000" || d.Detail == "" {
			t.Errorf("refused with %q %q", d.Code, d.Detail)
		}
		h.arrived(h.hook)
		h.notices(h.toGroup("look:3", ledger.RankWarning))
		h.tick()
		if d := h.is("look:3", store.Refused); d.Attempts != 0 || d.Detail == "" {
			t.Errorf("refused after %d attempts: %q", d.Attempts, d.Detail)
		}
	})
}

func TestAPersonWhoIsGoneFromOnePlatformIsReachedOnTheOther(t *testing.T) {
	each(t, func(h *house) {
		h.ding.gives(chat.Result{State: chat.Gone})
		h.notices(h.toPerson(look))
		h.tick()
		h.is(look, store.SentOut)
		h.arrived(h.ding, "d-wang 提醒 "+look)
		h.arrived(h.app, "w-wang 提醒 "+look)
	})
}

func TestASenderThatIsNotReadyIsPassedOver(t *testing.T) {
	each(t, func(h *house) {
		h.hook.ready(false)
		h.notices(h.toGroup(look, ledger.RankWarning))
		h.tick()
		h.is(look, store.SentOut)
		h.arrived(h.bot, "g-bot 提醒 "+look)

		h.bot.ready(false)
		h.notices(h.toGroup("look:2", ledger.RankWarning))
		h.tick()
		if d := h.is("look:2", store.Waiting); d.Attempts != 0 || d.NotBefore <= clock.At(monday) {
			t.Errorf("waits until %s after %d attempts", d.NotBefore, d.Attempts)
		}
		h.hook.ready(true)
		h.turn()
		h.tick()
		h.is("look:2", store.SentOut)
		h.arrived(h.hook, "g-hook 提醒 look:2")
	})
}

// What surely did not arrive goes the next way at once; what may have arrived never does.
func TestTheNextWayIsTriedOnlyAfterASureFailure(t *testing.T) {
	each(t, func(h *house) {
		for state, next := range map[chat.State]bool{chat.Unknown: false, chat.Retry: true, chat.Refused: true, chat.Gone: true} {
			h.sub(string(state), func(h *house) {
				h.hook.gives(chat.Result{State: state})
				h.notices(h.toGroup(look, ledger.RankWarning))
				h.tick()
				if next {
					h.arrived(h.bot, "g-bot 提醒 "+look)
				} else {
					h.arrived(h.bot)
				}
			})
		}
	})
}

func TestAPlatformDownForAnHour(t *testing.T) {
	each(t, func(h *house) {
		h.bot.ready(false)
		h.hook.gives(chat.Result{State: chat.Retry, Detail: "连接被拒绝"})
		var groups []ledger.Group
		h.write(func(tx *store.Tx) error {
			groups = nil
			for _, code := range []string{"a", "b", "c", "d", "e", "f", "g1", "h", "i", "j"} {
				groups = append(groups, h.newGroup(tx, code, nil))
			}
			return nil
		})
		for _, g := range groups {
			for _, cause := range []string{"look:1", "look:2", "look:3"} {
				h.notices(ledger.Notice{Cause: cause, To: ledger.Recipient{Group: g.ID}, Rank: ledger.RankWarning})
			}
		}
		up := monday.Add(time.Hour)
		for h.clock.Now().Before(up) {
			h.tick()
			h.clock.Advance(time.Minute)
		}
		tried := len(h.hook.got())
		if tried > 600 {
			t.Errorf("%d attempts while the platform was down", tried)
		}
		h.hook.set(nil)
		for {
			h.tick()
			next, err := h.store.NextDelivery(h.Context(), h.d)
			h.ok(err)
			if next == 0 {
				break
			}
			h.clock.Set(next.Time())
		}
		if h.clock.Now().After(up.Add(20 * time.Minute)) {
			t.Errorf("the last went at %s", h.clock.Now())
		}
		seen := map[string]int{}
		for _, m := range h.hook.got() {
			seen[m.To+m.Title]++
		}
		for what, n := range seen {
			if n != 1 {
				h.Errorf("%s came %d times", what, n)
			}
		}
		if len(seen) != 30 {
			t.Errorf("%d different messages came, want 30", len(seen))
		}
	})
}

func TestOneGroupsLimitLeavesTheOthersAlone(t *testing.T) {
	each(t, func(h *house) {
		h.hook.gives(chat.Result{State: chat.Retry, Code: "45009", After: time.Minute})
		for _, cause := range []string{"look:1", "look:2", "look:3", "look:4"} {
			h.notices(h.toGroup(cause, ledger.RankWarning))
		}
		h.tick()
		h.hook.set(nil)
		var other ledger.Group
		h.write(func(tx *store.Tx) error { other = h.newGroup(tx, "o", nil); return nil })
		h.notices(ledger.Notice{Cause: "look:5", To: ledger.Recipient{Group: other.ID}, Rank: ledger.RankReminder})
		h.tick()
		h.is("look:5", store.SentOut)
	})
}
