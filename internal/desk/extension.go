package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// AskExtension (延期) asks for a later day; it gives the request.
func (a *Acts) AskExtension(by ledger.Actor, id ledger.CommitmentID, to workday.Day, reason string) (ledger.Extension, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return ledger.Extension{}, err
	}
	if err := m.mover("延期申请"); err != nil {
		return ledger.Extension{}, err
	}
	switch x, err := a.read.AskedExtension(a.ctx, a.tx.District, m.ID); {
	case err == nil && x.FromOn == m.DueOn:
		return x, fault.Newf(fault.Conflict, "%s已申请延期至%s，正在等待审批。", m.Code, x.ToOn.ChineseFull())
	case err != nil && fault.CodeOf(err) != fault.NotFound:
		return x, err
	}
	out, err := ledger.AskExtension(m.Commitment, m.project, to, reason, a.desk.Calendar, m.roster, by)
	if err != nil {
		return ledger.Extension{}, err
	}
	out.Saved = append(out.Saved, m.Commitment) // unchanged but for its version: two requests at once are one too many
	if _, err := a.tx.Apply(out); err != nil {
		return ledger.Extension{}, err
	}
	return a.read.AskedExtension(a.ctx, a.tx.District, m.ID)
}

// GrantExtension (同意延期) moves the due day to the one asked for; it gives the commitment as it is now
// and the request it granted.
func (a *Acts) GrantExtension(by ledger.Actor, id ledger.CommitmentID) (ledger.Commitment, ledger.Extension, error) {
	m, x, err := a.asked(by, id)
	if err != nil {
		return m.Commitment, x, err
	}
	strikes, err := a.read.StrikesOf(a.ctx, a.tx.District, m.ID)
	if err != nil {
		return m.Commitment, x, err
	}
	out, err := ledger.GrantExtension(m.Commitment, m.project, x, strikes, a.desk.Rules, a.desk.Calendar, by)
	if err != nil {
		return m.Commitment, x, err
	}
	now, err := a.apply(m, out)
	return now, out.Extensions[0], err
}

// DenyExtension (不同意延期) leaves the due day; it gives the request it denied.
func (a *Acts) DenyExtension(by ledger.Actor, id ledger.CommitmentID, reason string) (ledger.Commitment, ledger.Extension, error) {
	m, x, err := a.asked(by, id)
	if err != nil {
		return m.Commitment, x, err
	}
	out, err := ledger.DenyExtension(m.Commitment, x, reason, by)
	if err != nil {
		return m.Commitment, x, err
	}
	now, err := a.apply(m, out)
	return now, out.Extensions[0], err
}

// asked reads a commitment the actor may judge, with its request that waits.
func (a *Acts) asked(by ledger.Actor, id ledger.CommitmentID) (matter, ledger.Extension, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m, ledger.Extension{}, err
	}
	if err := m.judge("延期审批"); err != nil {
		return m, ledger.Extension{}, err
	}
	x, err := a.read.AskedExtension(a.ctx, a.tx.District, m.ID)
	if fault.CodeOf(err) != fault.NotFound {
		return m, x, err
	}
	last, none := a.read.LastExtension(a.ctx, a.tx.District, m.ID)
	if none != nil {
		return m, x, err
	}
	word := map[string]string{"granted": "同意延至" + last.ToOn.ChineseFull(), "denied": "不同意"}[last.State]
	return m, x, a.decidedBefore(by, m, "延期申请", word, last.DecidedBy, last.DecidedAt)
}
