package watch

import (
	"context"
	"slices"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// nextNodes is how many of a project's coming nodes a snapshot keeps.
const nextNodes = 3

// CutOff (截止) freezes every project for the period that closes at the moment, and makes whoever did
// not report owe a filing. A project is frozen once: run again, it writes nothing. Caught up late, it
// freezes what is known by then, but only reports made before the moment count as made.
func (w *Watch) CutOff(ctx context.Context, moment time.Time) error {
	day := today(moment)
	for _, p := range w.near(day) {
		if period.Plan(p, w.Calendar).CutOff == day {
			err := w.eachBatch(ctx, func(projects []ledger.Project) error { return w.freeze(ctx, projects, p, day, clock.At(moment)) })
			if err != nil {
				return err
			}
			return w.chaseGaps(ctx, moment)
		}
	}
	return fault.Newf(fault.Invalid, "%s不是截止日。", day.ChineseFull())
}

// freeze takes one batch of projects that are not frozen yet, in one transaction. It first takes hold of
// the projects' rows, which every report changes: a report is either committed before and seen here, or
// finds its project moved and is weighed again, with the filing it then settles. So no report counts for a
// period and owes its filing as well.
func (w *Watch) freeze(ctx context.Context, projects []ledger.Project, p period.Period, day workday.Day, at clock.Instant) error {
	ids := make([]ledger.ProjectID, 0, len(projects))
	for _, p := range projects {
		ids = append(ids, p.ID)
	}
	frozen, err := w.Store.Frozen(ctx, w.District, p.Key, ids)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id ledger.ProjectID) bool { return frozen[id] })
	if len(ids) == 0 {
		return nil
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		if err := tx.Hold(ids); err != nil {
			return err
		}
		return w.freezeHeld(ctx, tx, ids, p, day, at)
	})
}

// freezeHeld freezes the projects as they are now that nobody else can change them.
func (w *Watch) freezeHeld(ctx context.Context, tx *store.Tx, ids []ledger.ProjectID, p period.Period, day workday.Day, at clock.Instant) error {
	read := tx.Reads()
	projects, err := read.ProjectsByID(ctx, w.District, ids)
	if err != nil {
		return err
	}
	reported, err := read.ReportedBetween(ctx, w.District, ids, clock.At(w.cutOff(p.Prev())), clock.At(w.cutOff(p)))
	if err != nil {
		return err
	}
	owed, strikes, err := read.Weighed(ctx, w.District, ids)
	if err != nil {
		return err
	}
	contested, err := read.ContestedOn(ctx, w.District, ids)
	if err != nil {
		return err
	}
	planned := map[ledger.Percent][]ledger.ProjectID{}
	var rows []store.Snapshot
	var out ledger.Outcome
	for _, id := range ids {
		pr := projects[id]
		was := pr.Planned
		pr.Planned = plannedProgress(pr, owed[pr.ID], day)
		if pr.Planned != was {
			planned[pr.Planned] = append(planned[pr.Planned], pr.ID)
		}
		row := w.snapshot(pr, owed[pr.ID], strikes[pr.ID], day)
		row.Period, row.Reported, row.Facts.Contested = p.Key, reported[pr.ID], contested[pr.ID]
		if row.Silent() {
			row.Facts.Missed++
			m := w.filing(pr, p, day, at)
			out.New = append(out.New, m)
			out.Entries = append(out.Entries, ledger.Entry{DistrictID: w.District, Subject: pr.Subject(), At: at, Act: "filing:owed", Note: m.Title})
		}
		rows = append(rows, row)
	}
	if err := tx.Freeze(rows); err != nil {
		return err
	}
	if err := tx.SetPlanned(planned); err != nil {
		return err
	}
	_, err = tx.Apply(out)
	return err
}

// filing is what is owed for a report that was not made.
func (w *Watch) filing(p ledger.Project, of period.Period, day workday.Day, at clock.Instant) ledger.Commitment {
	due := w.Calendar.After(day, w.Rules.FilingDays)
	return ledger.Commitment{
		DistrictID: w.District, Kind: ledger.Filing, Title: of.Name() + "项目进展", ProjectID: p.ID,
		UnitID: p.LeadUnitID, OwnerID: p.OwnerID, FirstDueOn: due, DueOn: due, State: ledger.Open, Period: of.Key, CreatedAt: at,
		NextLook: w.Calendar.Next(ledger.Deadline(due, w.Calendar).AddDays(1)),
	}
}

// snapshot gives a project with its colour and what a ranking counts, on the day.
func (w *Watch) snapshot(p ledger.Project, owed []ledger.Commitment, strikes []ledger.Strike, day workday.Day) store.Snapshot {
	var shades []ledger.Shade
	for _, m := range owed {
		if !m.State.Closed() {
			before := slices.ContainsFunc(strikes, func(k ledger.Strike) bool { return k.CommitmentID == m.ID && k.DueOn != m.DueOn })
			shades = append(shades, ledger.ColourOf(m, p.Suspended, before, w.Rules, w.Calendar, day))
		}
	}
	shade := ledger.ColourOfProject(p, shades, w.Rules)
	return store.Snapshot{
		ProjectID: p.ID, Progress: p.Progress, Planned: p.Planned, Investment: p.Investment, InvestedYear: p.InvestedYear,
		PlannedYear: p.PlannedYear, Owed: ledger.OwesReport(p), Colour: shade.Colour, Why: shade.Why, Stage: p.Stage,
		HostUnitID: p.HostUnitID, LeadUnitID: p.LeadUnitID, LeaderID: p.LeaderID, LastText: p.LastText,
		Facts: w.facts(owed, strikes, day),
	}
}

func (w *Watch) facts(owed []ledger.Commitment, strikes []ledger.Strike, day workday.Day) store.Facts {
	var f store.Facts
	for _, m := range owed {
		switch {
		case m.State == ledger.Waived || m.State == ledger.Cancelled || m.DueOn.Year() != day.Year():
		case m.Excused == m.DueOn: // contested and taken back: it counts neither way
		case m.Kind == ledger.Filing:
			f.Missed++
		case m.Kind == ledger.Milestone:
			done, kept := w.kept(m)
			if done || ledger.Deadline(m.DueOn, w.Calendar) < day {
				f.NodesDue++
			}
			if kept {
				f.NodesKept++
			}
		}
	}
	for _, k := range strikes {
		if k.Kind != ledger.Filing && k.On.Year() == day.Year() {
			f.Strikes++
		}
	}
	f.Next = coming(owed)
	return f
}

// kept says whether a node was reported done, and whether in time. One closed without a day (taken
// over as done from the district's own ledger) counts as kept.
func (w *Watch) kept(m ledger.Commitment) (done, inTime bool) {
	if m.State != ledger.Accepted && m.State != ledger.Reported {
		return false, false
	}
	at := m.DoneAt
	if at == 0 {
		at = m.ClosedAt
	}
	return true, at == 0 || today(at.Time()) <= ledger.Deadline(m.DueOn, w.Calendar)
}

// coming gives the open nodes that come first.
func coming(owed []ledger.Commitment) []store.NextNode {
	var out []store.NextNode
	for _, m := range owed {
		if m.Kind == ledger.Milestone && m.State == ledger.Open {
			out = append(out, store.NextNode{Code: m.Code, Title: m.Title, DueOn: m.DueOn, FirstDueOn: m.FirstDueOn})
		}
	}
	slices.SortStableFunc(out, func(a, b store.NextNode) int { return int(a.DueOn - b.DueOn) })
	return out[:min(len(out), nextNodes)]
}

// plannedProgress is the weight of the nodes due by the day in that of all nodes; waived and cancelled
// ones count nowhere, nor what a stage asks for next, and nodes without any weight count alike. A project without
// nodes is planned evenly from its start to its target day; without these nothing is planned.
func plannedProgress(p ledger.Project, owed []ledger.Commitment, day workday.Day) ledger.Percent {
	var due, all, dueNodes, nodes int
	for _, m := range owed {
		if m.Kind != ledger.Milestone || m.State == ledger.Waived || m.State == ledger.Cancelled || m.Source == ledger.StageSource {
			continue
		}
		all += m.Weight
		nodes++
		if m.DueOn <= day {
			due += m.Weight
			dueNodes++
		}
	}
	switch {
	case all > 0:
		return share(due, all)
	case nodes > 0:
		return share(dueNodes, nodes)
	case p.StartOn != 0 && p.TargetOn > p.StartOn:
		return share(min(max(0, day.Sub(p.StartOn)), p.TargetOn.Sub(p.StartOn)), p.TargetOn.Sub(p.StartOn))
	}
	return 0
}

func share(part, whole int) ledger.Percent {
	return ledger.Percent(int64(part) * int64(ledger.Full) / int64(whole))
}
