package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Classify (归类) says what a problem is about where its words were taken for something else.
func (a *Acts) Classify(by ledger.Actor, id ledger.CommitmentID, element string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if !ledger.MayClassify(m.viewer, m.project, m.Commitment) {
		return m.Commitment, fault.Newf(fault.Forbidden, "%s由责任单位、责任人、提出人或项目办归类，您没有此权限。", m.Code)
	}
	out, err := ledger.Classify(m.Commitment, element, a.desk.Elements, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
