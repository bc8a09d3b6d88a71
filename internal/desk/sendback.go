package desk

import "duban/internal/ledger"

// SendBack (退回) opens what was reported done again and gives it as it is now.
func (a *Acts) SendBack(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if err := m.judge("退回"); err != nil {
		return m.Commitment, err
	}
	out, err := ledger.SendBack(m.Commitment, reason, a.desk.Rules, a.desk.Calendar, by)
	if err != nil {
		return m.Commitment, a.judgedBefore(by, m, err)
	}
	return a.apply(m, out)
}
