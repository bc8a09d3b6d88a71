package view

import (
	"context"

	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/workday"
)

// Silent is who has not reported for the present period, among what the viewer may see.
type Silent struct {
	Period   period.Period
	CutOff   workday.Day // its last day, until 18:00
	Projects []SilentLine
	Of       int // how many owe a report
}

// SilentLine is a project without a report, and who owes it.
type SilentLine struct {
	ledger.Project
	Owner string
}

// Silent gives who has not reported yet: five queries.
func (v *View) Silent(ctx context.Context, who ledger.Viewer) (Silent, error) {
	s := Silent{Period: v.Period()}
	s.CutOff = period.Plan(s.Period, v.Calendar).CutOff
	projects, err := v.Projects(ctx, who)
	if err != nil {
		return s, err
	}
	reported, err := v.Store.ReportedIn(ctx, v.District, s.Period.Key)
	if err != nil {
		return s, err
	}
	reg, err := v.People(ctx)
	if err != nil {
		return s, err
	}
	for _, p := range projects {
		if !ledger.OwesReport(p) {
			continue
		}
		s.Of++
		if !reported[p.ID] {
			s.Projects = append(s.Projects, SilentLine{p, reg.Called(p.OwnerID)})
		}
	}
	return s, nil
}
