package ledger

// ScopeKey names the pot in which offences are counted together.
type ScopeKey struct {
	Project ProjectID
	Unit    UnitID
	Kind    Kind
}

// Key gives the pot of a commitment: its project and kind, its project, or its unit. What is on no
// project is counted for its unit.
func (s Scope) Key(m Commitment) ScopeKey { return s.key(m.ProjectID, m.UnitID, m.Kind) }

// KeyOfStrike gives the pot a strike lies in.
func (s Scope) KeyOfStrike(k Strike) ScopeKey { return s.key(k.ProjectID, k.UnitID, k.Kind) }

func (s Scope) key(p ProjectID, u UnitID, k Kind) ScopeKey {
	switch {
	case s == AnyOfUnit:
		return ScopeKey{Unit: u}
	case s == AnyOnProject && p != 0:
		return ScopeKey{Project: p}
	case p != 0:
		return ScopeKey{Project: p, Kind: k}
	}
	return ScopeKey{Unit: u, Kind: k}
}
