package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Fill (补齐要件、包联) fills in what a project lacks, or changes who stands by it, and gives the project with what it
// still lacks. The words of the elements are the owner's and the office's; people, units and the day are the office's, but
// for a day that was never set.
func (a *Acts) Fill(by ledger.Actor, id ledger.ProjectID, f ledger.Filling) (ledger.Project, []string, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return p, nil, err
	}
	words := f
	words.Measures, words.Standard, words.Reward = "", "", ""
	if p.TargetOn == 0 {
		words.Target = 0
	}
	switch office := v.Person.Has(ledger.RoleOffice); {
	case office:
	case words != ledger.Filling{}:
		return p, nil, fault.New(fault.Forbidden, "包联领导、责任单位和已定的工期由项目办调整，请联系项目办。")
	case !v.Is(p.OwnerID) && !ledger.MayReport(v, &p):
		return p, nil, fault.Newf(fault.Forbidden, "%s的要件由其联络员、专班或项目办补齐。", p.Name)
	}
	for _, who := range []ledger.PersonID{f.Leader, f.Owner, f.Service} {
		if who == 0 {
			continue
		}
		if one, err := a.read.Person(a.ctx, a.tx.District, who); err != nil || !one.Active {
			return p, nil, fault.Newf(fault.Invalid, "%s已不在岗，请改为他人。", one.Name)
		}
	}
	out, err := ledger.Fill(p, f, by)
	if err != nil {
		return p, nil, err
	}
	if _, err := a.tx.Apply(out); err != nil {
		return p, nil, err
	}
	return a.settleGaps(p.ID)
}

// settleGaps ends what is owed of gaps that are filled now, and gives the project with those that are left.
func (a *Acts) settleGaps(id ledger.ProjectID) (ledger.Project, []string, error) {
	ro, err := a.read.Roster(a.ctx, a.tx.District, id)
	if err != nil {
		return ro.Project, nil, err
	}
	known, err := a.read.ElementsOf(a.ctx, a.tx.District, []ledger.ProjectID{id})
	if err != nil {
		return ro.Project, nil, err
	}
	_, err = a.tx.Apply(ledger.ChaseGaps(ro, known[id], 0, 0, a.tx.Now))
	return ro.Project, ledger.Gaps(ro), err
}
