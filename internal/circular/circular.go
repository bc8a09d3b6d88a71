// Package circular is the hand that ranks the units and circulates a period's report (floor 3). It says
// what was true at the cut-off: every figure comes from the frozen snapshots, so that all read the same
// whenever they are served. It must not look at the ledger's present state but for names and for who
// may see what.
package circular

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Options are what Circular needs.
type Options struct {
	Store     *store.Store
	District  ledger.DistrictID
	Calendar  *workday.Calendar
	Mode      period.Mode
	Weights   score.Weights
	Commended ledger.CommendRules
	Words     *words.Words
}

// Circular ranks and circulates for one district.
type Circular struct{ Options }

// New makes the circular.
func New(o Options) *Circular { return &Circular{o} }

// Publish (通报) ranks the units for the period whose circular is due at the moment and sends it to
// every group it concerns. The ranking is written once; run again, nobody is told twice.
func (c *Circular) Publish(ctx context.Context, moment time.Time) error {
	p, ok := c.dueOn(workday.DayOf(moment.In(clock.Shanghai)))
	if !ok {
		return fault.Newf(fault.Invalid, "%s不是通报日。", workday.DayOf(moment.In(clock.Shanghai)).ChineseFull())
	}
	snaps, err := c.Store.Snapshots(ctx, c.District, p.Key)
	if err != nil {
		return fmt.Errorf("read the snapshots of %s: %w", p.Key, err)
	}
	if len(snaps) == 0 {
		return c.nothingFrozen(ctx, p)
	}
	if err := c.halfFrozen(ctx, p); err != nil {
		return err
	}
	ranking, err := c.rank(ctx, p, snaps)
	if err != nil {
		return err
	}
	to, err := c.audience(ctx, snaps)
	if err != nil {
		return err
	}
	var out ledger.Outcome
	for _, g := range to {
		out.Notices = append(out.Notices, ledger.Notice{
			Cause: "circular:" + p.Key, To: ledger.Recipient{Group: g}, Rank: ledger.RankCircular, Due: clock.At(moment),
		})
	}
	return c.Store.Write(ctx, c.District, func(tx *store.Tx) error {
		if err := tx.Rank(p.Key, ranking); err != nil {
			return err
		}
		_, err := tx.Apply(out)
		return err
	})
}

// nothingFrozen: a district without projects has no circular; one with projects has no cut-off yet.
func (c *Circular) nothingFrozen(ctx context.Context, p period.Period) error {
	projects, err := c.Store.ProjectsAfter(ctx, c.District, 0, 1)
	if err != nil || len(projects) == 0 {
		return err
	}
	return fault.Newf(fault.Conflict, "%s尚未截止，不能通报。请先执行截止快照（cutoff）。", p.FullName())
}

// halfFrozen refuses a period whose cut-off was given up on the way: what is frozen is a part of the
// district, and a ranking of a part is a wrong one. A cut-off that was never booked was made by hand.
func (c *Circular) halfFrozen(ctx context.Context, p period.Period) error {
	at := clock.At(period.Closes(p, c.Calendar))
	runs, err := c.Store.JobRuns(ctx, c.District, at, at)
	if err != nil {
		return fmt.Errorf("read how the cut-off of %s went: %w", p.Key, err)
	}
	for _, r := range runs {
		if r.Name == cutOffJob && r.State != "done" {
			return fault.Newf(fault.Conflict, "%s的截止快照没有做完，不能通报。请先执行截止快照（cutoff），再执行通报（publish）。", p.FullName())
		}
	}
	return nil
}

// cutOffJob is what the cut-off is called in the book of jobs.
const cutOffJob = "cutoff"

func (c *Circular) dueOn(day workday.Day) (period.Period, bool) {
	at := c.Mode.Of(day)
	for range 3 {
		if period.Plan(at, c.Calendar).Publish == day {
			return at, true
		}
		at = at.Prev()
	}
	return period.Period{}, false
}

// audience gives the active groups that have something to read: who sees the whole, and whose own
// projects are among those frozen.
func (c *Circular) audience(ctx context.Context, snaps []store.Snapshot) ([]ledger.GroupID, error) {
	groups, err := c.Store.Groups(ctx, c.District)
	if err != nil {
		return nil, fmt.Errorf("read the groups: %w", err)
	}
	bound, err := c.Store.GroupProjects(ctx, c.District)
	if err != nil {
		return nil, fmt.Errorf("read the groups' projects: %w", err)
	}
	units, err := c.Store.Units(ctx, c.District)
	if err != nil {
		return nil, fmt.Errorf("read the units: %w", err)
	}
	frozen := map[ledger.ProjectID]bool{}
	leaders := map[ledger.PersonID]bool{}
	busy := map[ledger.UnitID]bool{} // units with a project, and all units above them
	parent := map[ledger.UnitID]ledger.UnitID{}
	for _, u := range units {
		parent[u.ID] = u.ParentID
	}
	for _, s := range snaps {
		frozen[s.ProjectID], leaders[s.LeaderID] = true, true
		for _, u := range []ledger.UnitID{s.HostUnitID, s.LeadUnitID} {
			for ; u != 0 && !busy[u]; u = parent[u] {
				busy[u] = true
			}
		}
	}
	carries := map[ledger.GroupID]bool{}
	for _, b := range bound {
		carries[b.GroupID] = carries[b.GroupID] || frozen[b.ProjectID]
	}
	var out []ledger.GroupID
	for _, g := range groups {
		switch g.Class {
		case ledger.GroupDistrict, ledger.GroupOffice, ledger.GroupInspection:
			out = append(out, g.ID)
		case ledger.GroupLeader:
			if g.LeaderID != 0 && leaders[g.LeaderID] {
				out = append(out, g.ID)
			}
		case ledger.GroupTaskForce:
			if carries[g.ID] {
				out = append(out, g.ID)
			}
		case ledger.GroupUnit:
			if busy[g.UnitID] {
				out = append(out, g.ID)
			}
		}
	}
	return out, nil
}

// templates says how each class of group reads it.
var templates = map[ledger.GroupClass]string{
	ledger.GroupDistrict:   "circular/whole",
	ledger.GroupOffice:     "circular/whole",
	ledger.GroupLeader:     "circular/leader",
	ledger.GroupTaskForce:  "circular/task_force",
	ledger.GroupUnit:       "circular/unit",
	ledger.GroupInspection: "circular/inspection",
}
