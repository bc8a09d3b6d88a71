package store

import (
	"context"
	"fmt"

	"duban/internal/ledger"
	"duban/internal/workday"
)

// Reported is the progress one report gave.
type Reported struct {
	ProjectID ledger.ProjectID
	On        workday.Day
	Progress  ledger.Percent
}

// Progress gives, in order, the progress that was reported of the projects and not withdrawn.
func (s *Store) Progress(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID][]Reported, error) {
	out := map[ledger.ProjectID][]Reported{}
	for _, part := range chunks(ids) {
		var rows []Reported
		err := s.in(ctx, d).Model(&ledger.Update{}).Where("project_id IN ? AND progress IS NOT NULL AND withdrawn_at = 0", part).
			Order("project_id, at").Find(&rows).Error
		if err != nil {
			return nil, fmt.Errorf("read the progress reported: %w", err)
		}
		for _, r := range rows {
			out[r.ProjectID] = append(out[r.ProjectID], r)
		}
	}
	return out, nil
}

// Milestones gives all nodes of the projects.
func (s *Store) Milestones(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID][]ledger.Commitment, error) {
	rows, err := rowsOf[ledger.Commitment](ctx, s, d, "project_id", ids, "kind = ?", ledger.Milestone)
	out := map[ledger.ProjectID][]ledger.Commitment{}
	for _, m := range rows {
		out[m.ProjectID] = append(out[m.ProjectID], m)
	}
	return out, err
}

// ForecastsOn gives what was reckoned of the projects on the day, or, with the day 0, what was last reckoned
// of each.
func (s *Store) ForecastsOn(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID, on workday.Day) ([]ledger.Forecast, error) {
	if on != 0 {
		return rowsOf[ledger.Forecast](ctx, s, d, "project_id", ids, "`on` = ?", on)
	}
	return rowsOf[ledger.Forecast](ctx, s, d, "project_id", ids,
		"`on` = (SELECT MAX(l.`on`) FROM forecasts l WHERE l.district_id = forecasts.district_id AND l.project_id = forecasts.project_id)")
}

// ForecastsTold gives those forecasts of the nodes that the task force was told of.
func (s *Store) ForecastsTold(ctx context.Context, d ledger.DistrictID, ids []ledger.CommitmentID) ([]ledger.Forecast, error) {
	return rowsOf[ledger.Forecast](ctx, s, d, "commitment_id", ids, "told = ?", true)
}

func (t *Tx) applyForecasts(o *ledger.Outcome, _ *Written) error {
	return create(t.db, o.Forecasts, "forecasts")
}
