package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Signing (集中签约) is what is signed in a quarter, of the projects the viewer may see.
type Signing struct {
	Year, Quarter int
	Last          workday.Day
	Planned       []ToSign // with a signing by the end of the quarter, the earliest first
	Undated       []ToSign // under negotiation, without a day for the signing
	Signed        []ledger.Project
	Amount        ledger.Money // of those signed
}

// Ready counts those that lack nothing.
func (s Signing) Ready() int {
	n := 0
	for _, p := range s.Planned {
		if len(p.Lacks)+len(p.Hindered) == 0 {
			n++
		}
	}
	return n
}

// ToSign is a project that is to be signed.
type ToSign struct {
	ledger.Project
	Node     *Matter // nil while no day is set
	Lacks    []string
	Hindered []string
}

// Signing gives it for the quarter of today: four queries.
func (v *View) Signing(ctx context.Context, who ledger.Viewer) (Signing, error) {
	today := v.Today()
	first, last := ledger.QuarterOf(today)
	out := Signing{Year: today.Year(), Quarter: (today.Month()-1)/3 + 1, Last: last}
	all, err := v.Projects(ctx, who)
	if err != nil {
		return out, err
	}
	talks := slices.DeleteFunc(slices.Clone(all), func(p ledger.Project) bool { return p.Stage != ledger.Negotiated || p.Suspended })
	open, err := v.open(ctx, talks)
	if err != nil {
		return out, err
	}
	for _, p := range talks {
		one := ToSign{Project: p}
		var owed []ledger.Commitment
		for i, m := range open[p.ID] {
			if ledger.Signs(m.Commitment) && one.Node == nil {
				one.Node = &open[p.ID][i]
			}
			owed = append(owed, m.Commitment)
		}
		one.Lacks, one.Hindered = ledger.LacksToSign(p, owed, today)
		switch {
		case one.Node == nil:
			out.Undated = append(out.Undated, one)
		case one.Node.DueOn <= last:
			out.Planned = append(out.Planned, one)
		}
	}
	slices.SortStableFunc(out.Planned, func(a, b ToSign) int { return cmp.Compare(a.Node.DueOn, b.Node.DueOn) })
	signed, err := v.Store.SignedBetween(ctx, v.District, first, last)
	for _, p := range all {
		if signed[p.ID] && p.Stage != ledger.Negotiated {
			out.Signed = append(out.Signed, p)
			out.Amount += p.Investment
		}
	}
	return out, err
}
