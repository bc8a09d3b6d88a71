package outbox_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

const look = "look:2026-03-02"

func TestWhatBecomesOfAnAttempt(t *testing.T) {
	cases := map[string]struct {
		result   chat.Result
		person   bool // to a person, whose route drops repeats
		state    store.DeliveryState
		code     string
		after    time.Duration // until it may go again; 0: it is over
		attempts int
		lost     int
	}{
		"sent":               {chat.Result{State: chat.Sent, ID: "m7", Code: "0"}, false, store.SentOut, "0", 0, 1, 0},
		"retry":              {chat.Result{State: chat.Retry, Code: "-1"}, false, store.Retry, "-1", 5 * time.Second, 1, 0},
		"retry after":        {chat.Result{State: chat.Retry, Code: "45009", After: time.Minute}, false, store.Retry, "45009", time.Minute, 1, 0},
		"retry after little": {chat.Result{State: chat.Retry, After: time.Millisecond}, false, store.Retry, "", 5 * time.Second, 1, 0},
		"refused":            {chat.Result{State: chat.Refused, Code: "40008"}, false, store.Refused, "40008", 0, 1, 0},
		"unknown":            {chat.Result{State: chat.Unknown}, false, store.Unknown, store.CodeLost, 2 * time.Minute, 1, 1},
		"unknown, dedup":     {chat.Result{State: chat.Unknown}, true, store.Retry, "", 5 * time.Second, 1, 0},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				h.write(func(tx *store.Tx) error { // one way only
					return tx.RouteGone(ledger.GroupRoute{GroupID: h.group.ID, Ord: 2})
				})
				h.hook.gives(c.result)
				n := h.toGroup(look, ledger.RankWarning)
				if c.person {
					h.ding.ready(false)
					h.app.gives(c.result)
					n = h.toPerson(look)
				}
				h.notices(n)
				if sent := h.tick(); (sent == 1) != (c.state == store.SentOut) {
					h.Errorf("Tick says %d were sent", sent)
				}
				d := h.is(look, c.state)
				if d.Code != c.code || d.Attempts != c.attempts || d.Lost != c.lost {
					h.Errorf("code %q, %d attempts, %d lost; want %q, %d, %d", d.Code, d.Attempts, d.Lost, c.code, c.attempts, c.lost)
				}
				if (d.SentAt != 0) != (c.state == store.SentOut) {
					h.Errorf("sent at %s", d.SentAt)
				}
				h.hook.gives(chat.Result{State: chat.Sent})
				h.app.gives(chat.Result{State: chat.Sent})
				if c.after == 0 {
					h.clock.Advance(7 * 24 * time.Hour)
					if sent := h.tick(); sent != 0 {
						h.Fatal("it went again")
					}
					return
				}
				h.clock.Set(monday.Add(c.after - time.Millisecond))
				if h.tick() != 0 {
					h.Fatal("it went again too early")
				}
				h.clock.Set(monday.Add(c.after))
				if h.tick() != 1 {
					h.Fatal("it did not go again")
				}
				if d := h.is(look, store.SentOut); d.Attempts != 2 || strings.HasPrefix(d.Title, "【补发】") != (c.lost > 0) {
					h.Errorf("after %d attempts %q", d.Attempts, d.Title)
				}
				if keys := keysOf(h); len(keys) != 2 || (keys[0] != keys[1]) != (c.lost > 0) {
					h.Errorf("sent under the keys %q, lost %d times", keys, c.lost)
				}
			})
		}
	})
}

func TestTheRowProvesWhatWasSent(t *testing.T) {
	each(t, func(h *house) {
		h.composes(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
			return words.Letter{Message: chat.Message{Title: "预警", Rows: []string{"一", "二"}, Foot: []string{"脚"}}, Ring: []ledger.PersonID{h.person.ID}}, nil
		})
		h.notices(h.toGroup(look, ledger.RankWarning))
		h.tick()
		d := h.is(look, store.SentOut)
		got := map[string]any{
			"platform": d.Platform, "route": d.Route, "target": d.Target, "title": d.Title, "body": d.Body, "id": d.PlatformID, "card": d.Card, "at": d.SentAt,
		}
		want := map[string]any{
			"platform": "wecom", "route": "webhook", "target": "g-hook", "title": "预警", "body": "一\n二\n脚", "id": fmt.Sprintf("md%d", d.ID), "card": fmt.Sprintf("cd%d", d.ID), "at": clock.At(monday),
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if m := h.hook.got()[0].Mentions; !cmp.Equal(m, []string{"w-wang"}) {
			t.Errorf("mentions %q", m)
		}
	})
}

func TestWhatIsNoLongerToBeSaidIsDropped(t *testing.T) {
	cases := map[string]struct {
		do     func(h *house, tx *store.Tx) error
		letter words.Letter
		err    error
		person bool
		detail string
	}{
		"no longer true": {letter: words.Letter{Drop: "该节点已办结"}, detail: "该节点已办结"},
		"row is gone":    {err: fault.New(fault.NotFound, "没有这个事项。"), detail: "没有这个事项。"},
		"not entitled":   {do: func(h *house, tx *store.Tx) error { return tx.Unbind(h.group.ID, h.project.ID) }, detail: "接收方无权查看其中项目"},
		"group switched off": {do: func(h *house, tx *store.Tx) error {
			h.group.Active = false
			return tx.PutGroup(&h.group, nil, nil)
		}, detail: "群已停用"},
		"person left": {person: true, do: func(h *house, tx *store.Tx) error {
			h.person.Active = false
			return tx.PutPerson(&h.person, nil)
		}, detail: "人员已离岗"},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				h.composes(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
					l := c.letter
					l.Title, l.About = "预警", []ledger.Project{h.project}
					return l, c.err
				})
				n := h.toGroup(look, ledger.RankWarning)
				if c.person {
					n = h.toPerson(look)
				}
				h.notices(n)
				if c.do != nil {
					h.write(func(tx *store.Tx) error { return c.do(h, tx) })
				}
				h.tick()
				if d := h.is(look, store.Dropped); d.Detail != c.detail || d.Attempts != 0 {
					h.Errorf("dropped after %d attempts because %q, want %q", d.Attempts, d.Detail, c.detail)
				}
				for _, f := range []*fake{h.hook, h.bot, h.app, h.ding} {
					h.arrived(f)
				}
			})
		}
	})
}

func TestARecipientTheRegisterDoesNotKnow(t *testing.T) {
	each(t, func(h *house) {
		n := h.toPerson(look)
		n.To.Person = 9999
		h.notices(n)
		h.tick()
		h.is(look, store.Dropped)
	})
}

func TestAStrangerHearsTheAnswerAndNothingElse(t *testing.T) {
	each(t, func(h *house) {
		cause := h.says(1, ledger.Recipient{Person: store.Stranger}, "handle", clock.At(monday.Add(time.Hour)))
		h.tick()
		h.is(cause, store.SentOut)
		h.arrived(h.reply, "handle 回执")
		late := h.says(2, ledger.Recipient{Person: store.Stranger}, "handle2", clock.At(monday))
		h.tick()
		h.is(late, store.Refused)
	})
}

func TestAnErrorOfOursIsTriedAgain(t *testing.T) {
	each(t, func(h *house) {
		failing := true
		h.composes(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
			if failing {
				return words.Letter{}, errors.New("the database is away")
			}
			return words.Letter{Message: chat.Message{Title: "预警"}}, nil
		})
		h.notices(h.toGroup(look, ledger.RankWarning), h.toGroup("nobody:1", ledger.RankWarning))
		h.tick()
		h.is(look, store.Retry)
		h.is("nobody:1", store.Retry)
		failing = false
		h.turn()
		h.tick()
		h.is(look, store.SentOut)
		if d := h.is("nobody:1", store.Retry); strings.Contains(d.Detail, "nobody") {
			t.Errorf("the cause is shown: %q", d.Detail)
		}
	})
}

func TestALostMessageIsRepeatedAndThenLeftToTheOffice(t *testing.T) {
	each(t, func(h *house) {
		h.bot.ready(false)
		h.hook.gives(chat.Result{State: chat.Retry, After: time.Second}) // refusals before do not count
		h.notices(h.toGroup(look, ledger.RankWarning))
		for range 6 {
			h.tick()
			h.turn()
		}
		start := h.clock.Now()
		h.hook.gives(chat.Result{State: chat.Unknown})
		h.hook.got()
		h.tick()
		var after []time.Duration
		for range 4 {
			d := h.is(look, store.Unknown)
			after = append(after, d.NotBefore.Time().Sub(h.clock.Now()))
			h.turn()
			h.tick()
		}
		want := []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour}
		if diff := cmp.Diff(want, after); diff != "" {
			t.Errorf("repeats since %s: %s", start, diff)
		}
		d := h.is(look, store.Unknown)
		if d.NotBefore != store.Never || d.Lost != store.MaxLost {
			t.Errorf("lost %d times, goes again at %d", d.Lost, d.NotBefore)
		}
		h.arrived(h.hook, "g-hook 提醒 "+look, "g-hook 【补发】提醒 "+look, "g-hook 【补发】提醒 "+look, "g-hook 【补发】提醒 "+look, "g-hook 【补发】提醒 "+look)
		trouble, err := h.store.Trouble(h.Context(), h.d, 10)
		h.ok(err)
		if len(trouble) != 1 {
			t.Errorf("%d rows of trouble, want 1", len(trouble))
		}
		if next, err := h.store.NextDelivery(h.Context(), h.d); err != nil || next != 0 {
			t.Errorf("something goes at %s, %v", next, err)
		}
	})
}

// keysOf gives the keys under which messages reached any sender, oldest first.
func keysOf(h *house) (keys []string) {
	for _, f := range []*fake{h.hook, h.app} {
		for _, m := range f.got() {
			keys = append(keys, m.Key)
		}
	}
	return keys
}

// What fails three times and still waits is shown to the office: a setting may have to be mended.
func TestWhatKeepsFailingIsTrouble(t *testing.T) {
	each(t, func(h *house) {
		for _, f := range []*fake{h.hook, h.bot} {
			f.gives(chat.Result{State: chat.Retry, Code: "60020", Detail: "本机 IP 不在企业可信 IP 中", After: 10 * time.Minute})
		}
		h.notices(h.toGroup(look, ledger.RankWarning))
		for h.row(look).Attempts < 3 {
			if rows, err := h.store.Trouble(h.Context(), h.d, 10); err != nil || len(rows) != 0 {
				h.Fatalf("%d rows of trouble after %d attempts, %v", len(rows), h.row(look).Attempts, err)
			}
			h.tick()
			if h.row(look).Attempts < 3 {
				h.turn()
			}
		}
		rows, err := h.store.Trouble(h.Context(), h.d, 10)
		h.ok(err)
		if len(rows) != 1 || rows[0].Code != "60020" || rows[0].Detail == "" {
			t.Errorf("trouble is %+v", rows)
		}
	})
}

// What tells of something that is not known yet is worded again later, and is no attempt.
func TestALetterWaitsForWhatItTells(t *testing.T) {
	each(t, func(h *house) {
		h.opts.Composers["look"] = letters(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
			if h.clock.Now().Before(monday.Add(time.Minute)) {
				return words.Letter{Wait: clock.At(monday.Add(time.Minute))}, nil
			}
			return words.Letter{Message: chat.Message{Title: "结果"}}, nil
		})
		h.notices(h.toGroup(look, ledger.RankWarning))
		h.tick()
		if d := h.is(look, store.Waiting); d.Attempts != 0 || d.NotBefore != clock.At(monday.Add(time.Minute)) {
			h.Errorf("it waits as %+v", d)
		}
		h.clock.Set(monday.Add(time.Minute))
		if h.tick() != 1 {
			h.Error("it was not told when it was known")
		}
	})
}
