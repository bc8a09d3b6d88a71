package app

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

// process is one replica: its way to the database, which can be cut, and whether it holds the lease.
type process struct {
	*store.Leases
	cut    atomic.Bool
	holds  atomic.Bool
	behind atomic.Bool
	stop   context.CancelFunc
	ended  chan error
}

func (p *process) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if p.cut.Load() {
		return false, errors.New("cut off")
	}
	return p.Leases.Acquire(ctx, name, holder, ttl)
}

func (p *process) Renew(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	if p.cut.Load() {
		return false, errors.New("cut off")
	}
	return p.Leases.Renew(ctx, name, holder, ttl)
}

func (p *process) Release(ctx context.Context, name, holder string) error {
	if p.cut.Load() {
		return errors.New("cut off")
	}
	return p.Leases.Release(ctx, name, holder)
}

// begin starts the replica; its lease lasts ttl.
func (p *process) begin(ttl time.Duration) {
	ctx, stop := context.WithCancel(context.Background())
	p.stop, p.ended = stop, make(chan error, 1)
	l := &lead{leases: p, name: "bot", ttl: ttl, every: ttl / 3, again: ttl / 6, log: slog.New(slog.DiscardHandler), follow: p.behind.Store}
	go func() {
		p.ended <- l.run(ctx, func(ctx context.Context) error {
			p.holds.Store(true)
			<-ctx.Done()
			p.holds.Store(false)
			return nil
		})
	}()
}

func await(t *testing.T, what string, is func() bool) {
	t.Helper()
	for giveUp := time.After(2 * time.Minute); !is(); {
		select {
		case <-giveUp:
			t.Fatalf("in vain: %s", what)
		case <-time.After(time.Millisecond):
		}
	}
}

// Of two replicas one holds the connection. When it stops the other follows at once, when it is cut off
// the other follows as soon as the lease has run out.
func TestOneReplicaHoldsTheConnection(t *testing.T) {
	if worst := leaseTTL + leaseAgain; worst >= 10*time.Second {
		t.Errorf("a dead holder is followed after %s, want less than 10s", worst)
	}
	storetest.Each(t, clock.System{}, func(t *testing.T, s *store.Store) {
		replica := func(ttl time.Duration) *process {
			p := &process{Leases: s.Leases(1)}
			p.begin(ttl)
			return p
		}
		const long, short = 10 * time.Minute, 2 * time.Second
		a := replica(long)
		await(t, "the first holds it", a.holds.Load)
		b := replica(short)
		await(t, "the second stands by", b.behind.Load)
		if b.holds.Load() {
			t.Error("both hold it")
		}
		a.stop()
		if err := <-a.ended; err != nil {
			t.Error(err)
		}
		await(t, "the second follows although the lease would have lasted", b.holds.Load)
		c := replica(short)
		await(t, "the third stands by", c.behind.Load)
		b.cut.Store(true)
		await(t, "the third follows one that is cut off", c.holds.Load)
		await(t, "the one that is cut off lets go", func() bool { return !b.holds.Load() })
		for _, p := range []*process{b, c} {
			p.stop()
			if err := <-p.ended; err != nil {
				t.Error(err)
			}
		}
	})
}

// What was to run only here and failed ends the loop, and the lease is free.
func TestAFailureGivesTheLeaseUp(t *testing.T) {
	storetest.Each(t, clock.System{}, func(t *testing.T, s *store.Store) {
		broken := errors.New("broken")
		l := &lead{leases: s.Leases(1), name: "bot", ttl: time.Hour, every: time.Minute, again: time.Millisecond, log: slog.New(slog.DiscardHandler), follow: func(bool) {}}
		if err := l.run(t.Context(), func(context.Context) error { return broken }); !errors.Is(err, broken) {
			t.Errorf("run = %v", err)
		}
		if ok, err := s.Leases(1).Acquire(t.Context(), "bot", "another", time.Hour); err != nil || !ok {
			t.Errorf("the lease is not free: %v, %v", ok, err)
		}
	})
}
