package view

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"duban/internal/ledger"
)

// Wanted is what somebody looks for among the resources; what is zero does not limit.
type Wanted struct {
	Kind               string
	Words              []string // each stands in the name, the place, the conditions or the unit
	Least, Most, About ledger.Area
	MostPrice          int64 // in 分
	PricePer           string
	Terms              string
}

// ResourceLine is a resource in a list.
type ResourceLine struct {
	ledger.Resource
	Unit string
}

// Resources gives what fits, the closest in size first: of what is asked for from a size on the smallest, of all
// else the largest. What is taken is left out.
func (v *View) Resources(ctx context.Context, w Wanted) ([]ResourceLine, error) {
	all, err := v.Store.Resources(ctx, v.District)
	if err != nil {
		return nil, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []ResourceLine
	for _, r := range all {
		l := ResourceLine{Resource: r, Unit: reg.Short(r.UnitID)}
		if !r.Taken && w.fits(l) {
			out = append(out, l)
		}
	}
	slices.SortStableFunc(out, func(a, b ResourceLine) int {
		if w.Least > 0 || w.About > 0 {
			return cmp.Compare(a.Area, b.Area)
		}
		return cmp.Compare(b.Area, a.Area)
	})
	return out, nil
}

func (w Wanted) fits(r ResourceLine) bool {
	switch {
	case w.Kind != "" && r.Kind != w.Kind, w.Terms != "" && r.Terms != w.Terms,
		w.Least > 0 && r.Area < w.Least, w.Most > 0 && r.Area > w.Most,
		w.About > 0 && (r.Area < w.About*8/10 || r.Area > w.About*12/10), // 左右 is a fifth less or more
		w.MostPrice > 0 && (r.Price == 0 || r.PricePer != w.PricePer || r.Price > w.MostPrice):
		return false
	}
	text := strings.Join([]string{r.Name, r.Place, r.Conditions, r.Unit}, "|")
	for _, word := range w.Words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// Policies gives the policies in force that hold all the words, in order of code.
func (v *View) Policies(ctx context.Context, words []string) ([]ledger.Policy, error) {
	all, err := v.Store.Policies(ctx, v.District)
	today := v.Today()
	return slices.DeleteFunc(all, func(p ledger.Policy) bool {
		text := p.Title + "|" + p.Text + "|" + p.Whom
		return !p.InForce(today) || slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
	}), err
}
