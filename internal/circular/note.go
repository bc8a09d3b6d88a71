package circular

import (
	"context"

	"duban/internal/clock"
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
	Mark string // what became of it until the cut-off: "申诉中", "申诉成立，不计次" …
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
	marks, err := c.marks(ctx, steps, ids, clock.At(period.Closes(r.period, c.Calendar)))
	if err != nil {
		return err
	}
	for i, s := range steps {
		n := notedStep{s, owed[s.CommitmentID], r.projects[s.ProjectID], marks[i]}
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

// marks says of each step what became of it until the cut-off: contested, upheld, taken back.
func (c *Circular) marks(ctx context.Context, steps []ledger.Step, ids []ledger.CommitmentID, until clock.Instant) ([]string, error) {
	strikes, err := c.Store.StrikesOn(ctx, c.District, ids)
	if err != nil {
		return nil, err
	}
	contests, err := c.Store.ContestsOn(ctx, c.District, ids)
	if err != nil {
		return nil, err
	}
	orders, err := c.Store.OrdersOn(ctx, c.District, ids)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(steps))
	for i, s := range steps {
		for _, k := range strikes {
			if k.CommitmentID == s.CommitmentID && k.DueOn == s.DueOn && s.Struck() {
				out[i] = mark(k, contests[k.ID], until)
			}
		}
		if o := orders[s.OrderID]; o.VoidedAt != 0 && o.VoidedAt <= until {
			out[i] = "已撤销"
		}
	}
	return out, nil
}

func mark(k ledger.Strike, x ledger.Contest, until clock.Instant) string {
	lifted := k.State == ledger.StrikeLifted && k.LiftedAt <= until
	switch {
	case lifted && x.ID != 0:
		return "申诉成立，不计次"
	case lifted:
		return "已容错，不计次"
	case x.ID == 0 || x.AskedAt > until:
		return ""
	case x.State == ledger.ContestAsked || x.DecidedAt > until:
		return "申诉中"
	}
	return "申诉未成立，维持"
}
