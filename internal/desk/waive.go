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
	g, err := a.read.Grounds(a.ctx, a.tx.District, m.ID, a.desk.Rules.Scope)
	if err != nil {
		return m.Commitment, err
	}
	out, err := ledger.Waive(m.Commitment, g, reason, a.desk.Rules, a.desk.Calendar, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
