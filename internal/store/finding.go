package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// applyFindings numbers and inserts new findings, and writes what became of others.
func (t *Tx) applyFindings(o *ledger.Outcome, _ *Written) error {
	var made []ledger.Finding
	for _, f := range o.Findings {
		if f.ID == 0 {
			made = append(made, f)
			continue
		}
		from := ledger.FindingStands
		if f.State != ledger.FindingDisputed {
			from = ledger.FindingDisputed
		}
		up := t.in().Model(&ledger.Finding{}).Where("id = ? AND state = ?", f.ID, from).
			Select("state", "disputed_by", "disputed_at", "dispute", "decided_by", "decided_at", "answer").Updates(&f)
		if up.Error != nil {
			return fmt.Errorf("save finding %d: %w", f.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	if len(made) == 0 {
		return nil
	}
	next, err := t.Next("code:finding", len(made))
	if err != nil {
		return err
	}
	for i := range made {
		made[i].Code = fmt.Sprintf("F%04d", next+int64(i))
	}
	return create(t.db, made, "findings")
}

// Findings gives the findings since a day, in order of unit, style and day; with nil units those of all.
func (s *Store) Findings(ctx context.Context, d ledger.DistrictID, units []ledger.UnitID, since workday.Day) ([]ledger.Finding, error) {
	q := s.in(ctx, d).Where("`on` >= ?", since)
	if units != nil {
		q = q.Where("unit_id IN ?", units)
	}
	return all[ledger.Finding](q.Order("unit_id, `on`, id"))
}

// FindingsOf gives the findings about a person since a day.
func (s *Store) FindingsOf(ctx context.Context, d ledger.DistrictID, id ledger.PersonID, since workday.Day) ([]ledger.Finding, error) {
	return all[ledger.Finding](s.in(ctx, d).Where("person_id = ? AND `on` >= ?", id, since).Order("`on`, id"))
}

// Finding finds one by its id.
func (s *Store) Finding(ctx context.Context, d ledger.DistrictID, id int64) (ledger.Finding, error) {
	return one[ledger.Finding](s.in(ctx, d).Where("id = ?", id), "没有这条记录。")
}

// FindingByCode finds one by its number.
func (s *Store) FindingByCode(ctx context.Context, d ledger.DistrictID, code string) (ledger.Finding, error) {
	return one[ledger.Finding](s.in(ctx, d).Where("code = ?", code), "没有这条记录，请核对编号后再发。")
}

// FoundBefore says which of the refs were found before.
func (s *Store) FoundBefore(ctx context.Context, d ledger.DistrictID, refs []string) (map[string]bool, error) {
	rows, err := rowsOf[ledger.Finding](ctx, s, d, "ref", refs)
	out := map[string]bool{}
	for _, f := range rows {
		out[f.Ref] = true
	}
	return out, err
}

// UpdatesOfPeople gives, in order, the reports of the people later than from, withdrawn ones too.
func (s *Store) UpdatesOfPeople(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID, from clock.Instant) (map[ledger.PersonID][]ledger.Update, error) {
	rows, err := rowsOf[ledger.Update](ctx, s, d, "person_id", ids, "at > ?", from)
	slices.SortFunc(rows, func(a, b ledger.Update) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.ID, b.ID)) })
	out := map[ledger.PersonID][]ledger.Update{}
	for _, u := range rows {
		out[u.PersonID] = append(out[u.PersonID], u)
	}
	return out, err
}

// Passed gives all requests to hand something over, in order.
func (s *Store) Passed(ctx context.Context, d ledger.DistrictID) ([]ledger.Handover, error) {
	return all[ledger.Handover](s.in(ctx, d).Order("id"))
}

// Extended gives all extensions that were granted, in order.
func (s *Store) Extended(ctx context.Context, d ledger.DistrictID) ([]ledger.Extension, error) {
	return all[ledger.Extension](s.in(ctx, d).Where("state = ?", "granted").Order("id"))
}

// StandingStrikesSince gives the offences since a day that stand, in order.
func (s *Store) StandingStrikesSince(ctx context.Context, d ledger.DistrictID, since workday.Day) ([]ledger.Strike, error) {
	return all[ledger.Strike](s.in(ctx, d).Where("`on` >= ? AND state = ?", since, ledger.StrikeStands).Order("`on`, id"))
}
