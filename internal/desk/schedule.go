package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Draft is a project's schedule as a draft.
type Draft struct {
	P ledger.Project
	S ledger.Schedule
}

// Schedule (倒排) drafts a project's nodes backwards from the target day. Whoever reports on the project may, and the
// office; somebody else approves it.
func (a *Acts) Schedule(by ledger.Actor, id ledger.ProjectID, target workday.Day) (Draft, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return Draft{}, err
	}
	if !ledger.MayReport(v, &p) && !ledger.MayJudgeSchedule(v, &p) {
		return Draft{}, fault.Newf(fault.Forbidden, "%s的排期由其联络员、专班成员或项目办提出。", p.Name)
	}
	t, err := ledger.Fitting(a.desk.Templates, p)
	if err != nil {
		return Draft{}, err
	}
	nodes, ro, waiting, err := a.scheduling(p)
	if err != nil {
		return Draft{}, err
	}
	if waiting.State != "asked" {
		waiting = ledger.Schedule{}
	}
	out, err := ledger.Backward(p, t, target, nodes, waiting, a.desk.Calendar, ro, by)
	if err != nil {
		return Draft{}, err
	}
	return a.drafted(p, out)
}

// Redate (改排期) changes the day of one line of the draft that waits: whoever drafted it, and whoever decides on it.
func (a *Acts) Redate(by ledger.Actor, id ledger.ProjectID, no int, to workday.Day) (Draft, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return Draft{}, err
	}
	_, _, s, err := a.scheduling(p)
	if err != nil {
		return Draft{}, err
	}
	if s.State == "asked" && s.AskedBy != by.Person && !ledger.MayJudgeSchedule(v, &p) {
		return Draft{}, fault.Newf(fault.Forbidden, "%s的排期由提出人、项目办或包联领导修改。", p.Name)
	}
	out, err := ledger.Redate(p, s, no, to, a.desk.Calendar, by)
	if err != nil {
		return Draft{}, err
	}
	return a.drafted(p, out)
}

// GrantSchedule (同意排期) makes the draft that waits the project's nodes.
func (a *Acts) GrantSchedule(by ledger.Actor, id ledger.ProjectID) (Draft, error) {
	p, nodes, ro, s, err := a.judgedSchedule(by, id)
	if err != nil {
		return Draft{}, err
	}
	out, err := ledger.GrantSchedule(p, s, nodes, ro, by)
	if err != nil {
		return Draft{}, err
	}
	return a.drafted(p, out)
}

// DenySchedule (退回排期) ends the draft that waits.
func (a *Acts) DenySchedule(by ledger.Actor, id ledger.ProjectID, reason string) (Draft, error) {
	p, _, _, s, err := a.judgedSchedule(by, id)
	if err != nil {
		return Draft{}, err
	}
	out, err := ledger.DenySchedule(p, s, reason, by)
	if err != nil {
		return Draft{}, err
	}
	return a.drafted(p, out)
}

// judgedSchedule reads what a decision on a draft asks for, for somebody who may make it.
func (a *Acts) judgedSchedule(by ledger.Actor, id ledger.ProjectID) (p ledger.Project, nodes []ledger.Commitment, ro ledger.Roster, s ledger.Schedule, err error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return p, nil, ro, s, err
	}
	if !ledger.MayJudgeSchedule(v, &p) {
		return p, nil, ro, s, fault.Newf(fault.Forbidden, "%s的排期由项目办或包联领导审核。", p.Name)
	}
	nodes, ro, s, err = a.scheduling(p)
	return p, nodes, ro, s, err
}

// scheduling reads a project's matters, who stands around it and its last draft.
func (a *Acts) scheduling(p ledger.Project) ([]ledger.Commitment, ledger.Roster, ledger.Schedule, error) {
	nodes, err := a.read.CommitmentsOf(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return nil, ledger.Roster{}, ledger.Schedule{}, err
	}
	ro, err := a.read.Roster(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return nil, ro, ledger.Schedule{}, err
	}
	s, err := a.read.LastSchedule(a.ctx, a.tx.District, p.ID)
	return nodes, ro, s, err
}

// drafted writes an outcome and gives project and draft as they are now.
func (a *Acts) drafted(p ledger.Project, out ledger.Outcome) (Draft, error) {
	p, err := a.applyProject(p, out)
	if err != nil {
		return Draft{}, err
	}
	s, err := a.read.LastSchedule(a.ctx, a.tx.District, p.ID)
	return Draft{p, s}, err
}
