package store

import (
	"context"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Problems gives the problems of the district that were raised since the moment or are not closed yet, in
// the order in which they were raised.
func (s *Store) Problems(ctx context.Context, d ledger.DistrictID, since clock.Instant) ([]ledger.Commitment, error) {
	return s.kindSince(ctx, d, ledger.Problem, since)
}

func (s *Store) kindSince(ctx context.Context, d ledger.DistrictID, k ledger.Kind, since clock.Instant) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).
		Where("kind = ? AND (created_at >= ? OR state IN ?)", k, since, []ledger.State{ledger.Open, ledger.Reported}).Order("id"))
}

// HandoversOf gives the handovers of commitments.
func (s *Store) HandoversOf(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) ([]ledger.Handover, error) {
	return rowsOf[ledger.Handover](ctx, s, d, "commitment_id", ids)
}

// Assigned gives the assigned matters of the district that were made since the moment or are not closed yet,
// in the order in which they were made.
func (s *Store) Assigned(ctx context.Context, d ledger.DistrictID, since clock.Instant) ([]ledger.Commitment, error) {
	return s.kindSince(ctx, d, ledger.Assignment, since)
}

// AssignedFrom finds the assigned matter that arose from the numbered source since the moment and was not
// taken back.
func (s *Store) AssignedFrom(ctx context.Context, d ledger.DistrictID, from ledger.Origin, since clock.Instant) (ledger.Commitment, error) {
	return one[ledger.Commitment](s.in(ctx, d).Where("kind = ? AND created_at >= ? AND source = ? AND source_no = ? AND state <> ?",
		ledger.Assignment, since, from.Source, from.No, ledger.Cancelled).Order("id"), "没有这个编号的交办事项。")
}

// ProblemsOpenAt gives the problems of the district that were raised by the moment and not closed then.
func (s *Store) ProblemsOpenAt(ctx context.Context, d ledger.DistrictID, at clock.Instant) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).
		Where("kind = ? AND created_at <= ? AND state <> ? AND (closed_at = 0 OR closed_at > ?)", ledger.Problem, at, ledger.Cancelled, at).Order("id"))
}
