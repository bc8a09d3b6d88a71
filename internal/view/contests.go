package view

import (
	"context"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Contested is an offence that was contested and waits for the inspection office.
type Contested struct {
	ledger.Contest
	M       ledger.Commitment
	Project ledger.Project
	Strike  ledger.Strike
	Asked   string // who contests
	AskedOn workday.Day
	Late    bool // it should have been decided
}

// Contests gives what was contested and is not decided yet, the most urgent first: six queries.
func (v *View) Contests(ctx context.Context, who ledger.Viewer) ([]Contested, error) {
	if !ledger.ForInspection(who) {
		return nil, fault.New(fault.Forbidden, "申诉名单只供督查室查看。您的申诉结果会直接告诉您。")
	}
	all, err := v.Store.UndecidedContests(ctx, v.District, 0)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	var ids []ledger.CommitmentID
	for _, c := range all {
		ids = append(ids, c.CommitmentID)
	}
	matters, projects, err := v.mattersOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	strikes, err := v.Store.StrikesOn(ctx, v.District, ids)
	if err != nil {
		return nil, err
	}
	people, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Contested, len(all))
	for i, c := range all {
		m := matters[c.CommitmentID]
		out[i] = Contested{
			Contest: c, M: m, Project: projects[m.ProjectID], Strike: strikes[c.StrikeID], Asked: people.Called(c.AskedBy),
			AskedOn: workday.DayOf(c.AskedAt.Time()), Late: c.DecideBy < v.Today(),
		}
	}
	return out, nil
}

// Talk is a supervision order that was not answered in time: its owner is proposed for a talk (提请约谈).
type Talk struct {
	Order   ledger.Order
	Reply   ledger.Commitment
	Project ledger.Project
	Of      ledger.Commitment // the matter the order was given for
	Unit    string
	Owner   string
	Leader  string
	Late    int
}

// Talks gives the orders whose reply is overdue and was not given since, longest first: seven queries.
func (v *View) Talks(ctx context.Context, who ledger.Viewer) ([]Talk, error) {
	if !ledger.ForInspection(who) {
		return nil, fault.New(fault.Forbidden, "约谈名单只供督查室查看。")
	}
	replies, err := v.Store.Listed(ctx, v.District)
	if err != nil || len(replies) == 0 {
		return nil, err
	}
	orders, err := v.Store.OrdersByID(ctx, v.District, replies)
	if err != nil {
		return nil, err
	}
	var ids []ledger.CommitmentID
	for _, o := range orders {
		ids = append(ids, o.CommitmentID)
	}
	matters, projects, err := v.mattersOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	people, err := v.People(ctx)
	if err != nil {
		return nil, err
	}
	var out []Talk
	for _, m := range replies {
		o := orders[m.OrderID]
		p := projects[m.ProjectID]
		if p.Suspended {
			continue
		}
		out = append(out, Talk{
			Order: o, Reply: m, Of: matters[o.CommitmentID], Project: p, Unit: people.Short(m.UnitID), Owner: people.Called(m.OwnerID),
			Leader: people.Called(p.LeaderID), Late: v.Today().Sub(m.DueOn),
		})
	}
	return out, nil
}

// mattersOf gives the matters with their projects.
func (v *View) mattersOf(ctx context.Context, ids []ledger.CommitmentID) (map[ledger.CommitmentID]ledger.Commitment, map[ledger.ProjectID]ledger.Project, error) {
	rows, err := v.Store.Commitments(ctx, v.District, ids)
	if err != nil {
		return nil, nil, err
	}
	matters := make(map[ledger.CommitmentID]ledger.Commitment, len(rows))
	var of []ledger.ProjectID
	for _, m := range rows {
		matters[m.ID], of = m, append(of, m.ProjectID)
	}
	projects, err := v.Store.ProjectsByID(ctx, v.District, of)
	return matters, projects, err
}
