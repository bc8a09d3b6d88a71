package dingtalk

import (
	"sync"
	"sync/atomic"
	"time"

	"duban/internal/clock"
)

// Counters are what has happened since the start, for the office's page and the metrics.
type Counters struct {
	Messages   int64 // robot messages kept by the Inbox, repeats included
	Presses    int64 // card presses kept
	Told       int64 // newcomers and new names kept, from events
	Events     int64 // events acknowledged
	Ignored    int64 // of them, those that tell duban nothing
	Slow       int64 // HTTP callbacks answered before the Inbox was done
	NotTaken   int64 // refused by the Inbox and left to the platform to repeat
	Unreadable int64 // bodies and frames that are not what they should be
	QuotaUsed  int64 // messages without text because the month's quota is used up: tell an administrator
	BadSign    int64 // HTTP callbacks with a wrong signature
	Stale      int64 // HTTP callbacks more than an hour old or early
	TooLarge   int64 // HTTP callbacks over the size limit
	Connects   int64 // Stream connections opened
	Failures   int64 // Stream connections that could not be opened
}

type counters struct {
	messages, presses, told, events, ignored, slow, notTaken, unreadable, quotaUsed, badSign, stale, tooLarge, connects, failures atomic.Int64
}

// Counters gives the counts so far.
func (d *DingTalk) Counters() Counters {
	c := &d.counters
	return Counters{
		Messages: c.messages.Load(), Presses: c.presses.Load(), Told: c.told.Load(), Events: c.events.Load(), Ignored: c.ignored.Load(), Slow: c.slow.Load(), NotTaken: c.notTaken.Load(),
		Unreadable: c.unreadable.Load(), QuotaUsed: c.quotaUsed.Load(), BadSign: c.badSign.Load(), Stale: c.stale.Load(),
		TooLarge: c.tooLarge.Load(), Connects: c.connects.Load(), Failures: c.failures.Load(),
	}
}

// gauge knows how many connections are being delivered to, and since when there is none.
type gauge struct {
	clock clock.Clock
	mu    sync.Mutex
	n     int
	down  time.Time
}

func (g *gauge) add(n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n += n
	if g.n == 0 {
		g.down = g.clock.Now()
	}
}

func (g *gauge) read() (n int, down time.Time) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.n, g.down
}

// Ready reports whether a Stream connection is up that the platform has not announced to end.
func (d *DingTalk) Ready() bool {
	n, _ := d.up.read()
	return n > 0
}

// DownSince gives since when no Stream connection is up; the zero time while one is, and before Run.
func (d *DingTalk) DownSince() time.Time {
	n, down := d.up.read()
	if n > 0 {
		return time.Time{}
	}
	return down
}
