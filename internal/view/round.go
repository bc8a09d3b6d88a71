package view

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/period"
)

// Round is what recurs as all who owe it for the present window have answered it, as far as the viewer may know.
type Round struct {
	R      ledger.Recurring
	Window string
	Filed  []RoundLine
	Open   []RoundLine // of this window and of those before
	Of     int         // how many owe it for this window
}

// RoundLine is what one unit, person or project owes and has answered.
type RoundLine struct {
	M       ledger.Commitment
	X       ledger.Recurrence
	Who     string // the unit, the person or the project
	Owner   string // who has to move it, where Who is no person
	Planned string // what the window before had planned
	Late    int
}

// Round gives it: six queries. A person sees what is of the own units and projects, the offices see all.
func (v *View) Round(ctx context.Context, who ledger.Viewer, r ledger.Recurring) (Round, error) {
	now := period.Every(string(r.Every), v.Mode).Of(v.Today())
	out := Round{R: r, Window: r.Of(now.Key, now.Name(), now.Prev().Name(), now.Start, now.End).Name}
	rows, err := v.Store.Recurrences(ctx, v.District, r.Name, now.Key)
	if err != nil {
		return out, err
	}
	before, err := v.Store.Recurrences(ctx, v.District, r.Name, now.Prev().Key)
	if err != nil {
		return out, err
	}
	open, err := v.Store.OpenFrom(ctx, v.District, r.Name)
	if err != nil {
		return out, err
	}
	of, err := v.roundOf(ctx, rows, open)
	if err != nil {
		return out, err
	}
	plans := map[ledger.Recurrence]string{}
	for _, x := range before {
		plans[subject(x)] = x.Plan
	}
	for _, m := range open {
		if line := of.line(m, ledger.Recurrence{}); of.shows(who, line) {
			line.Late = v.late(m)
			out.Open = append(out.Open, line)
		}
	}
	for _, x := range rows {
		line := of.line(of.matters[x.CommitmentID], x)
		if !of.shows(who, line) {
			continue
		}
		line.Planned = plans[subject(x)]
		out.Of++
		if x.FiledAt != 0 {
			out.Filed = append(out.Filed, line)
		}
	}
	return out, nil
}

// subject gives whose a recurrence is.
func subject(x ledger.Recurrence) ledger.Recurrence {
	return ledger.Recurrence{ProjectID: x.ProjectID, UnitID: x.UnitID, PersonID: x.PersonID}
}

// late gives the days a commitment is past its day.
func (v *View) late(m ledger.Commitment) int {
	if today := v.Today(); today > ledger.Deadline(m.DueOn, v.Calendar) {
		return today.Sub(m.DueOn)
	}
	return 0
}

// around is what the lines of a round name.
type around struct {
	matters  map[ledger.CommitmentID]ledger.Commitment
	projects map[ledger.ProjectID]ledger.Project
	people   People
}

func (v *View) roundOf(ctx context.Context, rows []ledger.Recurrence, open []ledger.Commitment) (a around, err error) {
	ids := make([]ledger.CommitmentID, len(rows))
	for i, x := range rows {
		ids[i] = x.CommitmentID
	}
	all, err := v.Store.Commitments(ctx, v.District, ids)
	if err != nil {
		return a, err
	}
	a.matters = map[ledger.CommitmentID]ledger.Commitment{}
	var projects []ledger.ProjectID
	for _, m := range append(all, open...) {
		a.matters[m.ID] = m
		projects = append(projects, m.ProjectID)
	}
	if a.projects, err = v.Store.ProjectsByID(ctx, v.District, projects); err != nil {
		return a, err
	}
	a.people, err = v.People(ctx)
	return a, err
}

func (a around) line(m ledger.Commitment, x ledger.Recurrence) RoundLine {
	l := RoundLine{M: m, X: x, Who: a.people.Called(m.OwnerID)}
	switch {
	case m.ProjectID != 0:
		l.Who, l.Owner = a.projects[m.ProjectID].Name, l.Who
	case !ledger.Kinds[m.Kind].Own:
		l.Who = a.people.Short(m.UnitID)
	}
	return l
}

// shows reports whether the viewer may know of a line: of a project's by the right to the project; of the others
// whoever sees the whole, the unit and the person. Of a suspended project nothing is asked.
func (a around) shows(who ledger.Viewer, l RoundLine) bool {
	if p, ok := a.projects[l.M.ProjectID]; ok {
		return ledger.Entitled(who, &p) && !p.Suspended
	}
	return ledger.Entitled(who, nil) || ledger.Concerned(who, l.M) || l.M.UnitID != 0 && who.Units[l.M.UnitID]
}

// Planned gives what a project's last answer to a rule planned, "" for none.
func (v *View) Planned(ctx context.Context, r ledger.Recurring, id ledger.ProjectID) (string, error) {
	rows, err := v.Store.RecurrencesOf(ctx, v.District, ledger.Recurrence{Rule: r.Name, ProjectID: id}, 6)
	for _, x := range rows {
		if x.Plan != "" {
			return x.Plan, err
		}
	}
	return "", err
}
