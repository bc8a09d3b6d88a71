package store

import (
	"context"
	"slices"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Contests gives the contests of a commitment's offences, oldest first.
func (s *Store) Contests(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID) ([]ledger.Contest, error) {
	return all[ledger.Contest](s.in(ctx, d).Where("commitment_id = ?", id).Order("id"))
}

// UndecidedContests gives those the inspection office has not decided, the most urgent first; with before, only
// those that should have been decided earlier than that day.
func (s *Store) UndecidedContests(ctx context.Context, d ledger.DistrictID, before workday.Day) ([]ledger.Contest, error) {
	q := s.in(ctx, d).Where("state = ?", ledger.ContestAsked)
	if before != 0 {
		q = q.Where("decide_by < ?", before)
	}
	return all[ledger.Contest](q.Order("decide_by, id"))
}

// ContestedOn counts the undecided contests of the projects.
func (s *Store) ContestedOn(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID]int, error) {
	rows, err := rowsOf[ledger.Contest](ctx, s, d, "project_id", ids, "state = ?", ledger.ContestAsked)
	out := map[ledger.ProjectID]int{}
	for _, c := range rows {
		out[c.ProjectID]++
	}
	return out, err
}

// Grounds gives all that may fall with the offences of a commitment: whatever stands on them, on the offences of
// not having answered that, and so on.
func (s *Store) Grounds(ctx context.Context, d ledger.DistrictID, id ledger.CommitmentID, scope ledger.Scope) (ledger.Grounds, error) {
	var g ledger.Grounds
	seen := map[ledger.OrderID]bool{}
	for of := []ledger.CommitmentID{id}; len(of) > 0; {
		strikes, err := rowsOf[ledger.Strike](ctx, s, d, "commitment_id", of)
		if err != nil {
			return g, err
		}
		g.Strikes = append(g.Strikes, strikes...)
		orders, err := s.ordersOn(ctx, d, of, strikes)
		if err != nil {
			return g, err
		}
		orders = slices.DeleteFunc(orders, func(o ledger.Order) bool { return seen[o.ID] })
		more, err := s.leaning(ctx, d, orders, scope)
		if err != nil {
			return g, err
		}
		g.Orders = append(g.Orders, more...)
		of = nil
		for _, o := range more {
			seen[o.Order.ID] = true
			if o.Reply.ID != 0 {
				of = append(of, o.Reply.ID)
			}
		}
	}
	ids := make([]int64, len(g.Strikes))
	for i, k := range g.Strikes {
		ids[i] = k.ID
	}
	var err error
	g.Contests, err = rowsOf[ledger.Contest](ctx, s, d, "strike_id", ids, "state = ?", ledger.ContestAsked)
	return g, err
}

// ContestsOn gives the contests of the commitments' offences, by strike.
func (s *Store) ContestsOn(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) (map[int64]ledger.Contest, error) {
	rows, err := rowsOf[ledger.Contest](ctx, s, d, "commitment_id", ids)
	out := make(map[int64]ledger.Contest, len(rows))
	for _, c := range rows {
		out[c.StrikeID] = c
	}
	return out, err
}

// OrdersOn gives the orders for the commitments by id.
func (s *Store) OrdersOn(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) (map[ledger.OrderID]ledger.Order, error) {
	rows, err := rowsOf[ledger.Order](ctx, s, d, "commitment_id", ids)
	out := make(map[ledger.OrderID]ledger.Order, len(rows))
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, err
}

// StrikesOn gives the strikes of the commitments by id, lifted ones too.
func (s *Store) StrikesOn(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) (map[int64]ledger.Strike, error) {
	rows, err := rowsOf[ledger.Strike](ctx, s, d, "commitment_id", ids)
	out := make(map[int64]ledger.Strike, len(rows))
	for _, k := range rows {
		out[k.ID] = k
	}
	return out, err
}

// Listed gives the replies that were listed (提请约谈) and are still owed, longest first.
func (s *Store) Listed(ctx context.Context, d ledger.DistrictID) ([]ledger.Commitment, error) {
	return all[ledger.Commitment](s.in(ctx, d).Where("state = ? AND rung = ?", ledger.Open, ledger.StepList).Order("due_on, id"))
}

// OrdersByID gives the orders the replies are owed for.
func (s *Store) OrdersByID(ctx context.Context, d ledger.DistrictID, replies []ledger.Commitment) (map[ledger.OrderID]ledger.Order, error) {
	ids := make([]ledger.OrderID, len(replies))
	for i, m := range replies {
		ids[i] = m.OrderID
	}
	rows, err := rowsOf[ledger.Order](ctx, s, d, "id", ids)
	out := make(map[ledger.OrderID]ledger.Order, len(rows))
	for _, o := range rows {
		out[o.ID] = o
	}
	return out, err
}

// OrderByID finds a supervision order.
func (s *Store) OrderByID(ctx context.Context, d ledger.DistrictID, id ledger.OrderID) (ledger.Order, error) {
	return one[ledger.Order](s.in(ctx, d).Where("id = ?", id), "没有这个督办单。")
}

// ordersOn gives the orders for the commitments, and those the strikes made the second offence of, in order of id.
func (s *Store) ordersOn(ctx context.Context, d ledger.DistrictID, of []ledger.CommitmentID, strikes []ledger.Strike) ([]ledger.Order, error) {
	out, err := rowsOf[ledger.Order](ctx, s, d, "commitment_id", of, "voided_at = 0")
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(strikes))
	for i, k := range strikes {
		ids[i] = k.ID
	}
	more, err := rowsOf[ledger.Order](ctx, s, d, "strike_id", ids, "voided_at = 0")
	out = append(out, more...)
	slices.SortFunc(out, func(a, b ledger.Order) int { return int(a.ID - b.ID) })
	return slices.CompactFunc(out, func(a, b ledger.Order) bool { return a.ID == b.ID }), err
}

// leaning gathers around each order what it was given for.
func (s *Store) leaning(ctx context.Context, d ledger.DistrictID, orders []ledger.Order, scope ledger.Scope) ([]ledger.Leaning, error) {
	if len(orders) == 0 {
		return nil, nil
	}
	ids, given := make([]ledger.OrderID, len(orders)), make([]ledger.CommitmentID, len(orders))
	for i, o := range orders {
		ids[i], given[i] = o.ID, o.CommitmentID
	}
	about, err := rowsOf[ledger.Commitment](ctx, s, d, "id", given)
	if err != nil {
		return nil, err
	}
	steps, err := rowsOf[ledger.Step](ctx, s, d, "commitment_id", given, "order_id <> 0")
	if err != nil {
		return nil, err
	}
	strikes, err := rowsOf[ledger.Strike](ctx, s, d, "commitment_id", given)
	if err != nil {
		return nil, err
	}
	out := make([]ledger.Leaning, len(orders))
	for i, o := range orders {
		st := ledger.Leaning{Order: o}
		for _, m := range about {
			if m.ID == o.CommitmentID {
				st.M = m
			}
		}
		for _, x := range steps {
			if x.OrderID == o.ID {
				st.DueOn = x.DueOn
			}
		}
		for _, k := range strikes {
			if k.CommitmentID == o.CommitmentID && k.DueOn == st.DueOn {
				st.Unit = k.UnitID
			}
		}
		if st.Earlier, err = s.strikesOfThen(ctx, d, st, scope); err != nil {
			return nil, err
		}
		owed := s.in(ctx, d).Where("project_id = ? AND kind = ? AND order_id = ?", o.ProjectID, ledger.Reply, o.ID)
		replies, err := all[ledger.Commitment](owed)
		if err != nil {
			return nil, err
		}
		for _, m := range replies {
			st.Reply = m
		}
		if st.Roster, err = s.Roster(ctx, d, o.ProjectID); err != nil {
			return nil, err
		}
		out[i] = st
	}
	return out, nil
}

// strikesOfThen gives the offences that may have made an order's the second, for the unit that answered then.
func (s *Store) strikesOfThen(ctx context.Context, d ledger.DistrictID, st ledger.Leaning, scope ledger.Scope) ([]ledger.Strike, error) {
	then := st.M
	then.UnitID = st.Unit
	cases, err := s.Cases(ctx, d, []ledger.Commitment{then}, scope, nil)
	if err != nil || len(cases) == 0 {
		return nil, err
	}
	return cases[0].Strikes, nil
}
