package store

import (
	"context"
	"errors"
	"maps"
	"sync"

	"duban/internal/ledger"
)

// Reach is all that sending to some recipients asks of the register, read at one moment.
type Reach struct {
	Viewers  map[ledger.Recipient]ledger.Viewer // lacks recipients the register does not know
	Routes   map[ledger.GroupID][]ledger.GroupRoute
	Accounts map[ledger.PersonID][]ledger.Account
}

// Reach gathers what it takes to send to the recipients, in a fixed number of queries, side by side.
func (s *Store) Reach(ctx context.Context, d ledger.DistrictID, to []ledger.Recipient) (Reach, error) {
	s, err := s.once(ctx, d)
	if err != nil {
		return Reach{}, err
	}
	var groupIDs []ledger.GroupID
	var personIDs []ledger.PersonID
	for _, t := range to {
		if t.Group != 0 {
			groupIDs = append(groupIDs, t.Group)
		} else {
			personIDs = append(personIDs, t.Person)
		}
	}
	var r Reach
	var groups, people map[ledger.Recipient]ledger.Viewer
	err = together(
		func() (err error) {
			groups, err = s.groupViewers(ctx, d, groupIDs)
			return err
		},
		func() (err error) {
			people, err = s.personViewers(ctx, d, personIDs)
			return err
		},
		func() (err error) {
			r.Accounts, err = s.AccountsOf(ctx, d, personIDs)
			return err
		},
		func() (err error) {
			r.Routes, err = listed(ctx, s, d, groupIDs, func(id ledger.GroupID) theRoutes { return theRoutes(id) }, func(part []ledger.GroupID) (map[ledger.GroupID][]ledger.GroupRoute, error) {
				routes, err := all[ledger.GroupRoute](s.in(ctx, d).Where("group_id IN ? AND gone_at = 0", part).Order("group_id, ord"))
				found := map[ledger.GroupID][]ledger.GroupRoute{}
				for _, route := range routes {
					found[route.GroupID] = append(found[route.GroupID], route)
				}
				return found, err
			})
			return err
		},
	)
	if err != nil {
		return Reach{}, err
	}
	maps.Copy(groups, people)
	r.Viewers = groups
	return r, nil
}

// together runs all at the same time and gives their errors.
func together(all ...func() error) error {
	errs := make([]error, len(all))
	var group sync.WaitGroup
	for i, do := range all {
		group.Go(func() { errs[i] = do() })
	}
	group.Wait()
	return errors.Join(errs...)
}

func (s *Store) groupViewers(ctx context.Context, d ledger.DistrictID, ids []ledger.GroupID) (map[ledger.Recipient]ledger.Viewer, error) {
	found, err := listed(ctx, s, d, ids, func(id ledger.GroupID) theGroup { return theGroup(id) }, func(part []ledger.GroupID) (map[ledger.GroupID][]ledger.Group, error) {
		rows, err := all[ledger.Group](s.in(ctx, d).Where("id IN ?", part))
		found := map[ledger.GroupID][]ledger.Group{}
		for _, g := range rows {
			found[g.ID] = []ledger.Group{g}
		}
		return found, err
	})
	if err != nil {
		return nil, err
	}
	var groups []ledger.Group
	for _, one := range found {
		groups = append(groups, one...)
	}
	return s.Viewers(ctx, d, groups, nil)
}

func (s *Store) personViewers(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID) (map[ledger.Recipient]ledger.Viewer, error) {
	found, err := listed(ctx, s, d, ids, func(id ledger.PersonID) thePerson { return thePerson(id) }, func(part []ledger.PersonID) (map[ledger.PersonID][]ledger.Person, error) {
		rows, err := all[ledger.Person](s.in(ctx, d).Where("id IN ?", part))
		found := map[ledger.PersonID][]ledger.Person{}
		for _, p := range rows {
			found[p.ID] = []ledger.Person{p}
		}
		return found, err
	})
	if err != nil {
		return nil, err
	}
	var people []ledger.Person
	for _, one := range found {
		people = append(people, one...)
	}
	return s.Viewers(ctx, d, nil, people)
}

// AccountsOf gives the accounts of the people on all platforms. The lists are shared and never changed.
func (s *Store) AccountsOf(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID) (map[ledger.PersonID][]ledger.Account, error) {
	return listed(ctx, s, d, ids, func(id ledger.PersonID) theAccounts { return theAccounts(id) }, func(part []ledger.PersonID) (map[ledger.PersonID][]ledger.Account, error) {
		rows, err := all[ledger.Account](s.in(ctx, d).Where("person_id IN ?", part).Order("platform, user_id"))
		found := map[ledger.PersonID][]ledger.Account{}
		for _, a := range rows {
			found[a.PersonID] = append(found[a.PersonID], a)
		}
		return found, err
	})
}
