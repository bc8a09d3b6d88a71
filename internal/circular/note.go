package circular

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/period"
)

// noted is what the ladder did since the cut-off before, for the inspection office.
type noted struct {
	Lists, Orders, Warnings []notedStep
	Visits                  []visit // what was seen on sites and is not as reported; for the office too
}

// visit is a reading that is not as reported.
type visit struct {
	R ledger.Reading
	P ledger.Project
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
func (c *Circular) note(ctx context.Context, r *issue) error {
	before := period.Plan(r.period.Prev(), c.Calendar).CutOff
	steps, err := c.Store.StepsBetween(ctx, c.District, before, r.cut)
	if err != nil {
		return err
	}
	var ids []ledger.CommitmentID
	for _, s := range steps {
		ids = append(ids, s.CommitmentID)
	}
	rows, err := c.Store.Commitments(ctx, c.District, ids)
	if err != nil {
		return err
	}
	owed := map[ledger.CommitmentID]ledger.Commitment{}
	for _, m := range rows {
		owed[m.ID] = m
	}
	for _, s := range steps {
		n := notedStep{s, owed[s.CommitmentID], r.projects[s.ProjectID]}
		switch s.Name {
		case ledger.StepList:
			r.noted.Lists = append(r.noted.Lists, n)
		case ledger.StepOrder:
			r.noted.Orders = append(r.noted.Orders, n)
		case ledger.StepWarn:
			r.noted.Warnings = append(r.noted.Warnings, n)
		}
	}
	readings, err := c.Store.ReadingsBetween(ctx, c.District, before, r.cut)
	for _, x := range readings {
		if x.Mismatch {
			r.noted.Visits = append(r.noted.Visits, visit{x, r.projects[x.ProjectID]})
		}
	}
	return err
}
