package store_test

import (
	"errors"
	"fmt"
	"testing"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// Somebody whose first message is being worked on holds up nobody but himself, however many he sends.
func TestBusySenderHoldsUpNobodyElse(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		now := clock.At(spring.Now())
		write := func(do func(*store.Tx) error) {
			t.Helper()
			if err := s.Write(t.Context(), 1, do); err != nil {
				t.Fatal(err)
			}
		}
		free := func(at clock.Instant) []store.Inbound {
			t.Helper()
			rows, err := s.Claimable(t.Context(), 1, at)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		receive := func(id, sender string) {
			t.Helper()
			if _, err := s.Receive(t.Context(), 1, store.Inbound{Platform: "wecom", MessageID: id, Sender: sender, Payload: "{}"}); err != nil {
				t.Fatal(err)
			}
		}
		for i := range 200 {
			receive(fmt.Sprint(i), "busy")
		}
		receive("last", "other")
		receive("last", "other") // a repeat
		occupy := func(token string) []store.Inbound {
			t.Helper()
			rows, err := s.Occupy(t.Context(), 1, free(now)[:1], token, now, now+10)
			if err != nil {
				t.Fatal(err)
			}
			return rows
		}
		first := free(now)
		if len(first) != 1 || first[0].Sender != "busy" {
			t.Fatalf("free %+v", first)
		}
		rows := occupy("z")
		if err := s.Vacate(t.Context(), 1, rows); err != nil {
			t.Fatal(err)
		}
		if rows := occupy("a"); len(rows) != 1 || rows[0].Attempts != 1 || rows[0].Payload != "{}" {
			t.Errorf("claimed %+v", rows)
		}
		if rows, err := s.Occupy(t.Context(), 1, first, "b", now, now+10); err != nil || len(rows) != 0 {
			t.Errorf("claimed twice: %+v, %v", rows, err)
		}
		if rows := free(now); len(rows) != 1 || rows[0].Sender != "other" {
			t.Errorf("free %+v", rows)
		}
		if rows := free(now + 10); len(rows) != 1 || rows[0].ID != first[0].ID {
			t.Errorf("free after the lease: %+v", rows)
		}
		if err := s.Write(t.Context(), 1, func(tx *store.Tx) error { return tx.Finish(first[0].ID, "b", store.InboundDone, "") }); !errors.Is(err, store.ErrLost) {
			t.Errorf("finished by another: %v", err)
		}
		write(func(tx *store.Tx) error { return tx.Finish(first[0].ID, "a", store.InboundDone, "") })
		if rows := free(now); len(rows) != 1 || rows[0].Sender != "busy" || rows[0].ID == first[0].ID {
			t.Errorf("free at the end: %+v", rows)
		}
	})
}
