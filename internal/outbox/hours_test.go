package outbox_test

import (
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
)

func at(month time.Month, day, hour, minute int) time.Time {
	return time.Date(2026, month, day, hour, minute, 0, 0, clock.Shanghai)
}

func TestPushesKeepHoursAndDaysOff(t *testing.T) {
	cases := map[string]struct{ due, goes time.Time }{
		"in hours":            {at(3, 2, 8, 0), at(3, 2, 8, 0)},
		"last minute":         {at(3, 2, 19, 59), at(3, 2, 19, 59)},
		"before hours":        {at(3, 2, 7, 59), at(3, 2, 8, 0)},
		"after hours":         {at(3, 2, 20, 0), at(3, 3, 8, 0)},
		"friday night":        {at(3, 6, 23, 0), at(3, 9, 8, 0)},
		"saturday":            {at(3, 7, 10, 0), at(3, 9, 8, 0)},
		"make-up saturday":    {at(2, 14, 10, 0), at(2, 14, 10, 0)},
		"national day":        {at(10, 1, 10, 0), at(10, 8, 8, 0)},
		"eve of national day": {at(9, 30, 20, 30), at(10, 8, 8, 0)},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				h.clock.Set(c.due)
				h.notices(h.toGroup(look, ledger.RankOrder))
				answer := h.says(1, ledger.Recipient{Group: h.group.ID}, "", 0)
				h.tick()
				h.is(answer, store.SentOut)
				h.arrivedMaybe(c.goes.Equal(c.due))
				if !c.goes.Equal(c.due) {
					if d := h.is(look, store.Waiting); d.NotBefore != clock.At(c.goes) || d.Attempts != 0 {
						h.Fatalf("waits until %s after %d attempts, want %s", d.NotBefore, d.Attempts, c.goes)
					}
					h.clock.Set(c.goes.Add(-time.Millisecond))
					h.tick()
					h.is(look, store.Waiting)
					h.clock.Set(c.goes)
					h.tick()
				}
				if d := h.is(look, store.SentOut); strings.Contains(d.Body, "补发") {
					h.Errorf("what kept the hours is called late: %s", d.Body)
				}
			})
		}
	})
}

func (h *house) arrivedMaybe(push bool) {
	h.Helper()
	if push {
		h.arrived(h.hook, "g-hook 回执", "g-hook 提醒 "+look)
		return
	}
	h.arrived(h.hook, "g-hook 回执")
}

func TestWhatIsLateSaysSo(t *testing.T) {
	cases := map[string]struct {
		due, now time.Time
		line     string
	}{
		"half an hour":            {at(3, 2, 8, 33), at(3, 2, 9, 3), ""},
		"longer":                  {at(3, 2, 8, 33), at(3, 2, 9, 4), "（本通知原定3月2日08:33发出，现予补发）"},
		"down over the weekend":   {at(3, 6, 8, 33), at(3, 9, 8, 0), "（本通知原定3月6日08:33发出，现予补发）"},
		"due outside the hours":   {at(3, 2, 21, 0), at(3, 3, 8, 30), ""},
		"and down in the morning": {at(3, 2, 21, 0), at(3, 3, 9, 0), "（本通知原定3月3日08:00发出，现予补发）"},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				n := h.toGroup(look, ledger.RankWarning)
				n.Due = clock.At(c.due)
				h.notices(n)
				answer := h.says(1, ledger.Recipient{Group: h.group.ID}, "", 0)
				h.clock.Set(c.now)
				h.tick()
				d := h.is(look, store.SentOut)
				if want := strings.TrimSpace("节点到期\n回复办理\n" + c.line); d.Body != want {
					h.Errorf("said %q, want %q", d.Body, want)
				}
				if d := h.is(answer, store.SentOut); d.Body != "已收到" {
					h.Errorf("the answer said %q", d.Body)
				}
			})
		}
	})
}

func TestAMarkedLetterDoesNotMarkTheComposersOwn(t *testing.T) {
	each(t, func(h *house) {
		foot := make([]string, 1, 8)
		foot[0] = "回复办理"
		h.composes(fixed(chat.Message{Title: "预警", Foot: foot}))
		n := h.toGroup(look, ledger.RankWarning)
		n.Due = clock.At(monday.Add(-time.Hour))
		h.notices(n)
		h.tick()
		if foot[:2][1] != "" {
			t.Errorf("wrote %q into the composer's list", foot[:2][1])
		}
	})
}
