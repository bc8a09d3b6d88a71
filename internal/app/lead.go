package app

import (
	"context"
	"crypto/rand"
	"log/slog"
	"sync"
	"time"
)

// leases say which process holds what only one may hold; *store.Leases is one.
type leases interface {
	Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	Renew(ctx context.Context, name, holder string, ttl time.Duration) (bool, error)
	Release(ctx context.Context, name, holder string) error
}

// lead runs something in one process at a time. Its times are the host's, as the connection it guards is
// real; when a holder dies another follows within ttl and again, well under ten seconds.
type lead struct {
	leases leases
	name   string
	ttl    time.Duration // how long a holder that is silent keeps the lease
	every  time.Duration // between two renewals
	again  time.Duration // between two tries to become the holder
	log    *slog.Logger
	follow func(bool) // told whether another process holds the lease
}

const leaseTTL, leaseEvery, leaseAgain = 6 * time.Second, 2 * time.Second, time.Second

// run runs do whenever this process holds the lease, until ctx ends or do fails. It returns when do has
// ended and the lease is given up.
func (l *lead) run(ctx context.Context, do func(context.Context) error) error {
	holder := rand.Text()
	for ctx.Err() == nil {
		got, err := l.ask(ctx, l.leases.Acquire, holder)
		switch {
		case ctx.Err() != nil:
		case err != nil:
			l.log.Warn("a lease cannot be asked for", "lease", l.name, "error", err)
		case got:
			l.follow(false)
			l.log.Info("this process holds a lease", "lease", l.name)
			if err := l.hold(ctx, holder, do); err != nil {
				return err
			}
		default:
			l.follow(true)
		}
		pause(ctx, l.again)
	}
	return nil
}

// hold runs do while the lease is renewed. Two renewals in a row that bring no answer use up its time.
func (l *lead) hold(ctx context.Context, holder string, do func(context.Context) error) error {
	life, stop := context.WithCancel(ctx)
	defer stop()
	done := make(chan error, 1)
	var owned sync.WaitGroup
	owned.Go(func() { done <- do(life) })
	tick := time.NewTicker(l.every)
	defer tick.Stop()
	for silent := 0; silent < 2 && life.Err() == nil; {
		select {
		case err := <-done:
			l.release(ctx, holder)
			return err
		case <-ctx.Done():
			stop()
		case <-tick.C:
			held, err := l.ask(ctx, l.leases.Renew, holder)
			switch {
			case err != nil:
				silent++
			case held:
				silent = 0
			default:
				stop()
			}
		}
	}
	if ctx.Err() == nil {
		l.log.Warn("this process no longer holds a lease", "lease", l.name)
	}
	stop()
	owned.Wait()
	l.release(ctx, holder)
	return nil
}

// ask is one visit to the database, no longer than the time between two renewals.
func (l *lead) ask(ctx context.Context, do func(context.Context, string, string, time.Duration) (bool, error), holder string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, l.every)
	defer cancel()
	return do(ctx, l.name, holder, l.ttl)
}

// release lets another have the lease at once; one that is not ours stays as it is.
func (l *lead) release(ctx context.Context, holder string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.every)
	defer cancel()
	if err := l.leases.Release(ctx, l.name, holder); err != nil {
		l.log.Warn("a lease was not given up and ends by itself", "lease", l.name, "error", err)
	}
}

func pause(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// sendAlone runs the outbox. Where a platform takes one connection only, it runs in the process that
// holds it: the others could send nothing by it, and would only take deliveries and put them back. All
// else (pages, callbacks, commands, jobs) runs in every process.
func (a *App) sendAlone(ctx context.Context) error {
	single := a.platforms.single
	if single == nil {
		return a.outbox.Run(ctx)
	}
	l := &lead{leases: a.Store.Leases(a.District.ID), name: "wecom-bot", ttl: leaseTTL, every: leaseEvery, again: leaseAgain, log: a.Log, follow: a.standby.Store}
	return l.run(ctx, func(ctx context.Context) error {
		var sending sync.WaitGroup
		sending.Go(func() { _ = a.outbox.Run(ctx) }) // it ends with ctx and has no other error
		defer sending.Wait()
		return single(ctx)
	})
}
