package forecast_test

import (
	"io/fs"
	"testing"

	"duban/config"
	"duban/internal/forecast"
	"duban/internal/forecast/trial"
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

// On districts whose truth is known the forecast beats what anybody could reckon, and its intervals hold
// as many landings as they say.
func TestForecastBeatsWhatAnybodyReckons(t *testing.T) {
	cal := calendar(t)
	for seed := range uint64(2) {
		r := trial.Run(seed+1, 100, cal)
		t.Logf("district %d: %+v", seed+1, r)
		for name, other := range map[string]trial.Score{"the straight pace": r.Straight, "the steady pace": r.Steady, "the plan": r.Plan} {
			if r.Forecast.Error > 0.9*other.Error {
				t.Errorf("district %d: error %.1f working days, that of %s %.1f", seed+1, r.Forecast.Error, name, other.Error)
			}
		}
		if c := r.Forecast.Covered; c < 0.75 || c > 0.87 {
			t.Errorf("district %d: the intervals hold %.0f%% of the landings", seed+1, 100*c)
		}
	}
}

// course is a project of 200 planned working days with four even nodes, reported every ten days at the
// pace, for so many days.
func course(cal *workday.Calendar, pace float64, days int) forecast.Course {
	start := workday.NewDay(2025, 3, 3)
	c := forecast.Course{StartOn: start}
	for i := 1; i <= 4; i++ {
		c.Nodes = append(c.Nodes, forecast.Node{DueOn: cal.After(start, 50*i), Progress: 2500 * i})
	}
	for day := 10; day <= days; day += 10 {
		c.Reports = append(c.Reports, forecast.Report{On: cal.After(start, day), Progress: min(10000, int(50*pace*float64(day)))})
	}
	return c
}

func TestWithoutPeersThePlanAndTheOwnPaceCount(t *testing.T) {
	cal := calendar(t)
	none := forecast.Learn(nil, cal)
	today := cal.After(workday.NewDay(2025, 3, 3), 60)
	lands := func(pace float64, node int) int {
		l := none.Forecast(course(cal, pace, 60), node, today)
		if l.Early > l.On || l.On > l.Late || l.On <= today {
			t.Errorf("pace %.1f, node %d: %v, between %v and %v, asked on %v", pace, node, l.On, l.Early, l.Late, today)
		}
		return cal.Count(workday.NewDay(2025, 3, 3), l.On)
	}
	if on := lands(1, 3); on < 190 || on > 215 {
		t.Errorf("as planned until now, the last node lands on working day %d of 200", on)
	}
	if half, full := lands(0.5, 3), lands(1, 3); half < full+60 {
		t.Errorf("at half the pace it lands on day %d, at the full on %d", half, full)
	}
	for node := 2; node < 4; node++ {
		if a, b := lands(0.7, node-1), lands(0.7, node); a > b {
			t.Errorf("node %d lands on day %d, the one before on %d", node, b, a)
		}
	}
}

func TestPeersThatDragMakeItLater(t *testing.T) {
	cal := calendar(t)
	var slow []forecast.Course
	for range 40 {
		slow = append(slow, course(cal, 0.5, 400))
	}
	start := workday.NewDay(2025, 3, 3)
	young := course(cal, 1, 30)
	alone := forecast.Learn(nil, cal).Forecast(young, 3, cal.After(start, 31))
	among := forecast.Learn(slow, cal).Forecast(young, 3, cal.After(start, 31))
	if among.On <= alone.On || among.Peers > 0.7 {
		t.Errorf("among slow peers (pace %.2f) it lands on %v, alone on %v", among.Peers, among.On, alone.On)
	}
}

// What nobody should hand in is answered with a day all the same.
func TestOddCourses(t *testing.T) {
	cal := calendar(t)
	start := workday.NewDay(2025, 3, 3)
	today := workday.NewDay(2026, 3, 2)
	odd := map[string]forecast.Course{
		"no reports":              {StartOn: start, Nodes: []forecast.Node{{DueOn: workday.NewDay(2025, 6, 3), Progress: 10000}}},
		"due on the first day":    {StartOn: start, Nodes: []forecast.Node{{DueOn: start, Progress: 10000}}},
		"due before the start":    {StartOn: start, Nodes: []forecast.Node{{DueOn: start.AddDays(-30), Progress: 10000}}},
		"nodes of no weight":      {StartOn: start, Nodes: []forecast.Node{{DueOn: start.AddDays(30)}, {DueOn: start.AddDays(60)}}},
		"standing still for long": course(cal, 0, 220),
		"far beyond the node":     course(cal, 4, 50),
		"read before the start": {
			StartOn: start, Nodes: []forecast.Node{{DueOn: start.AddDays(90), Progress: 10000}},
			Reports: []forecast.Report{{On: start.AddDays(-5), Progress: 900}, {On: start, Progress: 1000}, {On: start, Progress: 800}},
		},
	}
	for name, c := range odd {
		peers := forecast.Learn([]forecast.Course{c, c, {}}, cal)
		l := peers.Forecast(c, len(c.Nodes)-1, today)
		if l.On <= today || l.Early > l.On || l.On > l.Late || l.Late > workday.NewDay(2031, 12, 31) {
			t.Errorf("%s: %+v", name, l)
		}
	}
}
