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
			if what == "look" || what == "takenback" {
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

// The office hears what became of messages that were taken back: nothing before all is known, then who got a
// correction instead, and nothing when there is nobody.
func TestTheOfficeHearsWhatWasNotRecalled(t *testing.T) {
	for want, group := range map[string]store.Delivery{
		"": {State: store.SentOut, Code: store.CodeRecalled},
		"收回结果：预警〔2026〕1号|未能撤回（平台不支持、已过时限或同条还有其他事项），已改发更正通知：G-plant|其余1条已从平台撤回": {State: store.SentOut},
		"收回结果：预警〔2026〕1号|未能撤回，更正通知也没有送达，请另行告知：G-plant|其余1条已从平台撤回":              {State: store.Refused},
	} {
		each(t, func(h *house) {
			step := ledger.Step{DistrictID: h.d, CommitmentID: h.node.ID, DueOn: h.node.DueOn, Name: ledger.StepWarn, On: 20260302, ProjectID: h.plant.ID}
			var notices []ledger.Notice
			for _, to := range []ledger.Recipient{{Group: h.plantGroup.ID}, {Person: h.owner.ID}} {
				notices = append(notices, ledger.Notice{Cause: ledger.LookCause(step.On), To: to, Due: clock.At(monday),
					Step: &ledger.StepRef{CommitmentID: step.CommitmentID, DueOn: step.DueOn, Name: step.Name}})
			}
			h.write(ledger.Outcome{Steps: []ledger.Step{step}, Notices: notices}, nil)
			for _, row := range h.deliveries() {
				row.State, row.Title, row.SentAt = store.SentOut, "【预警】J0001", clock.At(monday)
				h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{row}))
			}
			h.ok(h.act(h.office, func(a *desk.Acts, by ledger.Actor) error {
				_, err := a.TakeBack(by, "预警〔2026〕1号", 0, "对象有误")
				return err
			}))
			var told store.Delivery
			var back []store.Delivery
			for _, d := range h.deliveries() {
				switch what, _, _ := strings.Cut(d.Cause, ":"); what {
				case "takenback":
					told = d
				case "takeback":
					back = append(back, d)
				}
			}
			l, err := h.Compose(h.Context(), told, h.viewer(told.To()))
			if h.ok(err); told.PersonID != h.office.ID || l.Wait == 0 {
				t.Fatalf("%+v is told before it is known what became of it: %+v", told, l)
			}
			for _, d := range back {
				d.State, d.Code = store.SentOut, store.CodeRecalled
				if d.GroupID != 0 {
					d.State, d.Code = group.State, group.Code
				}
				h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{d}))
			}
			l, err = h.Compose(h.Context(), told, h.viewer(told.To()))
			h.ok(err)
			if got := strings.Join(append([]string{l.Title}, l.Rows...), "|"); strings.Trim(got, "|") != want || (l.Drop != "") != (want == "") || l.Wait != 0 {
				t.Errorf("the office hears %q, not %q", got, want)
			}
		})
	}
}
