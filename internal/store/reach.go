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
	r := Reach{Routes: map[ledger.GroupID][]ledger.GroupRoute{}}
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
		func() error {
			for _, part := range chunks(groupIDs) {
				routes, err := all[ledger.GroupRoute](s.in(ctx, d).Where("group_id IN ? AND gone_at = 0", part).Order("group_id, ord"))
				if err != nil {
					return err
				}
				for _, route := range routes {
					r.Routes[route.GroupID] = append(r.Routes[route.GroupID], route)
				}
			}
			return nil
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
	var groups []ledger.Group
	for _, part := range chunks(ids) {
		rows, err := all[ledger.Group](s.in(ctx, d).Where("id IN ?", part))
		if err != nil {
			return nil, err
		}
		groups = append(groups, rows...)
	}
	return s.Viewers(ctx, d, groups, nil)
}

func (s *Store) personViewers(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID) (map[ledger.Recipient]ledger.Viewer, error) {
	var people []ledger.Person
	for _, part := range chunks(ids) {
		rows, err := all[ledger.Person](s.in(ctx, d).Where("id IN ?", part))
		if err != nil {
			return nil, err
		}
		people = append(people, rows...)
	}
	return s.Viewers(ctx, d, nil, people)
}

// AccountsOf gives the accounts of the people on all platforms.
func (s *Store) AccountsOf(ctx context.Context, d ledger.DistrictID, ids []ledger.PersonID) (map[ledger.PersonID][]ledger.Account, error) {
	out := map[ledger.PersonID][]ledger.Account{}
	for _, part := range chunks(ids) {
		rows, err := all[ledger.Account](s.in(ctx, d).Where("person_id IN ?", part).Order("platform, user_id"))
		if err != nil {
			return nil, err
		}
		for _, a := range rows {
			out[a.PersonID] = append(out[a.PersonID], a)
		}
	}
	return out, nil
}
