package watch

import (
	"context"
	"errors"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// retries is how often a batch that people keep changing under the look is read again.
const retries = 20

// patience is how many rows that cannot be written a look passes over before it takes the trouble for
// one of the database.
const patience = 20

// Look (每日巡查) takes every step of the ladder that is due on the day of the moment, and lets what it
// has to say go when it is through. Run again, or by two processes, it takes no step twice; after a
// crash it finishes. On a day off it does nothing. A row that cannot be written stops no other: it is in
// the error, and tried again by the next look.
func (w *Watch) Look(ctx context.Context, moment time.Time) error {
	day := today(moment)
	if !w.Calendar.IsWorkday(day) {
		return nil
	}
	district, err := w.Store.Roster(ctx, w.District, 0)
	if err != nil {
		return fmt.Errorf("read the groups: %w", err)
	}
	if err := w.askCalendar(ctx, day, clock.At(moment), district); err != nil {
		return fmt.Errorf("ask for the next calendar: %w", err)
	}
	if err := w.askContests(ctx, day, clock.At(moment), district); err != nil {
		return fmt.Errorf("list the contests: %w", err)
	}
	clashes := 0
	var bad []error
	var until ledger.Commitment // up to here row by row
	for after := (ledger.Commitment{}); ; {
		size := batch
		if before(after, until) {
			size = 1
		}
		last, err := w.lookFrom(ctx, after, size, day, clock.At(moment), district)
		switch {
		case fault.CodeOf(err) == fault.Conflict && clashes < retries:
			clashes++ // somebody acted meanwhile: judge the batch again as it is now
			continue
		case err != nil && last.ID != 0 && ctx.Err() == nil && size > 1:
			until, clashes = last, 0 // one row of the batch cannot be written: the others shall not wait for it
			continue
		case err != nil && last.ID != 0 && ctx.Err() == nil && len(bad) < patience:
			bad = append(bad, fmt.Errorf("look at commitment %d: %w", last.ID, err))
		case err != nil:
			return errors.Join(append(bad, fmt.Errorf("look at what comes after commitment %d: %w", after.ID, err))...)
		case last.ID == 0:
			err := w.Store.Write(ctx, w.District, func(tx *store.Tx) error { return tx.ReleaseLooks(day) })
			return errors.Join(append(bad, err)...)
		}
		after, clashes = last, 0
	}
}

// before says which of two comes first in the order of a sweep.
func before(a, b ledger.Commitment) bool {
	return a.NextLook < b.NextLook || a.NextLook == b.NextLook && a.ID < b.ID
}

// lookFrom judges up to size rows and writes them in one transaction; it gives the last one looked at as
// it was read, with an error too if it was the writing that failed, the zero Commitment when there was
// nothing.
func (w *Watch) lookFrom(ctx context.Context, after ledger.Commitment, size int, day workday.Day, at clock.Instant, district ledger.Roster) (last ledger.Commitment, err error) {
	due, err := w.Store.DueForLook(ctx, w.District, day, after, size)
	if err != nil || len(due) == 0 {
		return last, err
	}
	projects := make([]ledger.ProjectID, 0, len(due))
	for _, m := range due {
		projects = append(projects, m.ProjectID)
	}
	rosters, err := w.Store.Rosters(ctx, w.District, distinct(projects))
	if err != nil {
		return last, err
	}
	rosters[0] = district
	suspended := map[ledger.ProjectID]bool{}
	for id, r := range rosters {
		suspended[id] = r.Project.Suspended
	}
	cases, err := w.Store.Cases(ctx, w.District, due, w.Rules.Scope, suspended)
	if err != nil {
		return last, err
	}
	outs := make([]ledger.Outcome, 0, len(cases))
	for _, c := range cases {
		v := ledger.Decide(c, w.Rules, w.Calendar, day)
		outs = append(outs, ledger.Climb(c, v, w.Rules, rosters[c.Commitment.ProjectID], day, at))
	}
	err = w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		_, err := tx.Apply(outs...)
		return err
	})
	return due[len(due)-1], err
}

func distinct[K comparable](in []K) []K {
	var zero K
	seen := map[K]bool{zero: true}
	var out []K
	for _, k := range in {
		if !seen[k] {
			seen[k] = true
			out = append(out, k)
		}
	}
	return out
}
