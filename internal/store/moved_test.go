package store_test

import (
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/workday"
)

// A strike stays with its commitment though that answers to another unit since; for other commitments it
// stays with the unit of then.
func TestAStrikeGoesWithItsCommitment(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		d, err := s.Found(t.Context(), "moved", "测试区")
		if err != nil {
			t.Fatal(err)
		}
		var rows []ledger.Commitment
		err = s.Write(t.Context(), d.ID, func(tx *store.Tx) error {
			owed := func(u ledger.UnitID) ledger.Commitment {
				return ledger.Commitment{DistrictID: d.ID, Kind: ledger.Assignment, UnitID: u, FirstDueOn: 20260305, DueOn: 20260305, State: ledger.Open}
			}
			w, err := tx.Apply(ledger.Outcome{New: []ledger.Commitment{owed(1), owed(1), owed(2)}})
			if err != nil {
				return err
			}
			strike := ledger.Strike{
				DistrictID: d.ID, CommitmentID: w.New[0].ID, DueOn: 20260303, UnitID: 1, Kind: ledger.Assignment, On: 20260304,
				State: ledger.StrikeStands,
			}
			moved := w.New[0]
			moved.UnitID = 2
			rows = []ledger.Commitment{moved, w.New[1], w.New[2]}
			_, err = tx.Apply(ledger.Outcome{Strikes: []ledger.Strike{strike}, Saved: []ledger.Commitment{moved}})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, scope := range []ledger.Scope{ledger.SameKindOnProject, ledger.AnyOfUnit} {
			cases, err := s.Cases(t.Context(), d.ID, rows, scope, nil)
			if err != nil {
				t.Fatal(err)
			}
			for i, want := range []int{1, 1, 0} { // its own; of unit 1 as then; of unit 2, which has none
				got := 0
				for _, k := range cases[i].Strikes {
					if scope.Counts(k, cases[i].Commitment) && k.On < workday.Day(20260306) {
						got++
					}
				}
				if got != want {
					t.Errorf("scope %s: commitment %d finds %d strikes that count, want %d", scope, i, got, want)
				}
			}
		}
	})
}
