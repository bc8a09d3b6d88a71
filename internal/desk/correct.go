package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Correct (更正) puts a report in the place of the one of the receipt, or with "" of the person's own latest,
// and gives the old one, the new one and the project. It may be corrected as long as it may be withdrawn.
func (a *Acts) Correct(by ledger.Actor, receipt string, said ledger.Said) (was, now ledger.Update, p ledger.Project, err error) {
	if was, err = a.receipt(by, receipt); err != nil {
		return was, now, p, err
	}
	p, _, err = a.project(by, was.ProjectID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return was, now, p, errNoReceipt
	case err != nil:
		return was, now, p, err
	}
	settled, err := a.settled(was)
	if err != nil {
		return was, now, p, err
	}
	said.Period = a.period()
	out, err := ledger.Correct(p, was, said, settled, by)
	if err != nil {
		return was, now, p, err
	}
	if err := a.latest(was); err != nil {
		return was, now, p, err
	}
	now, p, err = a.wrote(p, out)
	return was, now, p, err
}
