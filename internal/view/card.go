package view

import (
	"context"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/workday"
)

// Card is a project as it is shown to somebody who asks for it.
type Card struct {
	ledger.Project
	Shade    ledger.Shade
	Leader   string // names, "" where none is set
	Owner    string
	Service  string // 首席服务员
	LeadUnit string
	HostUnit string
	Nodes    []Matter        // open milestones, in order of due day
	Problems []Matter        // open problems
	Others   []Matter        // whatever else is open: filings, replies owed
	Reading  *ledger.Reading // what was seen on the site last, nil for nothing yet
}

// Project gives one project's card: six queries.
func (v *View) Project(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (Card, error) {
	p, err := v.project(ctx, who, id)
	if err != nil {
		return Card{}, err
	}
	open, err := v.open(ctx, []ledger.Project{p})
	if err != nil {
		return Card{}, err
	}
	c := Card{Project: p, Shade: v.shade(p, open[p.ID])}
	if r, there, err := v.Store.LastReading(ctx, v.District, p.ID); err != nil {
		return c, err
	} else if there {
		c.Reading = &r
	}
	for _, m := range open[p.ID] {
		switch m.Kind {
		case ledger.Milestone:
			c.Nodes = append(c.Nodes, m)
		case ledger.Problem:
			c.Problems = append(c.Problems, m)
		default:
			c.Others = append(c.Others, m)
		}
	}
	people, err := v.Store.PeopleByID(ctx, v.District, []ledger.PersonID{p.LeaderID, p.OwnerID, p.ServiceID})
	if err != nil {
		return c, err
	}
	units, err := v.Store.Units(ctx, v.District)
	if err != nil {
		return c, err
	}
	c.Leader, c.Owner, c.Service = people[p.LeaderID].Name, people[p.OwnerID].Name, people[p.ServiceID].Name
	for _, u := range units {
		name := u.Short
		if name == "" {
			name = u.Name
		}
		if u.ID == p.LeadUnitID {
			c.LeadUnit = name
		}
		if u.ID == p.HostUnitID {
			c.HostUnit = name
		}
	}
	return c, nil
}

// Form is what the report page shows before anything is typed.
type Form struct {
	ledger.Project                // Progress and InvestedYear are the values to start from
	Period         period.Period  // the one a report counts for now
	CutOff         workday.Day    // its last day, until 18:00
	Last           *ledger.Update // the latest report that stands, nil for none
	Reported       bool           // that report is already one of this period
	Mine           bool           // and the viewer's own: it may be corrected
	Nodes          []Matter       // what is open on the project, in order of due day
}

// Form gives the report page's data for somebody who may report on the project: four queries.
func (v *View) Form(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (Form, error) {
	p, err := v.project(ctx, who, id)
	if err != nil {
		return Form{}, err
	}
	if !ledger.MayReport(who, &p) {
		return Form{}, fault.Newf(fault.Forbidden, "您没有%s的报送权限，请由其联络员或专班成员报送。", p.Name)
	}
	open, err := v.open(ctx, []ledger.Project{p})
	if err != nil {
		return Form{}, err
	}
	f := Form{Project: p, Period: v.Period(), Nodes: open[p.ID]}
	f.CutOff = period.Plan(f.Period, v.Calendar).CutOff
	last, err := v.Store.LastUpdate(ctx, v.District, p.ID)
	switch {
	case err == nil:
		f.Last, f.Reported = &last, last.Period == f.Period.Key
		f.Mine = f.Reported && last.Of(who.Person.ID)
	case fault.CodeOf(err) != fault.NotFound:
		return f, err
	}
	return f, nil
}
