package view

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Styles are the findings of bad styles of the year that the viewer may see, unit by unit in the order of the
// register: never by number, for it is no ranking.
type Styles struct {
	Year  int
	Units []StylesOf
}

// StylesOf are those of one unit.
type StylesOf struct {
	Unit     string
	Counts   []StyleCount // of each style that was found
	Findings []FindingLine
	Open     string // the number of the first that may still be objected to, "" for none
}

// StyleCount says how often a style was found; what was lifted does not count.
type StyleCount struct {
	Word string
	N    int
}

// FindingLine is one finding, and whose.
type FindingLine struct {
	ledger.Finding
	Who string
}

// Styles gives them: three queries.
func (v *View) Styles(ctx context.Context, who ledger.Viewer) (Styles, error) {
	out := Styles{Year: v.Today().Year()}
	since := workday.NewDay(out.Year, 1, 1)
	if who.Person == nil {
		return out, nil
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	rows, err := v.findings(ctx, who, since)
	if err != nil {
		return out, err
	}
	for _, u := range append(reg.Units, ledger.Unit{}) {
		of := StylesOf{Unit: reg.Short(u.ID)}
		counts := map[ledger.Style]int{}
		for _, f := range rows {
			if f.UnitID == u.ID && ledger.MaySeeFinding(who, f) {
				of.Findings = append(of.Findings, FindingLine{f, reg.Called(f.PersonID)})
				if of.Open == "" && f.State == ledger.FindingStands {
					of.Open = f.Code
				}
				if f.State != ledger.FindingLifted {
					counts[f.Style]++
				}
			}
		}
		for _, s := range ledger.Styles {
			if n := counts[s.Style]; n > 0 {
				of.Counts = append(of.Counts, StyleCount{s.Word, n})
			}
		}
		if len(of.Findings) > 0 {
			out.Units = append(out.Units, of)
		}
	}
	return out, nil
}

// findings reads what the viewer may see and no more: all, those of the own units, or the own.
func (v *View) findings(ctx context.Context, who ledger.Viewer, since workday.Day) ([]ledger.Finding, error) {
	switch p := who.Person; {
	case p.Has(ledger.RoleInspection):
		return v.Store.Findings(ctx, v.District, nil, since)
	case p.Has(ledger.RoleUnitHead) && len(who.Units) > 0:
		units := make([]ledger.UnitID, 0, len(who.Units))
		for id := range who.Units {
			units = append(units, id)
		}
		return v.Store.Findings(ctx, v.District, units, since)
	}
	return v.Store.FindingsOf(ctx, v.District, who.Person.ID, since)
}
