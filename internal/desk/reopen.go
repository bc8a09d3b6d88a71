package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Reopen (重新打开) takes the acceptance of a matter back; the office and the inspection office may.
func (a *Acts) Reopen(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	switch {
	case ledger.MayReopen(m.viewer, m.Commitment):
	case m.OwnerID == m.viewer.Person.ID:
		return m.Commitment, fault.New(fault.Forbidden, "重新打开须由他人办理，不能自己办理自己的事项。")
	case m.Kind == ledger.Reply:
		return m.Commitment, fault.New(fault.Forbidden, "督办回复由督查室重新打开，请联系督查室。")
	default:
		return m.Commitment, fault.New(fault.Forbidden, "重新打开由项目办或督查室办理，请联系项目办。")
	}
	out, err := ledger.Reopen(m.Commitment, reason, a.desk.Rules, a.desk.Calendar, m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
