package period_test

import (
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"duban/config"
	"duban/internal/clock"
	"duban/internal/period"
	"duban/internal/workday"
)

func calendar(t *testing.T) *workday.Calendar {
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

// modes are half-months and the fortnights of all fourteen parities.
func modes() []period.Mode {
	all := []period.Mode{period.HalfMonth{}}
	for i := range 14 {
		all = append(all, period.Fortnight{Anchor: workday.Day(20260302).AddDays(i)})
	}
	return all
}

func TestOf(t *testing.T) {
	fortnight := period.Fortnight{Anchor: 20260302}
	for _, c := range []struct {
		mode       period.Mode
		day        workday.Day
		start, end workday.Day
		key, name  string
	}{
		{period.HalfMonth{}, 20260301, 20260301, 20260315, "2026-03a", "3月上半月"},
		{period.HalfMonth{}, 20260315, 20260301, 20260315, "2026-03a", "3月上半月"},
		{period.HalfMonth{}, 20260316, 20260316, 20260331, "2026-03b", "3月下半月"},
		{period.HalfMonth{}, 20260228, 20260216, 20260228, "2026-02b", "2月下半月"},
		{period.HalfMonth{}, 20240220, 20240216, 20240229, "2024-02b", "2月下半月"},
		{period.HalfMonth{}, 20251231, 20251216, 20251231, "2025-12b", "12月下半月"},
		{fortnight, 20260302, 20260302, 20260315, "F2026-03-02", "3月2日—15日"},
		{fortnight, 20260315, 20260302, 20260315, "F2026-03-02", "3月2日—15日"},
		{fortnight, 20260316, 20260316, 20260329, "F2026-03-16", "3月16日—29日"},
		{fortnight, 20260301, 20260216, 20260301, "F2026-02-16", "2月16日—3月1日"},
		{period.Week{}, 20260302, 20260302, 20260308, "W2026-03-02", "3月2日—8日"},
		{period.Week{}, 20260301, 20260223, 20260301, "W2026-02-23", "2月23日—3月1日"},
		{period.Week{}, 20260101, 20251229, 20260104, "W2025-12-29", "12月29日—1月4日"},
		{period.Month{}, 20260301, 20260301, 20260331, "2026-03", "3月"},
		{period.Month{}, 20240229, 20240201, 20240229, "2024-02", "2月"},
		{period.Month{}, 20251231, 20251201, 20251231, "2025-12", "12月"},
		{fortnight, 20260101, 20251222, 20260104, "F2025-12-22", "12月22日—1月4日"},
	} {
		p := c.mode.Of(c.day)
		if p.Start != c.start || p.End != c.end || p.Key != c.key || p.Name() != c.name || p.Mode != c.mode {
			t.Errorf("%s: %s to %s %s %s", c.day, p.Start, p.End, p.Key, p.Name())
		}
		if want := fmt.Sprintf("%d年%s", c.start.Year(), c.name); p.FullName() != want {
			t.Errorf("full name %s, want %s", p.FullName(), want)
		}
	}
}

func TestNothingOfNothing(t *testing.T) {
	for _, p := range []period.Period{period.HalfMonth{}.Of(0), period.Fortnight{Anchor: 20260302}.Of(0), period.Fortnight{}.Of(20260302)} {
		if p != (period.Period{}) || p.Next() != p || p.Prev() != p || p.Name() != "" || p.FullName() != "" || p.Contains(0) {
			t.Errorf("%+v", p)
		}
		if s := period.Plan(p, calendar(t)); s != (period.Schedule{}) {
			t.Errorf("plan of nothing: %+v", s)
		}
	}
}

// Every day lies in exactly one period, and Prev, Next, Contains and Parse agree with Of.
func TestPeriodsCutTimeWhole(t *testing.T) {
	for _, mode := range append(modes(), period.Week{}, period.Month{}) {
		p := mode.Of(20201220)
		for d := p.Start; d < 20270115; d = d.AddDays(1) {
			if d > p.End {
				next := p.Next()
				if next.Start != d || next.Prev() != p || next.Key <= p.Key {
					t.Fatalf("%v: after %s comes %s", mode, p.Key, next.Key)
				}
				p = next
			}
			if mode.Of(d) != p || !p.Contains(d) || p.Contains(p.End.AddDays(1)) || p.Contains(p.Start.AddDays(-1)) {
				t.Fatalf("%v: %s is not in %s", mode, d, p.Key)
			}
		}
		if back, ok := period.Parse(mode, p.Key); !ok || back != p {
			t.Errorf("%v: Parse(%s) = %+v", mode, p.Key, back)
		}
	}
	same := period.Fortnight{Anchor: 20260302}
	for _, key := range []string{"", "F", "a", "2026-03", "2026-03c", "2026-13a", "F2026-03-03", "2026-03-02", "F2026-03a", "2026-03a"} {
		if p, ok := period.Parse(same, key); ok {
			t.Errorf("Parse(%q) = %+v", key, p)
		}
	}
	if p, ok := period.Parse(period.HalfMonth{}, "F2026-03-02"); ok {
		t.Errorf("a fortnight's key gives half-month %+v", p)
	}
}

func TestPlan(t *testing.T) {
	cal := calendar(t)
	for _, c := range []struct {
		key                          string
		first, last, cutOff, publish workday.Day
		why                          string
	}{
		{"2026-03b", 20260326, 20260330, 20260331, 20260401, "plain weeks"},
		{"2026-03a", 20260311, 20260313, 20260316, 20260317, "ends on a Sunday"},
		{"2026-02a", 20260212, 20260214, 20260224, 20260225, "ends on the first day of Spring Festival; the make-up Saturday counts"},
		{"2026-02b", 20260225, 20260227, 20260228, 20260302, "ends on a make-up Saturday"},
		{"2026-09b", 20260924, 20260929, 20260930, 20261008, "called in around Mid-autumn, circular behind National Day"},
		{"2026-10a", 20261012, 20261014, 20261015, 20261016, "starts in National Day"},
		{"2025-12b", 20251226, 20251230, 20251231, 20260104, "circular on the make-up Sunday of New Year"},
	} {
		p, ok := period.Parse(period.HalfMonth{}, c.key)
		if !ok {
			t.Fatal(c.key)
		}
		want := period.Schedule{CallInFirst: c.first, CallInLast: c.last, CutOff: c.cutOff, Publish: c.publish}
		if got := period.Plan(p, cal); got != want {
			t.Errorf("%s (%s): %+v, want %+v", c.key, c.why, got, want)
		}
	}
}

// Over six years and all modes: every period has its four days, on working days and in order, and
// no two periods share a cut-off or a circular, nor is one called in before the other is cut off.
func TestPlansStayInOrder(t *testing.T) {
	cal := calendar(t)
	for _, mode := range modes() {
		p := mode.Of(20210101).Next()
		before := period.Plan(p.Prev(), cal)
		for ; p.End < 20261225; p = p.Next() {
			s := period.Plan(p, cal)
			for _, d := range []workday.Day{s.CallInFirst, s.CallInLast, s.CutOff, s.Publish} {
				if !cal.IsWorkday(d) {
					t.Errorf("%s: %s is a day off", p.Key, d)
				}
			}
			if !(p.Start <= s.CallInFirst && s.CallInFirst < s.CallInLast && s.CallInLast < s.CutOff && p.End <= s.CutOff && s.CutOff < s.Publish) {
				t.Errorf("%s (%s to %s): out of order %+v", p.Key, p.Start, p.End, s)
			}
			if !(before.CutOff < s.CallInFirst && before.Publish < s.CutOff) {
				t.Errorf("%s: %+v runs into the period before, %+v", p.Key, s, before)
			}
			if cal.Count(s.CallInFirst, s.CutOff) != 3 || cal.Count(s.CallInLast, s.CutOff) != 1 || cal.Count(p.End, s.Publish) < 1 || cal.Count(s.CutOff, s.Publish) != 1 {
				t.Errorf("%s: wrong distances %+v", p.Key, s)
			}
			if s.UnknownYear != 0 {
				t.Errorf("%s: year %d unknown", p.Key, s.UnknownYear)
			}
			before = s
		}
	}
}

func TestUnknownYearIsFlagged(t *testing.T) {
	cal := calendar(t)
	for key, want := range map[string]int{"2026-12a": 0, "2026-12b": 2027, "2027-01a": 2027, "2020-12b": 2020, "2021-01a": 0, "2030-06a": 2030} {
		p, _ := period.Parse(period.HalfMonth{}, key)
		if got := period.Plan(p, cal).UnknownYear; got != want {
			t.Errorf("%s: unknown year %d, want %d", key, got, want)
		}
	}
	empty, err := workday.Load(fstest.MapFS{})
	if err != nil {
		t.Fatal(err)
	}
	p := period.HalfMonth{}.Of(20261231)
	if got := period.Plan(p, empty); got.UnknownYear != 2026 || got.Publish != 20270101 {
		t.Errorf("without any data: %+v", got)
	}
}

// A report counts for the first period that is not cut off, which is not always the one its day lies in.
func TestCollecting(t *testing.T) {
	cal := calendar(t)
	for _, c := range []struct{ at, want, why string }{
		{"2026-03-10 09:00:00", "2026-03a", "in the middle"},
		{"2026-03-15 23:59:59", "2026-03a", "its last day is a Sunday"},
		{"2026-03-16 09:00:00", "2026-03a", "cut off on Monday evening only"},
		{"2026-03-16 18:00:00", "2026-03a", "at the very moment"},
		{"2026-03-16 18:00:01", "2026-03b", "the moment after"},
		{"2026-03-31 18:30:00", "2026-04a", "the evening of a last day at work"},
		{"2026-02-16 09:00:00", "2026-02a", "a cut-off on the Saturday made up"},
	} {
		at, err := time.ParseInLocation(time.DateTime, c.at, clock.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		if got := period.Collecting(period.HalfMonth{}, cal, at).Key; got != c.want {
			t.Errorf("%s (%s): %s, want %s", c.at, c.why, got, c.want)
		}
	}
	if p := period.Collecting(period.Fortnight{}, cal, period.Closes(period.HalfMonth{}.Of(20260310), cal)); p != (period.Period{}) {
		t.Errorf("without an anchor: %+v", p)
	}
	if p := period.Collecting(period.HalfMonth{}, cal, time.Time{}); p != (period.Period{}) {
		t.Errorf("at no time: %+v", p)
	}
}

// Whatever the mode, no moment is without a period and each period collects what its cut-off counts.
func TestCollectingMeetsTheCutOffs(t *testing.T) {
	cal := calendar(t)
	for _, mode := range modes() {
		for p := mode.Of(20210201); p.End < 20261215; p = p.Next() {
			closes := period.Closes(p, cal)
			for at, want := range map[time.Time]period.Period{closes: p, closes.Add(time.Millisecond): p.Next(), period.Closes(p.Prev(), cal).Add(time.Millisecond): p} {
				if got := period.Collecting(mode, cal, at); got != want {
					t.Fatalf("%s: %s collects %s, want %s", at, mode, got.Key, want.Key)
				}
			}
		}
	}
}
