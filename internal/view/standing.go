package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/ledger"
)

// Standing is who stands by a project (包联 1+1+1: 区领导、部门、属地), and what it lacks.
type Standing struct {
	P                                  ledger.Project
	Leader, Owner, Service, Dept, Host string
	Members                            int
	Manned                             bool
	Gaps                               []string
	Owed                               []Matter // what is owed of the gaps
}

// Lacks reports whether the gap is one.
func (s Standing) Lacks(gap string) bool { return slices.Contains(s.Gaps, gap) }

// Incomplete reports whether one of the three of 1+1+1 is missing.
func (s Standing) Incomplete() bool { return s.Leader == "" || s.Dept == "" || s.Host == "" }

// Standings gives it of all projects the viewer may see, those without a whole 1+1+1 first, then those that lack most.
func (v *View) Standings(ctx context.Context, who ledger.Viewer) ([]Standing, error) {
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return nil, err
	}
	out, err := v.standings(ctx, projects)
	slices.SortStableFunc(out, func(a, b Standing) int {
		if a.Incomplete() != b.Incomplete() {
			return map[bool]int{true: -1, false: 1}[a.Incomplete()]
		}
		return cmp.Compare(len(b.Gaps), len(a.Gaps))
	})
	return out, err
}

// Standing gives it of one project.
func (v *View) Standing(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (Standing, error) {
	p, err := v.project(ctx, who, id)
	if err != nil {
		return Standing{}, err
	}
	all, err := v.standings(ctx, []ledger.Project{p})
	if err != nil {
		return Standing{}, err
	}
	s := all[0]
	open, err := v.open(ctx, []ledger.Project{p})
	for _, m := range open[p.ID] {
		if m.Kind == ledger.Element {
			s.Owed = append(s.Owed, m)
		}
	}
	return s, err
}

func (v *View) standings(ctx context.Context, projects []ledger.Project) ([]Standing, error) {
	ids := make([]ledger.ProjectID, len(projects))
	for i, p := range projects {
		ids[i] = p.ID
	}
	rosters, err := v.Store.Rosters(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	names, units := map[ledger.PersonID]string{}, map[ledger.UnitID]string{}
	for _, p := range reg.People {
		names[p.ID] = p.Name
	}
	for _, u := range reg.Units {
		units[u.ID] = cmp.Or(u.Short, u.Name)
	}
	out := make([]Standing, len(projects))
	for i, p := range projects {
		ro := rosters[p.ID]
		out[i] = Standing{
			P: p, Leader: names[p.LeaderID], Owner: names[p.OwnerID], Service: names[p.ServiceID], Dept: units[p.LeadUnitID], Host: units[p.HostUnitID],
			Members: len(ro.Members), Manned: ro.Manned(), Gaps: ledger.Gaps(ro),
		}
	}
	return out, nil
}

// ChainLine is an industry chain (产业链) with what is on it.
type ChainLine struct {
	ledger.Industry
	Leader, Unit string
	Projects     []Line
	Investment   ledger.Money
	Red          int
	Stages       []ChainStage
}

// ChainStage is how many projects stand at a stage.
type ChainStage struct {
	Stage ledger.Stage
	Count int
}

// Chains gives the industry chains the viewer may see something of, with those projects.
func (v *View) Chains(ctx context.Context, who ledger.Viewer) ([]ChainLine, error) {
	chains, err := v.Store.Chains(ctx, v.District)
	if err != nil {
		return nil, err
	}
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return nil, err
	}
	open, err := v.open(ctx, projects)
	if err != nil {
		return nil, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []ChainLine
	for _, c := range chains {
		l := ChainLine{Industry: c, Leader: reg.Called(c.LeaderID), Unit: reg.Short(c.UnitID)}
		stages := map[ledger.Stage]int{}
		for _, p := range projects {
			if !slices.Contains(c.Industries, p.Industry) {
				continue
			}
			shade := v.shade(p, open[p.ID])
			l.Projects = append(l.Projects, Line{Project: p, Shade: shade})
			l.Investment += p.Investment
			stages[p.Stage]++
			if shade.Colour == ledger.Red {
				l.Red++
			}
		}
		for _, s := range ledger.Stages {
			if stages[s] > 0 {
				l.Stages = append(l.Stages, ChainStage{s, stages[s]})
			}
		}
		slices.SortStableFunc(l.Projects, func(a, b Line) int { return cmp.Compare(weight[a.Shade.Colour], weight[b.Shade.Colour]) })
		if len(l.Projects) > 0 || who.Is(c.LeaderID) || ledger.Entitled(who, nil) {
			out = append(out, l)
		}
	}
	return out, nil
}

// GridPart is a part of the recruitment grid (1+3+9+N) with its units.
type GridPart struct {
	Part, Word string
	Units      []LeadCount
}

// gridWords says what each part of the grid is for.
var gridWords = []GridPart{
	{Part: "1", Word: "统筹"}, {Part: "3", Word: "驻外招商"}, {Part: "9", Word: "属地和园区"}, {Part: "N", Word: "部门和平台"},
}

// Grid gives the recruitment grid with what its units did with leads. A unit the register puts nowhere stands by its
// kind: branches under 3, streets and parks under 9; departments only where they are named.
func (v *View) Grid(ctx context.Context, who ledger.Viewer) ([]GridPart, error) {
	units, err := v.Store.Units(ctx, v.District)
	if err != nil {
		return nil, err
	}
	counts, err := v.LeadCounts(ctx, who)
	if err != nil {
		return nil, err
	}
	byUnit := map[ledger.UnitID]LeadCount{}
	for _, c := range counts {
		byUnit[c.Unit.ID] = c
	}
	kinds := map[ledger.UnitKind]string{ledger.Bureau: "3", ledger.Street: "9", ledger.Park: "9"}
	out := slices.Clone(gridWords)
	for _, u := range units {
		part := cmp.Or(u.Grid, kinds[u.Kind])
		for i := range out {
			if out[i].Part == part {
				c := byUnit[u.ID]
				c.Unit = u
				out[i].Units = append(out[i].Units, c)
			}
		}
	}
	return out, nil
}
