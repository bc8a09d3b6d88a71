package store_test

import (
	"errors"
	"sync"
	"testing"

	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// Reports made at the same moment each have a receipt of their own, also when others are taken back,
// and more of them than a process takes ahead.
func TestReceiptsAreUnique(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		gone := errors.New("taken back")
		var mu sync.Mutex
		seen := map[string]bool{}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for i := range 30 {
					receipt := ""
					err := s.Write(t.Context(), 1, func(tx *store.Tx) error {
						w, err := tx.Apply(ledger.Outcome{Updates: []ledger.Update{{DistrictID: 1, ProjectID: 1, PersonID: 1, On: 2026_03_05, Source: "chat"}}})
						if err != nil {
							return err
						}
						receipt = w.Updates[0].Receipt
						if i%5 == 4 {
							return gone
						}
						return nil
					})
					switch {
					case errors.Is(err, gone):
						continue
					case err != nil:
						t.Error(err)
						return
					}
					mu.Lock()
					if seen[receipt] || len(receipt) != len("260305-001") {
						t.Errorf("receipt %q", receipt)
					}
					seen[receipt] = true
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if len(seen) != 8*24 {
			t.Errorf("%d receipts, want %d", len(seen), 8*24)
		}
	})
}
