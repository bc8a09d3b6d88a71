package view

import (
	"context"
	"slices"

	"duban/internal/ledger"
)

// Forecast is what was last reckoned of a project's coming nodes.
type Forecast struct {
	ledger.Project
	Nodes []Foreseen // in order of the day they are due
}

// Foreseen is one node with its forecast.
type Foreseen struct {
	M    ledger.Commitment
	F    ledger.Forecast
	Late int // working days after the due day, 0 if in time
}

// Forecast gives the forecasts that still hold: the node is open and its due day is the one they were made of.
func (v *View) Forecast(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (Forecast, error) {
	p, err := v.project(ctx, who, id)
	if err != nil {
		return Forecast{}, err
	}
	out := Forecast{Project: p}
	ids := []ledger.ProjectID{id}
	last, err := v.Store.ForecastsOn(ctx, v.District, ids, 0)
	if err != nil {
		return out, err
	}
	nodes, err := v.Store.Milestones(ctx, v.District, ids)
	if err != nil {
		return out, err
	}
	for _, m := range nodes[id] {
		i := slices.IndexFunc(last, func(f ledger.Forecast) bool { return f.CommitmentID == m.ID && f.DueOn == m.DueOn })
		if i >= 0 && m.State == ledger.Open {
			out.Nodes = append(out.Nodes, Foreseen{m, last[i], last[i].Late(v.Calendar)})
		}
	}
	slices.SortStableFunc(out.Nodes, func(a, b Foreseen) int { return int(a.M.DueOn) - int(b.M.DueOn) })
	return out, nil
}
