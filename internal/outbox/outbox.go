// Package outbox brings deliveries to their recipients (floor 3): exactly once as far as a network
// allows, the urgent before the bulk, within each robot's budget, and never to somebody who is not
// entitled at the moment of sending. It words nothing itself but two marks (late, sent again) and
// writes nothing of the ledger but the fate of its deliveries.
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

// Composer words a delivery when it is sent, from the rows of then, with what the viewer may see.
type Composer interface {
	Compose(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error)
}

// Options are what an outbox needs; all but Log are required.
type Options struct {
	Store     *store.Store
	District  ledger.DistrictID
	Clock     clock.Clock
	Calendar  *workday.Calendar
	Senders   []chat.Sender
	Composers map[string]Composer // by the cause up to its first colon
	From      int                 // first hour of the day at which pushes go, e.g. 8
	To        int                 // hour from which they wait, e.g. 20
	Log       *slog.Logger
}

// Outbox sends.
type Outbox struct {
	Options
	senders map[routeKey]chat.Sender
	wake    chan struct{}

	mu     sync.Mutex
	paused map[routeKey]clock.Instant // a platform that fails is left alone for a while
	fails  map[routeKey]int
}

type routeKey struct {
	platform chat.Platform
	route    chat.Route
}

const (
	claimSize = 100             // rows a claim takes
	senders   = 16              // messages under way at once
	lease     = 2 * time.Minute // how long a claimed row is its claimer's; longer than any send
	poll      = 2 * time.Second // how often Run looks without being woken
)

// New makes an outbox; it sends nothing before Tick or Run.
func New(o Options) *Outbox {
	b := &Outbox{
		Options: o, senders: map[routeKey]chat.Sender{}, wake: make(chan struct{}, 1),
		paused: map[routeKey]clock.Instant{}, fails: map[routeKey]int{},
	}
	if b.Log == nil {
		b.Log = slog.New(slog.DiscardHandler)
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
	for {
		token, rows, err := b.claim(ctx)
		if err != nil || len(rows) == 0 {
			return sent, err
		}
		for i := range rows {
			b.deliver(ctx, &rows[i])
			if rows[i].State == store.SentOut {
				sent++
			}
		}
		if err := b.Store.Settle(ctx, b.District, token, rows); err != nil {
			return sent, err
		}
	}
}

// Run sends until ctx ends: one claimer, many senders, one marker that writes outcomes in batches.
func (b *Outbox) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-b.wake:
		case <-timer.C:
		}
		for {
			n, err := b.pump(ctx)
			if err != nil && ctx.Err() == nil {
				b.Log.Error("outbox", "error", err)
			}
			if err != nil || n == 0 {
				break
			}
		}
		timer.Reset(poll)
	}
}

// pump claims one batch and sends it with many hands. While the last of a batch are under way the next
// is not yet claimed; a batch is large against the number of hands, so that costs little.
func (b *Outbox) pump(ctx context.Context) (int, error) {
	token, rows, err := b.claim(ctx)
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	var hands sync.WaitGroup
	next := make(chan int)
	for range min(senders, len(rows)) {
		hands.Go(func() {
			for i := range next {
				b.deliver(ctx, &rows[i])
			}
		})
	}
	for i := range rows {
		next <- i
	}
	close(next)
	hands.Wait()
	// The outcomes are written even when the process is told to stop: they have happened.
	settle, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return len(rows), b.Store.Settle(settle, b.District, token, rows)
}

func (b *Outbox) claim(ctx context.Context) (string, []store.Delivery, error) {
	if err := b.Store.Recover(ctx, b.District); err != nil {
		return "", nil, err
	}
	token := rand.Text()
	rows, err := b.Store.Claim(ctx, b.District, token, claimSize, b.now().Add(lease))
	return token, rows, err
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

// later puts a delivery back until a moment; it is no attempt.
func later(d *store.Delivery, until clock.Instant, why string) {
	d.State, d.NotBefore, d.Detail = store.Waiting, until, why
	if d.Code == store.CodeLost {
		d.State = store.Unknown
	}
}

func drop(d *store.Delivery, why string) { d.State, d.Detail = store.Dropped, clip(why) }

// clip keeps a text within the column of 255 characters.
func clip(s string) string {
	if r := []rune(s); len(r) > 255 {
		return string(r[:255])
	}
	return s
}

// backoff is the pause after the nth failed attempt: 5 s, doubled up to 15 minutes.
func backoff(attempts int) time.Duration {
	return min(5*time.Second<<min(max(attempts-1, 0), 10), 15*time.Minute)
}

// key is the same for every attempt at a delivery, so that a platform that can tells repeats.
func key(d *store.Delivery) string { return fmt.Sprintf("d%d", d.ID) }
