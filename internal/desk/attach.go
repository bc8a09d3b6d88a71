package desk

import "duban/internal/ledger"

// Attach (补佐证) adds photos, by the hashes Photo gave, to what was reported done and waits for its judge.
func (a *Acts) Attach(by ledger.Actor, id ledger.CommitmentID, photos []string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if m.DoneBy != by.Person {
		if err := m.mover("佐证"); err != nil {
			return m.Commitment, err
		}
	}
	out, err := ledger.AddPhotos(m.Commitment, photos, m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
