package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// AskPause (暂停, 恢复) asks that a project's clocks be stopped, or started again. It gives the request.
func (a *Acts) AskPause(by ledger.Actor, id ledger.ProjectID, resumes bool, reason string) (ledger.Suspension, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return ledger.Suspension{}, err
	}
	if !ledger.MayAskPause(v, &p) {
		return ledger.Suspension{}, fault.New(fault.Forbidden, "项目暂停和恢复由项目联络员、专班、责任单位负责人、包联领导或项目办提出，您没有此权限。")
	}
	switch x, err := a.read.AskedSuspension(a.ctx, a.tx.District, p.ID); {
	case err == nil && x.Resumes == resumes:
		return x, fault.Newf(fault.Conflict, "%s已申请%s，正在等待审批。", p.Name, pauses[resumes])
	case err != nil && fault.CodeOf(err) != fault.NotFound:
		return x, err
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return ledger.Suspension{}, err
	}
	ask := ledger.AskSuspension
	if resumes {
		ask = ledger.AskResumption
	}
	out, err := ask(p, reason, a.desk.Rules, ro, by)
	if err != nil {
		return ledger.Suspension{}, err
	}
	_, err = a.tx.Apply(out)
	return out.Suspensions[0], err
}

// pauses are the words of a request.
var pauses = map[bool]string{false: "暂停", true: "恢复"}

// Paused is what a decision on a request led to.
type Paused struct {
	Project ledger.Project
	Request ledger.Suspension
	Moved   int // matters whose day was moved on
}

// GrantPause (同意暂停, 同意恢复) does what was asked for.
func (a *Acts) GrantPause(by ledger.Actor, id ledger.ProjectID) (Paused, error) {
	p, x, ro, err := a.askedPause(by, id)
	if err != nil {
		return Paused{Project: p}, err
	}
	if !x.Resumes {
		out, err := ledger.Suspend(p, x, ro, by)
		return a.paused(p, out, err)
	}
	owed, err := a.read.CommitmentsOf(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return Paused{Project: p}, err
	}
	out, err := ledger.Resume(p, x, owed, a.desk.Rules, a.desk.Calendar, ro, by)
	return a.paused(p, out, err)
}

// DenyPause (不同意暂停, 不同意恢复) leaves things as they are.
func (a *Acts) DenyPause(by ledger.Actor, id ledger.ProjectID, reason string) (Paused, error) {
	p, x, ro, err := a.askedPause(by, id)
	if err != nil {
		return Paused{Project: p}, err
	}
	out, err := ledger.DenyPause(p, x, reason, ro, by)
	return a.paused(p, out, err)
}

// askedPause reads the request that waits on a project the actor may decide about; without one it says what
// became of the last.
func (a *Acts) askedPause(by ledger.Actor, id ledger.ProjectID) (ledger.Project, ledger.Suspension, ledger.Roster, error) {
	var ro ledger.Roster
	p, v, err := a.project(by, id)
	if err != nil {
		return p, ledger.Suspension{}, ro, err
	}
	if !ledger.MayPause(v, &p, a.desk.Rules) {
		return p, ledger.Suspension{}, ro, fault.New(fault.Forbidden, "项目的暂停和恢复由项目办、包联领导等按规则审批，您没有此权限。")
	}
	all, err := a.read.Suspensions(a.ctx, a.tx.District, p.ID)
	switch {
	case err != nil:
		return p, ledger.Suspension{}, ro, err
	case len(all) == 0:
		return p, ledger.Suspension{}, ro, fault.Newf(fault.Conflict, "%s没有待审批的暂停或恢复申请。", p.Name)
	}
	x := all[len(all)-1]
	if x.State != "asked" {
		word := map[string]string{"granted": "同意", "denied": "不同意"}[x.State] + pauses[x.Resumes]
		return p, x, ro, a.tooLate(by, p.Subject(), p.Name+"的"+pauses[x.Resumes]+"申请", word, x.DecidedBy, x.DecidedAt)
	}
	ro, err = a.read.Roster(a.ctx, a.tx.District, p.ID)
	return p, x, ro, err
}

// applyProject writes an outcome and reads the project as it is then.
func (a *Acts) applyProject(p ledger.Project, out ledger.Outcome) (ledger.Project, error) {
	if _, err := a.tx.Apply(out); err != nil {
		return p, err
	}
	return a.read.Project(a.ctx, a.tx.District, p.ID)
}

func (a *Acts) paused(p ledger.Project, out ledger.Outcome, err error) (Paused, error) {
	if err != nil {
		return Paused{Project: p}, err
	}
	done := Paused{Request: out.Suspensions[0]}
	for _, e := range out.Entries {
		if e.Act == "moved" {
			done.Moved++
		}
	}
	done.Project, err = a.applyProject(p, out)
	return done, err
}
