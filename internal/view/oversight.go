package view

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Oversight (督查台账) is what stands open with the inspection office.
type Oversight struct {
	Today      workday.Day
	Unanswered []OrderLine // the reply is overdue
	Owed       []OrderLine // the reply can still be kept
	ToJudge    []OrderLine // a reply waits for the inspection office
	ToMend     []OrderLine // answered, and the matter itself is open
	Disputed   []FindingLine
	Contested  int // contests of offences that wait for an answer
	Suggested  int // suggestions that wait for a decision
}

// Empty reports whether nothing is open.
func (o Oversight) Empty() bool {
	return len(o.Unanswered)+len(o.Owed)+len(o.ToJudge)+len(o.ToMend)+len(o.Disputed)+o.Contested+o.Suggested == 0
}

// Orders counts the orders that are not done with.
func (o Oversight) Orders() int {
	return len(o.Unanswered) + len(o.Owed) + len(o.ToJudge) + len(o.ToMend)
}

// OrderLine is one supervision order that is not done with.
type OrderLine struct {
	Title   string
	Project string
	Unit    string
	Owner   string
	Matter  ledger.Commitment
	Reply   ledger.Commitment
	Late    int // calendar days past the reply's day
	Listed  bool
}

// Oversight gives it: a fixed number of queries, however much is open.
func (v *View) Oversight(ctx context.Context) (Oversight, error) {
	out := Oversight{Today: v.Today()}
	orders, err := v.Store.OpenOrders(ctx, v.District)
	if err != nil {
		return out, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return out, err
	}
	var ids []ledger.ProjectID
	for _, o := range orders {
		ids = append(ids, o.Matter.ProjectID)
	}
	projects, err := v.Store.ProjectsByID(ctx, v.District, ids)
	if err != nil {
		return out, err
	}
	for _, o := range orders {
		l := OrderLine{
			Title: o.Order.Title(), Project: projects[o.Matter.ProjectID].Name, Unit: reg.Short(o.Matter.UnitID), Owner: reg.Called(o.Matter.OwnerID),
			Matter: o.Matter, Reply: o.Reply, Listed: o.Listed, Late: max(0, out.Today.Sub(o.Reply.DueOn)),
		}
		switch {
		case o.Reply.State == ledger.Reported:
			out.ToJudge = append(out.ToJudge, l)
		case o.Reply.State.Closed():
			out.ToMend = append(out.ToMend, l)
		case ledger.Deadline(o.Reply.DueOn, v.Calendar) < out.Today:
			out.Unanswered = append(out.Unanswered, l)
		default:
			out.Owed = append(out.Owed, l)
		}
	}
	disputed, err := v.Store.Disputed(ctx, v.District)
	if err != nil {
		return out, err
	}
	for _, f := range disputed {
		out.Disputed = append(out.Disputed, FindingLine{f, reg.Called(f.PersonID)})
	}
	contested, err := v.Store.UndecidedContests(ctx, v.District, 0)
	if err != nil {
		return out, err
	}
	out.Contested = len(contested)
	waiting, err := v.Store.Undecided(ctx, v.District)
	out.Suggested = len(waiting)
	return out, err
}
