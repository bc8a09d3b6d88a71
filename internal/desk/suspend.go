package desk

import "duban/internal/ledger"

// Suspend (暂停) stops a project's clocks; the office alone may. It gives the project as it is now.
func (a *Acts) Suspend(by ledger.Actor, id ledger.ProjectID, reason string) (ledger.Project, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return p, err
	}
	if err := a.office(v, "项目暂停"); err != nil {
		return p, err
	}
	out, err := ledger.Suspend(p, reason, by)
	if err != nil {
		return p, err
	}
	return a.applyProject(p, out)
}

// Resume (恢复) starts them again; the office alone may. It gives the project as it is now.
func (a *Acts) Resume(by ledger.Actor, id ledger.ProjectID) (ledger.Project, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return p, err
	}
	if err := a.office(v, "项目恢复"); err != nil {
		return p, err
	}
	all, err := a.read.CommitmentsOf(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return p, err
	}
	out, err := ledger.Resume(p, all, by)
	if err != nil {
		return p, err
	}
	return a.applyProject(p, out)
}

func (a *Acts) applyProject(p ledger.Project, out ledger.Outcome) (ledger.Project, error) {
	if _, err := a.tx.Apply(out); err != nil {
		return p, err
	}
	return a.read.Project(a.ctx, a.tx.District, p.ID)
}
