package desk

import (
	"context"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Visit is a visit to an enterprise as a door understood it.
type Visit struct {
	Enterprise string
	Likeness   string
	Text       string
	Problem    string // what the enterprise told, "" for none
	On         workday.Day
	To         ledger.PersonID // who is to solve it; 0: the contact of Unit
	Unit       ledger.UnitID   // 0 too: who went
}

// Visit (走访) writes a visit down, with the problem it found, and gives both. Everybody in the register may.
func (a *Acts) Visit(by ledger.Actor, r Visit) (ledger.Visit, *ledger.Commitment, []ledger.Commitment, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Visit{}, nil, nil, err
	}
	to := *v.Person
	if r.To != 0 || r.Unit != 0 {
		if to, err = a.platform(v, r.To, r.Unit); err != nil {
			return ledger.Visit{}, nil, nil, err
		}
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return ledger.Visit{}, nil, nil, err
	}
	row := ledger.Visit{
		DistrictID: a.tx.District, Enterprise: r.Enterprise, Likeness: r.Likeness, UnitID: v.Person.UnitID, On: r.On, Text: r.Text,
	}
	if row.On == 0 {
		row.On = by.Today
	}
	element, _ := a.desk.Elements.Recognise(r.Problem)
	out, err := ledger.MakeVisit(row, r.Problem, element, to, a.desk.Calendar.After(by.Today, a.desk.ProblemDays), ro, by)
	if err != nil {
		return row, nil, nil, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return row, nil, nil, err
	}
	owed, err := a.fulfil(by, ledger.Visited, row.On, row.Enterprise)
	if err != nil || len(w.New) == 0 {
		return out.Visits[0].Visit, nil, owed, err
	}
	return out.Visits[0].Visit, &w.New[0], owed, nil
}

// visit words a problem an enterprise told of to who is to solve it: "visit:WHO:AT".
func (d *Desk) visit(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	id, at, err := personAt(del.Cause)
	if err != nil {
		return words.Letter{}, err
	}
	visit, err := d.Store.VisitAt(ctx, d.District, id, clock.Instant(at))
	if err != nil {
		return words.Letter{}, err
	}
	m, err := d.Store.Commitment(ctx, d.District, visit.CommitmentID)
	if err != nil {
		return words.Letter{}, err
	}
	switch {
	case m.State != ledger.Open:
		return words.Letter{Drop: "问题已有处理结果"}, nil
	case !ledger.Concerned(v, m) && !ledger.Entitled(v, nil):
		return words.Letter{Drop: "收件人无权了解该问题"}, nil
	}
	n := note{M: m, Mine: v.Is(m.OwnerID)}
	if n.By, err = d.called(ctx, visit.PersonID); err != nil {
		return words.Letter{}, err
	}
	if n.Owner, err = d.called(ctx, m.OwnerID); err != nil {
		return words.Letter{}, err
	}
	l := words.Letter{}
	l.Message, err = d.Words.Say("notice/visit", n)
	return l, err
}

// Request (企业诉求) puts what an enterprise asks for on the ledger as an assigned matter, for the one who serves it: the
// project's service officer, else who reports on it; without a project the person or unit that is named. due is the day
// said, or 0.
func (a *Acts) Request(by ledger.Actor, project ledger.ProjectID, text string, to ledger.PersonID, unit ledger.UnitID, due workday.Day) (ledger.Commitment, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Commitment{}, err
	}
	var p *ledger.Project
	if project != 0 {
		pr, _, err := a.project(by, project)
		if err != nil {
			return ledger.Commitment{}, err
		}
		p = &pr
	}
	r := Remark{To: to, Unit: unit}
	switch {
	case to != 0 || unit != 0:
	case p != nil && p.ServiceID != 0:
		r.To = p.ServiceID
	case p == nil:
		return ledger.Commitment{}, fault.New(fault.Invalid, "请写明由谁办理，例如：诉求 某某公司 用电容量不足 由经信局办理")
	}
	who, err := a.assignee(r, p)
	if err != nil {
		return ledger.Commitment{}, err
	}
	if due == 0 {
		due = a.desk.Calendar.After(by.Today, a.desk.Rules.AssignDays)
	}
	if by.For == 0 && v.Stands[who.ID] { // a deputy writes down what comes to whoever is away
		by.For = who.ID
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, project)
	if err != nil {
		return ledger.Commitment{}, err
	}
	out, err := ledger.Assign(p, text, who, due, ledger.Origin{Source: ledger.Requested}, ro, by)
	if err != nil {
		return ledger.Commitment{}, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Commitment{}, err
	}
	return w.New[0], nil
}
