package watch_test

import (
	"strings"
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// owed puts a matter on the ledger as it is.
func (w *world) owed(m ledger.Commitment, due string) {
	w.t.Helper()
	m.DistrictID, m.State, m.DueOn, m.NextLook = w.district, ledger.Open, day(w.t, due), workday.DayOf(w.clock.Now())
	m.FirstDueOn = m.DueOn
	w.write(func(tx *store.Tx) error {
		_, err := tx.Apply(ledger.Outcome{New: []ledger.Commitment{m}})
		return err
	})
}

// to gives what one person or group read.
func to(sent, who string) string {
	for _, letter := range strings.Split(sent, "\n\n") {
		if strings.Contains(strings.SplitN(letter, "\n", 2)[0], who) {
			return letter
		}
	}
	return ""
}

// TestAnOrderOnNoProject: it is served on whoever owes the matter, names the reply that is owed, and
// whoever assigned it reads that somebody else is to act.
func TestAnOrderOnNoProject(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		w.owed(ledger.Commitment{
			Kind: ledger.Assignment, Title: "起草观摩方案", UnitID: w.units["FGW"].ID, OwnerID: w.people["O3"].ID, RaisedBy: w.people["L1"].ID,
		}, "2026-03-05")
		w.look("2026-03-06")
		w.sent()
		w.look("2026-03-16")
		sent := w.sent()
		if got := to(sent, "赵强"); !strings.Contains(got, "督办") || !strings.Contains(got, "H0001") || strings.Contains(got, "/report/") {
			t.Errorf("the owner read:\n%s", got)
		}
		if got := to(sent, "督查室"); !strings.Contains(got, "编号H0001") {
			t.Errorf("the inspection office read:\n%s", got)
		}
		if got := to(sent, "王建国"); !strings.Contains(got, "赵强") || !strings.Contains(got, "H0001") || strings.Contains(got, "请您") || strings.Contains(got, "say:办结") {
			t.Errorf("the leader who assigned it read:\n%s", got)
		}
	})
}
