// Package clock is the only place that asks the host for the time (floor 0).
// Everything else is handed a Clock. All times are shown in Asia/Shanghai by
// declaration; the zone of the host never matters. It imports nothing of the house.
package clock

import (
	"sync"
	"time"
	_ "time/tzdata" // a bare machine has no zone files
)

// Shanghai is the zone of every date and hour in the product.
var Shanghai = mustLoad("Asia/Shanghai")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic("clock: the embedded zone data lacks " + name)
	}
	return loc
}

// Clock tells the time in Asia/Shanghai.
type Clock interface {
	Now() time.Time
}

// Instant is a moment as milliseconds since 1970-01-01 UTC; zero means "none".
// It is what the database stores: no dialect rounds or shifts an integer.
type Instant int64

// At makes an Instant of t, dropping what is finer than a millisecond. The zero time gives zero.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMilli())
}

// Time gives the moment in Asia/Shanghai; the zero Instant gives the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(i)).In(Shanghai)
}

// IsZero reports whether no moment is set.
func (i Instant) IsZero() bool { return i == 0 }

// Add moves the moment by d.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Milliseconds()) }

// String gives "2026-03-05 08:30" in Asia/Shanghai, or "" for none.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format("2006-01-02 15:04")
}

// System is the clock of the host.
type System struct{}

var _ Clock = System{}

// Now gives the host's time in Asia/Shanghai.
func (System) Now() time.Time { return time.Now().In(Shanghai) }

// Turnable is a clock that stands until somebody turns it: for tests, demo and rehearse.
type Turnable struct {
	mu  sync.Mutex
	now time.Time
}

var _ Clock = (*Turnable)(nil)

// NewTurnable makes a clock that stands at t.
func NewTurnable(t time.Time) *Turnable { return &Turnable{now: t.In(Shanghai)} }

// Now gives the moment the clock stands at.
func (c *Turnable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set turns the clock to t; turning back is allowed and is the caller's affair.
func (c *Turnable) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.In(Shanghai)
}

// Advance turns the clock on by d and gives the new moment.
func (c *Turnable) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return c.now
}
