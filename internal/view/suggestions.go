package view

import (
	"context"

	"duban/internal/ledger"
)

// Suggested is a suggestion with the unit it is about.
type Suggested struct {
	ledger.Suggestion
	Unit string
}

// Undecided gives the suggestions nobody has decided yet: three queries.
func (v *View) Undecided(ctx context.Context) (out struct{ Praise, Account []Suggested }, err error) {
	rows, err := v.Store.Undecided(ctx, v.District)
	if err != nil {
		return out, err
	}
	called, err := v.People(ctx)
	for _, s := range rows {
		one := Suggested{s, called.Short(s.UnitID)}
		if s.Roll == ledger.RollPraise {
			out.Praise = append(out.Praise, one)
		} else {
			out.Account = append(out.Account, one)
		}
	}
	return out, err
}
