package store_test

import (
	"path/filepath"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// Only what says that it may forget does: the service waits until a commit is on the disk.
func TestACommitOutlivesAPowerCut(t *testing.T) {
	for _, c := range []struct {
		brief bool
		want  int
	}{{false, 2}, {true, 1}} {
		s, err := store.Open(t.Context(), store.Options{Path: filepath.Join(t.TempDir(), "duban.db"), Brief: c.brief, Clock: clock.System{}})
		if err != nil {
			t.Fatal(err)
		}
		if got := flushes(t, s); got != c.want {
			t.Errorf("brief %v: synchronous is %d, want %d", c.brief, got, c.want)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

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

// flushes asks SQLite how it flushes: 2 is at each commit.
func flushes(t *testing.T, s *store.Store) int {
	t.Helper()
	var n int
	if err := s.SQL().QueryRowContext(t.Context(), "PRAGMA synchronous").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
