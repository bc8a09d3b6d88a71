package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Solve (问题答复) says what was done about a problem and reports it done. Beside those who may report it done,
// the unit that answers for it may, by its head and its liaison, and the project's leader.
func (a *Acts) Solve(by ledger.Actor, id ledger.CommitmentID, answer string, photos ...string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	switch {
	case err != nil:
		return m.Commitment, err
	case !ledger.Kinds[m.Kind].Raised:
		return m.Commitment, fault.Newf(fault.Invalid, "%s不是问题或交办事项。办结请发，例如：办结 %s 已完成并附佐证", m.Code, m.Code)
	case !ledger.MayAnswer(m.viewer, m.project, m.Commitment):
		return m.Commitment, fault.New(fault.Forbidden, "答复由责任单位、责任人或包联领导办理，您没有此权限。")
	}
	out, err := ledger.ReportDone(m.Commitment, answer, photos, m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
