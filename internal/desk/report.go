package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Report (报) takes a report on a project for the period that is being collected and gives it with its receipt, and
// the project as it is now. Said.Period is set here. What looks like a slip comes back as a fault of
// code Ambiguous; Said.Sure takes it all the same.
func (a *Acts) Report(by ledger.Actor, id ledger.ProjectID, said ledger.Said) (ledger.Update, ledger.Project, error) {
	p, v, err := a.project(by, id)
	switch {
	case err != nil:
		return ledger.Update{}, p, err
	case !ledger.MayReport(v, &p):
		return ledger.Update{}, p, fault.Newf(fault.Forbidden, "您没有%s的报送权限，请由其联络员或专班成员报送。", p.Name)
	}
	said.Period = a.period()
	all, err := a.read.CommitmentsOf(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return ledger.Update{}, p, err
	}
	out, err := ledger.Report(p, said, all, by)
	if err != nil {
		return ledger.Update{}, p, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return ledger.Update{}, p, err
	}
	p, err = a.read.Project(a.ctx, a.tx.District, p.ID)
	return w.Updates[0], p, err
}
