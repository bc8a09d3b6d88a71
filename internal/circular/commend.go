package circular

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Commend (名单建议) finds at the end of a period whom its results suggest for praise and for account, and tells the
// project office and the inspection office, who decide. Nobody else hears of it. Run again, nothing is suggested twice.
func (c *Circular) Commend(ctx context.Context, moment time.Time) error {
	today := workday.DayOf(moment.In(clock.Shanghai))
	p, ok := c.dueOn(today)
	if !ok {
		return fault.Newf(fault.Invalid, "%s不是通报日。", today.ChineseFull())
	}
	results, err := c.results(ctx, p, today)
	if err != nil {
		return err
	}
	groups, err := c.Store.Groups(ctx, c.District)
	if err != nil {
		return fmt.Errorf("read the groups: %w", err)
	}
	return c.Store.Write(ctx, c.District, func(tx *store.Tx) error {
		before, err := tx.Reads().Suggestions(ctx, c.District, today.Year())
		if err != nil {
			return err
		}
		out := ledger.Suggest(results, before, c.Commended, p.Key, today, clock.At(moment))
		waiting, err := tx.Reads().Undecided(ctx, c.District)
		if err != nil {
			return err
		}
		for _, g := range groups {
			if len(waiting)+len(out.Suggestions) > 0 && decides(g) {
				out.Notices = append(out.Notices, ledger.Notice{
					Cause: commendCause + ":" + p.Key, To: ledger.Recipient{Group: g.ID}, Rank: ledger.RankReminder, Due: clock.At(moment),
				})
			}
		}
		_, err = tx.Apply(out)
		return err
	})
}

// commendCause begins the cause of what tells of suggestions.
const commendCause = "commend"

func decides(g ledger.Group) bool {
	return g.Active && (g.Class == ledger.GroupOffice || g.Class == ledger.GroupInspection)
}

// results gathers what the ranked units have to show.
func (c *Circular) results(ctx context.Context, p period.Period, today workday.Day) ([]ledger.Result, error) {
	is, err := c.issue(ctx, p)
	if err != nil {
		return nil, err
	}
	against, err := c.Store.OffencesBy(ctx, c.District, today.Year(), today)
	if err != nil {
		return nil, err
	}
	early, err := c.Store.EarlyNodes(ctx, c.District, clock.At(period.Closes(p.Prev(), c.Calendar)), clock.At(period.Closes(p, c.Calendar)))
	if err != nil {
		return nil, err
	}
	ahead := map[ledger.ProjectID]int{}
	for _, m := range early {
		ahead[m.ProjectID]++
	}
	var out []ledger.Result
	for _, b := range is.boards {
		for _, pl := range b.Places {
			u := is.units[pl.R.UnitID]
			x := ledger.Result{Unit: u, Among: b.Word, Place: pl.R.Place, Of: len(b.Places), Moved: pl.R.Moved}
			o := against[u.ID]
			x.Orders, x.Unanswered, x.Listed = o.Orders, o.Unanswered, o.Listed
			for _, s := range is.snaps {
				if of := s.HostUnitID == u.ID; of && u.Kind != ledger.Department || s.LeadUnitID == u.ID && u.Kind == ledger.Department {
					x.Due, x.Kept, x.Missed, x.Ahead = x.Due+s.Facts.NodesDue, x.Kept+s.Facts.NodesKept, x.Missed+s.Facts.Missed, x.Ahead+ahead[s.ProjectID]
				}
			}
			out = append(out, x)
		}
	}
	return out, nil
}

// suggested is a suggestion with the unit it is about.
type suggested struct {
	ledger.Suggestion
	Unit string
	When string // the period whose results they are
}

func (is *issue) called(all []ledger.Suggestion, roll ledger.Roll) []suggested {
	var out []suggested
	for _, s := range all {
		if s.Roll == roll {
			one := suggested{s, is.units[s.UnitID].Name, ""}
			if p, ok := period.Parse(is.period.Mode, s.Period); ok {
				one.When = p.Name()
			}
			out = append(out, one)
		}
	}
	return out
}

// composeCommend words what waits for a decision: "commend:2026-03a".
func (c *Circular) composeCommend(ctx context.Context, is *issue, v ledger.Viewer) (words.Letter, error) {
	if v.Group == nil || !decides(*v.Group) {
		return words.Letter{Drop: "群已不是项目办或督查室群"}, nil
	}
	waiting, err := c.Store.Undecided(ctx, c.District)
	switch {
	case err != nil:
		return words.Letter{}, err
	case len(waiting) == 0:
		return words.Letter{Drop: "建议均已决定"}, nil
	}
	var l words.Letter
	l.Message, err = c.Words.Say("circular/commend", struct {
		Period          period.Period
		Praise, Account []suggested
		First           ledger.Suggestion
	}{is.period, is.called(waiting, ledger.RollPraise), is.called(waiting, ledger.RollAccount), waiting[0]})
	return l, err
}

// adopted reads what was taken up since the circular before: this one makes it known.
func (c *Circular) adopted(ctx context.Context, is *issue) error {
	published := func(p period.Period) clock.Instant {
		return clock.At(period.Plan(p, c.Calendar).Publish.At(9, 12, clock.Shanghai))
	}
	all, err := c.Store.AdoptedBetween(ctx, c.District, published(is.period.Prev()), published(is.period))
	is.praised, is.accounted = is.called(all, ledger.RollPraise), is.called(all, ledger.RollAccount)
	return err
}
