package view

import (
	"context"
	"fmt"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
)

// Ranking is the last ranking, as far as the viewer may see it.
type Ranking struct {
	Period period.Period
	Boards []Board
	Own    bool // only the row of the viewer's own unit
}

// Board is the ranking of one kind of units.
type Board struct {
	Kind   ledger.UnitKind
	Among  int // how many are ranked, whatever is shown
	Places []Place
}

// Place is a unit's place.
type Place struct {
	Unit  string
	Place int
	Score ledger.Percent // in hundredths of a point, which print alike
	Moved int
	First bool // not ranked in the period before
}

// Move says how the place changed: "↑2", "↓1", "→", or "" when there is none to compare with.
func (p Place) Move() string {
	switch {
	case p.First:
		return ""
	case p.Moved > 0:
		return fmt.Sprintf("↑%d", p.Moved)
	case p.Moved < 0:
		return fmt.Sprintf("↓%d", -p.Moved)
	}
	return "→"
}

// Points is the score with at most two decimals.
func (p Place) Points() string {
	s := p.Score.String()
	return s[:len(s)-len("%")]
}

// backward is how many periods back a ranking is looked for.
const backward = 4

// Ranking gives the last ranking there is: all of it to whoever sees the whole district, the own row to the
// head of a unit and to a unit's group. A few queries.
func (v *View) Ranking(ctx context.Context, who ledger.Viewer) (Ranking, error) {
	own := who.Person != nil && who.Person.UnitID != 0 && who.Person.Has(ledger.RoleUnitHead) ||
		who.Group != nil && who.Group.Class == ledger.GroupUnit && who.Group.UnitID != 0
	whole := ledger.Entitled(who, nil)
	if !whole && !own {
		return Ranking{}, fault.New(fault.Forbidden, "排名由区领导、项目办、督查室查看，单位负责人可看本单位名次。")
	}
	p := v.Mode.Of(v.Today())
	for range backward {
		rows, err := v.Store.Rankings(ctx, v.District, p.Key)
		if err != nil {
			return Ranking{}, err
		}
		if len(rows) == 0 {
			p = p.Prev()
			continue
		}
		before, err := v.Store.Rankings(ctx, v.District, p.Prev().Key)
		if err != nil {
			return Ranking{}, err
		}
		last := map[ledger.UnitID]bool{}
		for _, r := range before {
			last[r.UnitID] = true
		}
		units, err := v.Store.Units(ctx, v.District)
		if err != nil {
			return Ranking{}, err
		}
		reg := People{Units: units}
		out := Ranking{Period: p, Own: !whole}
		for _, kind := range ledger.UnitKinds {
			b := Board{Kind: kind}
			for _, r := range rows {
				if r.Kind != kind {
					continue
				}
				b.Among++
				if whole || r.UnitID == unitOf(who) {
					b.Places = append(b.Places, Place{reg.Short(r.UnitID), r.Place, ledger.Percent(r.Score), r.Moved, !last[r.UnitID]})
				}
			}
			if len(b.Places) > 0 {
				out.Boards = append(out.Boards, b)
			}
		}
		return out, nil
	}
	return Ranking{}, fault.New(fault.NotFound, "还没有排名，首次通报后即可查看。")
}

func unitOf(v ledger.Viewer) ledger.UnitID {
	if v.Group != nil {
		return v.Group.UnitID
	}
	return v.Person.UnitID
}
