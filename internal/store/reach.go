package store

import (
	"context"

	"duban/internal/ledger"
)

// Reach is all that sending to some recipients asks of the register, read at one moment.
type Reach struct {
	Viewers  map[ledger.Recipient]ledger.Viewer // lacks recipients the register does not know
	Routes   map[ledger.GroupID][]ledger.GroupRoute
	Accounts map[ledger.PersonID][]ledger.Account
}

// Reach gathers what it takes to send to the recipients, in a fixed number of queries.
func (s *Store) Reach(ctx context.Context, d ledger.DistrictID, to []ledger.Recipient) (Reach, error) {
	r := Reach{Routes: map[ledger.GroupID][]ledger.GroupRoute{}}
	var groupIDs []ledger.GroupID
	var peopleIDs []ledger.PersonID
	for _, t := range to {
		if t.Group != 0 {
			groupIDs = append(groupIDs, t.Group)
		} else {
			peopleIDs = append(peopleIDs, t.Person)
		}
	}
	var groups []ledger.Group
	var err error
	if len(groupIDs) > 0 {
		if groups, err = all[ledger.Group](s.in(ctx, d).Where("id IN ?", groupIDs)); err != nil {
			return Reach{}, err
		}
		routes, err := all[ledger.GroupRoute](s.in(ctx, d).Where("group_id IN ? AND gone_at = 0", groupIDs).Order("group_id, ord"))
		if err != nil {
			return Reach{}, err
		}
		for _, route := range routes {
			r.Routes[route.GroupID] = append(r.Routes[route.GroupID], route)
		}
	}
	var people []ledger.Person
	if len(peopleIDs) > 0 {
		if people, err = all[ledger.Person](s.in(ctx, d).Where("id IN ?", peopleIDs)); err != nil {
			return Reach{}, err
		}
	}
	if r.Accounts, err = s.AccountsOf(ctx, d, peopleIDs); err != nil {
		return Reach{}, err
	}
	r.Viewers, err = s.viewers(ctx, d, groups, people)
	return r, err
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
