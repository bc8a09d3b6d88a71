package desk

import (
	"cmp"

	"duban/internal/ledger"
)

// Received (收到) confirms that the owner has got a matter, and gives it as it is now.
func (a *Acts) Received(by ledger.Actor, id ledger.CommitmentID) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	by.For = cmp.Or(by.For, m.absent())
	out, err := ledger.Receive(m.Commitment, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
