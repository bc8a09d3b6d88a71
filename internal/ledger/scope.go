package ledger

// ScopeKey names the pot in which offences are counted together.
type ScopeKey struct {
	Project ProjectID
	Unit    UnitID
	Kind    Kind
}

// Key gives the pot of a commitment: its project and kind, its project, or its unit. What is on no
// project is counted for its unit; what is one person's own has no pot.
func (s Scope) Key(m Commitment) ScopeKey { return s.key(m.ProjectID, m.UnitID, m.Kind) }

// KeyOfStrike gives the pot a strike lies in.
func (s Scope) KeyOfStrike(k Strike) ScopeKey { return s.key(k.ProjectID, k.UnitID, k.Kind) }

// Counts reports whether a strike may make m's offence the second: one from its own pot, or its own.
// What has neither project nor unit shares its pot with nobody.
func (s Scope) Counts(k Strike, m Commitment) bool {
	pot := s.Key(m)
	return k.CommitmentID == m.ID || (pot.Project != 0 || pot.Unit != 0) && s.KeyOfStrike(k) == pot
}

func (s Scope) key(p ProjectID, u UnitID, k Kind) ScopeKey {
	switch {
	case Kinds[k].Own:
		return ScopeKey{}
	case s == AnyOfUnit:
		return ScopeKey{Unit: u}
	case s == AnyOnProject && p != 0:
		return ScopeKey{Project: p}
	case p != 0:
		return ScopeKey{Project: p, Kind: k}
	}
	return ScopeKey{Unit: u, Kind: k}
}
