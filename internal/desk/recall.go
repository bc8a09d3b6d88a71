package desk

import (
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
)

// Recall (撤回) takes a matter or a problem back by whoever raised it, within the period it was raised in; the
// office may on a leader's behalf.
func (a *Acts) Recall(by ledger.Actor, id ledger.CommitmentID) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if m.viewer.Person.Has(ledger.RoleOffice) && m.Kind == ledger.Assignment && by.For == 0 {
		by.For = m.RaisedBy
	}
	raised := period.Collecting(a.desk.Mode, a.desk.Calendar, m.CreatedAt.Time())
	out, err := ledger.Recall(m.Commitment, clock.At(period.Closes(raised, a.desk.Calendar)), m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
