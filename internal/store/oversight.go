package store

import (
	"context"
	"fmt"

	"duban/internal/ledger"
)

// OpenOrder is a supervision order that is not done with: its matter is open, or its reply is.
type OpenOrder struct {
	Order  ledger.Order
	Matter ledger.Commitment
	Reply  ledger.Commitment
	Listed bool // the reply was put on the list 提请约谈
}

// OpenOrders gives the orders that are not done with, in order of their numbers: five queries.
func (s *Store) OpenOrders(ctx context.Context, d ledger.DistrictID) ([]OpenOrder, error) {
	var ids []ledger.OrderID
	open := []ledger.State{ledger.Open, ledger.Reported}
	err := s.db.WithContext(ctx).Raw("SELECT o.id FROM orders o JOIN commitments c ON c.id = o.commitment_id WHERE o.district_id = ? AND o.voided_at = 0 AND c.state IN ? "+
		"UNION SELECT r.order_id FROM commitments r WHERE r.district_id = ? AND r.kind = ? AND r.state IN ?", d, open, d, ledger.Reply, open).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for open orders: %w", err)
	}
	orders, err := rowsOf[ledger.Order](ctx, s, d, "id", ids)
	if err != nil {
		return nil, err
	}
	var matters []ledger.CommitmentID
	for _, o := range orders {
		matters = append(matters, o.CommitmentID)
	}
	of, err := rowsOf[ledger.Commitment](ctx, s, d, "id", matters)
	if err != nil {
		return nil, err
	}
	replies, err := rowsOf[ledger.Commitment](ctx, s, d, "order_id", ids, "kind = ?", ledger.Reply)
	if err != nil {
		return nil, err
	}
	var owed []ledger.CommitmentID
	byID, byOrder := map[ledger.CommitmentID]ledger.Commitment{}, map[ledger.OrderID]ledger.Commitment{}
	for _, m := range of {
		byID[m.ID] = m
	}
	for _, r := range replies {
		byOrder[r.OrderID] = r
		owed = append(owed, r.ID)
	}
	steps, err := rowsOf[ledger.Step](ctx, s, d, "commitment_id", owed, "name = ?", ledger.StepList)
	if err != nil {
		return nil, err
	}
	listed := map[ledger.CommitmentID]bool{}
	for _, st := range steps {
		listed[st.CommitmentID] = true
	}
	out := make([]OpenOrder, len(orders))
	for i, o := range orders {
		r := byOrder[o.ID]
		out[i] = OpenOrder{o, byID[o.CommitmentID], r, listed[r.ID]}
	}
	return out, nil
}

// Disputed gives the findings somebody objected to and nobody has decided on, the oldest first.
func (s *Store) Disputed(ctx context.Context, d ledger.DistrictID) ([]ledger.Finding, error) {
	return all[ledger.Finding](s.in(ctx, d).Where("state = ?", ledger.FindingDisputed).Order("id"))
}
