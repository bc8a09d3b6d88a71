package dingtalk

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"duban/internal/clock"
)

func TestTokenLife(t *testing.T) {
	r := start(t)
	get := func() string {
		t.Helper()
		v, err := r.d.tokens.get(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	first := get()
	r.clock.Advance(7200*time.Second - early - time.Second)
	if get() != first {
		t.Error("the token was replaced too early")
	}
	r.clock.Advance(time.Second)
	second := get()
	if second == first {
		t.Error("five minutes before its end the token was still used")
	}
	r.d.tokens.drop(first)
	if get() != second {
		t.Error("dropping an old token dropped the new one")
	}
	r.d.tokens.drop(second)
	if get() == second {
		t.Error("the dropped token came again")
	}
}

func TestTokenSingleFlight(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		fetched := 0
		src := &tokens{clock: clock.NewTurnable(noon), fetch: func(context.Context) (string, time.Duration, error) {
			fetched++ // one at a time, or the race detector says so
			<-gate
			return "t", time.Hour, nil
		}}
		var all sync.WaitGroup
		for range 20 {
			all.Go(func() {
				if v, err := src.get(context.Background()); v != "t" || err != nil {
					t.Errorf("%q %v", v, err)
				}
			})
		}
		synctest.Wait()
		close(gate)
		all.Wait()
		if fetched != 1 {
			t.Errorf("fetched %d times", fetched)
		}
	})
}

// TestTokenLeaderQuits: when the one who fetches gives up, the others do not fail with it; when the platform
// refuses, all hear it from one call.
func TestTokenLeaderQuits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		src := &tokens{clock: clock.NewTurnable(noon), fetch: func(ctx context.Context) (string, time.Duration, error) {
			calls++
			if calls == 1 {
				<-ctx.Done()
				return "", 0, ctx.Err()
			}
			return "second", time.Hour, nil
		}}
		var all sync.WaitGroup
		all.Go(func() {
			if _, err := src.get(ctx); !errors.Is(err, context.Canceled) {
				t.Errorf("leader: %v", err)
			}
		})
		synctest.Wait()
		all.Go(func() {
			if v, err := src.get(context.Background()); v != "second" || err != nil {
				t.Errorf("follower: %q %v", v, err)
			}
		})
		synctest.Wait()
		cancel()
		all.Wait()
	})
}

func TestTokenRefusalShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		refused := &trouble{status: 400, code: "invalidClientIdOrSecret"}
		calls := 0
		src := &tokens{clock: clock.NewTurnable(noon), fetch: func(context.Context) (string, time.Duration, error) {
			calls++
			<-gate
			return "", 0, refused
		}}
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				if _, err := src.get(context.Background()); !errors.Is(err, refused) {
					t.Errorf("%v", err)
				}
			})
		}
		synctest.Wait()
		close(gate)
		all.Wait()
		if calls != 1 {
			t.Errorf("%d calls", calls)
		}
	})
}
