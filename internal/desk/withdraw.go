package desk

import (
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// Withdraw (撤回) takes back a report by its receipt, or with "" the person's own latest one, and gives
// it with the project as it is now. Only until the report's period is cut off, and only while nobody has
// reported on the project since: the state before is put back, which must be the state it replaced.
func (a *Acts) Withdraw(by ledger.Actor, receipt string) (ledger.Update, ledger.Project, error) {
	u, err := a.receipt(by, receipt)
	if err != nil {
		return u, ledger.Project{}, err
	}
	p, _, err := a.project(by, u.ProjectID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return ledger.Update{}, p, errNoReceipt
	case err != nil:
		return u, p, err
	}
	settled, err := a.settled(u)
	if err != nil {
		return u, p, err
	}
	out, err := ledger.Withdraw(p, u, settled, by)
	if err != nil {
		return u, p, err
	}
	if err := a.latest(u); err != nil {
		return u, p, err
	}
	if _, err := a.tx.Apply(out); err != nil {
		return u, p, err
	}
	p, err = a.read.Project(a.ctx, a.tx.District, p.ID)
	return out.Withdrawn[0], p, err
}

// settled gives the filings a report settled.
func (a *Acts) settled(u ledger.Update) ([]ledger.Commitment, error) {
	all, err := a.read.CommitmentsOf(a.ctx, a.tx.District, u.ProjectID)
	return slices.DeleteFunc(all, func(m ledger.Commitment) bool {
		return m.Kind != ledger.Filing || m.State != ledger.Accepted || m.ClosedAt != u.At
	}), err
}

func (a *Acts) receipt(by ledger.Actor, receipt string) (ledger.Update, error) {
	if receipt == "" {
		return a.read.LastUpdateBy(a.ctx, a.tx.District, by.Person)
	}
	u, err := a.read.UpdateByReceipt(a.ctx, a.tx.District, receipt)
	if fault.CodeOf(err) == fault.NotFound {
		return u, errNoReceipt
	}
	return u, err
}

// latest refuses a withdrawal that would put back a state from before something else.
func (a *Acts) latest(u ledger.Update) error {
	if u.Period != a.period() {
		return fault.Newf(fault.Forbidden, "回执%s是上一周期的报送，已计入通报，不能撤回。如有更正，请重新报送。", u.Receipt)
	}
	last, err := a.read.LastUpdate(a.ctx, a.tx.District, u.ProjectID)
	switch {
	case err != nil:
		return err
	case last.ID != u.ID:
		return fault.Newf(fault.Conflict, "回执%s之后该项目又有新的报送%s，不能撤回。如有更正，请重新报送。", u.Receipt, last.Receipt)
	}
	return nil
}
