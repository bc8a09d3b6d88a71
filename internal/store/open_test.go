package store_test

import (
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// late is a clock that goes an hour slow.
type late struct{}

func (late) Now() time.Time { return clock.System{}.Now().Add(-time.Hour) }

// A machine whose clock goes wrong is found out by the database all replicas share.
func TestSkew(t *testing.T) {
	storetest.Each(t, late{}, func(t *testing.T, s *store.Store) {
		skew, err := s.Skew(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if want := time.Hour; !s.Embedded() && skew.Round(10*time.Minute) != want || s.Embedded() && skew != 0 {
			t.Errorf("skew %v", skew)
		}
	})
}
