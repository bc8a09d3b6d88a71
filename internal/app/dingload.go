package app

import (
	"context"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// dingLoad is what the register makes the application robot of DingTalk send in a month.
type dingLoad struct {
	Groups  int64 // it sends to
	Called  int64 // groups and owners that hear of projects which owe a report
	Due     int64 // commitments that fall due in the 31 days to come
	Periods int64 // a month
}

// A circular is one message a group and period, a call-in one message a recipient, twice a period. A
// commitment that falls due is told of twice, once before and once after, to its owner and a group.
func (l dingLoad) circulars() int64 { return l.Groups * l.Periods }
func (l dingLoad) callIns() int64   { return l.Called * 2 * l.Periods }
func (l dingLoad) warnings() int64  { return l.Due * 4 }

// month is the number of counted calls; answers go through session webhooks and are not among them.
func (l dingLoad) month() int64 { return l.circulars() + l.callIns() + l.warnings() }

func (a *App) dingLoad(ctx context.Context, today workday.Day) (dingLoad, error) {
	l := dingLoad{Periods: 2}
	if a.Config.Period.Mode == "fortnight" {
		l.Periods = 3 // in some months
	}
	routes, err := a.Store.AllRoutes(ctx, a.District.ID)
	if err != nil {
		return l, err
	}
	seen := map[ledger.GroupID]bool{}
	for _, r := range routes {
		if r.Platform == string(chat.DingTalk) && r.Route == string(chat.DingGroup) && r.GoneAt == 0 && !seen[r.GroupID] {
			seen[r.GroupID] = true
			l.Groups++
		}
	}
	accounts, err := a.Store.AllAccounts(ctx, a.District.ID)
	if err != nil {
		return l, err
	}
	reached := map[ledger.PersonID]bool{}
	for _, acc := range accounts {
		reached[acc.PersonID] = reached[acc.PersonID] || acc.Platform == string(chat.DingTalk)
	}
	projects, err := a.Store.Projects(ctx, a.District.ID)
	if err != nil {
		return l, err
	}
	l.Called = l.Groups
	for _, p := range projects {
		if ledger.OwesReport(p) && reached[p.OwnerID] {
			reached[p.OwnerID] = false // one message, however many projects
			l.Called++
		}
	}
	open, err := a.Store.OpenCommitments(ctx, a.District.ID)
	if err != nil {
		return l, err
	}
	for _, m := range open {
		if m.DueOn > today && m.DueOn <= today.AddDays(31) {
			l.Due++
		}
	}
	return l, nil
}
