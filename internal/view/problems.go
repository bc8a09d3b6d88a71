package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Problems is what became of the problems a viewer may know of: those raised this year, and those that are
// still open from before.
type Problems struct {
	Year     int
	All      Tally
	Elements []Tally // what they are about, what holds up most first
	Levels   []Tally // who is to solve them, from the lowest
	Units    []Tally // who answers for them, what holds up most first
}

// Tally counts problems of one kind.
type Tally struct {
	Name    string
	Raised  int // 收集: all that were not taken back
	Solved  int // 解决: reported solved, reviewed or not
	Closed  int // 销号
	Open    int // 在办
	Late    int // of those, past their day
	Bounced int // 转出: how often somebody, in a unit's count of that unit, proposed to hand one over
}

// Problems counts them: six queries.
func (v *View) Problems(ctx context.Context, who ledger.Viewer) (Problems, error) {
	today := v.Today()
	out := Problems{Year: today.Year(), All: Tally{Name: "总体"}}
	rows, err := v.Store.Problems(ctx, v.District, clock.At(workday.NewDay(out.Year, 1, 1).At(0, 0, clock.Shanghai)))
	if err != nil {
		return out, err
	}
	if rows, err = v.knownTo(ctx, who, rows); err != nil {
		return out, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	ids := make([]ledger.CommitmentID, len(rows))
	of := make(map[ledger.CommitmentID]ledger.Commitment, len(rows))
	for i, m := range rows {
		ids[i], of[m.ID] = m.ID, m
	}
	handed, err := v.Store.HandoversOf(ctx, v.District, ids)
	if err != nil {
		return out, err
	}
	elements, units, levels := map[string]*Tally{}, map[string]*Tally{}, map[string]*Tally{}
	for _, m := range rows {
		late := today > ledger.Deadline(m.DueOn, v.Calendar)
		for _, t := range []*Tally{&out.All, tally(elements, m.Element), tally(units, reg.Short(m.UnitID)), tally(levels, ledger.LevelWords[m.LevelOf()])} {
			t.count(m, late)
		}
	}
	people := make(map[ledger.PersonID]ledger.Person, len(reg.People))
	for _, p := range reg.People {
		people[p.ID] = p
	}
	for _, h := range handed {
		by := people[h.AskedBy]
		if by.Has(ledger.RoleOffice) {
			continue // it says whose it is; that is no passing on
		}
		out.All.Bounced++
		tally(elements, of[h.CommitmentID].Element).Bounced++
		tally(units, reg.Short(cmp.Or(by.UnitID, h.FromUnitID))).Bounced++
	}
	out.Elements, out.Units = worst(elements), worst(units)
	for level := ledger.LevelUnit; level <= ledger.LevelDispatch; level++ {
		if t := levels[ledger.LevelWords[level]]; t != nil {
			out.Levels = append(out.Levels, *t)
		}
	}
	return out, nil
}

// knownTo keeps the commitments the viewer may know of: by the right to the project, or as the own.
func (v *View) knownTo(ctx context.Context, who ledger.Viewer, rows []ledger.Commitment) ([]ledger.Commitment, error) {
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return nil, err
	}
	may := map[ledger.ProjectID]bool{0: ledger.Entitled(who, nil)}
	for _, p := range projects {
		may[p.ID] = true
	}
	return slices.DeleteFunc(rows, func(m ledger.Commitment) bool { return !may[m.ProjectID] && !ledger.Concerned(who, m) }), nil
}

// tally finds the count of a name, or begins it.
func tally(all map[string]*Tally, name string) *Tally {
	if all[name] == nil {
		all[name] = &Tally{Name: name}
	}
	return all[name]
}

func (t *Tally) count(m ledger.Commitment, late bool) {
	switch m.State {
	case ledger.Cancelled:
		return
	case ledger.Open:
		t.Open++
		if late {
			t.Late++
		}
	case ledger.Reported:
		t.Solved++
	case ledger.Accepted:
		t.Solved++
		t.Closed++
	}
	t.Raised++
}

// worst puts first what has most open, then most raised; what was only taken back is left out.
func worst(all map[string]*Tally) []Tally {
	var out []Tally
	for _, t := range all {
		if t.Raised+t.Bounced > 0 {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b Tally) int {
		return cmp.Or(cmp.Compare(b.Open, a.Open), cmp.Compare(b.Raised, a.Raised), cmp.Compare(a.Name, b.Name))
	})
	return out
}

// ProblemList is the problems a viewer may know of that nobody has closed, by the level they are at.
type ProblemList struct {
	Element string // those of one element alone; "" for all
	Open    int
	Levels  []ProblemLevel // the highest first
}

// ProblemLevel is what is at one level, what has the least time first.
type ProblemLevel struct {
	Level    int
	Problems []OpenProblem
}

// OpenProblem is a problem that is not closed.
type OpenProblem struct {
	Matter
	Who  string
	Over int // days past what its level has, 0 while it has time
}

// ProblemList gives them: five queries.
func (v *View) ProblemList(ctx context.Context, who ledger.Viewer, element string) (ProblemList, error) {
	out := ProblemList{Element: element}
	rows, err := v.Store.ProblemsOpenAt(ctx, v.District, clock.At(v.Clock.Now()))
	if err != nil {
		return out, err
	}
	rows = slices.DeleteFunc(rows, func(m ledger.Commitment) bool { return element != "" && m.Element != element })
	if rows, err = v.knownTo(ctx, who, rows); err != nil {
		return out, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	projects, err := v.projectsOf(ctx, rows)
	if err != nil {
		return out, err
	}
	slices.SortStableFunc(rows, func(a, b ledger.Commitment) int {
		return cmp.Or(cmp.Compare(b.LevelOf(), a.LevelOf()), cmp.Compare(a.LevelDay(), b.LevelDay()))
	})
	for _, m := range rows {
		if n := len(out.Levels); n == 0 || out.Levels[n-1].Level != m.LevelOf() {
			out.Levels = append(out.Levels, ProblemLevel{Level: m.LevelOf()})
		}
		p := OpenProblem{Matter: v.matter(m, projects[m.ProjectID], nil), Who: reg.Called(m.OwnerID)}
		if m.State == ledger.Open && v.Today() > ledger.Deadline(m.LevelDay(), v.Calendar) {
			p.Over = v.Today().Sub(m.LevelDay())
		}
		last := &out.Levels[len(out.Levels)-1]
		last.Problems = append(last.Problems, p)
		out.Open++
	}
	return out, nil
}

// projectsOf gives the projects of commitments.
func (v *View) projectsOf(ctx context.Context, rows []ledger.Commitment) (map[ledger.ProjectID]ledger.Project, error) {
	ids := make([]ledger.ProjectID, len(rows))
	for i, m := range rows {
		ids[i] = m.ProjectID
	}
	return v.Store.ProjectsByID(ctx, v.District, ids)
}
