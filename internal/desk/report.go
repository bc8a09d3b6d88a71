package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Report (报) takes a report on a project for the period that is being collected and gives it with its receipt, and
// the project as it is now. Said.Period is set here. What looks like a slip comes back as a fault of
// code Ambiguous; Said.Sure takes it all the same.
func (a *Acts) Report(by ledger.Actor, id ledger.ProjectID, said ledger.Said) (ledger.Update, ledger.Project, error) {
	p, owed, err := a.reporting(&by, id)
	if err != nil {
		return ledger.Update{}, p, err
	}
	said.Period = a.period()
	out, err := ledger.Report(p, said, owed, by)
	if err != nil {
		return ledger.Update{}, p, err
	}
	return a.wrote(p, out)
}

// reporting reads a project the actor may report on, and what is owed on it. Who speaks for another reports
// what that one may report; the office may for anybody. A deputy speaks for whoever is on leave.
func (a *Acts) reporting(by *ledger.Actor, id ledger.ProjectID) (ledger.Project, []ledger.Commitment, error) {
	p, v, err := a.project(*by, id)
	if err != nil {
		return p, nil, err
	}
	if by.For == 0 && v.Stands[p.OwnerID] {
		by.For = p.OwnerID
	}
	who := "您"
	if by.For != 0 && by.For != by.Person && !v.Person.Has(ledger.RoleOffice) {
		other, err := a.read.Person(a.ctx, a.tx.District, by.For)
		if err != nil {
			return p, nil, err
		}
		who = other.Name
		if v, err = a.read.ViewerOfPerson(a.ctx, other); err != nil {
			return p, nil, err
		}
	}
	if !ledger.MayReport(v, &p) {
		return p, nil, fault.Newf(fault.Forbidden, "%s没有%s的报送权限，请由其联络员或专班成员报送。", who, p.Name)
	}
	owed, err := a.read.OpenFilings(a.ctx, a.tx.District, p.ID)
	return p, owed, err
}

// wrote writes a report and gives it with its receipt, and the project as it is now.
func (a *Acts) wrote(p ledger.Project, out ledger.Outcome) (ledger.Update, ledger.Project, error) {
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Update{}, p, err
	}
	p, err = a.read.Project(a.ctx, a.tx.District, p.ID)
	return w.Updates[0], p, err
}
