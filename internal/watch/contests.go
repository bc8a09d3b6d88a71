package watch

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// askContests lists to the inspection office, every working day until they are decided, the contests that should
// have been decided before.
func (w *Watch) askContests(ctx context.Context, day workday.Day, at clock.Instant, district ledger.Roster) error {
	late, err := w.Store.UndecidedContests(ctx, w.District, day)
	if err != nil || len(late) == 0 {
		return err
	}
	var out ledger.Outcome
	for _, to := range ledger.InspectionAudience(district) {
		out.Notices = append(out.Notices, ledger.Notice{Cause: fmt.Sprintf("contests:%s", day), To: to, Rank: ledger.RankWarning, Due: at})
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		_, err := tx.Apply(out)
		return err
	})
}

// lateContest is one line of the list.
type lateContest struct {
	ledger.Contest
	M ledger.Commitment
	P ledger.Project
}

// composeContests words it as things are now.
func (w *Watch) composeContests(ctx context.Context, v ledger.Viewer) (words.Letter, error) {
	if !ledger.ForInspection(v) {
		return words.Letter{Drop: "群已不是督查室群"}, nil
	}
	late, err := w.Store.UndecidedContests(ctx, w.District, today(w.Clock.Now()))
	if err != nil {
		return words.Letter{}, err
	}
	if len(late) == 0 {
		return words.Letter{Drop: "申诉均已答复"}, nil
	}
	var ids []ledger.CommitmentID
	var on []ledger.ProjectID
	for _, c := range late {
		ids, on = append(ids, c.CommitmentID), append(on, c.ProjectID)
	}
	rows, err := w.Store.Commitments(ctx, w.District, ids)
	if err != nil {
		return words.Letter{}, err
	}
	matters := map[ledger.CommitmentID]ledger.Commitment{}
	for _, m := range rows {
		matters[m.ID] = m
	}
	projects, err := w.Store.ProjectsByID(ctx, w.District, on)
	if err != nil {
		return words.Letter{}, err
	}
	list := make([]lateContest, len(late))
	for i, c := range late {
		list[i] = lateContest{c, matters[c.CommitmentID], projects[c.ProjectID]}
	}
	var l words.Letter
	l.Message, err = w.Words.Say("notice/contests", list)
	return l, err
}
