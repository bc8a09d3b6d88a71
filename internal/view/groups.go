package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// Groups are the groups of the district for the office.
type Groups struct {
	Groups []GroupLine
	Alone  []ledger.Project // projects no task-force group carries
}

// GroupLine is a group with what it is about and whether it is reached.
type GroupLine struct {
	ledger.Group
	Of       string // the leader or the unit it is of
	Projects []ledger.Project
	Routes   int // ways that lead to it
	Gone     int // of these, how many the platform says are no more
}

// Groups gives all groups to the office: six queries.
func (v *View) Groups(ctx context.Context, who ledger.Viewer) (Groups, error) {
	var out Groups
	if who.Person == nil || !who.Person.Has(ledger.RoleOffice) {
		return out, fault.New(fault.Forbidden, "群清单由项目办查看，请联系项目办。")
	}
	all, err := v.Store.AllGroups(ctx, v.District)
	if err != nil {
		return out, err
	}
	routes, err := v.Store.AllRoutes(ctx, v.District)
	if err != nil {
		return out, err
	}
	bound, err := v.Store.GroupProjects(ctx, v.District)
	if err != nil {
		return out, err
	}
	projects, err := v.Store.Projects(ctx, v.District)
	if err != nil {
		return out, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	byID := map[ledger.ProjectID]ledger.Project{}
	for _, p := range projects {
		byID[p.ID] = p
	}
	carried := map[ledger.ProjectID]bool{}
	for _, g := range all {
		if !g.Active {
			continue
		}
		line := GroupLine{Group: g, Of: cmp.Or(reg.Called(g.LeaderID), reg.Short(g.UnitID))}
		for _, b := range bound {
			if b.GroupID == g.ID && g.Class == ledger.GroupTaskForce {
				line.Projects = append(line.Projects, byID[b.ProjectID])
				carried[b.ProjectID] = true
			}
		}
		for _, r := range routes {
			if r.GroupID == g.ID {
				line.Routes++
				if r.GoneAt != 0 {
					line.Gone++
				}
			}
		}
		out.Groups = append(out.Groups, line)
	}
	out.Alone = slices.DeleteFunc(projects, func(p ledger.Project) bool { return carried[p.ID] })
	return out, nil
}
