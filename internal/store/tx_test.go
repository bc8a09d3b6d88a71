package store_test

import (
	"errors"
	"fmt"
	"sync"
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

// Two transactions that take the same two rows in opposite order: the server ends one of them, and it
// is run again.
func TestWriteSurvivesARealDeadlock(t *testing.T) {
	onMySQL(t, func(t *testing.T) {
		s := storetest.MySQL(t, spring)
		write(t, s, func(tx *store.Tx) error {
			if _, err := tx.Next("one", 1); err != nil {
				return err
			}
			_, err := tx.Next("two", 1)
			return err
		})
		var meet, all sync.WaitGroup
		meet.Add(2)
		var mu sync.Mutex
		runs := 0
		for _, order := range [][2]string{{"one", "two"}, {"two", "one"}} {
			all.Go(func() {
				first := true
				err := s.Write(t.Context(), district, func(tx *store.Tx) error {
					mu.Lock()
					runs++
					mu.Unlock()
					if _, err := tx.Next(order[0], 1); err != nil {
						return err
					}
					if first {
						first = false
						meet.Done()
						meet.Wait()
					}
					_, err := tx.Next(order[1], 1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if runs != 3 {
			t.Errorf("%d runs of two transactions, want 3", runs)
		}
		write(t, s, func(tx *store.Tx) error {
			for _, name := range []string{"one", "two"} {
				if n, err := tx.Next(name, 1); err != nil || n != 4 {
					return fmt.Errorf("%s is at %d, want 4: %w", name, n, err)
				}
			}
			return nil
		})
	})
}

func TestNextCountsWithoutGaps(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		back := errors.New("taken back")
		next := func(name string, n int, fail error) (first int64) {
			err := s.Write(t.Context(), district, func(tx *store.Tx) (err error) {
				if first, err = tx.Next(name, n); err != nil {
					return err
				}
				return fail
			})
			if !errors.Is(err, fail) {
				t.Fatal(err)
			}
			return first
		}
		for i, c := range []struct {
			name string
			n    int
			fail error
			want int64
		}{
			{"a", 1, nil, 1}, {"a", 1, nil, 2}, {"a", 5, nil, 3}, {"a", 1, nil, 8}, {"b", 3, nil, 1}, {"b", 2, back, 4}, {"b", 1, nil, 4},
			{"c", 1, back, 1}, {"c", 1, nil, 1},
		} {
			if got := next(c.name, c.n, c.fail); got != c.want {
				t.Errorf("step %d: %s gives %d, want %d", i, c.name, got, c.want)
			}
		}
	})
}

// Eight transactions begin the same sequence at the same moment.
func TestASequenceIsBegunOnce(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		var mu sync.Mutex
		seen := map[int64]bool{}
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				var n int64
				err := s.Write(t.Context(), district, func(tx *store.Tx) (err error) {
					n, err = tx.Next("fresh", 1)
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				seen[n] = true
				mu.Unlock()
			})
		}
		all.Wait()
		for i := range int64(8) {
			if !seen[i+1] {
				t.Errorf("nobody got %d", i+1)
			}
		}
	})
}
