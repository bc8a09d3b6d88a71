package desk

import (
	"cmp"
	"fmt"

	"duban/internal/clock"
	"duban/internal/config"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// allMatters assigns what the register says was asked for and the ledger does not have yet. What is there
// changes by acts alone.
func (i *importer) allMatters(reg config.Register) error {
	if len(reg.Matters) == 0 {
		return nil
	}
	have, err := i.read.Assigned(i.ctx, i.tx.District, clock.At(workday.NewDay(i.today.Year(), 1, 1).At(0, 0, clock.Shanghai)))
	if err != nil {
		return err
	}
	there := map[string]ledger.Commitment{}
	for _, m := range have {
		if m.State != ledger.Cancelled {
			there[matterKey(m.Origin(), m.Title)] = m
		}
	}
	for n, r := range reg.Matters {
		if err := i.assign(n, r, there); err != nil {
			return err
		}
	}
	return nil
}

// matterKey names an assigned matter in the register: by its number, else by its words.
func matterKey(from ledger.Origin, title string) string {
	if from.No == "" {
		return from.Source + " " + title
	}
	return from.String()
}

// assign writes the nth row, or says why it cannot be. Each has a moment of its own, by which its notice
// finds it.
func (i *importer) assign(n int, r config.MatterRow, there map[string]ledger.Commitment) error {
	const file = "matters.csv"
	from := ledger.Origin{Source: r.Source, No: r.No}
	key := matterKey(from, r.Title)
	if m, known := there[key]; known {
		if r.Due != m.DueOn && r.Due != m.FirstDueOn {
			i.row(file, key, RowRefused, fmt.Sprintf("已交办为%s，期限%s，改期须申请延期，不能由名册修改", m.Code, m.DueOn))
			return nil
		}
		i.row(file, key, RowUnchanged, "")
		return nil
	}
	to, why := i.mover(r)
	if why != "" {
		i.row(file, key, RowRefused, why)
		return nil
	}
	by := ledger.Actor{Person: i.people[r.Leader].ID, At: i.now + clock.Instant(n), Today: i.today}
	var p *ledger.Project
	if pr, ok := i.projects[r.Project]; ok {
		p = &pr
	}
	ro, err := i.read.Roster(i.ctx, i.tx.District, i.projects[r.Project].ID)
	if err != nil {
		return err
	}
	out, err := ledger.Assign(p, r.Title, to, r.Due, from, ro, by)
	if err != nil {
		i.row(file, key, RowRefused, fault.Sentence(err))
		return nil
	}
	w, err := i.tx.Apply(out)
	if err != nil {
		return err
	}
	return i.settle(file, key, w.New[0].Subject(), true, nil, nil, w.New[0])
}

// mover gives who is to move what a row asks for: the person it names, else the contact of the unit.
func (i *importer) mover(r config.MatterRow) (to ledger.Person, why string) {
	if r.Owner != "" {
		if to = i.people[r.Owner]; !to.Active {
			return to, fmt.Sprintf("责任人%s已不在岗，请改填接手的同志", cmp.Or(to.Name, r.Owner))
		}
		return to, ""
	}
	if to = ledger.Contact(i.everybody(), i.units[r.Unit].ID); to.ID == 0 {
		return to, fmt.Sprintf("%s没有在岗的联络员和负责人，可能已撤并，请改填承接单位或责任人", cmp.Or(i.units[r.Unit].Name, r.Unit))
	}
	return to, ""
}
