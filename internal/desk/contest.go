package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// AskContest (申诉) objects to the latest offence of a matter; the owner, and the head and the liaison of the
// unit may. It gives the contest.
func (a *Acts) AskContest(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Contest, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return ledger.Contest{}, err
	}
	if !ledger.MayContest(m.viewer, m.Commitment) {
		return ledger.Contest{}, fault.Newf(fault.Forbidden, "%s由责任人或责任单位负责人、联络员提出申诉。", m.Code)
	}
	strikes, err := a.read.StrikesOf(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return ledger.Contest{}, err
	}
	before, err := a.read.Contests(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return ledger.Contest{}, err
	}
	out, err := ledger.AskContest(m.Commitment, strikes, before, reason, a.desk.Rules, a.desk.Calendar, m.roster, by)
	if err != nil {
		return ledger.Contest{}, err
	}
	_, err = a.tx.Apply(out)
	return out.Contests[0], err
}

// Uphold (维持) leaves the contested offence as it was counted; the inspection office alone may.
func (a *Acts) Uphold(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, error) {
	m, c, err := a.contested(by, id)
	if err != nil {
		return m.Commitment, err
	}
	out, err := ledger.Uphold(m.Commitment, c, reason, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}

// Lift (撤销预警) takes the contested offence back, and with it the orders that stood on it; the inspection office
// alone may. It gives the orders that fell.
func (a *Acts) Lift(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, []ledger.Order, error) {
	m, c, err := a.contested(by, id)
	if err != nil {
		return m.Commitment, nil, err
	}
	g, err := a.read.Grounds(a.ctx, a.tx.District, m.ID, a.desk.Rules.Scope)
	if err != nil {
		return m.Commitment, nil, err
	}
	out, err := ledger.Lift(m.Commitment, c, g, reason, a.desk.Rules, a.desk.Calendar, m.roster, by)
	if err != nil {
		return m.Commitment, nil, err
	}
	var fell []ledger.Order
	for _, o := range out.Ruled {
		if o.VoidedAt != 0 {
			fell = append(fell, o)
		}
	}
	now, err := a.apply(m, out)
	return now, fell, err
}

// contested reads a matter with its oldest contest that waits, for the inspection office; without one it says
// what became of the last.
func (a *Acts) contested(by ledger.Actor, id ledger.CommitmentID) (matter, ledger.Contest, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m, ledger.Contest{}, err
	}
	if !m.viewer.Person.Has(ledger.RoleInspection) {
		return m, ledger.Contest{}, fault.New(fault.Forbidden, "申诉由督查室认定，请联系督查室。")
	}
	all, err := a.read.Contests(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m, ledger.Contest{}, err
	}
	var last ledger.Contest
	for _, c := range all {
		if c.State == ledger.ContestAsked {
			return m, c, nil
		}
		if c.DecidedAt >= last.DecidedAt {
			last = c
		}
	}
	if last.ID != 0 {
		word := map[string]string{ledger.ContestUpheld: "维持", ledger.ContestLifted: "撤销预警"}[last.State]
		return m, last, a.decidedBefore(by, m, "申诉", word, last.DecidedBy, last.DecidedAt)
	}
	return m, last, fault.Newf(fault.Conflict, "%s没有待答复的申诉。", m.Code)
}
