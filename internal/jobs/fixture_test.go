package jobs_test

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"duban/config"
	"duban/internal/clock"
	"duban/internal/jobs"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// district is the one the tests live in; job_runs asks for no row of it.
const district = 7

func calendar(t testing.TB) *workday.Calendar {
	t.Helper()
	folder, err := fs.Sub(config.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// at reads "2026-03-05 08:33".
func at(t testing.TB, s string) time.Time {
	t.Helper()
	m, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// diary writes down what the hands were told to do, and fails as told.
type diary struct {
	mu    sync.Mutex
	lines []string
	fail  func(line string) error
}

func (d *diary) hand(name string) func(context.Context, time.Time) error {
	return func(_ context.Context, m time.Time) error {
		line := fmt.Sprintf("%s %s", name, m.In(clock.Shanghai).Format("01-02 15:04"))
		d.mu.Lock()
		d.lines = append(d.lines, line)
		fail := d.fail
		d.mu.Unlock()
		if fail != nil {
			return fail(line)
		}
		return nil
	}
}

func (d *diary) work() jobs.Work {
	return jobs.Work{Look: d.hand("look"), CallIn: d.hand("callin"), CutOff: d.hand("cutoff"), Publish: d.hand("publish")}
}

// take gives what was written since the last call.
func (d *diary) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	out := d.lines
	d.lines = nil
	return out
}

func (d *diary) expect(t *testing.T, want ...string) {
	t.Helper()
	if got := d.take(); !slices.Equal(got, want) {
		t.Fatalf("ran\n  %q, want\n  %q", got, want)
	}
}

func newJobs(t testing.TB, c clock.Clock, book jobs.Book, d *diary) *jobs.Jobs {
	return jobs.New(jobs.Options{Clock: c, Calendar: calendar(t), Mode: period.HalfMonth{}, Book: book, Work: d.work()})
}

// notes gives the runs kept between two moments as "name moment state note".
func notes(t *testing.T, s *store.Store, d ledger.DistrictID, from, to string) []string {
	t.Helper()
	rows, err := s.JobRuns(t.Context(), d, clock.At(at(t, from)), clock.At(at(t, to)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, r := range rows {
		out = append(out, fmt.Sprintf("%s %s %s %s", r.Name, r.Moment.Time().Format("01-02 15:04"), r.State, r.Note))
	}
	return out
}
