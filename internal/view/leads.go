package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// LeadLine is a lead in a list.
type LeadLine struct {
	Matter
	L     ledger.Prospect
	Unit  string // the platform that has it
	First string // that had it first, "" when it is the same
	Owner string
}

// DueAt is the minute by which an answer is owed.
func (l LeadLine) DueAt() string { return l.L.DueAt.Time().In(clock.Shanghai).Format("1月2日15:04") }

// Leads are the leads a viewer may see, those of this year.
type Leads struct {
	Open   []LeadLine // without an answer, the longest overdue first
	Living []LeadLine // answered, and no project yet; newest first
}

// Leads gives them: to whoever sees the whole district all, to others those of their platform and those they
// brought in.
func (v *View) Leads(ctx context.Context, who ledger.Viewer) (Leads, error) {
	var out Leads
	lines, err := v.leadLines(ctx, func(m ledger.Commitment, _ ledger.Prospect) bool {
		return ledger.Entitled(who, nil) || ledger.Concerned(who, m)
	})
	for _, l := range lines {
		switch {
		case l.State == ledger.Open:
			out.Open = append(out.Open, l)
		case l.State == ledger.Accepted && l.L.ProjectID == 0:
			out.Living = append(out.Living, l)
		}
	}
	slices.SortStableFunc(out.Open, func(a, b LeadLine) int { return cmp.Compare(a.L.DueAt, b.L.DueAt) })
	slices.Reverse(out.Living)
	return out, err
}

// leadLines gives this year's leads that may be shown.
func (v *View) leadLines(ctx context.Context, may func(ledger.Commitment, ledger.Prospect) bool) ([]LeadLine, error) {
	since := clock.At(workday.NewDay(v.Today().Year(), 1, 1).At(0, 0, clock.Shanghai))
	all, err := v.Store.ProspectsSince(ctx, v.District, since)
	if err != nil {
		return nil, err
	}
	ids := make([]ledger.CommitmentID, len(all))
	for i, p := range all {
		ids[i] = p.CommitmentID
	}
	owed, err := v.Store.Commitments(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	byID := make(map[ledger.CommitmentID]ledger.Commitment, len(owed))
	for _, m := range owed {
		byID[m.ID] = m
	}
	reg, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []LeadLine
	for _, p := range all {
		m := byID[p.CommitmentID]
		if !may(m, p) {
			continue
		}
		l := LeadLine{Matter: v.matter(m, ledger.Project{}, nil), L: p, Unit: reg.Short(m.UnitID), Owner: reg.Called(m.OwnerID)}
		if p.FirstUnitID != p.UnitID {
			l.First = reg.Short(p.FirstUnitID)
		}
		out = append(out, l)
	}
	return out, nil
}

// LeadCount is what a unit did with leads in the year. A lead that went on counts as shared for the platform that
// had it first, and as held for the one that has it.
type LeadCount struct {
	Unit    ledger.Unit
	Found   int // brought in
	Held    int
	InTime  int // answered within their hours
	Late    int // answered later, or not yet and overdue
	Shared  int // had first, and given to another platform: the credit
	Project int // became projects
}

// LeadCounts gives it by unit, in the order of units, for those that have anything to do with leads; to whoever
// sees the whole district, to others of their own unit. The last is the whole.
func (v *View) LeadCounts(ctx context.Context, who ledger.Viewer) ([]LeadCount, error) {
	lines, err := v.leadLines(ctx, func(_ ledger.Commitment, p ledger.Prospect) bool {
		return ledger.Entitled(who, nil) || who.Units[p.UnitID] || who.Units[p.FirstUnitID] || who.Units[p.SourceUnitID]
	})
	if err != nil {
		return nil, err
	}
	units, err := v.Store.Units(ctx, v.District)
	if err != nil {
		return nil, err
	}
	now := clock.At(v.Clock.Now())
	counts := map[ledger.UnitID]*LeadCount{}
	of := func(id ledger.UnitID) *LeadCount {
		if counts[id] == nil {
			counts[id] = &LeadCount{}
		}
		return counts[id]
	}
	whole := LeadCount{Unit: ledger.Unit{Short: "合计"}}
	for _, l := range lines {
		if l.State == ledger.Cancelled || l.State == ledger.Waived {
			continue
		}
		of(l.L.SourceUnitID).Found++
		held := of(l.L.UnitID)
		for _, c := range []*LeadCount{held, &whole} {
			c.Held++
			switch {
			case !l.L.InTime(now):
				c.Late++
			case l.L.AnsweredAt != 0:
				c.InTime++
			}
			if l.L.ProjectID != 0 {
				c.Project++
			}
		}
		whole.Found++
		if l.L.FirstUnitID != l.L.UnitID {
			of(l.L.FirstUnitID).Shared++
			whole.Shared++
		}
	}
	var out []LeadCount
	for _, u := range units {
		if c := counts[u.ID]; c != nil && (ledger.Entitled(who, nil) || who.Units[u.ID]) {
			c.Unit = u
			out = append(out, *c)
		}
	}
	if len(out) > 1 {
		out = append(out, whole)
	}
	return out, nil
}
