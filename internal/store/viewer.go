package store

import (
	"context"

	"duban/internal/ledger"
)

// ViewerOfPerson gathers what Entitled asks about a person.
func (s *Store) ViewerOfPerson(ctx context.Context, p ledger.Person) (ledger.Viewer, error) {
	vs, err := s.viewers(ctx, p.DistrictID, nil, []ledger.Person{p})
	return vs[ledger.Recipient{Person: p.ID}], err
}

// ViewerOfGroup gathers what Entitled asks about a group.
func (s *Store) ViewerOfGroup(ctx context.Context, g ledger.Group) (ledger.Viewer, error) {
	vs, err := s.viewers(ctx, g.DistrictID, []ledger.Group{g}, nil)
	return vs[ledger.Recipient{Group: g.ID}], err
}

// viewers gathers what Entitled asks about groups and people, in a fixed number of queries.
func (s *Store) viewers(ctx context.Context, d ledger.DistrictID, groups []ledger.Group, people []ledger.Person) (map[ledger.Recipient]ledger.Viewer, error) {
	out := make(map[ledger.Recipient]ledger.Viewer, len(groups)+len(people))
	for i, g := range groups {
		out[ledger.Recipient{Group: g.ID}] = ledger.Viewer{Group: &groups[i], Bound: map[ledger.ProjectID]bool{}}
	}
	for i, p := range people {
		out[ledger.Recipient{Person: p.ID}] = ledger.Viewer{Person: &people[i], Bound: map[ledger.ProjectID]bool{}}
	}
	if err := s.bindGroups(ctx, d, groups, out); err != nil {
		return nil, err
	}
	if err := s.bindPeople(ctx, d, people, out); err != nil {
		return nil, err
	}
	return out, s.fillUnits(ctx, d, out)
}

func (s *Store) bindGroups(ctx context.Context, d ledger.DistrictID, groups []ledger.Group, out map[ledger.Recipient]ledger.Viewer) error {
	ids := make([]ledger.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	for _, part := range chunks(ids) {
		bound, err := all[ledger.GroupProject](s.in(ctx, d).Where("group_id IN ?", part))
		if err != nil {
			return err
		}
		for _, b := range bound {
			out[ledger.Recipient{Group: b.GroupID}].Bound[b.ProjectID] = true
		}
	}
	return nil
}

func (s *Store) bindPeople(ctx context.Context, d ledger.DistrictID, people []ledger.Person, out map[ledger.Recipient]ledger.Viewer) error {
	ids := make([]ledger.PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
	}
	for _, part := range chunks(ids) {
		members, err := all[ledger.Member](s.in(ctx, d).Where("person_id IN ?", part))
		if err != nil {
			return err
		}
		for _, m := range members {
			out[ledger.Recipient{Person: m.PersonID}].Bound[m.ProjectID] = true
		}
		// Who owes something on a project must be able to hear of it.
		owed, err := all[ledger.Commitment](s.in(ctx, d).Select("DISTINCT owner_id, project_id").
			Where("owner_id IN ? AND state IN ? AND project_id > 0", part, []ledger.State{ledger.Open, ledger.Reported}))
		if err != nil {
			return err
		}
		for _, m := range owed {
			out[ledger.Recipient{Person: m.OwnerID}].Bound[m.ProjectID] = true
		}
	}
	return nil
}

// fillUnits gives each viewer the unit it belongs to with all units below it.
func (s *Store) fillUnits(ctx context.Context, d ledger.DistrictID, viewers map[ledger.Recipient]ledger.Viewer) error {
	var children map[ledger.UnitID][]ledger.UnitID
	below := map[ledger.UnitID]map[ledger.UnitID]bool{0: {}}
	for to, v := range viewers {
		top := topUnit(v)
		if top != 0 && children == nil {
			units, err := s.Units(ctx, d)
			if err != nil {
				return err
			}
			children = map[ledger.UnitID][]ledger.UnitID{}
			for _, u := range units {
				children[u.ParentID] = append(children[u.ParentID], u.ID)
			}
		}
		if below[top] == nil {
			below[top] = unitsBelow(children, top)
		}
		v.Units = below[top]
		viewers[to] = v
	}
	return nil
}

func topUnit(v ledger.Viewer) ledger.UnitID {
	if v.Group != nil {
		return v.Group.UnitID
	}
	return v.Person.UnitID
}

// unitsBelow gives the unit with all units below it.
func unitsBelow(children map[ledger.UnitID][]ledger.UnitID, top ledger.UnitID) map[ledger.UnitID]bool {
	out := map[ledger.UnitID]bool{}
	for queue := []ledger.UnitID{top}; len(queue) > 0; queue = queue[1:] {
		if id := queue[0]; !out[id] {
			out[id] = true
			queue = append(queue, children[id]...)
		}
	}
	return out
}
