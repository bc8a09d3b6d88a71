package jobs

import (
	"context"
	"fmt"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/watch"
	"duban/internal/workday"
)

// plan is what moments are computed from.
type plan struct {
	cal  *workday.Calendar
	mode period.Mode
}

func (j *Jobs) plan() plan { return plan{j.Calendar, j.Mode} }

// job is one row of the table.
type job struct {
	name  string
	title string // what the office calls it
	cron  string // wakes the ticker at its hour; whether there is work is for moments to say
	// moments gives those later than from and not later than to, in order.
	moments func(p plan, from, to time.Time) []time.Time
	// overtaken says why a moment is not run at now, or ""; since is when the jobs were first started.
	overtaken func(p plan, m, since, now time.Time) string
	silent    bool // it tells nobody anything
	work      func(Work) func(context.Context, time.Time) error
}

// table lists the jobs; at one moment they run in this order.
var table = []job{
	{
		name: "cutoff", title: "截止快照", cron: "0 18 * * *",
		moments:   periodic(watch.CutOffHour, 0, func(s period.Schedule) []workday.Day { return []workday.Day{s.CutOff} }),
		overtaken: never,
		work:      func(w Work) func(context.Context, time.Time) error { return w.CutOff },
	},
	{
		name: "recur", title: "定期事项", cron: "21 8 * * *",
		moments:   makings,
		overtaken: laterMaking,
		silent:    true,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Recur },
	},
	{
		name: "look", title: "每日巡查", cron: "33 8 * * *",
		moments:   looks,
		overtaken: laterLook,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Look },
	},
	{
		name: "foresee", title: "预测", cron: "33 8 * * *",
		moments:   weekly,
		overtaken: laterWeek,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Foresee },
	},
	{
		name: "styles", title: "作风", cron: "33 8 * * *",
		moments:   weekly,
		overtaken: laterWeek,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Styles },
	},
	{
		name: "publish", title: "通报", cron: "12 9 * * *",
		moments:   periodic(9, 12, func(s period.Schedule) []workday.Day { return []workday.Day{s.Publish} }),
		overtaken: beforeOurTime,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Publish },
	},
	{
		name: "commend", title: "名单建议", cron: "12 9 * * *",
		moments:   periodic(9, 12, func(s period.Schedule) []workday.Day { return []workday.Day{s.Publish} }),
		overtaken: beforeOurTime,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Commend },
	},
	{
		name: "callin", title: "要账", cron: "12 9 * * *",
		moments:   periodic(9, 12, func(s period.Schedule) []workday.Day { return []workday.Day{s.CallInFirst, s.CallInLast} }),
		overtaken: pastCallIn,
		work:      func(w Work) func(context.Context, time.Time) error { return w.CallIn },
	},
	{
		name: "meetings", title: "会议", cron: "5 16 * * *",
		moments:   func(p plan, from, to time.Time) []time.Time { return daily(p, from, to, [2]int{16, 5}) },
		overtaken: laterMeetings,
		silent:    true,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Meetings },
	},
	{
		name: "head", title: "月末存证", cron: "30 17 * * *",
		moments:   monthEnds,
		overtaken: laterMonthEnd,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Head },
	},
	{
		name: "read", title: "查已读", cron: "17,47 8-17 * * *",
		moments:   readings,
		overtaken: laterReading,
		silent:    true,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Read },
	},
}

// rows gives the jobs that somebody does.
func (j *Jobs) rows() []job {
	return slices.DeleteFunc(slices.Clone(table), func(jb job) bool { return jb.work(j.Work) == nil })
}

func (j *Jobs) names() []string {
	var out []string
	for _, jb := range j.rows() {
		out = append(out, jb.name)
	}
	return out
}

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

// laterMonthEnd: a later head proves all that an earlier one does.
func laterMonthEnd(p plan, m, _, now time.Time) string {
	later := monthEnds(p, m, now)
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的月末存证一并完成", chinese(later[len(later)-1]))
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

// laterLook: a look judges by the state of things, so the latest does the work of all before it.
func laterLook(p plan, m, _, now time.Time) string {
	later := looks(p, m, now)
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的巡查一并完成", chinese(later[len(later)-1]))
}

// laterWeek: what is done once a week judges by the state of things, like a look.
func laterWeek(p plan, m, _, now time.Time) string {
	later := weekly(p, m, now)
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的一并完成", chinese(later[len(later)-1]))
}

// laterMaking: what recurs is made owed for the days of now; what a week was missed for is owed by nobody.
func laterMaking(p plan, m, _, now time.Time) string {
	later := makings(p, m, now)
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的定期事项一并完成", chinese(later[len(later)-1]))
}

// laterMeetings: what is due for meetings is told by the state of things, like a look.
func laterMeetings(p plan, m, _, now time.Time) string {
	later := daily(p, m, now, [2]int{16, 5})
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的会议准备一并完成", chinese(later[len(later)-1]))
}

// laterReading: who has read is asked of the state of things, like a look.
func laterReading(p plan, m, _, now time.Time) string {
	later := readings(p, m, now)
	if len(later) == 0 {
		return ""
	}
	return fmt.Sprintf("错过，由%s的查已读一并完成", chinese(later[len(later)-1]))
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

// Planned is a moment at which a job will run.
type Planned struct {
	Name   string
	Title  string
	Moment time.Time
	Silent bool // it tells nobody anything
}

// Planned lists the moments later than from and not later than to, in the order in which they run.
func (j *Jobs) Planned(from, to time.Time) []Planned {
	var out []Planned
	for _, jb := range j.rows() {
		for _, m := range jb.moments(j.plan(), from, to) {
			out = append(out, Planned{jb.name, jb.title, m, jb.silent})
		}
	}
	slices.SortStableFunc(out, func(a, b Planned) int { return a.Moment.Compare(b.Moment) })
	return out
}

func chinese(t time.Time) string { return t.In(clock.Shanghai).Format("2006年1月2日15:04") }
