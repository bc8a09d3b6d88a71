package jobs

import (
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/watch"
	"duban/internal/workday"
	"fmt"
	"slices"
	"time"
)

// looks gives the moment of the daily look of each working day.
func looks(p plan, from, to time.Time) []time.Time {
	return daily(p, from, to, [2]int{ledger.LookHour, ledger.LookMinute})
}

// weekly gives the moment of the look on the first working day of each week.
func weekly(p plan, from, to time.Time) []time.Time {
	return slices.DeleteFunc(looks(p, from, to), func(m time.Time) bool {
		day := workday.DayOf(m)
		monday := day.AddDays(-(int(day.Weekday()) + 6) % 7)
		return p.cal.Next(monday) != day
	})
}

// makings gives 08:21 of each working day, before the look.
func makings(p plan, from, to time.Time) []time.Time { return daily(p, from, to, [2]int{8, 21}) }

// preparations gives 16:05 of each working day, when the agenda of the next one's meetings goes out.
func preparations(p plan, from, to time.Time) []time.Time { return daily(p, from, to, [2]int{16, 5}) }

// readings: the first comes while what the look of the day before sent can still be asked about (24 h),
// for those who read in the evening.
func readings(p plan, from, to time.Time) []time.Time {
	return daily(p, from, to, [2]int{8, 17}, [2]int{9, 47}, [2]int{11, 47}, [2]int{15, 47}, [2]int{17, 17})
}

// monthEnds gives 17:30 of the last working day of each month.
func monthEnds(p plan, from, to time.Time) []time.Time {
	return slices.DeleteFunc(daily(p, from, to, [2]int{17, 30}), func(m time.Time) bool {
		day := workday.DayOf(m)
		return p.cal.Next(day.AddDays(1)).Month() == day.Month()
	})
}

// daily gives hours and minutes, in order, of each working day.
func daily(p plan, from, to time.Time, times ...[2]int) []time.Time {
	var out []time.Time
	for d := workday.DayOf(from.In(clock.Shanghai)); d <= workday.DayOf(to.In(clock.Shanghai)); d = d.AddDays(1) {
		if !p.cal.IsWorkday(d) {
			continue
		}
		for _, at := range times {
			if m := d.At(at[0], at[1], clock.Shanghai); m.After(from) && !m.After(to) {
				out = append(out, m)
			}
		}
	}
	return out
}

// periodic gives the hour of the days a period's schedule names.
func periodic(hour, minute int, days func(period.Schedule) []workday.Day) func(plan, time.Time, time.Time) []time.Time {
	return func(p plan, from, to time.Time) []time.Time {
		var out []time.Time
		last := p.mode.Of(workday.DayOf(to.In(clock.Shanghai))).Next()
		// A circular may come out when the next period has long begun: two back is enough for any holiday.
		for at := p.mode.Of(workday.DayOf(from.In(clock.Shanghai))).Prev().Prev(); at.Mode != nil && at.Start <= last.Start; at = at.Next() {
			for _, d := range days(period.Plan(at, p.cal)) {
				if m := d.At(hour, minute, clock.Shanghai); m.After(from) && !m.After(to) {
					out = append(out, m)
				}
			}
		}
		slices.SortFunc(out, time.Time.Compare)
		return out
	}
}

func never(plan, time.Time, time.Time, time.Time) string { return "" }

// beforeOurTime: a period that was cut off before the product was first started has no figures.
func beforeOurTime(p plan, m, since, _ time.Time) string {
	for at := p.mode.Of(workday.DayOf(m)); at.Mode != nil; at = at.Prev() {
		if s := period.Plan(at, p.cal); s.Publish == workday.DayOf(m) {
			if s.CutOff.At(18, 0, clock.Shanghai).After(since) {
				return ""
			}
			return "该期截止时系统尚未启用"
		} else if s.Publish < workday.DayOf(m).AddDays(-60) {
			return ""
		}
	}
	return ""
}

// byLater is for what judges by the state of things: the latest run does the work of all before it, and a week
// that was missed is owed by nobody.
func byLater(title string, moments func(p plan, from, to time.Time) []time.Time) func(p plan, m, since, now time.Time) string {
	return func(p plan, m, _, now time.Time) string {
		later := moments(p, m, now)
		if len(later) == 0 {
			return ""
		}
		return fmt.Sprintf("错过，由%s的%s一并完成", chinese(later[len(later)-1]), title)
	}
}

// pastCallIn: nobody is asked after the cut-off, nor twice at once.
func pastCallIn(p plan, m, _, now time.Time) string {
	for at := p.mode.Of(workday.DayOf(m)).Prev(); at.Mode != nil && at.Start <= workday.DayOf(m).AddDays(31); at = at.Next() {
		s := period.Plan(at, p.cal)
		last := s.CallInLast.At(9, 12, clock.Shanghai)
		switch day := workday.DayOf(m); {
		case day != s.CallInFirst && day != s.CallInLast:
		case !s.CutOff.At(watch.CutOffHour, 0, clock.Shanghai).After(now):
			return "错过，报送已截止"
		case day == s.CallInFirst && !last.After(now):
			return fmt.Sprintf("错过，由%s的要账一并完成", chinese(last))
		}
	}
	return ""
}
