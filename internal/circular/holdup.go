package circular

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
)

// holdup (制约要素) is how many problems held up the district at the cut-off for want of one thing.
type holdup struct {
	Element  string // "" for those nobody has classified
	Problems int
	Projects int // on how many projects
}

// holdups counts the problems that were raised by the cut-off and not closed then; what holds up most first.
func (c *Circular) holdups(ctx context.Context, p period.Period) ([]holdup, error) {
	open, err := c.Store.ProblemsOpenAt(ctx, c.District, clock.At(period.Closes(p, c.Calendar)))
	if err != nil {
		return nil, err
	}
	by := map[string]*holdup{}
	projects := map[string]map[ledger.ProjectID]bool{}
	for _, m := range open {
		if by[m.Element] == nil {
			by[m.Element], projects[m.Element] = &holdup{Element: m.Element}, map[ledger.ProjectID]bool{}
		}
		by[m.Element].Problems++
		if m.ProjectID != 0 {
			projects[m.Element][m.ProjectID] = true
		}
	}
	out := make([]holdup, 0, len(by))
	for element, h := range by {
		h.Projects = len(projects[element])
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b holdup) int {
		return cmp.Or(cmp.Compare(b.Problems, a.Problems), cmp.Compare(a.Element, b.Element))
	})
	return out, nil
}
