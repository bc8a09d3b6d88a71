package jobs_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/jobs"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

func TestPlannedFollowsTheCalendar(t *testing.T) {
	j := newJobs(t, clock.System{}, nil, &diary{})
	tests := map[string]struct {
		from, to string
		want     []string
	}{
		"the last days of a half-month that ends on a Sunday": {
			"2026-03-10 18:00", "2026-03-17 23:00",
			[]string{
				"look 03-11 08:33", "callin 03-11 09:12", "look 03-12 08:33", "look 03-13 08:33", "callin 03-13 09:12",
				"look 03-16 08:33", "cutoff 03-16 18:00", "look 03-17 08:33", "publish 03-17 09:12",
			},
		},
		"the national holiday moves the circular, a make-up Saturday is worked": {
			"2026-09-29 18:00", "2026-10-10 23:00",
			[]string{
				"look 09-30 08:33", "cutoff 09-30 18:00", "look 10-08 08:33", "publish 10-08 09:12", "look 10-09 08:33",
				"look 10-10 08:33",
			},
		},
		"both ends": {"2026-03-11 08:33", "2026-03-11 09:12", []string{"callin 03-11 09:12"}},
		"nothing":   {"2026-03-14 00:00", "2026-03-15 23:59", nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, p := range j.Planned(at(t, tt.from), at(t, tt.to)) {
				got = append(got, p.Name+" "+p.Moment.Format("01-02 15:04"))
			}
			if !slices.Equal(got, tt.want) {
				t.Fatalf("planned\n  %q, want\n  %q", got, tt.want)
			}
		})
	}
}

func TestEachMomentOnce(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-11 08:33"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-11 08:33"))
		d := &diary{}
		j := newJobs(t, c, s.JobBook(district), d)
		tick := func(when string) {
			t.Helper()
			c.Set(at(t, when))
			if err := j.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		tick("2026-03-11 08:33") // the very first start: nothing of the past, but this very moment
		d.expect(t, "look 03-11 08:33")
		tick("2026-03-11 08:34")
		d.expect(t)
		tick("2026-03-11 09:12")
		d.expect(t, "callin 03-11 09:12")
		j = newJobs(t, c, s.JobBook(district), d) // a restart remembers
		tick("2026-03-11 23:00")
		d.expect(t)
	})
}

func TestDownForDays(t *testing.T) {
	tests := map[string]struct {
		district  ledger.DistrictID
		back      string
		ran, kept []string
	}{
		"three days: the latest look, the latest call-in": {
			1, "2026-03-13 10:00", []string{"look 03-13 08:33", "callin 03-13 09:12"},
			[]string{
				"look 03-11 08:33 skipped 错过，由2026年3月13日08:33的巡查一并完成",
				"callin 03-11 09:12 skipped 错过，由2026年3月13日09:12的要账一并完成",
				"look 03-12 08:33 skipped 错过，由2026年3月13日08:33的巡查一并完成",
				"look 03-13 08:33 done ", "callin 03-13 09:12 done ",
			},
		},
		"past the cut-off: nobody is asked any more, cut-off before the circular": {
			2, "2026-03-17 12:00", []string{"cutoff 03-16 18:00", "look 03-17 08:33", "publish 03-17 09:12"},
			[]string{
				"look 03-11 08:33 skipped 错过，由2026年3月17日08:33的巡查一并完成",
				"callin 03-11 09:12 skipped 错过，报送已截止",
				"look 03-12 08:33 skipped 错过，由2026年3月17日08:33的巡查一并完成",
				"look 03-13 08:33 skipped 错过，由2026年3月17日08:33的巡查一并完成",
				"callin 03-13 09:12 skipped 错过，报送已截止",
				"look 03-16 08:33 skipped 错过，由2026年3月17日08:33的巡查一并完成",
				"cutoff 03-16 18:00 done ", "look 03-17 08:33 done ", "publish 03-17 09:12 done ",
			},
		},
		"over a month: every cut-off and circular in order": {
			3, "2026-04-18 12:00", []string{
				"cutoff 03-16 18:00", "publish 03-17 09:12", "cutoff 03-31 18:00", "publish 04-01 09:12",
				"cutoff 04-15 18:00", "publish 04-16 09:12", "look 04-17 08:33",
			}, nil, // as above
		},
	}
	c := clock.NewTurnable(at(t, "2026-03-10 20:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		for name, tt := range tests {
			t.Run(name, func(t *testing.T) {
				// Each story is a district of its own in the one database.
				book := s.JobBook(tt.district)
				d := &diary{}
				c.Set(at(t, "2026-03-10 20:00"))
				if err := newJobs(t, c, book, d).Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
				d.expect(t)
				c.Set(at(t, tt.back))
				if err := newJobs(t, c, book, d).Tick(t.Context()); err != nil {
					t.Fatal(err)
				}
				d.expect(t, tt.ran...)
				if got := notes(t, s, tt.district, "2026-03-10 00:00", tt.back); tt.kept != nil && !slices.Equal(got, tt.kept) {
					t.Fatalf("kept\n  %q, want\n  %q", got, tt.kept)
				}
			})
		}
	})
}

func TestFailureIsRetriedThreeTimesAndHoldsBackWhatFollows(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-16 12:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-16 12:00"))
		d := &diary{}
		j := newJobs(t, c, s.JobBook(district), d)
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.fail = func(line string) error {
			switch line {
			case "cutoff 03-16 18:00":
				return errors.New("the disk is full")
			case "look 03-17 08:33":
				panic("nil map")
			}
			return nil
		}
		c.Set(at(t, "2026-03-17 10:00"))
		for range 3 {
			if err := j.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "the disk is full") {
				t.Fatalf("the failure was not told: %v", err)
			}
			d.expect(t, "cutoff 03-16 18:00")
		}
		for range 3 {
			if err := j.Tick(t.Context()); err == nil || !strings.Contains(err.Error(), "nil map") {
				t.Fatalf("the panic was not told: %v", err)
			}
			d.expect(t, "look 03-17 08:33")
		}
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "publish 03-17 09:12")
		want := []string{"cutoff 03-16 18:00 failed the disk is full", "look 03-17 08:33 failed panic: nil map", "publish 03-17 09:12 done "}
		if got := notes(t, s, district, "2026-03-16 00:00", "2026-03-18 00:00"); !slices.Equal(got, want) {
			t.Fatalf("kept\n  %q, want\n  %q", got, want)
		}
		d.fail = nil // mended; the office runs by hand what was given up
		if err := j.RunAt(t.Context(), "cutoff", at(t, "2026-03-16 18:00")); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "cutoff 03-16 18:00")
	})
}

func TestTwoProcessesNeverDoAJobTwice(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-02-27 12:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-02-27 12:00"))
		d := &diary{}
		both := []*jobs.Jobs{newJobs(t, c, s.JobBook(district), d), newJobs(t, c, s.JobBook(district), d)}
		for _, b := range both {
			if err := b.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		plan := newJobs(t, c, nil, d).Planned(c.Now(), at(t, "2026-04-03 12:00"))
		for _, p := range plan {
			c.Set(p.Moment)
			var race sync.WaitGroup
			for _, b := range both {
				race.Go(func() {
					if err := b.Tick(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			race.Wait()
			d.expect(t, p.Name+" "+p.Moment.Format("01-02 15:04"))
		}
		if len(plan) < 30 {
			t.Fatalf("only %d moments were raced for", len(plan))
		}
	})
}

func TestACrashedRunIsTakenOver(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-16 12:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-16 12:00"))
		d := &diary{}
		book := s.JobBook(district)
		j := newJobs(t, c, book, d)
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Set(at(t, "2026-03-17 09:12"))
		dead, err := book.Claim(t.Context(), "cutoff", clock.At(at(t, "2026-03-16 18:00")), 5*time.Minute, false)
		if err != nil || dead == "" {
			t.Fatalf("claim: %q, %v", dead, err)
		}
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(t) // it may be alive: all that follows waits too
		c.Advance(5*time.Minute + time.Second)
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(t, "cutoff 03-16 18:00", "look 03-17 08:33", "publish 03-17 09:12")
		if kept, err := book.Renew(t.Context(), "cutoff", clock.At(at(t, "2026-03-16 18:00")), dead, time.Minute); err != nil || kept {
			t.Fatalf("the dead one still holds its run: %v, %v", kept, err)
		}
	})
}

func TestRunAtByHand(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-16 12:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		d := &diary{}
		j := newJobs(t, c, s.JobBook(district), d)
		tests := []struct {
			name, moment string
			want         fault.Code
		}{
			{"look", "2026-03-16 08:33", ""},
			{"look", "2026-03-16 08:33", fault.Conflict},
			{"look", "2026-03-15 08:33", fault.Invalid}, // a Sunday
			{"publish", "2026-03-16 09:12", fault.Invalid},
			{"sweep", "2026-03-16 09:12", fault.Invalid},
		}
		for _, tt := range tests {
			if err := j.RunAt(t.Context(), tt.name, at(t, tt.moment)); fault.CodeOf(err) != tt.want {
				t.Errorf("%s at %s: %v, want code %q", tt.name, tt.moment, err, tt.want)
			}
		}
		d.expect(t, "look 03-16 08:33")
	})
}

// Who has read is asked five times a working day where a platform tells, and what was missed is asked once.
func TestReadings(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-12 07:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-12 07:00"))
		d := &diary{}
		work := d.work()
		work.Read = d.hand("read")
		j := jobs.New(jobs.Options{Clock: c, Calendar: calendar(t), Mode: period.HalfMonth{}, Book: s.JobBook(district), Work: work})
		if err := j.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		d.expect(t)
		for _, tt := range []struct {
			when string
			ran  []string
		}{
			{"2026-03-12 08:17", []string{"read 03-12 08:17"}},
			{"2026-03-12 12:00", []string{"look 03-12 08:33", "read 03-12 11:47"}},
			{"2026-03-12 23:00", []string{"read 03-12 17:17"}},
			{"2026-03-14 12:00", []string{"look 03-13 08:33", "callin 03-13 09:12", "read 03-13 17:17"}}, // a Saturday
			{"2026-03-15 12:00", nil},
		} {
			c.Set(at(t, tt.when))
			if err := j.Tick(t.Context()); err != nil {
				t.Fatal(err)
			}
			d.expect(t, tt.ran...)
		}
	})
}
