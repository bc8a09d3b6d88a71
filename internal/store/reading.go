package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// applyReadings writes what was seen on sites, and what is to be explained of it.
func (t *Tx) applyReadings(o *ledger.Outcome, w *Written) error {
	var opened ledger.Outcome
	for _, d := range o.Readings {
		row := d.Reading
		if err := t.db.Create(&row).Error; err != nil {
			return fmt.Errorf("write the reading: %w", err)
		}
		if d.Matter != nil {
			m := *d.Matter
			m.SourceID = int64(row.ID)
			opened.New = append(opened.New, m)
		}
	}
	return t.applyNew(&opened, w)
}

// LastReading finds what was seen last on a project's site; false for nothing yet.
func (s *Store) LastReading(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID) (ledger.Reading, bool, error) {
	r, err := one[ledger.Reading](s.in(ctx, d).Where("project_id = ?", id).Order("id DESC"), "该项目还没有现场核查。")
	if fault.CodeOf(err) == fault.NotFound {
		return r, false, nil
	}
	return r, err == nil, err
}

// ReadingAt finds the reading of a project made at the moment.
func (s *Store) ReadingAt(ctx context.Context, d ledger.DistrictID, id ledger.ProjectID, at clock.Instant) (ledger.Reading, error) {
	return one[ledger.Reading](s.in(ctx, d).Where("project_id = ? AND at = ?", id, at), "没有这次现场核查。")
}

// ReadingsBetween gives what was seen on sites later than the day from and not later than to, oldest first.
func (s *Store) ReadingsBetween(ctx context.Context, d ledger.DistrictID, from, to workday.Day) ([]ledger.Reading, error) {
	return all[ledger.Reading](s.in(ctx, d).Where("`on` > ? AND `on` <= ?", from, to).Order("id"))
}

// OpenedBy finds the matter a reading opened; false for none.
func (s *Store) OpenedBy(ctx context.Context, d ledger.DistrictID, id ledger.ReadingID) (ledger.Commitment, bool, error) {
	m, err := one[ledger.Commitment](s.in(ctx, d).Where("source_id = ? AND source = ?", id, ledger.FromVisit), "没有这个事项。")
	if fault.CodeOf(err) == fault.NotFound {
		return m, false, nil
	}
	return m, err == nil, err
}
