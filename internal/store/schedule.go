package store

import (
	"context"
	"fmt"

	"duban/internal/ledger"
)

// applySchedules writes new drafts, and changes of those that still wait as they were read.
func (t *Tx) applySchedules(o *ledger.Outcome, _ *Written) error {
	for _, s := range o.Schedules {
		if s.ID == 0 {
			if err := t.db.Create(&s).Error; err != nil {
				return fmt.Errorf("write the schedule: %w", err)
			}
			continue
		}
		was := s.Version
		s.Version++
		up := t.in().Model(&ledger.Schedule{}).Where("id = ? AND state = ? AND version = ?", s.ID, "asked", was).
			Select("lines", "state", "decided_by", "decided_at", "answer", "version").Updates(&s)
		if up.Error != nil {
			return fmt.Errorf("change schedule %d: %w", s.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// LastSchedule gives the last draft of a project's schedule, the zero Schedule where there is none.
func (s *Store) LastSchedule(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) (ledger.Schedule, error) {
	rows, err := all[ledger.Schedule](s.in(ctx, d).Where("project_id = ?", id).Order("id DESC").Limit(1))
	if err != nil || len(rows) == 0 {
		return ledger.Schedule{}, err
	}
	return rows[0], nil
}

func (t *Tx) applyStageChanges(o *ledger.Outcome, _ *Written) error {
	return create(t.db, o.StageChanges, "stage changes")
}

// StageChanges gives how a project came to its stage, oldest first.
func (s *Store) StageChanges(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) ([]ledger.StageChange, error) {
	return all[ledger.StageChange](s.in(ctx, d).Where("project_id = ?", id).Order("id"))
}

// AllStageChanges gives those of all projects, oldest first.
func (s *Store) AllStageChanges(ctx context.Context, d ledger.DistrictID) ([]ledger.StageChange, error) {
	return all[ledger.StageChange](s.in(ctx, d).Order("id"))
}
