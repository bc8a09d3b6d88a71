package view

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// VisitCount is what a unit's visits of the year found and solved.
type VisitCount struct {
	Unit   string
	Seen   int // enterprises visited
	Found  int // problems found
	Solved int
}

// Visits gives it by unit, in the order of units, and the whole last; to whoever sees the whole district, to others
// of their own unit. Three queries.
func (v *View) Visits(ctx context.Context, who ledger.Viewer) ([]VisitCount, error) {
	today := v.Today()
	all, err := v.Store.VisitsBetween(ctx, v.District, workday.NewDay(today.Year(), 1, 1), today)
	if err != nil {
		return nil, err
	}
	var ids []ledger.CommitmentID
	for _, x := range all {
		if x.CommitmentID != 0 {
			ids = append(ids, x.CommitmentID)
		}
	}
	found, err := v.Store.Commitments(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	state := make(map[ledger.CommitmentID]ledger.State, len(found))
	for _, m := range found {
		state[m.ID] = m.State
	}
	units, err := v.Store.Units(ctx, v.District)
	if err != nil {
		return nil, err
	}
	counts, seen := map[ledger.UnitID]*VisitCount{0: {Unit: "合计"}}, map[ledger.UnitID]map[string]bool{}
	add := func(unit ledger.UnitID, x ledger.Visit) {
		c := counts[unit]
		if c == nil {
			c = &VisitCount{}
			counts[unit] = c
		}
		if seen[unit] == nil {
			seen[unit] = map[string]bool{}
		}
		if !seen[unit][x.Likeness] {
			seen[unit][x.Likeness] = true
			c.Seen++
		}
		switch s, ok := state[x.CommitmentID]; {
		case !ok || s == ledger.Cancelled:
		case s == ledger.Accepted:
			c.Solved++
			c.Found++
		default:
			c.Found++
		}
	}
	for _, x := range all {
		add(0, x)
		if x.UnitID != 0 {
			add(x.UnitID, x)
		}
	}
	var out []VisitCount
	for _, u := range units {
		if c := counts[u.ID]; c != nil && (ledger.Entitled(who, nil) || who.Units[u.ID]) {
			c.Unit = u.Short
			out = append(out, *c)
		}
	}
	if ledger.Entitled(who, nil) && len(all) > 0 {
		out = append(out, *counts[0])
	}
	return out, nil
}
