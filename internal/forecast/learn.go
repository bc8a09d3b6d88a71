package forecast

import (
	"math"
	"slices"

	"duban/internal/workday"
)

// What is believed before anything was learnt: with how much evidence, in planned days, each part of
// the work is held to be like the others; the spread and the noise of a district with no history; and
// how many landed nodes it takes to correct them.
const (
	firmness    = 100.0
	firstSpread = 0.09
	firstNoise  = 1.0
	enough      = 30
)

// Learn learns from courses, of any age: what peers need for each part of the work, how far they
// differ, and how wide and how late forecasts have turned out. Without courses a plan is believed.
func Learn(courses []Course, cal *workday.Calendar) *Peers {
	p := &Peers{cal: cal, spread: firstSpread, noise: firstNoise, scale: 1}
	lines := make([]line, 0, len(courses))
	for _, c := range courses {
		if len(c.Nodes) > 0 {
			lines = append(lines, c.line(cal))
		}
	}
	p.Courses = len(lines)
	p.learnCost(lines)
	p.learnSpread(lines)
	p.learnErrors(courses)
	return p
}

// learnCost reckons the working days a planned day takes, in each part of the work.
func (p *Peers) learnCost(lines []line) {
	var days, work [parts]float64
	for _, l := range lines {
		at, done := 0.0, 0.0
		for i, day := range l.days {
			if l.total == 0 || day <= at || done >= l.total {
				continue
			}
			part := min(parts-1, int((done+l.done[i])/2/l.total*parts))
			days[part] += day - at
			work[part] += l.done[i] - done
			at, done = day, l.done[i]
		}
	}
	var allDays, allWork float64
	for i := range days {
		allDays += days[i]
		allWork += work[i]
	}
	mean := (allDays + firmness) / (allWork + firmness)
	for i := range p.cost {
		p.cost[i] = (days[i] + firmness*mean) / (work[i] + firmness)
	}
}

// learnSpread reckons how much a day's work varies around a project's pace, and how the paces of projects
// differ beyond that.
func (p *Peers) learnSpread(lines []line) {
	type one struct{ pace, days float64 }
	var all []one
	var squares, n float64
	for _, l := range lines {
		var days, work []float64
		at, done := 0.0, 0.0
		var sumDays, sumWork float64
		for i, day := range l.days {
			if day <= at || l.done[i] >= l.total {
				continue
			}
			now := p.usual(l.done[i], l.total)
			days, work = append(days, day-at), append(work, now-done)
			sumDays, sumWork = sumDays+day-at, sumWork+now-done
			at, done = day, now
		}
		if len(days) < MinReports {
			continue
		}
		pace := sumWork / sumDays
		for i := range days {
			off := work[i] - pace*days[i]
			squares += off * off / days[i]
		}
		n += float64(len(days) - 1)
		all = append(all, one{pace, sumDays})
	}
	p.noise = (squares + firstNoise*enough) / (n + enough)
	if len(all) < enough/3 {
		return
	}
	var sum, by float64
	for _, o := range all {
		sum += (o.pace-1)*(o.pace-1) - p.noise/o.days
		by++
	}
	p.spread = max(0.01, (sum+firstSpread*enough/3)/(by+enough/3))
}

// asked is how many moments of a landed node's life a forecast is tried at.
const asked = 3

// learnErrors tries the forecasts that would have been made of nodes that have landed since.
func (p *Peers) learnErrors(courses []Course) {
	var off []float64
	for _, c := range courses {
		for i, n := range c.Nodes {
			if n.LandedOn == 0 {
				continue
			}
			landed := float64(p.cal.Count(c.StartOn, n.LandedOn))
			for k := 1; k <= asked; k++ {
				then := c.known(p.cal.After(c.StartOn, max(1, int(landed)*k/(asked+1))))
				l := then.line(p.cal)
				if len(l.days) < MinReports {
					continue
				}
				if g := p.guess(l, i); landed > g.from {
					off = append(off, (math.Log(landed-g.from)-math.Log(g.mid))/g.sd)
				}
			}
		}
	}
	p.Landed = len(off) / asked
	if len(off) == 0 {
		return
	}
	slices.Sort(off)
	trust := float64(len(off)) / float64(len(off)+enough)
	p.shift = trust * off[len(off)/2]
	for i, o := range off {
		off[i] = math.Abs(o - p.shift)
	}
	slices.Sort(off)
	p.scale = (1 - trust) + trust*off[int(float64(len(off)-1)*likely)]/wide
}
