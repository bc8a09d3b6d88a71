package watch_test

import (
	"testing"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// A report of the very moment of the cut-off, committed while the ledger is being frozen, never both counts
// for the period and leaves its filing owed.
func TestAReportAroundTheCutOff(t *testing.T) {
	each(t, "2026-03-16 18:00", func(w *world) {
		p, by := w.projects["C001"], w.people["O1"]
		done := make(chan error, 1)
		report := func() error {
			for {
				err := w.store.Write(w.t.Context(), w.district, func(tx *store.Tx) error {
					row, err := tx.Reads().Project(w.t.Context(), w.district, p.ID)
					if err != nil {
						return err
					}
					owed, err := tx.Reads().CommitmentsOf(w.t.Context(), w.district, p.ID)
					if err != nil {
						return err
					}
					said := ledger.Said{Text: "二层施工", Period: "2026-03a"}
					out, err := ledger.Report(row, said, owed, ledger.Actor{Person: by.ID, At: tx.Now, Today: workday.DayOf(tx.Now.Time())})
					if err != nil {
						return err
					}
					_, err = tx.Apply(out)
					return err
				})
				if fault.CodeOf(err) != fault.Conflict {
					return err
				}
			}
		}
		w.hook = func() { // the freezing has begun, and has written nothing yet
			w.hook = nil
			go func() { done <- report() }()
			if !w.store.Embedded() { // the embedded database has one writer: there the report waits
				if err := <-done; err != nil {
					w.t.Error(err)
				}
				close(done)
			}
		}
		w.cutOff("2026-03-16 18:00")
		if err := <-done; err != nil {
			w.t.Fatal(err)
		}
		u, err := w.store.LastUpdate(w.t.Context(), w.district, p.ID)
		if err != nil || u.At != clock.At(moment(w.t, "2026-03-16 18:00")) {
			w.t.Fatalf("the report is %+v, %v", u, err)
		}
		owed, err := w.store.CommitmentsOf(w.t.Context(), w.district, p.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		counted := w.snapshots("2026-03a")["C001"].Reported
		for _, m := range owed {
			if m.Kind == ledger.Filing && m.State == ledger.Open {
				w.t.Errorf("reported in time (counted: %v), and %s is owed", counted, m.Code)
			}
		}
		if !w.store.Embedded() && !counted {
			w.t.Error("committed before the freezing, and not counted")
		}
	})
}
