package watch

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
)

// chaseGaps (要件核查) asks with each period for what projects lack of 五要件 and 五个一, each gap once, and ends what is
// filled. Run again it asks for nothing twice.
func (w *Watch) chaseGaps(ctx context.Context, moment time.Time) error {
	people, err := w.Store.People(ctx, w.District)
	if err != nil {
		return fmt.Errorf("read who answers for units: %w", err)
	}
	due := w.Calendar.After(today(moment), w.Rules.ElementDays)
	return w.eachBatch(ctx, func(projects []ledger.Project) error {
		ids := make([]ledger.ProjectID, 0, len(projects))
		for _, p := range projects {
			ids = append(ids, p.ID)
		}
		return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
			rosters, err := tx.Reads().Rosters(ctx, w.District, ids)
			if err != nil {
				return err
			}
			known, err := tx.Reads().ElementsOf(ctx, w.District, ids)
			if err != nil {
				return err
			}
			var outs []ledger.Outcome
			for _, id := range ids {
				p := rosters[id].Project
				to := ledger.Contact(people, p.LeadUnitID)
				outs = append(outs, ledger.ChaseGaps(rosters[id], known[id], to.ID, due, clock.At(moment)))
			}
			_, err = tx.Apply(outs...)
			return err
		})
	})
}
