package desk

import (
	"context"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// Acts is what a person may do, inside one transaction. It is valid only within the closure it was
// handed to; the closure may run again and touches nothing outside but variables it sets afresh.
type Acts struct {
	desk    *Desk
	ctx     context.Context
	tx      *store.Tx
	read    *store.Store
	private bool
	asking  int          // statements that wrote questions down
	earlier int          // lines of history the transaction held before
	late    ledger.Entry // of a decision that came too late
	card    *chat.Card   // that was pressed, or whose press led to the question now answered

	meanwhile chat.Message // what the group is told of a private answer
}

func (d *Desk) acts(ctx context.Context, tx *store.Tx) *Acts {
	return &Acts{desk: d, ctx: ctx, tx: tx, read: tx.Reads(), earlier: len(tx.Entries())}
}

// By makes the actor of this moment. The office may act for another person by setting For.
func (a *Acts) By(person ledger.PersonID) ledger.Actor {
	return ledger.Actor{Person: person, At: a.tx.Now, Today: workday.DayOf(a.tx.Now.Time())}
}

// period is the key of the one a report made now counts for.
func (a *Acts) period() string {
	return period.Collecting(a.desk.Mode, a.desk.Calendar, a.tx.Now.Time()).Key
}

// Privately sends the answer to the person alone, though it was asked in a group.
func (a *Acts) Privately() { a.private = true }

// Meanwhile is all the group is told when the answer goes out privately; without it the group hears nothing.
func (a *Acts) Meanwhile(line chat.Message) { a.meanwhile = line }

// The sentences of a missing thing. Who may not know of a thing is told the same as if there were none.
var (
	errNoProject    = fault.New(fault.NotFound, "没有这个项目，请核对名称或编号后再发。")
	errNoCommitment = fault.New(fault.NotFound, "没有这个事项，请核对编号后再发。")
	errNoReceipt    = fault.New(fault.NotFound, "没有这个回执号，请核对后再发。")
)

// who gathers what the law asks about the actor. The office acts for others, a unit's head for the people
// of the unit, and a deputy for whoever is on leave.
func (a *Acts) who(by ledger.Actor) (ledger.Viewer, error) {
	p, err := a.read.Person(a.ctx, a.tx.District, by.Person)
	if err != nil {
		return ledger.Viewer{}, err
	}
	if !p.Active {
		return ledger.Viewer{}, fault.New(fault.Forbidden, "您的账号已停用，请联系项目办。")
	}
	v, err := a.read.ViewerOfPerson(a.ctx, p)
	if err != nil || by.For == 0 || by.For == by.Person {
		return v, err
	}
	other, err := a.read.Person(a.ctx, a.tx.District, by.For)
	switch {
	case err != nil:
		return v, err
	case !other.Active:
		return v, fault.Newf(fault.Forbidden, "%s已不在岗，不能代其办理。", other.Name)
	case !p.Has(ledger.RoleOffice) && !v.Stands[by.For] && !(p.Has(ledger.RoleUnitHead) && other.UnitID != 0 && v.Units[other.UnitID]):
		return v, fault.New(fault.Forbidden, "只有项目办和本单位负责人可以代他人办理。")
	}
	return v, nil
}

// office refuses whoever is not of the office.
func (a *Acts) office(v ledger.Viewer, what string) error {
	if !v.Person.Has(ledger.RoleOffice) {
		return fault.Newf(fault.Forbidden, "%s由项目办办理，请联系项目办。", what)
	}
	return nil
}

// project reads a project the actor may know of.
func (a *Acts) project(by ledger.Actor, id ledger.ProjectID) (ledger.Project, ledger.Viewer, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Project{}, v, err
	}
	p, err := a.read.Project(a.ctx, a.tx.District, id)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return p, v, errNoProject
	case err != nil:
		return p, v, err
	case !ledger.Entitled(v, &p):
		return ledger.Project{}, v, errNoProject
	}
	return p, v, nil
}

// matter is a commitment with all the acts on it ask for.
type matter struct {
	ledger.Commitment
	project *ledger.Project // nil when it is on none
	roster  ledger.Roster
	viewer  ledger.Viewer
	handed  bool // somebody proposes to hand it over to the actor, or to the actor's unit
}

// matter reads a commitment the actor may know of.
func (a *Acts) matter(by ledger.Actor, id ledger.CommitmentID) (matter, error) {
	var m matter
	var err error
	if m.viewer, err = a.who(by); err != nil {
		return m, err
	}
	m.Commitment, err = a.read.Commitment(a.ctx, a.tx.District, id)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return m, errNoCommitment
	case err != nil:
		return m, err
	}
	if m.roster, err = a.read.Roster(a.ctx, a.tx.District, m.ProjectID); err != nil {
		return m, err
	}
	if m.ProjectID != 0 {
		p := m.roster.Project
		m.project = &p
	}
	if !m.known() {
		if m.handed, err = a.offered(m); err != nil {
			return m, err
		}
	}
	if !m.known() {
		return matter{}, errNoCommitment
	}
	return m, nil
}

// known reports whether the actor may know of the matter: by the right to its project, or because it is
// theirs to move, theirs to answer for, or was raised by them.
func (m matter) known() bool {
	return ledger.Entitled(m.viewer, m.project) || ledger.Concerned(m.viewer, m.Commitment) || m.handed
}

// mover refuses whoever has neither to move the matter nor may report on its project.
func (m matter) mover(what string) error {
	if m.viewer.Is(m.OwnerID) || m.viewer.Person.Has(ledger.RoleOffice) || ledger.MayReport(m.viewer, m.project) {
		return nil
	}
	return fault.Newf(fault.Forbidden, "%s由责任人或专班成员办理，您没有此权限。", what)
}

// judge refuses whoever may not decide on the matter.
func (m matter) judge(what string) error {
	switch {
	case ledger.MayJudge(m.viewer, m.project, m.Commitment):
		return nil
	case m.viewer.Is(m.OwnerID):
		return fault.Newf(fault.Forbidden, "%s须由他人办理，不能自己审自己的事项。", what)
	case m.Kind == ledger.Reply:
		return fault.Newf(fault.Forbidden, "督办回复的%s由督查室办理。", what)
	}
	return fault.Newf(fault.Forbidden, "%s由项目办、督查室或包联领导办理。", what)
}

// absent gives on whose behalf a deputy acts on the matter, 0 when it is the actor's own right.
func (m matter) absent() ledger.PersonID {
	stands := m.viewer.Stands
	switch {
	case stands[m.OwnerID]:
		return m.OwnerID
	case m.project != nil && stands[m.project.LeaderID]:
		return m.project.LeaderID
	case stands[m.RaisedBy]:
		return m.RaisedBy
	}
	return 0
}

// apply writes outcomes and reads the changed commitment of the matter again.
func (a *Acts) apply(m matter, out ledger.Outcome) (ledger.Commitment, error) {
	if away := m.absent(); away != 0 {
		for i := range out.Entries {
			if e := &out.Entries[i]; e.PersonID == m.viewer.Person.ID && e.ForID == 0 {
				e.ForID = away
			}
		}
	}
	if _, err := a.tx.Apply(out); err != nil {
		return ledger.Commitment{}, err
	}
	return a.read.Commitment(a.ctx, a.tx.District, m.ID)
}
