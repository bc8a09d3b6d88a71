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
	rows, err := v.problemsOf(ctx, who, clock.At(workday.NewDay(out.Year, 1, 1).At(0, 0, clock.Shanghai)))
	if err != nil {
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

// problemsOf gives the problems since the moment that the viewer may know of.
func (v *View) problemsOf(ctx context.Context, who ledger.Viewer, since clock.Instant) ([]ledger.Commitment, error) {
	rows, err := v.Store.Problems(ctx, v.District, since)
	if err != nil {
		return nil, err
	}
	return v.knownTo(ctx, who, rows)
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
