package store

import (
	"context"
	"maps"
	"slices"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// ViewerOfPerson gathers what Entitled asks about a person.
func (s *Store) ViewerOfPerson(ctx context.Context, p ledger.Person) (ledger.Viewer, error) {
	vs, err := s.Viewers(ctx, p.DistrictID, nil, []ledger.Person{p})
	return vs[ledger.Recipient{Person: p.ID}], err
}

// ViewerOfGroup gathers what Entitled asks about a group.
func (s *Store) ViewerOfGroup(ctx context.Context, g ledger.Group) (ledger.Viewer, error) {
	vs, err := s.Viewers(ctx, g.DistrictID, []ledger.Group{g}, nil)
	return vs[ledger.Recipient{Group: g.ID}], err
}

// Viewers gathers what Entitled asks about groups and people, in a fixed number of queries.
func (s *Store) Viewers(ctx context.Context, d ledger.DistrictID, groups []ledger.Group, people []ledger.Person) (map[ledger.Recipient]ledger.Viewer, error) {
	out := make(map[ledger.Recipient]ledger.Viewer, len(groups)+len(people))
	for i, g := range groups {
		out[ledger.Recipient{Group: g.ID}] = ledger.Viewer{Group: &groups[i], Bound: map[ledger.ProjectID]bool{}}
	}
	for i, p := range people {
		out[ledger.Recipient{Person: p.ID}] = ledger.Viewer{Person: &people[i], Bound: map[ledger.ProjectID]bool{}, Owes: map[ledger.ProjectID]bool{}}
	}
	s, err := s.once(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := s.bindGroups(ctx, d, groups, out); err != nil {
		return nil, err
	}
	if err := s.bindPeople(ctx, d, people, out); err != nil {
		return nil, err
	}
	if err := s.fillChains(ctx, d, out); err != nil {
		return nil, err
	}
	return out, s.fillUnits(ctx, d, out)
}

// standing gives for each of the people those whose deputy they are today.
func (s *Store) standing(ctx context.Context, d ledger.DistrictID, people []ledger.Person) (map[ledger.PersonID]map[ledger.PersonID]bool, error) {
	leaves, err := s.Leaves(ctx, d)
	out := map[ledger.PersonID]map[ledger.PersonID]bool{}
	if err != nil || len(leaves) == 0 {
		return out, err
	}
	today := workday.DayOf(s.clock.Now())
	for _, p := range people {
		if away := ledger.Standing(leaves, p.ID, today); away != nil {
			out[p.ID] = away
		}
	}
	return out, nil
}

// fillChains gives each viewer the industries of the chains it leads.
func (s *Store) fillChains(ctx context.Context, d ledger.DistrictID, viewers map[ledger.Recipient]ledger.Viewer) error {
	chains, err := s.Chains(ctx, d)
	if err != nil || len(chains) == 0 {
		return err
	}
	for to, v := range viewers {
		leads := v.Is
		if v.Group != nil {
			leads = func(id ledger.PersonID) bool { return id == v.Group.LeaderID }
		}
		v.Chains = ledger.ChainsOf(chains, leads)
		viewers[to] = v
	}
	return nil
}

func (s *Store) bindGroups(ctx context.Context, d ledger.DistrictID, groups []ledger.Group, out map[ledger.Recipient]ledger.Viewer) error {
	ids := make([]ledger.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	bound, err := listed(ctx, s, d, ids, func(id ledger.GroupID) theBound { return theBound(id) }, func(part []ledger.GroupID) (map[ledger.GroupID][]ledger.ProjectID, error) {
		rows, err := all[ledger.GroupProject](s.in(ctx, d).Where("group_id IN ?", part))
		found := map[ledger.GroupID][]ledger.ProjectID{}
		for _, b := range rows {
			found[b.GroupID] = append(found[b.GroupID], b.ProjectID)
		}
		return found, err
	})
	for id, projects := range bound {
		for _, p := range projects {
			out[ledger.Recipient{Group: id}].Bound[p] = true
		}
	}
	return err
}

func (s *Store) bindPeople(ctx context.Context, d ledger.DistrictID, people []ledger.Person, out map[ledger.Recipient]ledger.Viewer) error {
	stands, err := s.standing(ctx, d, people)
	if err != nil {
		return err
	}
	ids := make([]ledger.PersonID, len(people))
	for i, p := range people {
		ids[i] = p.ID
		if away := stands[p.ID]; away != nil {
			to := ledger.Recipient{Person: p.ID}
			v := out[to]
			v.Stands = away
			out[to] = v
			ids = append(ids, slices.Collect(maps.Keys(away))...)
		}
	}
	members, err := listed(ctx, s, d, ids, func(id ledger.PersonID) theMember { return theMember(id) }, func(part []ledger.PersonID) (map[ledger.PersonID][]ledger.ProjectID, error) {
		rows, err := all[ledger.Member](s.in(ctx, d).Where("person_id IN ?", part))
		found := map[ledger.PersonID][]ledger.ProjectID{}
		for _, m := range rows {
			found[m.PersonID] = append(found[m.PersonID], m.ProjectID)
		}
		return found, err
	})
	if err != nil {
		return err
	}
	for _, p := range people {
		v := out[ledger.Recipient{Person: p.ID}]
		include(v.Bound, members[p.ID])
		for away := range v.Stands {
			include(v.Bound, members[away])
		}
	}
	// Who owes something on a project must be able to hear of it. That is no part of the register.
	owed, err := s.owed(ctx, d, ids)
	for _, p := range people {
		v := out[ledger.Recipient{Person: p.ID}]
		include(v.Owes, owed[p.ID])
		for away := range v.Stands {
			include(v.Owes, owed[away])
		}
	}
	return err
}

func include(set map[ledger.ProjectID]bool, ids []ledger.ProjectID) {
	for _, id := range ids {
		set[id] = true
	}
}

// listed gives for each id the list that is remembered of it; those of which none is are read together.
func listed[K comparable, V any, M comparable](ctx context.Context, s *Store, d ledger.DistrictID, ids []K, as func(K) M, read func([]K) (map[K][]V, error)) (map[K][]V, error) {
	out := make(map[K][]V, len(ids))
	m := s.under
	if m == nil {
		var err error
		if m, err = s.memory(ctx, d); err != nil {
			return nil, err
		}
	}
	var missing []K
	for _, id := range ids {
		if m != nil {
			if v, ok := m.get(as(id)); ok {
				out[id] = v.([]V)
				continue
			}
		}
		missing = append(missing, id)
	}
	for _, part := range chunks(missing) {
		found, err := read(part)
		if err != nil {
			return nil, err
		}
		for _, id := range part {
			out[id] = found[id]
			if m != nil {
				m.keep(as(id), found[id])
			}
		}
	}
	return out, nil
}

// fillUnits gives each viewer the unit it belongs to with all units below it.
func (s *Store) fillUnits(ctx context.Context, d ledger.DistrictID, viewers map[ledger.Recipient]ledger.Viewer) error {
	for to, v := range viewers {
		v.Units = map[ledger.UnitID]bool{}
		if top := topUnit(v); top != 0 {
			var err error
			if v.Units, err = remembered(ctx, s, d, theBelow(top), func() (map[ledger.UnitID]bool, error) { return s.unitsBelow(ctx, d, top) }); err != nil {
				return err
			}
		}
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
func (s *Store) unitsBelow(ctx context.Context, d ledger.DistrictID, top ledger.UnitID) (map[ledger.UnitID]bool, error) {
	units, err := s.Units(ctx, d)
	if err != nil {
		return nil, err
	}
	children := map[ledger.UnitID][]ledger.UnitID{}
	for _, u := range units {
		children[u.ParentID] = append(children[u.ParentID], u.ID)
	}
	out := map[ledger.UnitID]bool{}
	for queue := []ledger.UnitID{top}; len(queue) > 0; queue = queue[1:] {
		if id := queue[0]; !out[id] {
			out[id] = true
			queue = append(queue, children[id]...)
		}
	}
	return out, nil
}
