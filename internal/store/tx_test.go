package store_test

import (
	"testing"

	driver "github.com/go-sql-driver/mysql"

	"duban/internal/store"
	"duban/internal/store/storetest"
)

// A transaction that lost a fight is run again from the start; any other error is its own.
func TestWriteRunsAgainAfterALostFight(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		for number, want := range map[uint16]int{1213: 3, 1205: 3, 1020: 3, 9007: 3, 1406: 1} {
			runs := 0
			_ = s.Write(t.Context(), 1, func(*store.Tx) error {
				if runs++; runs < 3 {
					return &driver.MySQLError{Number: number}
				}
				return nil
			})
			if runs != want {
				t.Errorf("after error %d it ran %d times, want %d", number, runs, want)
			}
		}
	})
}
