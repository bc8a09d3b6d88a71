package watch_test

import (
	"sync"
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
)

// What recurs is owed once by each, whoever and however many make it; who comes later owes it too, and who has left
// does not.
func TestRecurMakesEachOnce(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		w.watch.Recurring = []ledger.Recurring{
			{Name: "招商动态", Kind: ledger.Return, Every: ledger.EveryWeek, Who: ledger.OwedByUnits, Due: -1, Remind: 1, Example: "拜访3家企业"},
			{Name: "当月进展", Kind: ledger.Return, Every: ledger.EveryMonth, Who: ledger.OwedByProjects, Due: -3, Remind: 3, Plan: "下月计划", Example: "主体封顶；下月计划 二次结构"},
			{Name: "进大厅", Kind: ledger.Duty, Every: ledger.EveryMonth, Who: ledger.OwedByPeople, Roles: []ledger.Role{ledger.RoleLiaison}, Due: -1, Example: "3月12日"},
		}
		run := func(at string) {
			var all sync.WaitGroup
			for range 3 {
				all.Go(func() {
					if err := w.watch.Recur(t.Context(), moment(t, at)); err != nil {
						t.Errorf("at %s: %v", at, err)
					}
				})
			}
			all.Wait()
		}
		owed := func(rule string) (n int) {
			rows, err := w.store.OpenFrom(t.Context(), w.district, rule)
			if err != nil {
				t.Fatal(err)
			}
			seen := map[ledger.Recurrence]bool{}
			for _, m := range rows {
				x, err := w.store.RecurrenceOf(t.Context(), w.district, m.ID)
				if err != nil {
					t.Fatal(err)
				}
				x.ID, x.CommitmentID = 0, 0
				if seen[x] {
					t.Errorf("%s is owed twice: %+v", rule, x)
				}
				seen[x] = true
			}
			return len(rows)
		}
		want := func(when string, news, months, halls int) {
			t.Helper()
			if a, b, c := owed("招商动态"), owed("当月进展"), owed("进大厅"); a != news || b != months || c != halls {
				t.Errorf("%s: %d %d %d owed, want %d %d %d", when, a, b, c, news, months, halls)
			}
		}
		run("2026-03-01 08:21") // Sunday
		want("on a day off", 0, 0, 0)
		run("2026-03-02 08:21")
		want("at first", 4, 3, 3) // C004 is under negotiation
		w.write(func(tx *store.Tx) error {
			left := *w.people["O3"]
			left.Active = false
			if err := tx.PutPerson(&left, nil); err != nil {
				return err
			}
			return tx.PutPerson(&ledger.Person{Code: "O9", Name: "新来", Active: true, Roles: []ledger.Role{ledger.RoleLiaison}, UnitID: w.units["ZX"].ID}, nil)
		})
		run("2026-03-09 08:21")
		want("a week on", 8, 3, 4)
		run("2026-04-07 08:21") // nothing ran for weeks: those are owed by nobody
		want("after a pause", 12, 6, 7)
	})
}
