package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// HandUp (上报) hands a problem up a level with what was tried, and gives it as it is now.
func (a *Acts) HandUp(by ledger.Actor, id ledger.CommitmentID, tried string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if level := m.LevelOf(); level > 0 && level < ledger.LevelDispatch && !ledger.MayHandUp(m.viewer, m.project, m.Commitment) {
		if level == ledger.LevelLeader {
			return m.Commitment, fault.Newf(fault.Forbidden, "%s已在包联领导层面，由包联领导或项目办提交区调度会。", m.Code)
		}
		return m.Commitment, fault.Newf(fault.Forbidden, "%s由责任单位、责任人、提出人或项目办上报，您没有此权限。", m.Code)
	}
	out, err := ledger.HandUp(m.Commitment, tried, a.desk.Rules, a.desk.Calendar, m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
