package watch

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
)

// Recur (定期报送、履职) makes what recurs owed for the week, the month and the period the moment lies in, by
// whoever does not owe it yet. Run again, or by several processes, it makes nothing twice.
func (w *Watch) Recur(ctx context.Context, moment time.Time) error {
	day := today(moment)
	if !w.Calendar.IsWorkday(day) {
		return nil
	}
	by := ledger.Actor{At: clock.At(moment), Today: day}
	var bad []error
	for _, r := range w.Recurring {
		if err := w.recur(ctx, r, by); err != nil {
			bad = append(bad, fmt.Errorf("make %s owed: %w", r.Name, err))
		}
	}
	return errors.Join(bad...)
}

// Recurs is Recur, or nil where nothing recurs.
func (w *Watch) Recurs() func(ctx context.Context, moment time.Time) error {
	if len(w.Recurring) == 0 {
		return nil
	}
	return w.Recur
}

// recur makes one rule owed. Who lost a race finds the rows of the winner and makes what is still missing.
func (w *Watch) recur(ctx context.Context, r ledger.Recurring, by ledger.Actor) error {
	p := period.Every(string(r.Every), w.Mode).Of(by.Today)
	win := r.Of(p.Key, p.Name(), p.Prev().Name(), p.Start, p.End)
	before, err := w.Store.RecurredBefore(ctx, w.District, r.Name, win.Start)
	if err != nil {
		return err
	}
	subjects, err := w.subjects(ctx, r)
	if err != nil {
		return err
	}
	leaves, err := w.Store.Leaves(ctx, w.District)
	if err != nil {
		return err
	}
	subjects = r.Present(subjects, leaves, win, w.Calendar, by.Today)
	for clashes := 0; ; clashes++ {
		have, err := w.Store.Recurrences(ctx, w.District, r.Name, win.Key)
		if err != nil {
			return err
		}
		err = w.makeOwed(ctx, r.Make(win, subjects, have, before, w.Calendar, by, w.District))
		if fault.CodeOf(err) != fault.Conflict || clashes == retries {
			return err
		}
	}
}

// makeOwed writes what is owed in transactions of a batch each; what an earlier one wrote stays.
func (w *Watch) makeOwed(ctx context.Context, out ledger.Outcome) error {
	for i := 0; i < len(out.Recurrences); i += batch {
		end := min(i+batch, len(out.Recurrences))
		part := ledger.Outcome{Recurrences: out.Recurrences[i:end], Entries: out.Entries[i:end]}
		err := w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
			_, err := tx.Apply(part)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// subjects gives those who owe what a rule says, as the register has them now.
func (w *Watch) subjects(ctx context.Context, r ledger.Recurring) ([]ledger.Subject, error) {
	if r.Who == ledger.OwedByProjects {
		projects, err := w.Store.Projects(ctx, w.District)
		return r.OfProjects(projects), err
	}
	people, err := w.Store.People(ctx, w.District)
	if err != nil || r.Who == ledger.OwedByOffice {
		return r.OfOffice(people), err
	}
	units, err := w.Store.Units(ctx, w.District)
	if r.Who == ledger.OwedByUnits {
		return r.OfUnits(units, people), err
	}
	kinds := map[ledger.UnitID]ledger.UnitKind{}
	for _, u := range units {
		kinds[u.ID] = u.Kind
	}
	return r.OfPeople(people, kinds), err
}

// recurring finds a rule by its name.
func (w *Watch) recurring(name string) (ledger.Recurring, bool) {
	i := slices.IndexFunc(w.Recurring, func(r ledger.Recurring) bool { return r.Name == name })
	if i < 0 {
		return ledger.Recurring{}, false
	}
	return w.Recurring[i], true
}
