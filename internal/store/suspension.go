package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// MovedOn counts the matters of a project whose day was moved on when it was let go on at that moment.
func (s *Store) MovedOn(ctx context.Context, d ledger.DistrictID, p ledger.ProjectID, at clock.Instant) (int, error) {
	owed, err := s.CommitmentsOf(ctx, d, p)
	if err != nil {
		return 0, err
	}
	subjects := make([]string, len(owed))
	for i, m := range owed {
		subjects[i] = m.Subject()
	}
	moved, err := rowsOf[ledger.Entry](ctx, s, d, "subject", subjects, "act = ? AND at = ?", "moved", at)
	if err != nil {
		return 0, fmt.Errorf("count what was moved on: %w", err)
	}
	return len(moved), nil
}

// AskedSuspension finds the request to suspend a project, or to let it go on, that waits for a decision.
func (s *Store) AskedSuspension(ctx context.Context, d ledger.DistrictID, p ledger.ProjectID) (ledger.Suspension, error) {
	return one[ledger.Suspension](s.in(ctx, d).Where("project_id = ? AND state = ?", p, "asked").Order("id DESC"), "没有待审批的暂停或恢复申请。")
}

// Suspensions gives what was asked and decided about a project's suspension, oldest first.
func (s *Store) Suspensions(ctx context.Context, d ledger.DistrictID, p ledger.ProjectID) ([]ledger.Suspension, error) {
	return all[ledger.Suspension](s.in(ctx, d).Where("project_id = ?", p).Order("id"))
}
