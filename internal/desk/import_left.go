package desk

import (
	"cmp"
	"maps"
	"slices"

	"duban/internal/config"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// succeed gives what people who have left still owed to who answers now, and tells them: the contact of the
// unit, else the project's owner. Where there is neither, nobody has it and the office is told.
func (i *importer) succeed(config.Register) error {
	i.byID = make(map[ledger.PersonID]ledger.Person, len(i.people))
	for _, p := range i.people {
		i.byID[p.ID] = p
	}
	by := ledger.Actor{At: i.now, Today: workday.DayOf(i.now.Time())}
	for _, id := range i.left {
		owed, err := i.read.OwedBy(i.ctx, i.tx.District, id)
		if err != nil {
			return err
		}
		for _, m := range owed {
			ro, err := i.read.Roster(i.ctx, i.tx.District, m.ProjectID)
			if err != nil {
				return err
			}
			to := i.byID[i.standIn(id, m.UnitID, ro.Project)]
			if _, err := i.tx.Apply(ledger.Succeed(m, to, ro, by)); err != nil {
				return err
			}
		}
	}
	return nil
}

// standIn gives the person who answers in somebody's place: that one while in office, else the contact of
// the unit, else the project's owner; 0 when nobody is left.
func (i *importer) standIn(id ledger.PersonID, u ledger.UnitID, p ledger.Project) ledger.PersonID {
	if id == 0 || i.byID[id].Active {
		return id
	}
	if to := ledger.Contact(i.everybody(), u); to.ID != 0 {
		return to.ID
	}
	if i.byID[p.OwnerID].Active {
		return p.OwnerID
	}
	return 0
}

// everybody gives the people of the register, in order of id.
func (i *importer) everybody() []ledger.Person {
	people := slices.Collect(maps.Values(i.byID))
	slices.SortFunc(people, func(a, b ledger.Person) int { return cmp.Compare(a.ID, b.ID) })
	return people
}
