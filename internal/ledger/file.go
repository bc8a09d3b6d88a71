package ledger

import (
	"cmp"
	"fmt"
	"strings"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Filed is what somebody answers to what recurs.
type Filed struct {
	Text  string
	Plan  string      // for the next window
	On    workday.Day // of a duty: the day it was done; 0 for today
	Again bool        // it takes the place of what was answered before
}

// changeDays is how many days after its window an answer may still be changed.
const changeDays = 7

// File takes the answer to what recurs: it is closed by it. What was late keeps its strike. about is what an example
// names: the project, if it is on one.
func (r Recurring) File(m Commitment, x Recurrence, w Window, said Filed, about string, by Actor) (Outcome, error) {
	said.Text, said.Plan = strings.TrimSpace(said.Text), strings.TrimSpace(said.Plan)
	ask := fmt.Sprintf("请写明内容，例如：%s", r.Say(about))
	switch {
	case m.State.Closed() && x.FiledAt == 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s（%s）已经结束，不用再报。", m.Title, m.Code)
	case x.FiledAt != 0 && !said.Again:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已于%s报过，不用重复报。已报内容：%s。如需更正，请发：改报 %s 更正后的内容",
			m.Title, workday.DayOf(x.FiledAt.Time()).Chinese(), clip(x.answer()), m.Code)
	case said.Again && x.FiledAt == 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s（%s）还没有报过，请直接报送，例如：%s", m.Title, m.Code, r.Say(about))
	case said.Again && by.Today > w.End.AddDays(changeDays):
		return Outcome{}, fault.Newf(fault.Conflict, "%s已过更正期限，内容不能再改。如有误，请联系项目办。", m.Title)
	}
	if err := reasonable(said.Text, ask); err != nil {
		return Outcome{}, err
	}
	if r.Plan != "" && said.Plan == "" && said.Again {
		said.Plan = x.Plan // what is not said anew stays
	}
	if r.Plan != "" && said.Plan == "" {
		return Outcome{}, fault.Newf(fault.Invalid, "还缺%s，请一并写明，例如：%s", r.Plan, r.Say(about))
	}
	if said.Plan != "" {
		if err := reasonable(said.Plan, ask); err != nil {
			return Outcome{}, err
		}
	}
	if r.Dated {
		said.On = cmp.Or(said.On, x.HappenedOn, by.Today)
		if err := r.dated(w, said.On, about, by); err != nil {
			return Outcome{}, err
		}
	}
	was := x
	x.FiledAt, x.FiledBy, x.ForID, x.Text, x.Plan, x.HappenedOn = by.At, by.Person, by.For, said.Text, said.Plan, said.On
	if said.Again {
		m.Evidence = clip(x.answer())
		out := change(m, by, "refiled", clip(x.answer()))
		out.Entries[0].Before = fmt.Sprintf("%q", was.answer())
		out.Filed = []Recurrence{x}
		return out, nil
	}
	m.State, m.Evidence, m.DoneAt, m.DoneBy, m.ClosedAt, m.NextLook = Accepted, clip(x.answer()), by.At, by.Person, by.At, 0
	out := change(m, by, "filed", clip(x.answer()))
	out.Filed = []Recurrence{x}
	return out, nil
}

// dated refuses a day on which it cannot have been done for the window.
func (r Recurring) dated(w Window, on workday.Day, about string, by Actor) error {
	switch {
	case on > by.Today:
		return fault.Newf(fault.Invalid, "%s还没有到，请在办理之后再报。", on.ChineseFull())
	case on < w.Start || on > w.End:
		return fault.Newf(fault.Invalid, "%s不在%s内，请核对日期后重发，例如：%s", on.ChineseFull(), w.Name, r.Say(about))
	}
	return nil
}

// Say gives an example of how it is answered, by the fact that answers it where there is one; about takes the place of
// %s in it.
func (r Recurring) Say(about string) string {
	return strings.Join(strings.Fields(cmp.Or(r.By, r.Name)+" "+strings.ReplaceAll(r.Example, "%s", about)), " ")
}

// answer words what was answered.
func (x Recurrence) answer() string {
	out := x.Text
	if x.HappenedOn != 0 {
		out = x.HappenedOn.Chinese() + "，" + out
	}
	if x.Plan != "" {
		out += "；下步计划：" + x.Plan
	}
	return out
}
