package store

import (
	"context"
	"fmt"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// recur writes what recurs with the ids of the commitments made of it, which come in the same order. One that is
// there already makes it fail with a fault of code Conflict.
func (t *Tx) recur(drafts []ledger.RecurrenceDraft, made []ledger.Commitment) error {
	rows := make([]ledger.Recurrence, len(drafts))
	for i, d := range drafts {
		rows[i] = d.Recurrence
		rows[i].CommitmentID = made[i].ID
	}
	return create(t.db, rows, "what recurs")
}

// applyFiled writes the answers to what recurs. Their commitments, saved before, say whether somebody was faster.
func (t *Tx) applyFiled(o *ledger.Outcome, _ *Written) error {
	for _, r := range o.Filed {
		up := t.in().Model(&ledger.Recurrence{}).Where("id = ?", r.ID).
			Select("filed_at", "filed_by", "for_id", "happened_on", "text", "plan").Updates(&r)
		if up.Error != nil {
			return fmt.Errorf("write the answer to recurrence %d: %w", r.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// Recurrences gives what was made of a rule for a period, in order of id.
func (s *Store) Recurrences(ctx context.Context, d ledger.DistrictID, rule, period string) ([]ledger.Recurrence, error) {
	return all[ledger.Recurrence](s.in(ctx, d).Where("rule = ? AND period = ?", rule, period).Order("id"))
}

// RecurredBefore reports whether anything was made of a rule before the day.
func (s *Store) RecurredBefore(ctx context.Context, d ledger.DistrictID, rule string, day workday.Day) (bool, error) {
	rows, err := all[ledger.Recurrence](s.in(ctx, d).Where("rule = ? AND made_on < ?", rule, day).Limit(1))
	return len(rows) > 0, err
}

// RecurrencesOf gives up to limit of what one unit, person or project owed by a rule, newest first.
func (s *Store) RecurrencesOf(ctx context.Context, d ledger.DistrictID, like ledger.Recurrence, limit int) ([]ledger.Recurrence, error) {
	return all[ledger.Recurrence](s.in(ctx, d).
		Where("project_id = ? AND unit_id = ? AND person_id = ? AND rule = ?", like.ProjectID, like.UnitID, like.PersonID, like.Rule).
		Order("id DESC").Limit(limit))
}

// RecurrenceOf finds the one a commitment was made of.
func (s *Store) RecurrenceOf(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) (ledger.Recurrence, error) {
	return one[ledger.Recurrence](s.in(ctx, d).Where("commitment_id = ?", id), "没有这个事项。")
}

// OpenFrom gives what is open of a source, in order of due day.
func (s *Store) OpenFrom(ctx context.Context, d ledger.DistrictID, source string) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("source = ? AND state = ?", source, ledger.Open).Order("due_on, id"))
}
