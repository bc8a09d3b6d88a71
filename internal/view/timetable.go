package view

import (
	"context"
	"slices"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Timetable (时间表、路线图) is a project's nodes from the first to the last, and the way of its stages.
type Timetable struct {
	ledger.Project
	Push    string   // what its stage is for: 抓开工
	Nodes   []Matter // closed ones too
	Done    int
	Way     []ledger.StageChange // oldest first
	Since   workday.Day          // the day it came to its stage, 0 when nobody said
	Waiting ledger.Schedule      // the draft that waits, ID 0 for none
}

// Timetable gives it to whoever may know of the project: five queries.
func (v *View) Timetable(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (Timetable, error) {
	t := Timetable{}
	var err error
	if t.Project, err = v.project(ctx, who, id); err != nil {
		return t, err
	}
	t.Push = v.Pushes[t.Stage]
	all, err := v.Store.CommitmentsOf(ctx, v.District, id)
	if err != nil {
		return t, err
	}
	for _, m := range all {
		if m.Kind != ledger.Milestone || m.State == ledger.Cancelled {
			continue
		}
		t.Nodes = append(t.Nodes, v.matter(m, t.Project, nil))
		if m.State == ledger.Accepted {
			t.Done++
		}
	}
	if t.Way, err = v.Store.StageChanges(ctx, v.District, id); err != nil {
		return t, err
	}
	if n := len(t.Way); n > 0 {
		t.Since = t.Way[n-1].On
	}
	s, err := v.Store.LastSchedule(ctx, v.District, id)
	if s.State == "asked" {
		t.Waiting = s
	}
	return t, err
}

// Conversion (转化率) is how many projects came from one stage to the next since the year began.
type Conversion struct {
	Year  int
	Now   []StageCount // how many stand at each stage, suspended ones too
	Whole []Rate       // of each passage
	Units []UnitRates
}

// Rate is how many stood before a passage and how many came through.
type Rate struct {
	ledger.Passage
	Stood, Through int
}

// Share gives the part that came through.
func (r Rate) Share() ledger.Percent {
	if r.Stood == 0 {
		return 0
	}
	return ledger.Percent(r.Through * int(ledger.Full) / r.Stood)
}

// UnitRates are the rates of the projects a unit hosts, only those of which there are any.
type UnitRates struct {
	Unit  string
	Rates []Rate
}

// Conversion gives the rates of the projects the viewer may see: three queries.
func (v *View) Conversion(ctx context.Context, who ledger.Viewer) (Conversion, error) {
	year := v.Today().Year()
	c := Conversion{Year: year, Whole: rates()}
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return c, err
	}
	all, err := v.Store.AllStageChanges(ctx, v.District)
	if err != nil {
		return c, err
	}
	changes := map[ledger.ProjectID][]ledger.StageChange{}
	for _, one := range all {
		changes[one.ProjectID] = append(changes[one.ProjectID], one)
	}
	c.Now = stagesOf(projects)
	units := map[ledger.UnitID][]Rate{}
	for _, p := range projects {
		stood, through := ledger.Passed(p, changes[p.ID], workday.NewDay(year, 1, 1))
		if units[p.HostUnitID] == nil {
			units[p.HostUnitID] = rates()
		}
		for _, rs := range [][]Rate{c.Whole, units[p.HostUnitID]} {
			count(rs, stood, through)
		}
	}
	known, err := v.Store.Units(ctx, v.District)
	for _, u := range known {
		some := slices.DeleteFunc(units[u.ID], func(r Rate) bool { return r.Stood == 0 })
		if len(some) > 0 {
			c.Units = append(c.Units, UnitRates{People{Units: known}.Short(u.ID), some})
		}
	}
	return c, err
}

// stagesOf counts projects by stage, in order of the stages.
func stagesOf(projects []ledger.Project) []StageCount {
	at := map[ledger.Stage]int{}
	for _, p := range projects {
		at[p.Stage]++
	}
	var out []StageCount
	for _, s := range ledger.Stages {
		if at[s] > 0 {
			out = append(out, StageCount{s, at[s]})
		}
	}
	return out
}

func rates() []Rate {
	out := make([]Rate, len(ledger.Passages))
	for i, p := range ledger.Passages {
		out[i].Passage = p
	}
	return out
}

func count(rs []Rate, stood, through []bool) {
	for i := range rs {
		if stood[i] {
			rs[i].Stood++
		}
		if through[i] {
			rs[i].Through++
		}
	}
}
