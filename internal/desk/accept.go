package desk

import "duban/internal/ledger"

// Accept (销号) closes what was reported done and gives it as it is now.
func (a *Acts) Accept(by ledger.Actor, id ledger.CommitmentID) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if err := m.judge("销号"); err != nil {
		return m.Commitment, err
	}
	out, err := ledger.Accept(m.Commitment, by)
	if err != nil {
		return m.Commitment, a.judgedBefore(by, m, err)
	}
	return a.apply(m, out)
}
