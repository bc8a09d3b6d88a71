package jobs_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"duban/internal/clock"
	"duban/internal/jobs"
)

// memory is a book without a database: a bubble of time cannot reach outside itself.
type memory struct {
	mu    sync.Mutex
	clock clock.Clock
	since clock.Instant
	runs  map[string]map[clock.Instant]bool
}

var _ jobs.Book = (*memory)(nil)

func (b *memory) Read(_ context.Context, name string, _ clock.Instant) (clock.Instant, map[clock.Instant]bool, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.since == 0 {
		b.since = clock.At(b.clock.Now())
	}
	out := map[clock.Instant]bool{}
	for m, done := range b.runs[name] {
		out[m] = done
	}
	return b.since, out, nil
}

func (b *memory) Claim(_ context.Context, name string, m clock.Instant, _ time.Duration, _ bool) (string, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if _, there := b.runs[name][m]; there {
		return "", nil
	}
	if b.runs[name] == nil {
		b.runs[name] = map[clock.Instant]bool{}
	}
	b.runs[name][m] = false
	return "mine", nil
}

func (b *memory) Renew(context.Context, string, clock.Instant, string, time.Duration) (bool, error) {
	return true, nil
}

func (b *memory) Finish(_ context.Context, name string, m clock.Instant, _, _, _ string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.runs[name][m] = true
	return nil
}

func TestTheTickerWakesAtEveryMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := clock.System{} // the bubble's own time
		start := at(t, "2026-03-09 07:00")
		time.Sleep(start.Sub(c.Now()))
		d := &diary{}
		var late []string
		d.fail = func(line string) error {
			if now := c.Now().Format("01-02 15:04"); now != line[len(line)-len(now):] {
				late = append(late, line+" ran at "+now)
			}
			return nil
		}
		j := newJobs(t, c, &memory{clock: c, runs: map[string]map[clock.Instant]bool{}}, d)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- j.Run(ctx) }()
		time.Sleep(14 * 24 * time.Hour)
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, p := range j.Planned(start, c.Now()) {
			want = append(want, p.Name+" "+p.Moment.Format("01-02 15:04"))
		}
		if got := d.take(); !slices.Equal(got, want) || len(want) != 14 {
			t.Fatalf("ran\n  %q, want\n  %q", got, want)
		}
		if len(late) > 0 {
			t.Fatalf("late: %q", late)
		}
	})
}
