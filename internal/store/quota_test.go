package store_test

import (
	"sync"
	"testing"

	"duban/internal/store"
	"duban/internal/store/storetest"
)

// TestDraw: what several replicas draw at once adds up, by name, month and district.
func TestDraw(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		draw := func(name string, month int, n int64) (q store.Quota) {
			t.Helper()
			err := s.Write(t.Context(), 1, func(tx *store.Tx) (err error) {
				q, err = tx.Draw(name, month, n)
				return err
			})
			if err != nil {
				t.Error(err)
			}
			return q
		}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 5 {
					draw("dingtalk.calls", 202603, 3)
				}
			})
		}
		all.Wait()
		draw("dingtalk.messages", 202603, 7)
		if q := draw("dingtalk.calls", 202604, 1); q.Used != 1 || q.Warned != 0 {
			t.Errorf("the next month begins with %+v", q)
		}
		err := s.Write(t.Context(), 1, func(tx *store.Tx) error {
			q, err := tx.Draw("dingtalk.calls", 202603, 0)
			if err != nil {
				return err
			}
			return tx.QuotaWarned(q, 80)
		})
		if err != nil {
			t.Fatal(err)
		}
		got, err := s.Quotas(t.Context(), 1, 202603)
		want := []store.Quota{{DistrictID: 1, Name: "dingtalk.calls", Month: 202603, Used: 120, Warned: 80}, {DistrictID: 1, Name: "dingtalk.messages", Month: 202603, Used: 7}}
		if err != nil || len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
		if other, err := s.Quotas(t.Context(), 2, 202603); err != nil || len(other) != 0 {
			t.Errorf("another district: %+v %v", other, err)
		}
	})
}
