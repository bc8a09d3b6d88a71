package watch

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// CallIn (要账) asks those who have not reported for the period, three working days and one before the
// cut-off; whoever was asked by this call already is not asked again by it.
func (w *Watch) CallIn(ctx context.Context, moment time.Time) error {
	p, n, ok := w.callOn(today(moment))
	if !ok {
		return fault.Newf(fault.Invalid, "%s不是要账日。", today(moment).ChineseFull())
	}
	cause := fmt.Sprintf("callin:%s:%d", p.Key, n)
	return w.eachBatch(ctx, func(projects []ledger.Project) error {
		silent, err := w.silent(ctx, projects, p)
		if err != nil {
			return err
		}
		ids := make([]ledger.ProjectID, 0, len(silent))
		for _, p := range silent {
			ids = append(ids, p.ID)
		}
		if len(ids) == 0 {
			return nil
		}
		rosters, err := w.Store.Rosters(ctx, w.District, ids)
		if err != nil {
			return err
		}
		var out ledger.Outcome
		for _, id := range ids {
			for _, to := range ledger.CallInAudience(rosters[id]) {
				out.Notices = append(out.Notices, ledger.Notice{Cause: cause, To: to, Rank: ledger.RankReminder, Due: clock.At(moment)})
			}
		}
		return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
			_, err := tx.Apply(out)
			return err
		})
	})
}

// callOn finds the period called in on the day, and whether it is the first or the second call.
func (w *Watch) callOn(day workday.Day) (period.Period, int, bool) {
	for _, p := range w.near(day) {
		switch s := period.Plan(p, w.Calendar); day {
		case s.CallInFirst:
			return p, 1, true
		case s.CallInLast:
			return p, 2, true
		}
	}
	return period.Period{}, 0, false
}

// near lists the periods that may have something to do on the day.
func (w *Watch) near(day workday.Day) []period.Period {
	now := w.Mode.Of(day)
	return []period.Period{now.Prev().Prev(), now.Prev(), now, now.Next()}
}

// cutOff gives the moment at which a period closes.
func (w *Watch) cutOff(p period.Period) time.Time {
	return period.Closes(p, w.Calendar)
}

// silent gives those of the projects that owe a report for the period and have made none since the
// cut-off before. What counts is when a report was made, so that one made between the end of the
// period and a cut-off moved by a holiday still counts for it.
func (w *Watch) silent(ctx context.Context, projects []ledger.Project, p period.Period) ([]ledger.Project, error) {
	reported, err := w.reported(ctx, projects, p)
	if err != nil {
		return nil, err
	}
	var out []ledger.Project
	for _, p := range projects {
		if ledger.OwesReport(p) && !reported[p.ID] {
			out = append(out, p)
		}
	}
	return out, nil
}

func (w *Watch) reported(ctx context.Context, projects []ledger.Project, p period.Period) (map[ledger.ProjectID]bool, error) {
	ids := make([]ledger.ProjectID, 0, len(projects))
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	return w.Store.ReportedBetween(ctx, w.District, ids, clock.At(w.cutOff(p.Prev())), clock.At(w.cutOff(p)))
}

// eachBatch walks over all projects.
func (w *Watch) eachBatch(ctx context.Context, do func([]ledger.Project) error) error {
	for after := ledger.ProjectID(0); ; {
		projects, err := w.Store.ProjectsAfter(ctx, w.District, after, batch)
		if err != nil || len(projects) == 0 {
			return err
		}
		if err := do(projects); err != nil {
			return err
		}
		after = projects[len(projects)-1].ID
	}
}
