package desk

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// observationCause tells of a tour and that it is off: "observation:12:plan", "observation:12:off".
const observationCause = "observation"

// markDays is how many working days after a tour its judges may still score.
const markDays = 3

// PlanObservation (安排观摩) puts the itinerary of a tour down, tells everybody concerned and gives it with its
// number. The office alone may. here is the group it is said in, which reads the answer.
func (a *Acts) PlanObservation(by ledger.Actor, on workday.Day, stops []ledger.ObservationStop, judges []ledger.PersonID, here ledger.GroupID) (ledger.Observation, int, error) {
	o := ledger.Observation{DistrictID: a.tx.District, On: on}
	v, err := a.who(by)
	if err != nil {
		return o, 0, err
	}
	if err := a.office(v, "观摩安排"); err != nil {
		return o, 0, err
	}
	rosters, names, err := a.stops(stops)
	if err != nil {
		return o, 0, err
	}
	out, err := ledger.PlanObservation(o, stops, judges, names, by)
	if err != nil {
		return o, 0, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return o, 0, err
	}
	district, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return o, 0, err
	}
	o = w.Toured[0]
	to := without(ledger.ObservationAudience(district, rosters, judges), here)
	_, err = a.tx.Apply(ledger.Toured(o, len(stops), to, by))
	return o, len(to), err
}

// stops reads who stands around the projects of a tour, and what they are called.
func (a *Acts) stops(stops []ledger.ObservationStop) ([]ledger.Roster, map[ledger.ProjectID]string, error) {
	var ids []ledger.ProjectID
	for _, s := range stops {
		ids = append(ids, s.ProjectID)
	}
	all, err := a.read.Rosters(a.ctx, a.tx.District, ids)
	if err != nil {
		return nil, nil, err
	}
	var rosters []ledger.Roster
	names := map[ledger.ProjectID]string{}
	for _, id := range ids {
		rosters = append(rosters, all[id])
		names[id] = all[id].Project.Name
	}
	return rosters, names, nil
}

// CancelObservation (取消观摩) takes a tour off that nobody has scored; whoever was told of it hears that.
func (a *Acts) CancelObservation(by ledger.Actor, code, reason string, here ledger.GroupID) (ledger.Observation, error) {
	v, err := a.who(by)
	if err != nil {
		return ledger.Observation{}, err
	}
	if err := a.office(v, "取消观摩"); err != nil {
		return ledger.Observation{}, err
	}
	t, err := a.read.TourByCode(a.ctx, a.tx.District, code)
	if err != nil {
		return t.Observation, err
	}
	rosters, _, err := a.stops(t.Stops)
	if err != nil {
		return t.Observation, err
	}
	district, err := a.read.Roster(a.ctx, a.tx.District, 0)
	if err != nil {
		return t.Observation, err
	}
	to := without(ledger.ObservationAudience(district, rosters, t.Judges), here)
	out, err := ledger.CancelObservation(t.Observation, len(t.Marks), reason, to, by)
	if err != nil {
		return t.Observation, err
	}
	_, err = a.tx.Apply(out)
	return t.Observation, err
}

// GiveMark (观摩打分) takes a judge's score of a project of the latest tour; again changes one given before. It
// gives how many projects of the tour the judge has still to score.
func (a *Acts) GiveMark(by ledger.Actor, project ledger.ProjectID, score ledger.Score, text string, again bool) (ledger.Observation, int, error) {
	if _, err := a.who(by); err != nil {
		return ledger.Observation{}, 0, err
	}
	t, err := a.scored(by.Today)
	if err != nil {
		return t.Observation, 0, err
	}
	p, onTour := t.Projects[project]
	if !onTour {
		if p, err = a.read.Project(a.ctx, a.tx.District, project); err != nil {
			return t.Observation, 0, err
		}
	}
	var was ledger.ObservationMark
	left := 0
	for _, q := range t.Projects {
		if q.OwnerID != by.Person { // nobody scores their own
			left++
		}
	}
	for _, m := range t.Marks {
		if m.PersonID == by.Person {
			left--
			if m.ProjectID == project {
				was = m
			}
		}
	}
	closes := a.desk.Calendar.After(t.On, markDays)
	out, err := ledger.GiveMark(t.Observation, p, onTour, t.Judge(by.Person), was, score, text, again, closes, by)
	if err != nil {
		return t.Observation, 0, err
	}
	if was.ID == 0 {
		left--
	}
	_, err = a.tx.Apply(out)
	return t.Observation, left, err
}

// scored gives the tour that is scored today: the latest that began, while it may be scored, else the next one.
func (a *Acts) scored(today workday.Day) (store.Tour, error) {
	t, there, err := a.read.LatestTour(a.ctx, a.tx.District, today)
	if err != nil || there && today <= a.desk.Calendar.After(t.On, markDays) {
		return t, err
	}
	next, there, err := a.read.LatestTour(a.ctx, a.tx.District, 0)
	if err == nil && !there {
		err = fault.New(fault.NotFound, "目前没有安排观摩。")
	}
	return next, err
}

// composeObservation words a tour, or that it is off: of the itinerary everybody reads what they may, the
// judges all of it.
func (d *Desk) composeObservation(ctx context.Context, del store.Delivery, v ledger.Viewer) (words.Letter, error) {
	part := strings.Split(del.Cause, ":")
	if len(part) != 3 {
		return words.Letter{}, fmt.Errorf("the desk knows no cause %q", del.Cause)
	}
	id, err := strconv.ParseInt(part[1], 10, 64)
	if err != nil {
		return words.Letter{}, fmt.Errorf("read cause %q: %w", del.Cause, err)
	}
	t, err := d.Store.Tour(ctx, d.District, ledger.ObservationID(id))
	switch {
	case err != nil:
		return words.Letter{}, err
	case t.Cancelled != (part[2] == "off"):
		return words.Letter{Drop: "观摩已取消"}, nil
	}
	n := struct {
		O      ledger.Observation
		Stops  []words.Stop
		Judge  bool
		Whole  bool // the reader sees the district
		Reason string
	}{O: t.Observation, Whole: ledger.Entitled(v, nil), Judge: v.Person != nil && t.Judge(v.Person.ID)}
	var l words.Letter
	for _, s := range t.Stops {
		p := t.Projects[s.ProjectID]
		switch entitled := ledger.Entitled(v, &p); {
		case entitled:
			l.About = append(l.About, p)
		case !n.Judge:
			continue
		}
		n.Stops = append(n.Stops, words.Stop{Clock: s.Clock(), Name: p.Name})
	}
	if len(n.Stops) == 0 {
		return words.Letter{Drop: "收件人无权了解观摩的项目"}, nil
	}
	template := "notice/observation"
	if t.Cancelled {
		template = "notice/observation_off"
		history, err := d.Store.History(ctx, d.District, t.Subject())
		if err != nil {
			return l, err
		}
		for _, e := range history {
			if e.Act == "observation:cancelled" {
				n.Reason = e.Note
			}
		}
	}
	l.Message, err = d.Words.Say(template, n)
	return l, err
}
