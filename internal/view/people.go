package view

import (
	"cmp"
	"context"
	"slices"

	"duban/internal/ledger"
)

// People are the district's people and units, for a door that must find whom a message names. They are
// no secret among registered people, and are shown by name alone.
type People struct {
	People []ledger.Person
	Units  []ledger.Unit
}

// People gives them: two queries.
func (v *View) People(ctx context.Context) (p People, err error) {
	if p.People, err = v.Store.People(ctx, v.District); err != nil {
		return p, err
	}
	p.Units, err = v.Store.Units(ctx, v.District)
	return p, err
}

// Short gives what a unit is called, "" for none.
func (p People) Short(id ledger.UnitID) string {
	for _, u := range p.Units {
		if u.ID == id {
			return cmp.Or(u.Short, u.Name)
		}
	}
	return ""
}

// Namesakes reports whether somebody else who is active has the same name.
func (p People) Namesakes(of ledger.Person) bool {
	return slices.ContainsFunc(p.People, func(one ledger.Person) bool { return one.Active && one.ID != of.ID && one.Name == of.Name })
}

// Called gives a person as officials are named: unit and name.
func (p People) Called(id ledger.PersonID) string {
	for _, one := range p.People {
		if one.ID == id {
			return p.Short(one.UnitID) + one.Name
		}
	}
	return ""
}
