package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Waive (容错) closes a commitment without fault and lifts its strikes, with what is owed for its orders; the inspection office alone may.
func (a *Acts) Waive(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if !m.viewer.Person.Has(ledger.RoleInspection) {
		return m.Commitment, fault.New(fault.Forbidden, "容错免责由督查室认定，请联系督查室。")
	}
	replies, err := a.read.RepliesOf(a.ctx, a.tx.District, m.Commitment)
	if err != nil {
		return m.Commitment, err
	}
	var strikes []ledger.Strike
	for _, one := range append([]ledger.Commitment{m.Commitment}, replies...) {
		of, err := a.read.StrikesOf(a.ctx, a.tx.District, one.ID)
		if err != nil {
			return m.Commitment, err
		}
		strikes = append(strikes, of...)
	}
	out, err := ledger.Waive(m.Commitment, replies, strikes, reason, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
