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
		write(func(tx *store.Tx) error {
			for i := range 200 {
				if err := tx.Receive(store.Inbound{Platform: "wecom", MessageID: fmt.Sprint(i), Sender: "busy", Payload: "{}"}); err != nil {
					return err
				}
			}
			return tx.Receive(store.Inbound{Platform: "wecom", MessageID: "last", Sender: "other", Payload: "{}"})
		})
		first := free(now)
		if len(first) != 1 || first[0].Sender != "busy" {
			t.Fatalf("free %+v", first)
		}
		write(func(tx *store.Tx) error {
			row, ok, err := tx.Claim(first[0], "a", now+10)
			if !ok || row.Attempts != 1 || row.Payload != "{}" {
				t.Errorf("claimed %v %+v", ok, row)
			}
			return err
		})
		write(func(tx *store.Tx) error {
			_, ok, err := tx.Claim(first[0], "b", now+10)
			if ok {
				t.Error("claimed twice")
			}
			return err
		})
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
