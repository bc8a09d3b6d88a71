package circular

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/period"
)

// noted is what the ladder did since the cut-off before, for the inspection office.
type noted struct {
	Lists, Orders, Warnings []notedStep
}

// None reports whether nothing was done.
func (n noted) None() bool { return len(n.Lists)+len(n.Orders)+len(n.Warnings) == 0 }

// notedStep is one step with what it was taken on.
type notedStep struct {
	Step ledger.Step
	M    ledger.Commitment
	P    ledger.Project
}

// note reads the steps later than the cut-off day before and not later than this one's: steps never
// change, so the list is the same whenever it is read.
func (c *Circular) note(ctx context.Context, r *report) error {
	before := period.Plan(r.Period.Prev(), c.Calendar).CutOff
	steps, err := c.Store.StepsBetween(ctx, c.District, before, r.CutOff)
	if err != nil {
		return err
	}
	var ids []ledger.CommitmentID
	var projects []ledger.ProjectID
	for _, s := range steps {
		ids = append(ids, s.CommitmentID)
		projects = append(projects, s.ProjectID)
	}
	rows, err := c.Store.Commitments(ctx, c.District, ids)
	if err != nil {
		return err
	}
	owed := map[ledger.CommitmentID]ledger.Commitment{}
	for _, m := range rows {
		owed[m.ID] = m
	}
	on, err := c.Store.ProjectsByID(ctx, c.District, projects)
	if err != nil {
		return err
	}
	for _, s := range steps {
		n := notedStep{s, owed[s.CommitmentID], on[s.ProjectID]}
		switch s.Name {
		case ledger.StepList:
			r.Noted.Lists = append(r.Noted.Lists, n)
		case ledger.StepOrder:
			r.Noted.Orders = append(r.Noted.Orders, n)
		case ledger.StepWarn:
			r.Noted.Warnings = append(r.Noted.Warnings, n)
		}
	}
	return nil
}
