package store

import (
	"context"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Problems gives the problems of the district that were raised since the moment or are not closed yet, in
// the order in which they were raised.
func (s *Store) Problems(ctx context.Context, d ledger.DistrictID, since clock.Instant) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).
		Where("kind = ? AND (created_at >= ? OR state IN ?)", ledger.Problem, since, []ledger.State{ledger.Open, ledger.Reported}).Order("id"))
}

// HandoversOf gives the handovers of commitments.
func (s *Store) HandoversOf(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) ([]ledger.Handover, error) {
	return rowsOf[ledger.Handover](ctx, s, d, "commitment_id", ids)
}

// Unanswered gives the assigned matters of the district that nobody has closed, in the order in which they
// were made.
func (s *Store) Unanswered(ctx context.Context, d ledger.DistrictID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).
		Where("kind = ? AND state IN ?", ledger.Assignment, []ledger.State{ledger.Open, ledger.Reported}).Order("id"))
}
