package store_test

import (
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

var spring = clock.NewTurnable(time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai))

func TestMigrateTwiceIsQuiet(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		have, want, err := s.Schema(t.Context())
		if err != nil || have != want || have == 0 {
			t.Fatalf("schema is at %d of %d: %v", have, want, err)
		}
	})
}
