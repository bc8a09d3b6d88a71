package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Tour is the latest observation as far as the viewer may read of it.
type Tour struct {
	ledger.Observation
	Stops  []TourStop
	Judge  bool             // the viewer scores
	Judges []string         // for those who see the district
	Whole  bool             // the results are shown, best first
	About  []ledger.Project // every project it speaks of
}

// TourStop is a stop with what it came to, and what the viewer gave.
type TourStop struct {
	ledger.ObservationResult
	Project ledger.Project
	Mine    *ledger.ObservationMark
}

// LatestTour gives the latest observation: the itinerary with the results to those who see the district, all
// stops and the own scores to a judge, to others the stops of their projects.
func (v *View) LatestTour(ctx context.Context, who ledger.Viewer) (Tour, error) {
	t, there, err := v.Store.LatestTour(ctx, v.District, 0)
	if err != nil || !there {
		return Tour{}, cmp.Or(err, error(fault.New(fault.NotFound, "目前没有安排观摩。")))
	}
	return v.tour(ctx, who, t)
}

// TourByCode gives an observation of the number like LatestTour.
func (v *View) TourByCode(ctx context.Context, who ledger.Viewer, code string) (Tour, error) {
	t, err := v.Store.TourByCode(ctx, v.District, code)
	if err != nil {
		return Tour{}, err
	}
	return v.tour(ctx, who, t)
}

func (v *View) tour(ctx context.Context, who ledger.Viewer, t store.Tour) (Tour, error) {
	out := Tour{Observation: t.Observation, Judge: who.Person != nil && t.Judge(who.Person.ID), Whole: ledger.Entitled(who, nil)}
	for _, r := range ledger.ObservationResults(t.Stops, t.Marks) {
		p := t.Projects[r.Stop.ProjectID]
		if !out.Judge && !ledger.Entitled(who, &p) {
			continue
		}
		stop := TourStop{ObservationResult: r, Project: p}
		for i, m := range t.Marks {
			if out.Judge && m.PersonID == who.Person.ID && m.ProjectID == p.ID {
				stop.Mine = &t.Marks[i]
			}
		}
		out.Stops, out.About = append(out.Stops, stop), append(out.About, p)
	}
	if len(out.Stops) == 0 {
		return Tour{}, fault.New(fault.NotFound, "目前没有安排观摩。")
	}
	if !out.Whole {
		return out, nil
	}
	if len(t.Marks) > 0 {
		slices.SortStableFunc(out.Stops, func(a, b TourStop) int { return cmp.Compare(last(a.Place), last(b.Place)) })
	}
	people, err := v.Store.PeopleByID(ctx, v.District, t.Judges)
	for _, j := range t.Judges {
		out.Judges = append(out.Judges, people[j].Name)
	}
	return out, err
}

// last puts what has no place behind all that have one.
func last(place int) int {
	if place == 0 {
		return ledger.MaxStops + 1
	}
	return place
}
