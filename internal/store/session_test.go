package store_test

import (
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

func TestSessions(t *testing.T) {
	start := time.Date(2026, 3, 5, 9, 0, 0, 0, clock.Shanghai)
	c := clock.NewTurnable(start)
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(start)
		ctx := t.Context()
		expect := func(when, token, want string) {
			t.Helper()
			data, found, err := s.FindSession(ctx, token)
			if err != nil || found != (want != "") || string(data) != want {
				t.Errorf("%s: %q has %q (%v, %v), want %q", when, token, data, found, err, want)
			}
		}
		done(t, s.KeepSession(ctx, "a", []byte("\x00\xff one"), start.Add(time.Hour)))
		done(t, s.KeepSession(ctx, "b", []byte("two"), start.Add(time.Minute)))
		expect("kept", "a", "\x00\xff one")
		expect("another case", "A", "")
		done(t, s.KeepSession(ctx, "a", []byte("changed"), start.Add(time.Hour)))
		expect("kept again", "a", "changed")

		c.Advance(time.Minute)
		expect("over", "b", "")
		done(t, s.SweepSessions(ctx))
		c.Set(start)
		expect("swept", "b", "")
		expect("not over", "a", "changed")

		done(t, s.DropSession(ctx, "a"))
		done(t, s.DropSession(ctx, "a"))
		expect("dropped", "a", "")
	})
}

func TestFormReceipt(t *testing.T) {
	start := time.Date(2026, 3, 5, 9, 0, 0, 0, clock.Shanghai)
	storetest.Each(t, clock.NewTurnable(start), func(t *testing.T, s *store.Store) {
		hand := func(key, receipt string) error {
			return s.Write(t.Context(), 1, func(tx *store.Tx) error { return tx.KeepFormReceipt(key, receipt) })
		}
		done(t, hand("7:K", "260305-001"))
		if err := hand("7:K", "260305-002"); fault.CodeOf(err) != fault.Conflict {
			t.Errorf("handed in twice: %v", err)
		}
		done(t, s.Write(t.Context(), 1, func(tx *store.Tx) error {
			for key, want := range map[string]string{"7:K": "260305-001", "8:K": "", "7:k": ""} {
				if got, err := tx.FormReceipt(key); err != nil || got != want {
					t.Errorf("%s: %q, %v, want %q", key, got, err, want)
				}
			}
			return nil
		}))
	})
}

func done(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
