package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm/clause"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Ask asks to send one more message to a target: up to Burst at once, then one every Interval.
type Ask struct {
	Target   string
	Interval clock.Instant // milliseconds
	Burst    int
}

// Budgets answers, in order, each ask with zero when the message may go now, else with the moment at
// which to ask again. One row a target holds the theoretical arrival time of its next message (GCRA);
// the rows stay locked from reading to writing, so that several processes share one budget.
func (s *Store) Budgets(ctx context.Context, d ledger.DistrictID, asks []Ask) ([]clock.Instant, error) {
	if len(asks) == 0 {
		return nil, nil
	}
	var out []clock.Instant
	err := s.Write(ctx, d, func(tx *Tx) error {
		var err error
		out, err = tx.budgets(asks)
		return err
	})
	return out, err
}

func (t *Tx) budgets(asks []Ask) ([]clock.Instant, error) {
	tats, err := t.tats(asks)
	if err != nil {
		return nil, err
	}
	out := make([]clock.Instant, len(asks))
	spent := map[string]bool{}
	denied := map[string]clock.Instant{}
	for i, a := range asks {
		slack := a.Interval * clock.Instant(a.Burst-1)
		if tat := tats[a.Target]; tat > t.Now+slack {
			// Who is turned away together comes back one by one.
			out[i] = tat - slack + denied[a.Target]*a.Interval
			denied[a.Target]++
			continue
		}
		tats[a.Target] = max(tats[a.Target], t.Now) + a.Interval
		spent[a.Target] = true
	}
	rows := make([]budget, 0, len(spent))
	for target := range spent {
		rows = append(rows, budget{t.District, target, tats[target]})
	}
	if len(rows) == 0 {
		return out, nil
	}
	slices.SortFunc(rows, func(a, b budget) int { return cmp.Compare(a.Target, b.Target) })
	err = t.db.Clauses(clause.OnConflict{DoUpdates: clause.AssignmentColumns([]string{"tat"})}).CreateInBatches(&rows, batch).Error
	if err != nil {
		return nil, fmt.Errorf("write the budgets: %w", err)
	}
	return out, nil
}

// tats locks and reads the targets' rows.
func (t *Tx) tats(asks []Ask) (map[string]clock.Instant, error) {
	var targets []string
	out := map[string]clock.Instant{}
	for _, a := range asks {
		if _, seen := out[a.Target]; !seen {
			out[a.Target] = 0
			targets = append(targets, a.Target)
		}
	}
	slices.Sort(targets) // everybody locks in the same order
	for _, part := range chunks(targets) {
		rows, err := all[budget](t.in().Clauses(clause.Locking{Strength: "UPDATE"}).Where("target IN ?", part))
		if err != nil {
			return nil, fmt.Errorf("read the budgets: %w", err)
		}
		for _, r := range rows {
			out[r.Target] = r.Tat
		}
	}
	return out, nil
}

type budget struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	Target     string            `gorm:"primaryKey"`
	Tat        clock.Instant
}
