package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Resources gives the land, plants and buildings on the list, those that are taken too.
func (s *Store) Resources(ctx context.Context, d ledger.DistrictID) ([]ledger.Resource, error) {
	return all[ledger.Resource](s.in(ctx, d).Order("code"))
}

// Policies gives the policies on the list, those that ended too.
func (s *Store) Policies(ctx context.Context, d ledger.DistrictID) ([]ledger.Policy, error) {
	return all[ledger.Policy](s.in(ctx, d).Order("code"))
}

// VisitsBetween gives the visits of the days, oldest first.
func (s *Store) VisitsBetween(ctx context.Context, d ledger.DistrictID, first, last workday.Day) ([]ledger.Visit, error) {
	return all[ledger.Visit](s.in(ctx, d).Where("`on` BETWEEN ? AND ?", first, last).Order("id"))
}

// VisitAt finds the visit that somebody wrote down at the moment.
func (s *Store) VisitAt(ctx context.Context, d ledger.DistrictID, by ledger.PersonID, at clock.Instant) (ledger.Visit, error) {
	return one[ledger.Visit](s.in(ctx, d).Where("`at` = ? AND person_id = ?", at, by), "没有这次走访。")
}

func (t *Tx) applyResources(o *ledger.Outcome, _ *Written) error {
	for _, r := range o.Resources {
		if err := keep(t, &r, r.ID, &r.Version, "resource "+r.Code); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) applyPolicies(o *ledger.Outcome, _ *Written) error {
	for _, p := range o.Policies {
		if err := keep(t, &p, p.ID, &p.Version, "policy "+p.Code); err != nil {
			return err
		}
	}
	return nil
}

// keep inserts a row without id, or writes all of one that is still of the version it was read at.
func keep[T any](t *Tx, row *T, id int64, version *int, what string) error {
	was := *version
	*version++
	if id == 0 {
		if err := t.db.Create(row).Error; err != nil {
			return clash(t.db, err, what)
		}
		return nil
	}
	up := t.in().Model(row).Where("id = ? AND version = ?", id, was).Select("*").Omit("id", "district_id").Updates(row)
	if up.Error != nil {
		return fmt.Errorf("write %s: %w", what, up.Error)
	}
	if up.RowsAffected != 1 {
		return errMoved
	}
	return nil
}

// applyVisits writes visits, and what they found: each problem says from which visit it arose.
func (t *Tx) applyVisits(o *ledger.Outcome, w *Written) error {
	for _, d := range o.Visits {
		v := d.Visit
		if err := t.db.Create(&v).Error; err != nil {
			return fmt.Errorf("write the visit: %w", err)
		}
		if d.Problem == nil {
			continue
		}
		owed := ledger.Outcome{New: []ledger.Commitment{*d.Problem}}
		owed.New[0].SourceID = v.ID
		if err := t.applyNew(&owed, w); err != nil {
			return err
		}
		if err := t.in().Model(&ledger.Visit{}).Where("id = ?", v.ID).Update("commitment_id", owed.New[0].ID).Error; err != nil {
			return fmt.Errorf("write what the visit found: %w", err)
		}
	}
	return nil
}
