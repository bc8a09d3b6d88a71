// Package trial tries forecasts on districts whose truth is known (a part of the room forecast, for its
// tests and the bench). It invents projects, lets them live a working day at a time with paces, last
// parts that drag, standstills and careless reports, and asks on the way when each node will land.
package trial

import (
	"math"
	"math/rand/v2"
	"slices"

	"duban/internal/forecast"
	"duban/internal/workday"
)

// Score is how a way of forecasting did; errors in working days.
type Score struct {
	Asked   int
	Error   float64 // mean of the absolute error
	Median  float64 // of the absolute error
	Bias    float64 // mean of landed less forecast: above zero, landed later than said
	Covered float64 // share of landings within the interval; 0 of a way without intervals
}

// Result holds the scores of the forecast and of three ways that anybody could take.
type Result struct {
	Forecast Score
	Straight Score // so many percent a day as from the start until now
	Steady   Score // as much faster or slower than the plan as from the start until now
	Plan     Score // the due day
}

// life is a course with its truth.
type life struct {
	forecast.Course
	landed []int // working day, since the start, on which each node really landed
}

// Run invents projects of the same district to learn from and as many to be forecast.
func Run(seed uint64, projects int, cal *workday.Calendar) Result {
	rnd := rand.New(rand.NewPCG(seed, 7))
	start := workday.NewDay(2021, 3, 1)
	var past []forecast.Course
	for range projects {
		past = append(past, live(rnd, cal.After(start, rnd.IntN(250)), cal).Course)
	}
	peers := forecast.Learn(past, cal)
	ways := []func(ask) forecast.Landing{
		func(a ask) forecast.Landing { return peers.Forecast(a.known, a.node, a.today) },
		func(a ask) forecast.Landing { return straight(a, cal) },
		func(a ask) forecast.Landing { return steady(a, cal) },
		func(a ask) forecast.Landing {
			return forecast.Landing{On: max(a.known.Nodes[a.node].DueOn, cal.Next(a.today.AddDays(1)))}
		},
	}
	answers := make([][]sample, len(ways))
	for range projects {
		l := live(rnd, cal.After(start, rnd.IntN(250)), cal)
		for _, at := range asks(l, cal) {
			for i, way := range ways {
				answers[i] = append(answers[i], at.held(way(at), cal))
			}
		}
	}
	return Result{score(answers[0]), score(answers[1]), score(answers[2]), score(answers[3])}
}

// live invents a project: a plan that starts and ends slowly, and how it went.
func live(rnd *rand.Rand, start workday.Day, cal *workday.Calendar) life {
	total := 150 + rnd.IntN(250)
	// share is the progress after so many planned days.
	share := func(days float64) int { return int(10000 * (0.5 - 0.5*math.Cos(math.Pi*min(1, days/float64(total))))) }
	l := life{Course: forecast.Course{StartOn: start}}
	nodes := 4 + rnd.IntN(5)
	for i := 1; i <= nodes; i++ {
		days := total * i / nodes
		l.Nodes = append(l.Nodes, forecast.Node{DueOn: cal.After(start, days), Progress: share(float64(days))})
	}
	pace := math.Exp(rnd.NormFloat64()*0.3 - 0.15)
	planned, stopped, told := 0.0, 0, 0
	careless := rnd.Float64() * 0.4
	next := 0
	for day := 1; next < nodes && day < 6*total; day++ {
		switch {
		case stopped > 0:
			stopped--
		case rnd.Float64() < 0.006:
			stopped = 5 + rnd.IntN(30)
		case planned > 0.7*float64(total):
			planned += 0.65 * pace * rnd.ExpFloat64()
		default:
			planned += pace * rnd.ExpFloat64()
		}
		progress := share(planned)
		for next < nodes && progress >= l.Nodes[next].Progress {
			l.landed = append(l.landed, day)
			l.Nodes[next].LandedOn = cal.After(start, day)
			next++
		}
		if day%10 == 0 && rnd.Float64() > 0.1 {
			if rnd.Float64() > careless { // else the last figure once more
				told = max(told, min(9900, (progress/100+rnd.IntN(4))/2*200))
			}
			l.Reports = append(l.Reports, forecast.Report{On: cal.After(start, day), Progress: told})
		}
	}
	l.Nodes = l.Nodes[:next]
	return l
}

// ask is one question: what was known on a day, and when the node landed.
type ask struct {
	known  forecast.Course
	node   int
	today  workday.Day
	landed workday.Day
}

// asks asks every 25 working days about the next two nodes.
func asks(l life, cal *workday.Calendar) []ask {
	var out []ask
	for day := 35; len(l.landed) > 0 && day < l.landed[len(l.landed)-1]; day += 25 {
		today := cal.After(l.StartOn, day)
		known := l.Course
		known.Nodes = slices.Clone(l.Nodes)
		for i := range known.Nodes {
			if l.landed[i] > day {
				known.Nodes[i].LandedOn = 0
			}
		}
		n := slices.IndexFunc(l.Reports, func(r forecast.Report) bool { return r.On > today })
		if n >= 0 {
			known.Reports = l.Reports[:n]
		}
		if len(known.Reports) < forecast.MinReports {
			continue
		}
		first := slices.IndexFunc(l.landed, func(d int) bool { return d > day })
		for node := first; node < min(first+2, len(l.landed)); node++ {
			out = append(out, ask{known, node, today, cal.After(l.StartOn, l.landed[node])})
		}
	}
	return out
}

// straight goes on by so many percent a day, the way everybody reckons.
func straight(a ask, cal *workday.Calendar) forecast.Landing {
	last := a.known.Reports[len(a.known.Reports)-1]
	return after(a, cal, float64(a.known.Nodes[a.node].Progress)/float64(max(100, last.Progress)))
}

// steady reads the plan at the progress reported, and goes on with the same delay in proportion.
func steady(a ask, cal *workday.Calendar) forecast.Landing {
	last := a.known.Reports[len(a.known.Reports)-1]
	day, at, planned := 0.0, 0.0, 0.0
	for _, n := range a.known.Nodes {
		due := float64(cal.Count(a.known.StartOn, n.DueOn))
		if to := float64(n.Progress); float64(last.Progress) > at && to > at {
			planned = day + (due-day)*min(1, (float64(last.Progress)-at)/(to-at))
		}
		day, at = due, float64(n.Progress)
	}
	return after(a, cal, float64(cal.Count(a.known.StartOn, a.known.Nodes[a.node].DueOn))/max(1, planned))
}

// after gives the day so many times as far from the start as the last report.
func after(a ask, cal *workday.Calendar, times float64) forecast.Landing {
	last := a.known.Reports[len(a.known.Reports)-1]
	n := int(float64(cal.Count(a.known.StartOn, last.On)) * times)
	return forecast.Landing{On: max(cal.After(a.known.StartOn, max(1, n)), cal.Next(a.today.AddDays(1)))}
}

// sample is one answer held against the truth.
type sample struct {
	off     float64
	covered bool
}

func (a ask) held(l forecast.Landing, cal *workday.Calendar) sample {
	s := sample{covered: l.Early <= a.landed && a.landed <= l.Late}
	if l.On <= a.landed {
		s.off = float64(cal.Count(l.On, a.landed))
	} else {
		s.off = -float64(cal.Count(a.landed, l.On))
	}
	return s
}

func score(all []sample) Score {
	s := Score{Asked: len(all)}
	var off []float64
	for _, a := range all {
		s.Error += math.Abs(a.off) / float64(len(all))
		s.Bias += a.off / float64(len(all))
		off = append(off, math.Abs(a.off))
		if a.covered {
			s.Covered += 1 / float64(len(all))
		}
	}
	slices.Sort(off)
	if len(off) > 0 {
		s.Median = off[len(off)/2]
	}
	return s
}
