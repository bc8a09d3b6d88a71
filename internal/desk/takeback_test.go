package desk_test

import (
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// The office takes a warning back by its number: sent messages are recalled or corrected, a digest that
// tells of more is corrected, what waits never goes, and nothing happens twice.
func TestTheOfficeTakesANoticeBack(t *testing.T) {
	each(t, func(h *house) {
		day := h.node.DueOn
		step := ledger.Step{DistrictID: h.d, CommitmentID: h.node.ID, DueOn: day, Name: ledger.StepWarn, On: 20260302, ProjectID: h.plant.ID}
		other := step
		other.Name, other.Before = ledger.StepRemind, 7
		cause := ledger.LookCause(step.On)
		tell := func(to ledger.Recipient, s ledger.Step) ledger.Notice {
			return ledger.Notice{Cause: cause, To: to, Rank: ledger.RankWarning, Due: clock.At(monday),
				Step: &ledger.StepRef{CommitmentID: s.CommitmentID, DueOn: s.DueOn, Name: s.Name, Before: s.Before}}
		}
		group, owner, leader := ledger.Recipient{Group: h.plantGroup.ID}, ledger.Recipient{Person: h.owner.ID}, ledger.Recipient{Person: h.leader.ID}
		h.write(ledger.Outcome{Steps: []ledger.Step{step, other}, Notices: []ledger.Notice{
			tell(group, step), tell(owner, step), tell(owner, other), tell(leader, step),
		}}, nil)
		var waits store.Delivery
		for _, row := range h.deliveries() {
			row.State, row.Title, row.SentAt = store.SentOut, "【预警】J0001", clock.At(monday)
			if row.PersonID == h.leader.ID {
				row.State, row.SentAt, waits = store.Waiting, 0, row
			}
			h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{row}))
		}
		take := func(who ledger.Person, notice, why string) (n int, err error) {
			err = h.act(who, func(a *desk.Acts, by ledger.Actor) error {
				n, err = a.TakeBack(by, notice, 0, why)
				return err
			})
			return n, err
		}
		_, err := take(h.leader, "预警〔2026〕1号", "有误")
		h.want(fault.Forbidden, err)
		_, err = take(h.office, "预警〔2026〕1号", " ")
		h.want(fault.Invalid, err)
		_, err = take(h.office, "预警〔2026〕9号", "有误")
		h.want(fault.NotFound, err)
		if n, err := take(h.office, "预警〔2026〕1号", "对象有误"); n != 3 || err != nil {
			t.Fatalf("%d taken back: %v", n, err)
		}
		_, err = take(h.office, "预警〔2026〕1号", "对象有误")
		h.want(fault.Conflict, err)
		got := map[string]string{}
		for _, d := range h.deliveries() {
			what, _, _ := strings.Cut(d.Cause, ":")
			if what == "look" {
				continue
			}
			l, err := h.Compose(h.Context(), d, h.viewer(d.To()))
			h.ok(err)
			got[d.Recipient] = what + " " + l.Title + " " + l.Rows[1]
		}
		if got[group.Key()] != "takeback 更正：【预警】J0001 收回原因：对象有误" || got[owner.Key()] != "correct 更正：【预警】J0001 收回原因：对象有误" || len(got) != 2 {
			t.Errorf("goes out: %v", got)
		}
		d, err := h.store.Delivery(h.Context(), h.d, waits.ID)
		if err != nil || d.State != store.Dropped || d.Detail != "通知已收回：对象有误" {
			t.Errorf("what waited is %+v, %v", d, err)
		}
		history, err := h.store.History(h.Context(), h.d, h.node.Subject())
		h.ok(err)
		last := history[len(history)-1]
		if last.Act != "notice:recalled" || last.PersonID != h.office.ID || last.Note != "预警〔2026〕1号 对象有误" {
			t.Errorf("history ends with %+v", last)
		}
	})
}
