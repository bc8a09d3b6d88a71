package desk

import (
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Remark is a leader's remark (批示) as a door understood it.
type Remark struct {
	Project ledger.ProjectID // 0: on none
	Text    string
	To      ledger.PersonID // 0: the project's owner, else the contact of its lead unit
	Unit    ledger.UnitID   // with To 0: the unit whose contact it is for
	Due     workday.Day     // 0: the rules' days from today
	From    ledger.Origin
}

// Assign (批示) makes a remark an assigned matter and gives it with its number. The leader may for the own
// projects, a district leader for all; the office writes it down on a leader's behalf: without Actor.For
// it is the project's leader. What others asked for (人大建议 …) the office puts down in its own name, once.
func (a *Acts) Assign(by ledger.Actor, r Remark) (ledger.Commitment, error) {
	v, p, err := a.remarked(&by, r)
	if err != nil {
		return ledger.Commitment{}, err
	}
	if !ledger.MayAssign(v, p) && !ledger.MayRegister(v, r.From) {
		if slices.Contains(ledger.Sources, r.From.Source) {
			return ledger.Commitment{}, fault.Newf(fault.Forbidden, "%s由项目办登记交办，请联系项目办。", r.From.Source)
		}
		if p == nil {
			return ledger.Commitment{}, fault.New(fault.Forbidden, "不挂项目的交办由区领导批示；请写明项目，例如：批示 城南污水处理厂 月底前完成清表")
		}
		return ledger.Commitment{}, fault.Newf(fault.Forbidden, "%s由其包联领导或区领导批示交办。", p.Name)
	}
	if err := a.unregistered(by, r.From); err != nil {
		return ledger.Commitment{}, err
	}
	to, err := a.assignee(r, p)
	if err != nil {
		return ledger.Commitment{}, err
	}
	if r.Due == 0 {
		r.Due = a.desk.Calendar.After(by.Today, a.desk.Rules.AssignDays)
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, r.Project)
	if err != nil {
		return ledger.Commitment{}, err
	}
	out, err := ledger.Assign(p, r.Text, to, r.Due, r.From, ro, by)
	if err != nil {
		return ledger.Commitment{}, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Commitment{}, err
	}
	return w.New[0], nil
}

// remarked reads whose remark it is and on which project; of the office it sets on whose behalf.
func (a *Acts) remarked(by *ledger.Actor, r Remark) (v ledger.Viewer, p *ledger.Project, err error) {
	if r.Project != 0 {
		pr, seen, err := a.project(*by, r.Project)
		if err != nil {
			return seen, nil, err
		}
		v, p = seen, &pr
	} else if v, err = a.who(*by); err != nil {
		return v, nil, err
	}
	if by.For == 0 && p != nil && v.Stands[p.LeaderID] && !v.Person.Has(ledger.RoleDistrictLeader) {
		by.For = p.LeaderID
	}
	if !v.Person.Has(ledger.RoleOffice) {
		return v, p, nil
	}
	if by.For == 0 && ledger.MayRegister(v, r.From) {
		return v, p, nil
	}
	if by.For == 0 && p != nil {
		by.For = p.LeaderID
	}
	if by.For == 0 {
		return v, p, fault.New(fault.Invalid, "请写明是哪位领导的批示，例如：代李强批示 城南污水处理厂 月底前完成清表")
	}
	leader, err := a.read.Person(a.ctx, a.tx.District, by.For)
	if err != nil {
		return v, p, err
	}
	v, err = a.read.ViewerOfPerson(a.ctx, leader)
	return v, p, err
}

// assignee finds who is to move what a remark asks for.
func (a *Acts) assignee(r Remark, p *ledger.Project) (ledger.Person, error) {
	if r.To == 0 && r.Unit == 0 && p != nil {
		r.To, r.Unit = p.OwnerID, p.LeadUnitID
	}
	if r.To != 0 {
		if to, err := a.read.Person(a.ctx, a.tx.District, r.To); err != nil || to.Active {
			return to, err
		}
	}
	people, err := a.read.People(a.ctx, a.tx.District)
	if err != nil {
		return ledger.Person{}, err
	}
	to := ledger.Contact(people, r.Unit)
	if to.ID == 0 && r.Unit != 0 {
		units, err := a.read.Units(a.ctx, a.tx.District)
		if err != nil {
			return to, err
		}
		i := slices.IndexFunc(units, func(u ledger.Unit) bool { return u.ID == r.Unit })
		if i >= 0 {
			return to, fault.Newf(fault.Conflict, "%s已没有在岗的联络员和负责人，可能已撤并，没有交办。请改交承接单位，或写明由谁办理。", units[i].Name)
		}
	}
	return to, nil
}

// unregistered refuses what is on the ledger already under the same number of the same year.
func (a *Acts) unregistered(by ledger.Actor, from ledger.Origin) error {
	if from.No == "" {
		return nil
	}
	m, err := a.read.AssignedFrom(a.ctx, a.tx.District, from, clock.At(workday.NewDay(by.Today.Year(), 1, 1).At(0, 0, clock.Shanghai)))
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil
	case err != nil:
		return err
	}
	return fault.Newf(fault.Conflict, "%s今年已交办，编号%s，不用重复登记。查看请发：经过 %s", from, m.Code, m.Code)
}
