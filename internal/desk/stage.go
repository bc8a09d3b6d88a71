package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Staged is a project at a stage it came to.
type Staged struct {
	P    ledger.Project
	C    ledger.StageChange
	Next ledger.Commitment   // what it must produce next; ID 0 for nothing new
	Done []ledger.Commitment // what the stage before had to produce: reported done by it
}

// MoveStage (阶段) takes a project to another stage. Whoever reports on it may; the office hears of it.
func (a *Acts) MoveStage(by ledger.Actor, id ledger.ProjectID, said ledger.StageSaid) (Staged, error) {
	p, v, err := a.project(by, id)
	if err != nil {
		return Staged{}, err
	}
	if !ledger.MayReport(v, &p) {
		return Staged{}, fault.Newf(fault.Forbidden, "%s的阶段由其联络员、专班成员或项目办报送。", p.Name)
	}
	changes, err := a.read.StageChanges(a.ctx, a.tx.District, p.ID)
	if err != nil {
		return Staged{}, err
	}
	var last ledger.StageChange
	if n := len(changes); n > 0 {
		last = changes[n-1]
	}
	nodes, ro, _, err := a.scheduling(p)
	if err != nil {
		return Staged{}, err
	}
	out, err := ledger.MoveStage(p, said, last, nodes, a.desk.StageNext, a.desk.Calendar, ro, by)
	if err != nil {
		return Staged{}, err
	}
	w, err := a.tx.Apply(out)
	if err != nil {
		return Staged{}, err
	}
	got := Staged{P: out.Projects[0], C: out.StageChanges[0], Done: out.Saved}
	if len(w.New) > 0 {
		got.Next = w.New[0]
	}
	return got, nil
}
