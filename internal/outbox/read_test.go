package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
)

// teller is a sender that can say who has read.
type teller struct {
	*fake
	users []string
	err   error
	asked []string
}

func (r *teller) ReadBy(_ context.Context, to, id string) ([]string, error) {
	r.asked = append(r.asked, to+" "+id)
	return r.users, r.err
}

// readable puts a teller in DingTalk's place, and WeCom's app away.
func (h *house) readable() *teller {
	r := &teller{fake: h.ding}
	h.opts.Senders = []chat.Sender{h.hook, h.bot, r}
	h.box = outbox.New(h.opts)
	return r
}

// warn makes n matters with a warning and a reminder each, all told to the person by one delivery.
func (h *house) warn(n int) []ledger.Commitment {
	h.Helper()
	var made []ledger.Commitment
	h.write(func(tx *store.Tx) error {
		var out ledger.Outcome
		for i := range n {
			out.New = append(out.New, ledger.Commitment{
				DistrictID: h.d, Kind: ledger.Milestone, Title: fmt.Sprintf("节点%d", i), ProjectID: h.project.ID, OwnerID: h.person.ID,
				FirstDueOn: 20260227, DueOn: 20260227, State: ledger.Open, CreatedAt: tx.Now,
			})
		}
		w, err := tx.Apply(out)
		if err != nil {
			return err
		}
		made, out = w.New, ledger.Outcome{}
		for _, m := range made {
			for _, name := range []ledger.StepName{ledger.StepWarn, ledger.StepRemind} {
				ref := ledger.StepRef{CommitmentID: m.ID, DueOn: m.DueOn, Name: name}
				out.Steps = append(out.Steps, ledger.Step{
					DistrictID: h.d, CommitmentID: m.ID, DueOn: m.DueOn, Name: name, On: 20260302, ProjectID: h.project.ID,
				})
				notice := h.toPerson(look)
				notice.Step, notice.Due = &ref, tx.Now
				out.Notices = append(out.Notices, notice)
			}
		}
		_, err = tx.Apply(out)
		return err
	})
	return made
}

func (h *house) read() {
	h.Helper()
	h.ok(h.box.Reader()(h.Context(), h.clock.Now()))
}

// reads gives the entries that say that a matter's notice was read.
func (h *house) reads(m ledger.Commitment) []ledger.Entry {
	h.Helper()
	entries, err := h.store.History(h.Context(), h.d, m.Subject())
	h.ok(err)
	return slices.DeleteFunc(entries, func(e ledger.Entry) bool { return e.Act != store.ActRead })
}

// Who has read a warning stands once in the history of each matter it warns of, and is asked no more.
func TestWhoHasReadIsWrittenOnce(t *testing.T) {
	each(t, func(h *house) {
		if h.box.Reader() != nil {
			t.Fatal("senders that cannot tell who has read are asked")
		}
		r := h.readable()
		matters := h.warn(2)
		h.tick()
		d := h.is(look, store.SentOut)
		r.users = []string{"d-li"} // somebody else
		h.clock.Advance(time.Hour)
		h.read()
		if len(h.reads(matters[0])) != 0 || h.row(look).ReadAt != 0 {
			t.Fatal("read by nobody it was sent to")
		}
		r.users = []string{"d-li", "d-wang"}
		h.clock.Advance(time.Hour)
		h.read()
		at := h.row(look).ReadAt
		if at.Time() != h.clock.Now() {
			t.Errorf("read at %s", at)
		}
		h.clock.Advance(time.Hour)
		h.read()
		if want := d.Target + " " + d.PlatformID; !slices.Equal(r.asked, []string{want, want}) {
			t.Errorf("asked %q", r.asked)
		}
		for i, m := range matters {
			e := h.reads(m)
			if len(e) != 1 || e[0].PersonID != h.person.ID || e[0].At != at || e[0].Note != fmt.Sprintf("预警〔2026〕%d号", i+1) {
				t.Errorf("the history says %+v", e)
			}
		}
		if err := h.store.Write(h.Context(), h.d, func(tx *store.Tx) error { return tx.Read([]store.Delivery{d}) }); err == nil {
			t.Error("read twice")
		}
		if len(h.reads(matters[0])) != 1 {
			t.Error("written twice")
		}
	})
}

// Only warnings and orders to persons are asked about, for a day, while the platform's month lasts and as
// long as it answers.
func TestWhatIsNotAskedAbout(t *testing.T) {
	cases := map[string]struct {
		before func(h *house)
		err    error
		asked  int
	}{
		"a warning":               {before: func(*house) {}, asked: 1},
		"the platform fails":      {before: func(*house) {}, err: errors.New("too late"), asked: 1},
		"after a day":             {before: func(h *house) { h.clock.Advance(23 * time.Hour) }},
		"another budget is short": {before: func(h *house) { h.short("wecom.calls") }, asked: 1},
		"the budget is short":     {before: func(h *house) { h.short("dingtalk.calls") }},
		"the sender is away":      {before: func(h *house) { h.ding.ready(false) }},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				r := h.readable()
				h.warn(1)
				reminder := h.toPerson("look:2026-03-03")
				reminder.Rank = ledger.RankReminder
				other := h.toPerson("accept:1:1")
				h.opts.Composers["accept"] = h.opts.Composers["look"]
				h.notices(reminder, other, h.toGroup("look:2026-03-04", ledger.RankWarning))
				h.tick()
				h.clock.Advance(time.Hour + time.Minute)
				c.before(h)
				r.err = c.err
				h.read()
				if len(r.asked) != c.asked || h.row(look).ReadAt != 0 {
					h.Errorf("asked %q", r.asked)
				}
			})
		}
	})
}

// short says that the office was told that a budget runs out.
func (h *house) short(budget string) {
	h.write(func(tx *store.Tx) error {
		q, err := tx.Draw(budget, 202603, 100)
		if err != nil {
			return err
		}
		return tx.QuotaWarned(q, 80)
	})
}

// A platform that answers nothing is not asked two hundred times.
func TestAPlatformThatDoesNotAnswerIsLeftAlone(t *testing.T) {
	each(t, func(h *house) {
		r := h.readable()
		r.err = errors.New("down")
		for day := range 12 {
			h.notices(h.toPerson(fmt.Sprintf("look:2026-02-%02d", day+1)))
		}
		h.tick()
		h.read()
		if len(r.asked) != 10 {
			t.Errorf("asked %d times", len(r.asked))
		}
	})
}
