package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// HandOver (转交) proposes that a commitment shall be somebody else's, and gives the proposal and the
// commitment. The office proposes and decides in one. While one waits there is no other. A problem that was
// handed to and fro too often goes up a level instead: there is no proposal then.
func (a *Acts) HandOver(by ledger.Actor, id ledger.CommitmentID, to ledger.PersonID, reason string) (ledger.Commitment, ledger.Handover, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, ledger.Handover{}, err
	}
	office := m.viewer.Person.Has(ledger.RoleOffice)
	if !m.viewer.Is(m.OwnerID) && !office && !(m.UnitID != 0 && m.viewer.Units[m.UnitID] && m.viewer.Person.Has(ledger.RoleUnitHead)) {
		return m.Commitment, ledger.Handover{}, fault.Newf(fault.Forbidden, "%s由其责任人、责任单位负责人或项目办提出转交。", m.Code)
	}
	person, err := a.read.Person(a.ctx, a.tx.District, to)
	if err != nil {
		return m.Commitment, ledger.Handover{}, err
	}
	all, err := a.read.Handovers(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m.Commitment, ledger.Handover{}, err
	}
	if h, ok := waitingOf(m.Commitment, all); ok {
		name := ""
		if p, err := a.read.Person(a.ctx, a.tx.District, h.ToID); err == nil {
			name = p.Name
		}
		return m.Commitment, h, fault.Newf(fault.Conflict, "%s已提出转交给%s，正在等待确认。", m.Code, name)
	}
	if !office && a.desk.Rules.Bounced(m.Commitment, all) {
		out, err := ledger.HandUpBounced(m.Commitment, person, reason, a.desk.Rules, a.desk.Calendar, m.roster, by)
		if err != nil {
			return m.Commitment, ledger.Handover{}, err
		}
		now, err := a.apply(m, out)
		return now, ledger.Handover{}, err
	}
	out, err := ledger.HandOver(m.Commitment, person, reason, grantedOf(all), a.desk.Rules, m.roster, by)
	if err != nil {
		return m.Commitment, ledger.Handover{}, err
	}
	if office {
		out.Notices = nil // decided at once, and told once
	}
	out.Saved = append(out.Saved, m.Commitment) // unchanged but for its version: two proposals at once are one too many
	now, err := a.apply(m, out)
	if err != nil {
		return now, ledger.Handover{}, err
	}
	if office {
		return a.TakeOver(by, id)
	}
	if all, err = a.read.Handovers(a.ctx, a.tx.District, m.ID); err != nil {
		return now, ledger.Handover{}, err
	}
	return now, all[len(all)-1], nil
}

// TakeOver (接收) confirms a handover: whom it goes to, the head of that person's unit, or the office; after
// Rules.HandOvers of them the office alone.
func (a *Acts) TakeOver(by ledger.Actor, id ledger.CommitmentID) (ledger.Commitment, ledger.Handover, error) {
	m, h, to, err := a.proposed(by, id)
	if err != nil {
		return m.Commitment, h, err
	}
	out, err := ledger.TakeOver(m.Commitment, h, to, m.roster, by)
	if err != nil {
		return m.Commitment, h, err
	}
	now, err := a.apply(m, out)
	return now, out.Handovers[0], err
}

// RefuseHandOver (不接收) leaves the commitment where it is.
func (a *Acts) RefuseHandOver(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, ledger.Handover, error) {
	m, h, _, err := a.proposed(by, id)
	if err != nil {
		return m.Commitment, h, err
	}
	out, err := ledger.RefuseHandOver(m.Commitment, h, reason, by)
	if err != nil {
		return m.Commitment, h, err
	}
	now, err := a.apply(m, out)
	return now, out.Handovers[0], err
}

// proposed reads a commitment with its handover that waits, for whoever may decide on it; whoever else may
// know of it is told who decides.
func (a *Acts) proposed(by ledger.Actor, id ledger.CommitmentID) (matter, ledger.Handover, ledger.Person, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m, ledger.Handover{}, ledger.Person{}, err
	}
	all, err := a.read.Handovers(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m, ledger.Handover{}, ledger.Person{}, err
	}
	h, ok := waitingOf(m.Commitment, all)
	if !ok {
		return m, h, ledger.Person{}, fault.Newf(fault.Conflict, "%s没有待确认的转交。", m.Code)
	}
	to, err := a.read.Person(a.ctx, a.tx.District, h.ToID)
	if err != nil {
		return m, h, to, err
	}
	officeOnly := grantedOf(all) >= a.desk.Rules.HandOvers
	switch {
	case ledger.MayTakeOver(m.viewer, h, officeOnly):
		return m, h, to, nil
	case officeOnly:
		return m, h, to, fault.Newf(fault.Forbidden, "%s已转交过%d次，这次由项目办确定责任人。", m.Code, grantedOf(all))
	}
	return m, h, to, fault.Newf(fault.Forbidden, "%s的转交由%s、其单位负责人或项目办确认。", m.Code, to.Name)
}

// offered reports whether a handover waits that the actor may decide on.
func (a *Acts) offered(m matter) (bool, error) {
	all, err := a.read.Handovers(a.ctx, a.tx.District, m.ID)
	h, ok := waitingOf(m.Commitment, all)
	return ok && ledger.MayTakeOver(m.viewer, h, false), err
}

// waitingOf gives the handover that waits and is still about the present owner.
func waitingOf(m ledger.Commitment, all []ledger.Handover) (ledger.Handover, bool) {
	for _, h := range all {
		if h.State == "asked" && h.FromID == m.OwnerID {
			return h, true
		}
	}
	return ledger.Handover{}, false
}

func grantedOf(all []ledger.Handover) int {
	n := 0
	for _, h := range all {
		if h.State == "granted" {
			n++
		}
	}
	return n
}
