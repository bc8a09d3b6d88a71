package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Told is what a delivery of the daily look tells of, with everything around it as it is now.
type Told struct {
	Items    []ToldItem
	Projects map[ledger.ProjectID]ledger.Project
	People   map[ledger.PersonID]ledger.Person
	Units    map[ledger.UnitID]ledger.Unit
}

// ToldItem is one step of the ladder and the commitment it was taken on.
type ToldItem struct {
	Step       ledger.Step
	Commitment ledger.Commitment
	Reply      ledger.Commitment // of an order: the reply owed for it
}

// Told reads what the look told each recipient, in a fixed number of queries for all of the deliveries;
// by the deliveries' ids.
func (s *Store) Told(ctx context.Context, d ledger.DistrictID, of []Delivery) (map[int64]Told, error) {
	type letter struct{ cause, recipient string }
	asked := map[letter]int64{}
	var causes, recipients []string
	for _, row := range of {
		asked[letter{row.Cause, row.Recipient}] = row.ID
		causes, recipients = append(causes, row.Cause), append(recipients, row.Recipient)
	}
	slices.Sort(causes)
	items, err := rowsOf[DeliveryItem](ctx, s, d, "recipient", recipients, "cause IN ?", slices.Compact(causes))
	if err != nil {
		return nil, err
	}
	var ids []ledger.CommitmentID
	wanted := map[ledger.StepRef][]int64{}
	for _, i := range items {
		id, ok := asked[letter{i.Cause, i.Recipient}]
		if !ok {
			continue
		}
		ids = append(ids, i.CommitmentID)
		ref := ledger.StepRef{CommitmentID: i.CommitmentID, DueOn: i.DueOn, Name: i.Name, Before: i.Before}
		wanted[ref] = append(wanted[ref], id)
	}
	owed, err := rowsOf[ledger.Commitment](ctx, s, d, "id", ids)
	if err != nil {
		return nil, err
	}
	steps, err := rowsOf[ledger.Step](ctx, s, d, "commitment_id", ids)
	if err != nil {
		return nil, err
	}
	byID := map[ledger.CommitmentID]ledger.Commitment{}
	for _, m := range owed {
		byID[m.ID] = m
	}
	var whole Told
	var to [][]int64 // of each item
	for _, st := range steps {
		if letters := wanted[ledger.StepRef{CommitmentID: st.CommitmentID, DueOn: st.DueOn, Name: st.Name, Before: st.Before}]; len(letters) > 0 {
			whole.Items = append(whole.Items, ToldItem{Step: st, Commitment: byID[st.CommitmentID]})
			to = append(to, letters)
		}
	}
	if err := s.replies(ctx, d, whole.Items); err != nil {
		return nil, err
	}
	if err := s.around(ctx, d, &whole); err != nil {
		return nil, err
	}
	out := make(map[int64]Told, len(of))
	for _, row := range of {
		out[row.ID] = Told{Projects: whole.Projects, People: whole.People, Units: whole.Units}
	}
	for i, letters := range to {
		for _, id := range letters {
			t := out[id]
			t.Items = append(t.Items, whole.Items[i])
			out[id] = t
		}
	}
	return out, nil
}

// replies finds the replies owed for the orders among the items.
func (s *Store) replies(ctx context.Context, d ledger.DistrictID, items []ToldItem) error {
	var projects []ledger.ProjectID
	var onNone []ledger.OrderID // of matters that are on no project
	for _, i := range items {
		switch {
		case i.Step.OrderID == 0:
		case i.Commitment.ProjectID == 0:
			onNone = append(onNone, i.Step.OrderID)
		default:
			projects = append(projects, i.Commitment.ProjectID)
		}
	}
	rows, err := rowsOf[ledger.Commitment](ctx, s, d, "project_id", projects, "kind = ?", ledger.Reply)
	if err != nil {
		return err
	}
	more, err := rowsOf[ledger.Commitment](ctx, s, d, "order_id", onNone, "project_id = 0 AND kind = ?", ledger.Reply)
	if err != nil {
		return err
	}
	rows = append(rows, more...)
	byOrder := map[ledger.OrderID]ledger.Commitment{}
	for _, m := range rows {
		byOrder[m.OrderID] = m
	}
	for i := range items {
		if o := items[i].Step.OrderID; o != 0 {
			items[i].Reply = byOrder[o]
		}
	}
	return nil
}

// around reads the projects, people and units the items name.
func (s *Store) around(ctx context.Context, d ledger.DistrictID, t *Told) error {
	projects, people, units := []ledger.ProjectID{}, []ledger.PersonID{}, []ledger.UnitID{}
	for _, i := range t.Items {
		projects = append(projects, i.Commitment.ProjectID)
		people = append(people, i.Commitment.OwnerID)
		units = append(units, i.Commitment.UnitID)
	}
	var err error
	if t.Projects, err = s.ProjectsByID(ctx, d, projects); err != nil {
		return err
	}
	for _, p := range t.Projects {
		people = append(people, p.LeaderID, p.OwnerID)
	}
	if t.People, err = s.PeopleByID(ctx, d, people); err != nil {
		return err
	}
	rows, err := rowsOf[ledger.Unit](ctx, s, d, "id", units)
	t.Units = map[ledger.UnitID]ledger.Unit{}
	for _, u := range rows {
		t.Units[u.ID] = u
	}
	return err
}

// PeopleByID finds people by id.
func (s *Store) PeopleByID(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID) (map[ledger.PersonID]ledger.Person, error) {
	rows, err := rowsOf[ledger.Person](ctx, s, d, "id", ids)
	out := make(map[ledger.PersonID]ledger.Person, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}

// ProjectsAfter gives, in order of id, up to limit projects after the id.
func (s *Store) ProjectsAfter(ctx context.Context, d ledger.DistrictID, after ledger.ProjectID, limit int) ([]ledger.Project, error) {
	return all[ledger.Project](s.in(ctx, d).Where("id > ?", after).Order("id").Limit(limit))
}

// ProjectsCalledFor gives the projects for which the recipient may be called to account: a person's
// own, those bound to a group, those its unit hosts; for any other group the whole district.
func (s *Store) ProjectsCalledFor(ctx context.Context, d ledger.DistrictID, v ledger.Viewer) ([]ledger.Project, error) {
	q := s.in(ctx, d)
	switch {
	case v.Person != nil:
		q = q.Where("owner_id IN ?", append(slices.Collect(maps.Keys(v.Stands)), v.Person.ID))
	case v.Group != nil && v.Group.Class == ledger.GroupTaskForce:
		bound := s.in(ctx, d).Model(&ledger.GroupProject{}).Select("project_id").Where("group_id = ?", v.Group.ID)
		q = q.Where("id IN (?)", bound)
	case v.Group != nil && v.Group.Class == ledger.GroupUnit:
		q = q.Where("host_unit_id = ?", v.Group.UnitID)
	}
	return all[ledger.Project](q.Order("code"))
}

// AliasesOf gives the aliases of the projects.
func (s *Store) AliasesOf(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID][]string, error) {
	rows, err := rowsOf[ledger.Alias](ctx, s, d, "project_id", ids)
	out := map[ledger.ProjectID][]string{}
	for _, a := range rows {
		out[a.ProjectID] = append(out[a.ProjectID], a.Name)
	}
	return out, err
}

// ReportedBetween says which of the projects have a report later than from and not later than to that
// was not withdrawn.
func (s *Store) ReportedBetween(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID, from, to clock.Instant) (map[ledger.ProjectID]bool, error) {
	out := map[ledger.ProjectID]bool{}
	for _, part := range chunks(ids) {
		if len(part) == 0 {
			continue
		}
		var reported []ledger.ProjectID
		err := s.in(ctx, d).Model(&ledger.Update{}).Distinct().
			Where("project_id IN ? AND at > ? AND at <= ? AND withdrawn_at = 0", part, from, to).Pluck("project_id", &reported).Error
		if err != nil {
			return nil, fmt.Errorf("read who has reported: %w", err)
		}
		for _, id := range reported {
			out[id] = true
		}
	}
	return out, nil
}

// ReleaseLooks lets go what the daily looks up to the day have gathered; also what an earlier look
// left held when it died and was never taken over.
func (t *Tx) ReleaseLooks(through workday.Day) error {
	up := t.in().Model(&Delivery{}).Where("state = ? AND held BETWEEN ? AND ?", Waiting, "look:", ledger.LookCause(through)).Update("held", "")
	if up.Error != nil {
		return fmt.Errorf("release the look: %w", up.Error)
	}
	return nil
}

// rowsOf reads the rows whose column has one of the values, in batches and in order of it; more
// narrows them down further.
func rowsOf[T any, K comparable](ctx context.Context, s *Store, d ledger.DistrictID, column string, values []K, more ...any) ([]T, error) {
	var out []T
	var none K
	seen := map[K]bool{none: true} // 0 names nothing
	var distinct []K
	for _, v := range values {
		if !seen[v] {
			seen[v] = true
			distinct = append(distinct, v)
		}
	}
	for part := range slices.Chunk(distinct, manyIDs) {
		q := s.in(ctx, d).Where(column+" IN ?", part)
		if len(more) > 0 {
			q = q.Where(more[0], more[1:]...)
		}
		rows, err := all[T](q.Order(column))
		if err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	return out, nil
}
