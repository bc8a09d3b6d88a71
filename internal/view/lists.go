package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/ledger"
)

// Line is a project in a list: its colour, and what is due next on it.
type Line struct {
	ledger.Project
	Shade    ledger.Shade
	Next     *Matter // the open matter with the earliest due day, nil for none
	Reported bool    // for the present period
}

// Mine gives the projects that are the person's own: as owner, leader, member of the task force, or
// of the unit the person answers for. Worst colour first. Who sees the whole district by office has
// it not as an own. Four queries.
func (v *View) Mine(ctx context.Context, who ledger.Viewer) ([]Line, error) {
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return nil, err
	}
	projects = slices.DeleteFunc(projects, func(p ledger.Project) bool { return !own(who, p) })
	open, err := v.open(ctx, projects)
	if err != nil {
		return nil, err
	}
	reported, err := v.Store.ReportedIn(ctx, v.District, v.Period().Key)
	if err != nil {
		return nil, err
	}
	out := make([]Line, len(projects))
	for i, p := range projects {
		out[i] = Line{Project: p, Shade: v.shade(p, open[p.ID]), Reported: reported[p.ID]}
		if ms := open[p.ID]; len(ms) > 0 {
			out[i].Next = &ms[0]
		}
	}
	slices.SortStableFunc(out, func(a, b Line) int {
		return cmp.Compare(weight[a.Shade.Colour], weight[b.Shade.Colour])
	})
	return out, nil
}

// Loose gives what is the person's to move on no project, in order of due day. One query.
func (v *View) Loose(ctx context.Context, who ledger.Viewer) ([]Matter, error) {
	all, err := v.loose(ctx, who)
	return slices.DeleteFunc(all, func(m Matter) bool { return m.OwnerID != who.Person.ID }), err
}

// own leaves out of what a person may see what is seen by office alone.
func own(who ledger.Viewer, p ledger.Project) bool {
	person := *who.Person
	person.Roles = slices.DeleteFunc(slices.Clone(person.Roles), func(r ledger.Role) bool {
		return r == ledger.RoleOffice || r == ledger.RoleInspection || r == ledger.RoleDistrictLeader
	})
	plain := who
	plain.Person = &person
	return ledger.Entitled(plain, &p)
}

// weight orders colours for a reader: what burns first.
var weight = map[ledger.Colour]int{ledger.Red: 0, ledger.Yellow: 1, ledger.Green: 2, ledger.Grey: 3, ledger.Blue: 4}

func (v *View) shade(p ledger.Project, ms []Matter) ledger.Shade {
	shades := make([]ledger.Shade, len(ms))
	for i, m := range ms {
		shades[i] = m.Shade
	}
	return ledger.ColourOfProject(p, shades, v.Rules)
}

// Overdue gives what is past its day and not reported done among what the viewer may see, longest
// first. Suspended projects are left out. Three queries.
func (v *View) Overdue(ctx context.Context, who ledger.Viewer) ([]Matter, error) {
	all, err := v.Matters(ctx, who)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(m Matter) bool { return m.Late == 0 || m.Project.Suspended })
	slices.SortStableFunc(all, func(a, b Matter) int { return cmp.Compare(b.Late, a.Late) })
	return all, nil
}

func sortByDue(ms []Matter) {
	slices.SortStableFunc(ms, func(a, b Matter) int { return cmp.Compare(a.DueOn, b.DueOn) })
}
