package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// applySuggestions numbers new suggestions and writes what was decided on old ones.
func (t *Tx) applySuggestions(o *ledger.Outcome, _ *Written) error {
	for _, s := range o.Suggestions {
		if s.ID == 0 {
			n, err := t.Next(fmt.Sprintf("suggestion:%d", s.Year), 1)
			if err != nil {
				return err
			}
			s.Number = int(n)
			if err := create(t.db, []ledger.Suggestion{s}, "the suggestion"); err != nil {
				return err
			}
			continue
		}
		up := t.in().Model(&ledger.Suggestion{}).Where("id = ? AND state = ?", s.ID, ledger.Suggested).
			Select("state", "decided_by", "decided_at", "answer").Updates(&s)
		if up.Error != nil {
			return fmt.Errorf("decide suggestion %d: %w", s.ID, up.Error)
		}
		if up.RowsAffected != 1 {
			return errMoved
		}
	}
	return nil
}

// Suggestions gives all suggestions of a year, in order of number.
func (s *Store) Suggestions(ctx context.Context, d ledger.DistrictID, year int) ([]ledger.Suggestion, error) {
	return all[ledger.Suggestion](s.in(ctx, d).Where("year = ?", year).Order("number"))
}

// Undecided gives the suggestions nobody has decided yet, the oldest first.
func (s *Store) Undecided(ctx context.Context, d ledger.DistrictID) ([]ledger.Suggestion, error) {
	return all[ledger.Suggestion](s.in(ctx, d).Where("state = ?", ledger.Suggested).Order("id"))
}

// Suggestion finds the suggestion with the number.
func (s *Store) Suggestion(ctx context.Context, d ledger.DistrictID, year, number int) (ledger.Suggestion, error) {
	return one[ledger.Suggestion](s.in(ctx, d).Where("year = ? AND number = ?", year, number), fmt.Sprintf("没有建议〔%d〕%d号，请核对后再发。", year, number))
}

// AdoptedBetween gives the suggestions taken up later than from and not later than to.
func (s *Store) AdoptedBetween(ctx context.Context, d ledger.DistrictID, from, to clock.Instant) ([]ledger.Suggestion, error) {
	return all[ledger.Suggestion](s.in(ctx, d).Where("state = ? AND decided_at > ? AND decided_at <= ?", ledger.Adopted, from, to).Order("id"))
}

// Offences counts what there is against a unit.
type Offences struct{ Orders, Unanswered, Listed int }

// OffencesBy counts, by the unit that answers for the matter, the supervision orders of a year, those whose answer
// is overdue on a day, and the times on the list 提请约谈. A matter that was waived counts for nothing.
func (s *Store) OffencesBy(ctx context.Context, d ledger.DistrictID, year int, today workday.Day) (map[ledger.UnitID]Offences, error) {
	out := map[ledger.UnitID]Offences{}
	first, last := workday.NewDay(year, 1, 1), workday.NewDay(year, 12, 31)
	for _, q := range []struct {
		sql  string
		args []any
		to   func(*Offences) *int
	}{
		{"SELECT c.unit_id, COUNT(*) AS n FROM orders o JOIN commitments c ON c.id = o.commitment_id WHERE o.district_id = ? AND o.year = ? AND o.voided_at = 0 AND c.state <> 'waived' GROUP BY c.unit_id",
			[]any{d, year}, func(o *Offences) *int { return &o.Orders }},
		{"SELECT c.unit_id, COUNT(*) AS n FROM commitments c WHERE c.district_id = ? AND c.kind = 'reply' AND c.state = 'open' AND c.due_on < ? GROUP BY c.unit_id",
			[]any{d, today}, func(o *Offences) *int { return &o.Unanswered }},
		{"SELECT c.unit_id, COUNT(*) AS n FROM steps s JOIN commitments c ON c.id = s.commitment_id WHERE s.district_id = ? AND s.name = 'list' AND s.`on` BETWEEN ? AND ? AND c.state <> 'waived' GROUP BY c.unit_id",
			[]any{d, first, last}, func(o *Offences) *int { return &o.Listed }},
	} {
		var rows []struct {
			UnitID ledger.UnitID
			N      int
		}
		if err := s.db.WithContext(ctx).Raw(q.sql, q.args...).Scan(&rows).Error; err != nil {
			return nil, fmt.Errorf("count what is against units: %w", err)
		}
		for _, r := range rows {
			o := out[r.UnitID]
			*q.to(&o) = r.N
			out[r.UnitID] = o
		}
	}
	return out, nil
}

// EarlyNodes gives the nodes accepted later than from and not later than to that were reported done before the
// day they were first due.
func (s *Store) EarlyNodes(ctx context.Context, d ledger.DistrictID, from, to clock.Instant) ([]ledger.Commitment, error) {
	rows, err := all[ledger.Commitment](s.in(ctx, d).Where("kind = ? AND state = ? AND closed_at > ? AND closed_at <= ?", ledger.Milestone, ledger.Accepted, from, to))
	var out []ledger.Commitment
	for _, m := range rows {
		if m.DoneAt != 0 && workday.DayOf(m.DoneAt.Time()) < m.FirstDueOn {
			out = append(out, m)
		}
	}
	return out, err
}
