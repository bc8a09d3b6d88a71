package store

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// SignedBetween says which projects came from negotiation to a signing or beyond in the days from first to last.
func (s *Store) SignedBetween(ctx context.Context, d ledger.DistrictID, first, last workday.Day) (map[ledger.ProjectID]bool, error) {
	rows, err := all[ledger.StageChange](s.in(ctx, d).Where("from_stage = ? AND `on` BETWEEN ? AND ?", ledger.Negotiated, first, last))
	out := map[ledger.ProjectID]bool{}
	for _, c := range rows {
		if !c.Back() {
			out[c.ProjectID] = true
		}
	}
	return out, err
}
