package desk

import "duban/internal/ledger"

// Cancel (撤销) closes a commitment that is owed no longer; the office alone may.
func (a *Acts) Cancel(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if err := a.office(m.viewer, "事项撤销"); err != nil {
		return m.Commitment, err
	}
	out, err := ledger.Cancel(m.Commitment, reason, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
