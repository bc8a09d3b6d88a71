package jobs

import (
	"context"
	"slices"
	"time"

	"duban/internal/clock"
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
		overtaken: byLater("定期事项", makings),
		silent:    true,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Recur },
	},
	{
		name: "look", title: "每日巡查", cron: "33 8 * * *",
		moments:   looks,
		overtaken: byLater("巡查", looks),
		work:      func(w Work) func(context.Context, time.Time) error { return w.Look },
	},
	{
		name: "foresee", title: "预测", cron: "33 8 * * *",
		moments:   weekly,
		overtaken: byLater("预测", weekly),
		work:      func(w Work) func(context.Context, time.Time) error { return w.Foresee },
	},
	{
		name: "styles", title: "作风", cron: "33 8 * * *",
		moments:   weekly,
		overtaken: byLater("作风", weekly),
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
		moments:   preparations,
		overtaken: byLater("会议准备", preparations),
		silent:    true,
		work:      func(w Work) func(context.Context, time.Time) error { return w.Meetings },
	},
	{
		name: "head", title: "月末存证", cron: "30 17 * * *",
		moments:   monthEnds,
		overtaken: byLater("月末存证", monthEnds),
		work:      func(w Work) func(context.Context, time.Time) error { return w.Head },
	},
	{
		name: "read", title: "查已读", cron: "17,47 8-17 * * *",
		moments:   readings,
		overtaken: byLater("查已读", readings),
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
