package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

func TestALeaseHasOneHolder(t *testing.T) {
	now := clock.NewTurnable(spring.Now())
	storetest.Each(t, now, func(t *testing.T, s *store.Store) {
		l := s.Leases(1)
		const ttl = 6 * time.Second
		acquire := func(holder string, want bool) {
			t.Helper()
			if ok, err := l.Acquire(t.Context(), "aibot", holder, ttl); err != nil || ok != want {
				t.Fatalf("%s acquires: %v, %v", holder, ok, err)
			}
		}
		renew := func(holder string, want bool) {
			t.Helper()
			if ok, err := l.Renew(t.Context(), "aibot", holder, ttl); err != nil || ok != want {
				t.Fatalf("%s renews: %v, %v", holder, ok, err)
			}
		}
		renew("a", false)
		acquire("a", true)
		acquire("a", true)
		acquire("b", false)
		if ok, err := l.Acquire(t.Context(), "stream", "b", ttl); err != nil || !ok {
			t.Errorf("another lease: %v, %v", ok, err)
		}
		if ok, err := s.Leases(2).Acquire(t.Context(), "aibot", "b", ttl); err != nil || !ok {
			t.Errorf("another district: %v, %v", ok, err)
		}
		now.Advance(ttl - time.Millisecond)
		renew("a", true)
		now.Advance(ttl - time.Millisecond)
		acquire("b", false)
		now.Advance(time.Millisecond) // a is dead
		renew("a", false)
		acquire("b", true)
		acquire("a", false)
		for _, holder := range []string{"a", "b"} { // a has nothing to release
			acquire("a", false)
			if err := l.Release(t.Context(), "aibot", holder); err != nil {
				t.Fatal(err)
			}
		}
		renew("b", false)
		acquire("a", true)
	})
}

func TestManyAcquireOneGets(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		var got atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				ok, err := s.Leases(1).Acquire(t.Context(), "aibot", fmt.Sprint(i), time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					got.Add(1)
				}
			})
		}
		all.Wait()
		if got.Load() != 1 {
			t.Errorf("%d hold it", got.Load())
		}
	})
}

func TestAVaultKeepsOneTokenForAll(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		v := s.Vault(1)
		until := spring.Now().Add(2 * time.Hour)
		has := func(want string) {
			t.Helper()
			got, good, err := v.Token(t.Context(), "wecom:app")
			if err != nil || got != want || (want != "") != good.Equal(until) {
				t.Fatalf("kept %q until %s: %v, want %q", got, good, err, want)
			}
		}
		keep := func(old, sealed string, want bool) {
			t.Helper()
			if ok, err := v.Keep(t.Context(), "wecom:app", old, sealed, until); err != nil || ok != want {
				t.Fatalf("keep %q in place of %q: %v, %v", sealed, old, ok, err)
			}
		}
		has("")
		keep("", "one", true)
		has("one")
		keep("", "late", false)
		has("one")
		keep("one", "two", true)
		keep("one", "late", false)
		has("two")
		keep("two", "two", true) // the same again
		if got, _, err := s.Vault(2).Token(t.Context(), "wecom:app"); err != nil || got != "" {
			t.Errorf("another district has %q: %v", got, err)
		}
		var won atomic.Int32
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				ok, err := v.Keep(t.Context(), "wecom:app", "two", fmt.Sprint("new", i), until)
				if err != nil {
					t.Error(err)
				}
				if ok {
					won.Add(1)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Errorf("%d put a token in its place", won.Load())
		}
	})
}
