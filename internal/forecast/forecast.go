// Package forecast says when a node will really land (floor 1): from the project's own progress and that
// of its peers, with an interval and the reason. It is pure and knows neither the ledger nor a
// database: whoever asks hands in courses and gets a day.
//
// How it reckons. A plan says at which progress a project shall be on which day; read the other way, a
// progress is so many planned working days of work. What peers really needed for a planned day, by the
// part of the work it lies in (the last tenths take longer than anybody plans), turns planned days into
// usual days. A project's own pace is usual days of work done a working day, recent reports counting
// more; it is drawn towards that of its peers as far as it has little to show. What is left divided by
// the pace is the time to the node. How wide the interval has to be, and whether such forecasts run
// early or late, is learnt from what would have been forecast for the nodes that have landed.
package forecast

import (
	"math"
	"slices"

	"duban/internal/workday"
)

// Report is the progress reported on a day, in hundredths of a percent.
type Report struct {
	On       workday.Day
	Progress int
}

// Node is one node of a course.
type Node struct {
	DueOn    workday.Day // planned
	Progress int         // that the project shall have reached with it, in hundredths of a percent
	LandedOn workday.Day // reported done, 0 if not
}

// Course is the way of one project: its plan and what was reported, both in order of day.
type Course struct {
	StartOn workday.Day
	Nodes   []Node
	Reports []Report
}

// Landing is a forecast.
type Landing struct {
	On          workday.Day // as likely before as after
	Early, Late workday.Day // between these four times in five
	Pace        float64     // of the project: planned days of work done a working day; 0 without any report
	Peers       float64     // the same, of its peers in the part of the work that lies ahead
	Reports     int         // how many the project has
}

// MinReports is how many reports make a forecast of a project's own; with fewer it is that of its peers.
const MinReports = 3

// likely is the share of landings an interval shall hold, and its quantile on each side.
const (
	likely = 0.8
	wide   = 1.2816 // of the normal distribution, for that share
)

// half is after how many working days a report says half as much of the pace.
const half = 60.0

// Peers is what was learnt from courses; see Learn.
type Peers struct {
	cal     *workday.Calendar
	Courses int            // it was learnt from
	cost    [parts]float64 // working days needed for a planned day, by part of the work
	spread  float64        // variance of pace between projects
	noise   float64        // variance of a day's work around its pace
	scale   float64        // by how much intervals are widened
	shift   float64        // by how much landings are later than said, in standard deviations
	Landed  int            // how many landed nodes scale and shift rest on
}

// far is as many working days from today as a forecast may reach: five years, which only says "not soon".
const far = 1250.0

// parts is into how many parts the work is divided; each keeps its own cost.
const parts = 5

// line is a course on the scale of working days since its start.
type line struct {
	due   []float64 // of the nodes, planned working days
	at    []float64 // of the nodes, hundredths of a percent
	days  []float64 // of the reports, working days
	done  []float64 // of the reports, planned working days of work
	total float64   // planned working days in all
}

func (c Course) line(cal *workday.Calendar) line {
	var l line
	for _, n := range c.Nodes {
		due := float64(cal.Count(c.StartOn, n.DueOn))
		if k := len(l.due); k > 0 {
			due = max(due, l.due[k-1])
		}
		l.due, l.at = append(l.due, due), append(l.at, float64(n.Progress))
		l.total = max(l.total, due)
	}
	best := 0.0
	for _, r := range c.Reports {
		if r.On < c.StartOn {
			continue
		}
		best = max(best, l.planned(float64(r.Progress))) // a figure taken back was wrong before, not work undone
		l.days, l.done = append(l.days, float64(cal.Count(c.StartOn, r.On))), append(l.done, best)
	}
	return l
}

// planned gives the planned working days that lie in a progress.
func (l line) planned(progress float64) float64 {
	day, at := 0.0, 0.0
	for i := range l.due {
		if progress <= l.at[i] {
			if l.at[i] == at {
				return day
			}
			return day + (l.due[i]-day)*(progress-at)/(l.at[i]-at)
		}
		day, at = l.due[i], l.at[i]
	}
	return day
}

// usual gives the working days peers need for the first so many planned days of the work.
func (p *Peers) usual(planned, total float64) float64 {
	if total == 0 {
		return 0
	}
	sum, width := 0.0, total/parts
	for i := range parts {
		from := float64(i) * width
		if planned <= from {
			break
		}
		sum += p.cost[i] * (min(planned, from+width) - from)
	}
	return sum
}

// own sums up a project's reports: its pace in usual days a working day, and the working days it rests on.
func (p *Peers) own(l line) (pace, days float64) {
	if len(l.days) == 0 {
		return 0, 0
	}
	last := l.days[len(l.days)-1]
	var work, before, at float64
	for i, day := range l.days {
		now := p.usual(l.done[i], l.total)
		if span := day - at; span > 0 {
			w := math.Exp2(-(last - (day+at)/2) / half)
			work += w * (now - before)
			days += w * span
			before, at = now, day
		}
	}
	if days == 0 {
		return 0, 0
	}
	return work / days, days
}

// guess is the time from the last report to a node: the logarithm of its working days is normal.
type guess struct {
	from float64 // working days of the last report
	mid  float64 // working days from there
	sd   float64 // of the logarithm
	pace float64
}

// guess reckons with the pace drawn towards 1, which is that of the peers.
func (p *Peers) guess(l line, node int) guess {
	pace, days := p.own(l)
	sure, known := 1/p.spread, days/p.noise
	mean, variance := (sure+known*pace)/(sure+known), 1/(sure+known)
	mean = max(mean, 0.05)
	g := guess{pace: pace}
	done := 0.0
	if n := len(l.days); n > 0 {
		g.from, done = l.days[n-1], p.usual(l.done[n-1], l.total)
	}
	left := max(1, p.usual(l.planned(l.at[node]), l.total)-done)
	g.mid = left / mean
	g.sd = math.Sqrt(variance/(mean*mean) + p.noise/(mean*mean*g.mid))
	return g
}

// at gives the working days from the last report at which the node has landed with the probability q,
// knowing that it has not after so many days.
func (p *Peers) at(g guess, q, waited float64) float64 {
	sd, mid := g.sd*p.scale, math.Log(g.mid)+p.shift*g.sd
	before := 0.0
	if waited > 0 {
		before = normal((math.Log(waited) - mid) / sd)
	}
	q = before + q*(1-before)
	if q > 0.999 { // so unlikely that it says nothing any more
		return waited + 1
	}
	return max(waited+1, min(waited+far, math.Exp(mid+sd*quantile(q))))
}

// Forecast says when the node of the course will land, knowing that it has not today.
func (p *Peers) Forecast(c Course, node int, today workday.Day) Landing {
	l := c.line(p.cal)
	g := p.guess(l, node)
	start := c.StartOn
	waited := max(0, float64(p.cal.Count(start, today))-g.from)
	day := func(q float64) workday.Day {
		n := int(math.Round(g.from + p.at(g, q, waited)))
		return max(p.cal.After(start, max(1, n)), p.cal.Next(today.AddDays(1)))
	}
	return Landing{
		On: day(0.5), Early: day((1 - likely) / 2), Late: day((1 + likely) / 2),
		Pace: p.plannedPace(l), Peers: p.ahead(l, node), Reports: len(l.days),
	}
}

// plannedPace is the planned days of work a project did a working day, recent ones counting more.
func (p *Peers) plannedPace(l line) float64 {
	plain := Peers{}
	for i := range plain.cost {
		plain.cost[i] = 1
	}
	pace, _ := plain.own(l)
	return pace
}

// ahead is the pace of the peers over what is left to the node.
func (p *Peers) ahead(l line, node int) float64 {
	from, to := 0.0, l.planned(l.at[node])
	if n := len(l.done); n > 0 {
		from = l.done[n-1]
	}
	if to <= from {
		from = max(0, to-1)
	}
	need := p.usual(to, l.total) - p.usual(from, l.total)
	if need <= 0 {
		return 1
	}
	return (to - from) / need
}

// normal is the distribution function of the normal distribution, quantile its inverse.
func normal(x float64) float64   { return 0.5 * math.Erfc(-x/math.Sqrt2) }
func quantile(q float64) float64 { return math.Sqrt2 * math.Erfinv(2*q-1) }

// known gives the course as it was known on a day.
func (c Course) known(on workday.Day) Course {
	k, _ := slices.BinarySearchFunc(c.Reports, on, func(r Report, d workday.Day) int { return int(r.On) - int(d) })
	for k < len(c.Reports) && c.Reports[k].On == on {
		k++
	}
	c.Reports = c.Reports[:k]
	return c
}
