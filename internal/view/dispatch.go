package view

import (
	"context"
	"slices"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/workday"
)

// Dispatch (调度统计) is the district in figures for the month before, as the city asks for them, from the ledger alone.
type Dispatch struct {
	Month     string
	Year      int
	Projects  int
	Invested  ledger.Money // total investment of all projects
	Planned   ledger.Money // of the year
	Done      ledger.Money // of the year so far
	Share     ledger.Percent
	Elapsed   ledger.Percent // of the year, at the end of the month
	Stages    []StageCount
	Updates   int // reports made in the month
	NodesDue  int // nodes whose day lay in the month
	NodesDone int // of these, done or waiting for acceptance
	Stopped   int // suspended
}

// StageCount is how many projects stand at a stage.
type StageCount struct {
	Stage ledger.Stage
	N     int
}

// Dispatch gives the figures to whoever sees the whole district: three queries.
func (v *View) Dispatch(ctx context.Context, who ledger.Viewer) (Dispatch, error) {
	month := period.Month{}.Of(v.Today()).Prev()
	d := Dispatch{Month: month.Name(), Year: month.Start.Year()}
	if !ledger.Entitled(who, nil) {
		return d, fault.New(fault.Forbidden, "全区调度数据由项目办核对报送。")
	}
	projects, err := v.Store.Projects(ctx, v.District)
	if err != nil {
		return d, err
	}
	for _, p := range projects {
		d.Projects++
		d.Invested += p.Investment
		d.Planned += p.PlannedYear
		if p.ReportedOn.Year() == d.Year || p.ReportedOn == 0 {
			d.Done += p.InvestedYear
		}
		if p.Suspended {
			d.Stopped++
		}
	}
	d.Stages = stagesOf(projects)
	if d.Planned > 0 {
		d.Share = ledger.Percent(int64(d.Done) * int64(ledger.Full) / int64(d.Planned))
	}
	first, last := workday.NewDay(d.Year, 1, 1), workday.NewDay(d.Year, 12, 31)
	d.Elapsed = ledger.Percent((month.End.Sub(first) + 1) * int(ledger.Full) / (last.Sub(first) + 1))
	updates, err := v.Store.UpdatesBetween(ctx, v.District, month.Start, month.End)
	if err != nil {
		return d, err
	}
	d.Updates = len(updates)
	nodes, err := v.Store.CommitmentsOfKind(ctx, v.District, ledger.Milestone)
	for _, m := range slices.DeleteFunc(nodes, func(m ledger.Commitment) bool { return m.State == ledger.Waived || m.State == ledger.Cancelled }) {
		if month.Contains(m.DueOn) {
			d.NodesDue++
			if m.State == ledger.Accepted || m.State == ledger.Reported {
				d.NodesDone++
			}
		}
	}
	return d, err
}
