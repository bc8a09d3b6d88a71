package desk

import "duban/internal/ledger"

// manyUpdates is more reports than a project gives in all the periods 无变化 is counted over.
const manyUpdates = 100

// NoChange (无变化) reports for the period that is being collected that all is as it was, and gives the
// report with its receipt, and the project.
func (a *Acts) NoChange(by ledger.Actor, id ledger.ProjectID, why, source string) (ledger.Update, ledger.Project, error) {
	p, all, err := a.reporting(&by, id)
	if err != nil {
		return ledger.Update{}, p, err
	}
	latest, err := a.read.LastUpdates(a.ctx, a.tx.District, p.ID, manyUpdates)
	if err != nil {
		return ledger.Update{}, p, err
	}
	said := ledger.Said{Period: a.period(), Source: source}
	out, err := ledger.NoChange(p, why, latest, said, all, a.desk.Rules, by)
	if err != nil {
		return ledger.Update{}, p, err
	}
	return a.wrote(p, out)
}
