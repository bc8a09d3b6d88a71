package desk

import (
	"duban/internal/fault"
	"duban/internal/ledger"
)

// Done (办结) reports a commitment done and gives it as it is now; of a reply it is the 督办回复. photos are
// hashes Photo gave. A filing is settled by reporting on the project, never by saying that it is done.
func (a *Acts) Done(by ledger.Actor, id ledger.CommitmentID, evidence string, photos ...string) (ledger.Commitment, error) {
	m, err := a.matter(by, id)
	if err != nil {
		return m.Commitment, err
	}
	if err := m.mover("办结申请"); err != nil {
		return m.Commitment, err
	}
	if ledger.Kinds[m.Kind].Closes {
		name := "项目"
		if m.project != nil {
			name = m.project.Name
		}
		for _, r := range a.desk.Recurring {
			if r.Name == m.Source {
				return m.Commitment, fault.Newf(fault.Invalid, "%s一报即办结，请直接报送，例如：%s", m.Title, r.Say(name))
			}
		}
		return m.Commitment, fault.Newf(fault.Invalid, "报送事项无需办结，请直接报送进展，例如：报 %s 65%% 主体结构封顶", name)
	}
	out, err := ledger.ReportDone(m.Commitment, evidence, photos, m.roster, by)
	if err != nil {
		return m.Commitment, err
	}
	return a.apply(m, out)
}
