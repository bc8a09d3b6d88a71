package circular

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
)

// board is the ranking of one kind of units.
type board struct {
	Word   string
	Places []place
}

// perRow is how many units share a row: whole rows are left out when a message must be shortened.
const perRow = 6

// Rows cuts the places into rows.
func (b board) Rows() [][]place { return slices.Collect(slices.Chunk(b.Places, perRow)) }

// place is a unit's place in a ranking.
type place struct {
	R     store.Ranking
	Unit  string
	Word  string // what its kind is called
	Among int    // how many are ranked with it
	First bool   // it was not ranked in the period before
	Parts []score.Part
}

// Move says how the place changed: "↑2", "↓1", "→", or "" when there is none to compare with.
func (p place) Move() string {
	switch {
	case p.First:
		return ""
	case p.R.Moved > 0:
		return fmt.Sprintf("↑%d", p.R.Moved)
	case p.R.Moved < 0:
		return fmt.Sprintf("↓%d", -p.R.Moved)
	}
	return "→"
}

// Score is the score with at most two decimals.
func (p place) Score() string { return number(p.R.Score) }

// Explained words how the score came about.
func (p place) Explained() []string {
	var out []string
	for _, part := range p.Parts {
		if part.Of > 0 {
			out = append(out, fmt.Sprintf("%s%s/%s分（%s）", part.Name, number(part.Got), number(part.Of), part.Why))
		} else {
			out = append(out, fmt.Sprintf("%s%s分（%s）", part.Name, number(part.Got), part.Why))
		}
	}
	return out
}

func number(hundredths int) string {
	s := ledger.Percent(hundredths).String()
	return s[:len(s)-len("%")]
}

var kindWords = map[ledger.UnitKind]string{
	ledger.Park: "园区", ledger.Bureau: "直属分局", ledger.Street: "街道（乡镇）", ledger.Department: "部门",
}

// boards reads the ranking as it was published, and which units were ranked before.
func (c *Circular) boards(ctx context.Context, p period.Period, units map[ledger.UnitID]ledger.Unit) ([]board, error) {
	rows, err := c.Store.Rankings(ctx, c.District, p.Key)
	if err != nil {
		return nil, err
	}
	before, err := c.Store.Rankings(ctx, c.District, p.Prev().Key)
	if err != nil {
		return nil, err
	}
	old := map[ledger.UnitID]bool{}
	for _, r := range before {
		old[r.UnitID] = true
	}
	byKind := map[ledger.UnitKind][]place{}
	for _, r := range rows {
		pl := place{R: r, Unit: short(units[r.UnitID]), Word: kindWords[r.Kind], First: !old[r.UnitID]}
		if err := json.Unmarshal([]byte(r.Parts), &pl.Parts); err != nil {
			return nil, fmt.Errorf("read the parts of unit %d: %w", r.UnitID, err)
		}
		byKind[r.Kind] = append(byKind[r.Kind], pl)
	}
	var out []board
	for _, kind := range ledger.UnitKinds {
		places := byKind[kind]
		for i := range places {
			places[i].Among = len(places)
		}
		if len(places) > 0 {
			out = append(out, board{kindWords[kind], places})
		}
	}
	return out, nil
}
