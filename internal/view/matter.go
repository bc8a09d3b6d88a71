package view

import (
	"context"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// Matter is a commitment with its colour and the project it is on.
type Matter struct {
	ledger.Commitment
	Shade   ledger.Shade
	Project ledger.Project
	Late    int // days past the due day, 0 while it can be kept or waits for acceptance
}

// open gives the open matters of the projects by project, each with its colour: two queries.
func (v *View) open(ctx context.Context, projects []ledger.Project) (map[ledger.ProjectID][]Matter, error) {
	out := make(map[ledger.ProjectID][]Matter, len(projects))
	if len(projects) == 0 {
		return out, nil
	}
	byID := make(map[ledger.ProjectID]ledger.Project, len(projects))
	ids := make([]ledger.ProjectID, len(projects))
	for i, p := range projects {
		byID[p.ID], ids[i] = p, p.ID
	}
	rows, err := v.Store.OpenOf(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	strikes, err := v.Store.StandingStrikesOf(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	struck := map[ledger.CommitmentID][]ledger.Strike{}
	for _, s := range strikes {
		struck[s.CommitmentID] = append(struck[s.CommitmentID], s)
	}
	for _, m := range rows {
		if p, ok := byID[m.ProjectID]; ok {
			out[p.ID] = append(out[p.ID], v.matter(m, p, struck[m.ID]))
		}
	}
	return out, nil
}

func (v *View) matter(m ledger.Commitment, p ledger.Project, strikes []ledger.Strike) Matter {
	today, before := v.Today(), false
	for _, s := range strikes {
		before = before || s.DueOn != m.DueOn
	}
	x := Matter{Commitment: m, Project: p, Shade: ledger.ColourOf(m, p.Suspended, before, v.Rules, v.Calendar, today)}
	if m.State == ledger.Open && today > ledger.Deadline(m.DueOn, v.Calendar) {
		x.Late = today.Sub(m.DueOn)
	}
	return x
}

// Matters gives the open matters of what the viewer may see, in order of due day: four queries.
func (v *View) Matters(ctx context.Context, who ledger.Viewer) ([]Matter, error) {
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return nil, err
	}
	open, err := v.open(ctx, projects)
	if err != nil {
		return nil, err
	}
	var out []Matter
	for _, p := range projects {
		out = append(out, open[p.ID]...)
	}
	loose, err := v.loose(ctx, who)
	if err != nil {
		return nil, err
	}
	out = append(out, loose...)
	sortByDue(out)
	return out, nil
}

// loose gives the open matters on no project: all to whoever sees the whole district, to others their own
// and those they raised. One query.
func (v *View) loose(ctx context.Context, who ledger.Viewer) ([]Matter, error) {
	rows, err := v.Store.OffProject(ctx, v.District)
	if err != nil {
		return nil, err
	}
	var out []Matter
	for _, m := range rows {
		if ledger.Entitled(who, nil) || ledger.Concerned(who, m) {
			out = append(out, v.matter(m, ledger.Project{}, nil))
		}
	}
	return out, nil
}

// Unreceived gives the assigned matters that are the person's to move and not confirmed yet. Four queries.
func (v *View) Unreceived(ctx context.Context, who ledger.Viewer) ([]Matter, error) {
	all, err := v.Matters(ctx, who)
	return slices.DeleteFunc(all, func(m Matter) bool {
		return m.Kind != ledger.Assignment || m.OwnerID != who.Person.ID || m.State != ledger.Open || m.ReceivedAt != 0
	}), err
}

// MatterByCode finds one by its number, e.g. "J0012": whoever may see its project, or owns it, may
// see it; to everybody else there is none.
func (v *View) MatterByCode(ctx context.Context, who ledger.Viewer, code string) (Matter, error) {
	m, err := v.Store.CommitmentByCode(ctx, v.District, code)
	if err != nil {
		return Matter{}, err
	}
	return v.shown(ctx, who, m, fault.Newf(fault.NotFound, "没有编号为%s的事项，请核对后再发。", code))
}

// ReplyOwed finds the reply owed for the supervision order of that year and number.
func (v *View) ReplyOwed(ctx context.Context, who ledger.Viewer, year, number int) (Matter, error) {
	o, err := v.Store.Order(ctx, v.District, year, number)
	if err != nil {
		return Matter{}, err
	}
	m, err := v.Store.ReplyOwed(ctx, v.District, o.ID)
	if err != nil {
		return Matter{}, err
	}
	return v.shown(ctx, who, m, fault.New(fault.NotFound, "没有这个督办单号，请核对后再发。"))
}

func (v *View) shown(ctx context.Context, who ledger.Viewer, m ledger.Commitment, none error) (Matter, error) {
	own := ledger.Concerned(who, m)
	if !own && who.Person != nil && m.State == ledger.Open {
		handed, err := v.Store.Handovers(ctx, v.District, m.ID)
		if err != nil {
			return Matter{}, err
		}
		own = slices.ContainsFunc(handed, func(h ledger.Handover) bool { return h.State == "asked" && ledger.MayTakeOver(who, h, false) })
	}
	if m.ProjectID == 0 {
		if !own && !ledger.Entitled(who, nil) {
			return Matter{}, none
		}
		return v.matter(m, ledger.Project{}, nil), nil
	}
	p, err := v.Store.Project(ctx, v.District, m.ProjectID)
	switch {
	case err != nil:
		return Matter{}, err
	case !own && !ledger.Entitled(who, &p):
		return Matter{}, none
	}
	return v.matter(m, p, nil), nil
}
