package outbox

import (
	"context"
	"sync"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
)

const (
	poll   = 2 * time.Second        // how often Run looks without being woken
	grace  = 500 * time.Millisecond // what is under way when Run is told to stop may still end well
	gather = 5 * time.Millisecond   // how long fates are gathered before they are written
)

// Run sends until ctx ends: one claimer, one that prepares what was claimed, many hands that send, one
// marker that writes the fates in batches. It returns when all have ended and every fate is written.
func (b *Outbox) Run(ctx context.Context) error {
	// A request cut off in the middle may have arrived: the hands are told to stop a little later.
	sending, cut := context.WithCancel(context.WithoutCancel(ctx))
	defer cut()
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(grace, cut) })
	defer stop()

	l := newLine(b.Hands)
	fates := make(chan store.Delivery, claimSize)
	claims := make(chan []*job)
	var hands, preparer, marker sync.WaitGroup
	preparer.Go(func() { b.prepareAll(ctx, l, claims, fates) })
	marker.Go(func() { b.markAll(ctx, fates) })
	for range b.Hands * max(1, len(b.senders)) {
		hands.Go(func() {
			for j := l.take(); j != nil; j = l.take() {
				b.deliver(sending, j)
				fates <- j.row
				l.done(j)
			}
		})
	}
	b.claimAll(ctx, l, claims)
	close(claims)
	preparer.Wait()
	for _, j := range l.close() {
		j.later(b.now(), stopping)
		fates <- j.row
	}
	hands.Wait()
	close(fates)
	marker.Wait()
	return nil
}

// claimAll claims until ctx ends: when it is woken, when the line is hungry and there was more, and now
// and then.
func (b *Outbox) claimAll(ctx context.Context, l *line, claims chan<- []*job) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	var recovered clock.Instant
	more := false
	for {
		var hungry <-chan struct{}
		if more {
			hungry = l.hungry
		}
		select {
		case <-ctx.Done():
			return
		case <-b.wake: // perhaps more urgent than what waits in the line
		case <-hungry:
		case <-timer.C:
		}
		if now := b.now(); now >= recovered.Add(poll) || now < recovered {
			recovered = now
			if err := b.Store.Recover(ctx, b.District); err != nil && ctx.Err() == nil {
				b.Log.Error("outbox", "error", err)
			}
		}
		n := min(max(l.room(), claimSize/10), claimSize)
		jobs, err := b.claim(ctx, n)
		if err != nil && ctx.Err() == nil {
			b.Log.Error("outbox", "error", err)
		}
		if len(jobs) > 0 {
			l.expect(len(jobs))
			claims <- jobs
		}
		more = len(jobs) == n
		timer.Reset(poll)
	}
}

// prepareAll prepares claim after claim, in this order since the most urgent asks for its budget first,
// and puts into the line what is to be sent.
func (b *Outbox) prepareAll(ctx context.Context, l *line, claims <-chan []*job, fates chan<- store.Delivery) {
	for jobs := range claims {
		b.prepare(ctx, jobs, b.Hands)
		var send []*job
		for _, j := range jobs {
			if j.fated {
				fates <- j.row
			} else {
				send = append(send, j)
			}
		}
		for _, j := range l.put(send, b.route) {
			j.later(b.now().Add(poll), "通道繁忙，稍后发送")
			fates <- j.row
		}
		l.expect(-len(jobs))
	}
}

// route says which route a job will take first.
func (b *Outbox) route(j *job) routeKey {
	for i := range j.ways {
		if s, _ := b.usable(&j.ways[i]); s != nil {
			return routeKey{j.ways[i].Platform, j.ways[i].Route}
		}
	}
	return routeKey{}
}

// markAll writes fates, as many at once as have gathered. While the database cannot be reached it
// keeps trying: a fate that is not written is a message sent twice.
func (b *Outbox) markAll(ctx context.Context, fates <-chan store.Delivery) {
	for {
		rows, open := gatherSome(fates)
		if len(rows) > 0 {
			b.write(ctx, rows)
		}
		if !open {
			return
		}
	}
}

// gatherSome waits for a fate and for what follows soon; false when there will be no more.
func gatherSome(fates <-chan store.Delivery) ([]store.Delivery, bool) {
	first, open := <-fates
	if !open {
		return nil, false
	}
	rows := []store.Delivery{first}
	enough := time.NewTimer(gather)
	defer enough.Stop()
	for len(rows) < claimSize {
		select {
		case r, open := <-fates:
			if !open {
				return rows, false
			}
			rows = append(rows, r)
		case <-enough.C:
			return rows, true
		}
	}
	return rows, true
}

// write settles the rows, again and again until it is done, the lease has ended, when another takes
// them for lost anyway, or Run is to stop.
func (b *Outbox) write(ctx context.Context, rows []store.Delivery) {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 5*time.Second) {
		err := b.settleRows(ctx, rows)
		if err == nil {
			return
		}
		b.Log.Error("fates could not be written", "deliveries", len(rows), "error", err)
		if b.now() > rows[0].LeaseUntil {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
