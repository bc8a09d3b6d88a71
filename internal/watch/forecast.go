package watch

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/forecast"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// ahead is how many working days before its due day a node is first forecast: about a quarter.
const ahead = 65

// Peers are the courses of a category; with fewer than fewPeers all projects of the district are peers.
// Beyond manyPeers more courses teach nothing new.
const (
	fewPeers  = 12
	manyPeers = 2000
)

// Foresee (预测) reckons when each coming node will land, and tells the task force alone of those that will
// hardly be kept. A node is reckoned once a day: run again, it reckons nothing twice.
func (w *Watch) Foresee(ctx context.Context, moment time.Time) error {
	peers, err := w.learn(ctx)
	if err != nil {
		return fmt.Errorf("learn the courses of the projects: %w", err)
	}
	return w.eachBatch(ctx, func(projects []ledger.Project) error {
		out, err := w.foresee(ctx, projects, peers, today(moment), clock.At(moment))
		if err != nil || !out.Changed() {
			return err
		}
		return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
			_, err := tx.Apply(out)
			return err
		})
	})
}

// learn reads the courses of all projects; "" is what is learnt from the whole district.
func (w *Watch) learn(ctx context.Context) (map[string]*forecast.Peers, error) {
	by := map[string][]forecast.Course{}
	err := w.eachBatch(ctx, func(projects []ledger.Project) error {
		courses, err := w.courses(ctx, projects)
		if err != nil {
			return err
		}
		for _, p := range projects {
			if c, ok := courses[p.ID]; ok {
				for _, of := range []string{p.Category, ""} {
					if len(by[of]) < manyPeers {
						by[of] = append(by[of], c.Course)
					}
					if p.Category == "" {
						break
					}
				}
			}
		}
		return nil
	})
	out := map[string]*forecast.Peers{"": forecast.Learn(by[""], w.Calendar)}
	for category, courses := range by {
		if len(courses) >= fewPeers && category != "" {
			out[category] = forecast.Learn(courses, w.Calendar)
		}
	}
	return out, err
}

// course is that of a project, with the node each of its nodes is.
type course struct {
	forecast.Course
	nodes []ledger.Commitment
}

// courses gives the courses of those projects that have nodes and a first day.
func (w *Watch) courses(ctx context.Context, projects []ledger.Project) (map[ledger.ProjectID]course, error) {
	ids := make([]ledger.ProjectID, 0, len(projects))
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	nodes, err := w.Store.Milestones(ctx, w.District, ids)
	if err != nil {
		return nil, err
	}
	readings, err := w.Store.Progress(ctx, w.District, ids)
	if err != nil {
		return nil, err
	}
	out := map[ledger.ProjectID]course{}
	for _, p := range projects {
		if c, ok := courseOf(p, nodes[p.ID], readings[p.ID]); ok {
			out[p.ID] = c
		}
	}
	return out, nil
}

// courseOf plans by the first due days: an extension is a part of the truth, not of the plan. A node that
// has landed, with all before it, is worth a report of the progress it stands for.
func courseOf(p ledger.Project, nodes []ledger.Commitment, readings []store.Reported) (course, bool) {
	nodes = slices.DeleteFunc(slices.Clone(nodes), func(m ledger.Commitment) bool {
		return m.State == ledger.Waived || m.State == ledger.Cancelled
	})
	slices.SortStableFunc(nodes, func(a, b ledger.Commitment) int {
		return cmp.Or(int(a.FirstDueOn)-int(b.FirstDueOn), cmp.Compare(a.ID, b.ID))
	})
	c := course{Course: forecast.Course{StartOn: p.StartOn}, nodes: nodes}
	for _, r := range readings {
		c.Reports = append(c.Reports, forecast.Report{On: r.On, Progress: int(r.Progress)})
	}
	if c.StartOn == 0 && len(c.Reports) > 0 {
		c.StartOn = c.Reports[0].On
	}
	if len(nodes) == 0 || c.StartOn == 0 {
		return course{}, false
	}
	all, so := 0, 0
	for _, m := range nodes {
		all += m.Weight
	}
	inOrder := true
	for i, m := range nodes {
		so += m.Weight
		n := forecast.Node{DueOn: m.FirstDueOn, Progress: int(share(so, max(1, all))), LandedOn: landed(m)}
		if all == 0 {
			n.Progress = int(share(i+1, len(nodes)))
		}
		if inOrder = inOrder && n.LandedOn != 0; inOrder {
			c.Reports = append(c.Reports, forecast.Report{On: n.LandedOn, Progress: n.Progress})
		}
		c.Nodes = append(c.Nodes, n)
	}
	slices.SortStableFunc(c.Reports, func(a, b forecast.Report) int { return int(a.On) - int(b.On) })
	return c, true
}

// landed is the day a node was reported done, 0 if it is open or nobody knows.
func landed(m ledger.Commitment) workday.Day {
	switch {
	case m.State != ledger.Accepted && m.State != ledger.Reported:
		return 0
	case m.DoneAt != 0:
		return today(m.DoneAt.Time())
	case m.ClosedAt != 0:
		return today(m.ClosedAt.Time())
	}
	return 0
}

func (w *Watch) foresee(ctx context.Context, projects []ledger.Project, peers map[string]*forecast.Peers, day workday.Day, at clock.Instant) (ledger.Outcome, error) {
	var out ledger.Outcome
	courses, err := w.courses(ctx, projects)
	if err != nil {
		return out, err
	}
	var asked []ledger.Forecast
	nodes := map[ledger.CommitmentID]ledger.Commitment{}
	for _, p := range projects {
		of := peers[p.Category]
		if of == nil {
			of = peers[""]
		}
		for _, f := range w.landings(p, courses[p.ID], of, day) {
			asked, nodes[f.CommitmentID] = append(asked, f), courses[p.ID].find(f.CommitmentID)
		}
	}
	asked, told, rosters, err := w.notReckoned(ctx, asked, day)
	if err != nil {
		return out, err
	}
	for _, f := range asked {
		one := ledger.Foresee(nodes[f.CommitmentID], f, told[f.CommitmentID] == f.DueOn, w.Rules, w.Calendar, rosters[f.ProjectID], at)
		out.Forecasts = append(out.Forecasts, one.Forecasts...)
		out.Entries = append(out.Entries, one.Entries...)
		out.Notices = append(out.Notices, one.Notices...)
	}
	return out, nil
}

func (c course) find(id ledger.CommitmentID) ledger.Commitment {
	return c.nodes[slices.IndexFunc(c.nodes, func(m ledger.Commitment) bool { return m.ID == id })]
}

// landings reckons the open nodes of a project that are due soon, and no others: what lies far ahead
// nobody knows, and nothing moves while the project is suspended.
func (w *Watch) landings(p ledger.Project, c course, peers *forecast.Peers, day workday.Day) []ledger.Forecast {
	var out []ledger.Forecast
	if p.Suspended {
		return nil
	}
	until := w.Calendar.After(day, ahead)
	for i, m := range c.nodes {
		if m.State != ledger.Open || m.DueOn > until {
			continue
		}
		l := peers.Forecast(c.Course, i, day)
		if l.Reports < forecast.MinReports {
			continue
		}
		f := ledger.Forecast{
			DistrictID: w.District, CommitmentID: m.ID, DueOn: m.DueOn, On: day, ProjectID: p.ID, LandsOn: l.On, EarlyOn: l.Early,
			LateOn: l.Late, Pace: percent(l.Pace), Readings: l.Reports,
		}
		if peers.Courses >= fewPeers {
			f.PeerPace = percent(l.Peers)
		}
		out = append(out, f)
	}
	return out
}

// percent writes a pace as a share in whole percents; nobody does more than ten days' work in one for long.
func percent(pace float64) ledger.Percent {
	return ledger.Percent(math.Round(min(10, pace)*100)) * ledger.Full / 100
}

// notReckoned leaves out what was reckoned on the day already, and reads what was told before and who
// stands around the projects.
func (w *Watch) notReckoned(ctx context.Context, asked []ledger.Forecast, day workday.Day) (rest []ledger.Forecast, told map[ledger.CommitmentID]workday.Day, rosters map[ledger.ProjectID]ledger.Roster, err error) {
	var projects []ledger.ProjectID
	var nodes []ledger.CommitmentID
	for _, f := range asked {
		projects, nodes = append(projects, f.ProjectID), append(nodes, f.CommitmentID)
	}
	projects = distinct(projects)
	made, err := w.Store.ForecastsOn(ctx, w.District, projects, day)
	if err != nil {
		return nil, nil, nil, err
	}
	done := map[ledger.CommitmentID]bool{}
	for _, f := range made {
		done[f.CommitmentID] = true
	}
	before, err := w.Store.ForecastsTold(ctx, w.District, nodes)
	if err != nil {
		return nil, nil, nil, err
	}
	told = map[ledger.CommitmentID]workday.Day{}
	for _, f := range before {
		told[f.CommitmentID] = max(told[f.CommitmentID], f.DueOn)
	}
	rosters, err = w.Store.Rosters(ctx, w.District, projects)
	return slices.DeleteFunc(asked, func(f ledger.Forecast) bool { return done[f.CommitmentID] }), told, rosters, err
}
