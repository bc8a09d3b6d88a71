// Package outbox brings deliveries to their recipients (floor 3): exactly once as far as a network
// allows, the urgent before the bulk, within each robot's budget, and never to somebody who is not
// entitled at the moment of sending. It words nothing itself but three marks (late, sent again, look at the card above) and
// writes nothing of the ledger but the fate of its deliveries, and that they were read.
//
//	claim ─▶ prepare (viewers, letters, ways, budgets: read for a whole claim) ─▶ send ─▶ settle
package outbox

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Composer words a delivery when it is sent, from the rows of then, with what the viewer may see. It
// is asked by several goroutines at once.
type Composer interface {
	Compose(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error)
}

// Gatherer is a Composer that can read for many deliveries at once: what it gives then words these, from
// the rows of that moment, and is asked by several goroutines at once.
type Gatherer interface {
	Gather(ctx context.Context, of []store.Delivery) (func(context.Context, store.Delivery, ledger.Viewer) (words.Letter, error), error)
}

// Options are what an outbox needs; all but Log and Hands are required.
type Options struct {
	Store     *store.Store
	District  ledger.DistrictID
	Clock     clock.Clock
	Calendar  *workday.Calendar
	Senders   []chat.Sender
	Composers map[string]Composer // by the cause up to its first colon
	From      int                 // first hour of the day at which pushes go, e.g. 8
	To        int                 // hour from which they wait, e.g. 20
	Hands     int                 // messages Run has under way at once on one route; 0: 16
	Log       *slog.Logger
}

// Outbox sends.
type Outbox struct {
	Options
	senders map[routeKey]chat.Sender
	wake    chan struct{}
	photos  chan struct{} // room for what is under way

	mu     sync.Mutex
	paused map[routeKey]clock.Instant // a platform that fails is left alone for a while
	fails  map[routeKey]int
	missed map[routeKey]map[store.Trace]bool // what waits though this route, had it worked, would have taken it
	eased  map[store.Trace]bool              // of them, those whose route works again
}

type routeKey struct {
	platform chat.Platform
	route    chat.Route
}

const (
	photosAtOnce = 4

	claimSize = 100              // rows a claim takes
	lease     = 2 * time.Minute  // how long a claimed row is its claimer's
	fresh     = 10 * time.Second // how long what was read for a claim may be sent by
	sendLimit = time.Minute      // no attempt takes longer; fresh and this end well before the lease
)

// New makes an outbox; it sends nothing before Tick or Run.
func New(o Options) *Outbox {
	b := &Outbox{
		Options: o, senders: map[routeKey]chat.Sender{}, wake: make(chan struct{}, 1), photos: make(chan struct{}, photosAtOnce),
		paused: map[routeKey]clock.Instant{}, fails: map[routeKey]int{},
		missed: map[routeKey]map[store.Trace]bool{}, eased: map[store.Trace]bool{},
	}
	if b.Log == nil {
		b.Log = slog.New(slog.DiscardHandler)
	}
	if b.Hands == 0 {
		b.Hands = 16
	}
	for _, s := range o.Senders {
		p, r := s.Route()
		b.senders[routeKey{p, r}] = s
	}
	return b
}

// Wake tells Run that there is something new; it never blocks.
func (b *Outbox) Wake() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// Tick sends, one after the other in order of urgency, all that may go at this moment, and says how
// many were sent. What must wait has its moment in NextDelivery.
func (b *Outbox) Tick(ctx context.Context) (int, error) {
	sent := 0
	if err := b.Store.Recover(ctx, b.District); err != nil {
		return 0, err
	}
	for {
		jobs, err := b.claim(ctx, claimSize)
		if err != nil || len(jobs) == 0 {
			return sent, err
		}
		b.prepare(ctx, jobs, 1)
		rows := make([]store.Delivery, 0, len(jobs))
		for _, j := range jobs {
			b.deliver(ctx, j)
			if j.row.State == store.SentOut {
				sent++
			}
			rows = append(rows, j.row)
		}
		if err := b.settleRows(ctx, rows); err != nil {
			return sent, err
		}
	}
}

// claim takes up to n deliveries, most urgent first.
func (b *Outbox) claim(ctx context.Context, n int) ([]*job, error) {
	rows, err := b.Store.Claim(ctx, b.District, rand.Text(), n, b.now().Add(lease))
	jobs := make([]*job, len(rows))
	for i, r := range rows {
		jobs[i] = &job{row: r, read: b.now()}
	}
	return jobs, err
}

// settleRows writes fates down even when the process is told to stop: they have happened.
func (b *Outbox) settleRows(ctx context.Context, rows []store.Delivery) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if err := b.Store.Settle(ctx, b.District, rows); err != nil {
		return err
	}
	b.hasten(ctx)
	return nil
}

func (b *Outbox) now() clock.Instant { return clock.At(b.Clock.Now()) }

// opens gives the first moment from at on at which a push may go: 08:00–20:00 on working days.
func (b *Outbox) opens(at clock.Instant) clock.Instant {
	t := at.Time()
	day := workday.DayOf(t)
	if b.Calendar.IsWorkday(day) {
		switch {
		case t.Hour() < b.From:
			return clock.At(day.At(b.From, 0, clock.Shanghai))
		case t.Hour() < b.To:
			return at
		}
	}
	return clock.At(b.Calendar.Next(day.AddDays(1)).At(b.From, 0, clock.Shanghai))
}

// backoff is the pause after the nth failed attempt: 5 s, doubled up to 15 minutes.
func backoff(attempts int) time.Duration {
	return min(5*time.Second<<min(max(attempts-1, 0), 10), 15*time.Minute)
}

// key is the same for every attempt at a delivery, so that a platform that can tells repeats. Where none
// can, a second copy is a message of its own with a card of its own: its key is new.
func key(d *store.Delivery, dedup bool) string {
	if d.Lost > 0 && !dedup {
		return fmt.Sprintf("d%d-%d", d.ID, d.Lost)
	}
	return fmt.Sprintf("d%d", d.ID)
}
