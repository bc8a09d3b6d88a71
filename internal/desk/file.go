package desk

import (
	"cmp"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
)

// Refile (改报) puts another answer in the place of the one that was given to what recurs: whoever may answer it may.
func (a *Acts) Refile(by ledger.Actor, code string, said ledger.Filed) (Answered, ledger.Recurring, error) {
	m, err := a.read.CommitmentByCode(a.ctx, a.tx.District, code)
	if err == nil {
		for _, r := range a.desk.Recurring {
			if r.Name == m.Source {
				said.Again = true
				out, err := a.File(by, r, code, 0, said)
				return out, r, err
			}
		}
	}
	return Answered{}, ledger.Recurring{}, fault.Newf(fault.NotFound, "没有编号为%s的定期报送或履职，请核对后再发。", code)
}

// Answered is what recurs, answered: what was filed, what the window before had planned, and what of the same is
// still owed.
type Answered struct {
	M       ledger.Commitment
	X       ledger.Recurrence
	P       ledger.Project // empty when it is on none
	Planned string
	Missed  []ledger.Commitment
}

// fewWindows is how many windows back an answer may still be for.
const fewWindows = 6

// File (定期报送、履职) answers what recurs. Of several windows it is the one of the number code; else the one the day
// lies in, as long as it is owed; else the oldest that is owed.
func (a *Acts) File(by ledger.Actor, r ledger.Recurring, code string, id ledger.ProjectID, said ledger.Filed) (Answered, error) {
	v, err := a.speaker(by)
	if err != nil {
		return Answered{}, err
	}
	var out Answered
	var p *ledger.Project
	if id != 0 {
		out.P, _, err = a.project(by, id)
		if p = &out.P; err != nil {
			return out, err
		}
	}
	all, err := a.recurrences(v, r, code, p)
	if err != nil {
		return out, err
	}
	now := period.Every(string(r.Every), a.desk.Mode).Of(cmp.Or(said.On, by.Today))
	at := pickRecurrence(all, now.Key, code)
	if at < 0 {
		return out, fault.Newf(fault.NotFound, "%s目前没有须报的%s。如有疑问，请联系项目办。", out.P.Name, r.Name)
	}
	out.X, out.M = all[at].x, all[at].m
	if out.M.ProjectID != 0 && p == nil {
		if out.P, _, err = a.project(by, out.M.ProjectID); err != nil {
			return out, err
		}
		p = &out.P
	}
	if !ledger.MayFile(v, p, out.M) {
		return out, fault.Newf(fault.Forbidden, "%s（%s）由其责任人办理，您没有此权限。", out.M.Title, out.M.Code)
	}
	win, err := a.window(r, out.X.Period)
	if err != nil {
		return out, err
	}
	filed, err := r.File(out.M, out.X, win, said, out.P.Name, by)
	if err != nil {
		return out, err
	}
	for i, one := range all {
		switch {
		case i != at && one.m.State == ledger.Open && one.m.DueOn <= out.M.DueOn:
			out.Missed = append(out.Missed, one.m)
		case i > at && out.Planned == "" && one.x.Plan != "":
			out.Planned = one.x.Plan
		}
	}
	out.X = filed.Filed[0]
	out.M, err = a.apply(matter{Commitment: out.M}, filed)
	return out, err
}

// owedOnce is a recurrence with its commitment.
type owedOnce struct {
	x ledger.Recurrence
	m ledger.Commitment
}

// pickRecurrence finds which of them, newest first, an answer is for: -1 for none.
func pickRecurrence(all []owedOnce, window, code string) int {
	if code != "" {
		return slices.IndexFunc(all, func(o owedOnce) bool { return o.m.Code == code })
	}
	at := slices.IndexFunc(all, func(o owedOnce) bool { return o.x.Period == window })
	if at >= 0 && all[at].m.State == ledger.Open {
		return at
	}
	for i, o := range slices.Backward(all) {
		if o.m.State == ledger.Open {
			return i
		}
	}
	return max(at, min(len(all), 1)-1)
}

// recurrences gives the last of what the speaker, the speaker's unit or the project owed, newest first; by a number
// those of whoever owes that one.
func (a *Acts) recurrences(v ledger.Viewer, r ledger.Recurring, code string, p *ledger.Project) ([]owedOnce, error) {
	like := ledger.Recurrence{Rule: r.Name}
	switch {
	case code != "":
		m, err := a.read.CommitmentByCode(a.ctx, a.tx.District, code)
		if err != nil || m.Source != r.Name || (!ledger.Concerned(v, m) && !ledger.MayFile(v, p, m)) {
			return nil, fault.Newf(fault.NotFound, "没有编号为%s的%s，请核对后再发。", code, r.Name)
		}
		if like, err = a.read.RecurrenceOf(a.ctx, a.tx.District, m.ID); err != nil {
			return nil, err
		}
	case r.Who == ledger.OwedByProjects && p != nil:
		like.ProjectID = p.ID
	case r.Who == ledger.OwedByUnits:
		like.UnitID = v.Person.UnitID
	case r.Who == ledger.OwedByPeople:
		like.PersonID = v.Person.ID
	}
	rows, err := a.read.RecurrencesOf(a.ctx, a.tx.District, like, fewWindows)
	if err != nil {
		return nil, err
	}
	ids := make([]ledger.CommitmentID, len(rows))
	for i, x := range rows {
		ids[i] = x.CommitmentID
	}
	found, err := a.read.Commitments(a.ctx, a.tx.District, ids)
	if err != nil {
		return nil, err
	}
	byID := map[ledger.CommitmentID]ledger.Commitment{}
	for _, m := range found {
		byID[m.ID] = m
	}
	out := make([]owedOnce, len(rows))
	for i, x := range rows {
		out[i] = owedOnce{x, byID[x.CommitmentID]}
	}
	return out, nil
}

// window gives the days a window key stands for.
func (a *Acts) window(r ledger.Recurring, key string) (ledger.Window, error) {
	p, ok := period.Parse(period.Every(string(r.Every), a.desk.Mode), key)
	if !ok {
		return ledger.Window{}, fault.New(fault.Conflict, "报送周期的设置已变更，请联系项目办。")
	}
	return r.Of(p.Key, p.Name(), p.Prev().Name(), p.Start, p.End), nil
}

// speaker gathers what the law asks about whoever an act is the act of: the person spoken for, else the one who acts.
func (a *Acts) speaker(by ledger.Actor) (ledger.Viewer, error) {
	v, err := a.who(by)
	if err != nil || by.For == 0 || by.For == by.Person {
		return v, err
	}
	other, err := a.read.Person(a.ctx, a.tx.District, by.For)
	if err != nil {
		return v, err
	}
	return a.read.ViewerOfPerson(a.ctx, other)
}
