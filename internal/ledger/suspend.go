package ledger

import (
	"fmt"

	"duban/internal/fault"
)

// Suspend (暂停) stops a project's clocks; the watch skips it and says so.
func Suspend(p Project, reason string, by Actor) (Outcome, error) {
	if p.Suspended {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已在暂停中。", p.Name)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明暂停理由，例如：暂停 %s 规划调整", p.Name)); err != nil {
		return Outcome{}, err
	}
	p.Suspended, p.SuspendedFor = true, reason
	return Outcome{Projects: []Project{p}, Entries: []Entry{by.entry(p.DistrictID, p.Subject(), "suspend", reason)}}, nil
}

// Resume (恢复) starts them again; open are the project's open commitments, looked at from today.
func Resume(p Project, open []Commitment, by Actor) (Outcome, error) {
	if !p.Suspended {
		return Outcome{}, fault.Newf(fault.Conflict, "%s没有暂停。", p.Name)
	}
	p.Suspended, p.SuspendedFor = false, ""
	out := Outcome{Projects: []Project{p}, Entries: []Entry{by.entry(p.DistrictID, p.Subject(), "resume", "")}}
	for _, m := range open {
		if m.State == Open {
			m.NextLook = by.Today
			out.Saved = append(out.Saved, m)
		}
	}
	return out, nil
}
