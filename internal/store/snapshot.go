package store

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"gorm.io/gorm"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// Snapshot is a project as it was at the cut-off of a period; it never changes.
type Snapshot struct {
	DistrictID   ledger.DistrictID `gorm:"primaryKey;autoIncrement:false"`
	Period       string            `gorm:"primaryKey"`
	ProjectID    ledger.ProjectID  `gorm:"primaryKey;autoIncrement:false"`
	Progress     ledger.Percent
	Planned      ledger.Percent
	Investment   ledger.Money
	InvestedYear ledger.Money
	PlannedYear  ledger.Money
	Owed         bool // a report was owed for the period
	Reported     bool // and made
	Colour       ledger.Colour
	Why          string
	Stage        ledger.Stage
	HostUnitID   ledger.UnitID
	LeadUnitID   ledger.UnitID
	LeaderID     ledger.PersonID
	LastText     string
	Facts        Facts `gorm:"serializer:json"`
	TakenAt      clock.Instant
}

// Facts are what a ranking counts and a circular shows of a project's commitments at the cut-off.
type Facts struct {
	NodesDue  int        `json:"due"`                 // nodes whose day had passed or that were done, this year
	NodesKept int        `json:"kept"`                // of these, done in time
	Contested int        `json:"contested,omitempty"` // of the strikes, those contested and not decided
	Strikes   int        `json:"strikes"`             // offences of this year that stand, missed filings apart
	Missed    int        `json:"missed"`              // periods of this year without a report
	Next      []NextNode `json:"next"`                // the open nodes that come first
}

// NextNode is an open node.
type NextNode struct {
	Code       string      `json:"code"`
	Title      string      `json:"title"`
	DueOn      workday.Day `json:"due"`
	FirstDueOn workday.Day `json:"first"`
}

// Silent reports whether a report was owed and not made.
func (s Snapshot) Silent() bool { return s.Owed && !s.Reported }

// Ranking is the place of a unit in a period.
type Ranking struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey;autoIncrement:false"`
	Period     string            `gorm:"primaryKey"`
	UnitID     ledger.UnitID     `gorm:"primaryKey;autoIncrement:false"`
	Kind       ledger.UnitKind
	Place      int
	Moved      int    // places gained since the period before, below zero: lost
	Score      int    // in hundredths
	Parts      string // how it came about, JSON
}

// Snapshots gives all snapshots of a period, in order of project.
func (s *Store) Snapshots(ctx context.Context, d ledger.DistrictID, period string) ([]Snapshot, error) {
	return all[Snapshot](s.in(ctx, d).Where("period = ?", period).Order("project_id"))
}

// Frozen says which of the projects have a snapshot of the period.
func (s *Store) Frozen(ctx context.Context, d ledger.DistrictID, period string, ids []ledger.ProjectID) (map[ledger.ProjectID]bool, error) {
	rows, err := rowsOf[Snapshot](ctx, s, d, "project_id", ids, "period = ?", period)
	out := make(map[ledger.ProjectID]bool, len(rows))
	for _, r := range rows {
		out[r.ProjectID] = true
	}
	return out, err
}

// Weighed gives what a cut-off looks at of the projects: their nodes and filings, and whatever else is
// open; and the strikes that stand.
func (s *Store) Weighed(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID][]ledger.Commitment, map[ledger.ProjectID][]ledger.Strike, error) {
	owed := map[ledger.ProjectID][]ledger.Commitment{}
	rows, err := rowsOf[ledger.Commitment](ctx, s, d, "project_id", ids, "kind IN ? OR state IN ?",
		[]ledger.Kind{ledger.Milestone, ledger.Filing}, []ledger.State{ledger.Open, ledger.Reported})
	if err != nil {
		return nil, nil, err
	}
	for _, m := range rows {
		owed[m.ProjectID] = append(owed[m.ProjectID], m)
	}
	strikes := map[ledger.ProjectID][]ledger.Strike{}
	stand, err := rowsOf[ledger.Strike](ctx, s, d, "project_id", ids, "state = ?", ledger.StrikeStands)
	for _, k := range stand {
		strikes[k.ProjectID] = append(strikes[k.ProjectID], k)
	}
	return owed, strikes, err
}

// Rankings gives the ranking of a period, by kind and place.
func (s *Store) Rankings(ctx context.Context, d ledger.DistrictID, period string) ([]Ranking, error) {
	return all[Ranking](s.in(ctx, d).Where("period = ?", period).Order("kind, place, unit_id"))
}

// StepsBetween gives the warnings and orders of the days later than from and not later than to.
func (s *Store) StepsBetween(ctx context.Context, d ledger.DistrictID, from, to workday.Day) ([]ledger.Step, error) {
	return all[ledger.Step](s.in(ctx, d).Where("`on` > ? AND `on` <= ? AND name <> ?", from, to, ledger.StepRemind).Order("id"))
}

// ProjectsByID finds projects by id.
func (s *Store) ProjectsByID(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) (map[ledger.ProjectID]ledger.Project, error) {
	rows, err := rowsOf[ledger.Project](ctx, s, d, "id", ids)
	out := make(map[ledger.ProjectID]ledger.Project, len(rows))
	for _, p := range rows {
		out[p.ID] = p
	}
	return out, err
}

// Freeze writes snapshots; one that is there already makes it fail with a fault of code Conflict.
func (t *Tx) Freeze(rows []Snapshot) error {
	for i := range rows {
		rows[i].DistrictID, rows[i].TakenAt = t.District, t.Now
		if r := []rune(rows[i].Why); len(r) > 250 {
			rows[i].Why = string(r[:250])
		}
	}
	return create(t.db, rows, "snapshots")
}

// Hold takes hold of projects until the transaction ends: whoever changes one of them meanwhile waits, and
// then finds that it moved. It must be the transaction's first statement, so that what is read behind it
// is what was committed before.
func (t *Tx) Hold(ids []ledger.ProjectID) error {
	for _, part := range chunks(slices.Sorted(slices.Values(ids))) {
		up := t.in().Model(&ledger.Project{}).Where("id IN ?", part).Update("version", plus("version", 1))
		if up.Error != nil {
			return fmt.Errorf("take hold of the projects: %w", up.Error)
		}
	}
	return nil
}

// SetPlanned writes the planned progress of projects, one statement for each value.
func (t *Tx) SetPlanned(by map[ledger.Percent][]ledger.ProjectID) error {
	for _, planned := range slices.Sorted(maps.Keys(by)) {
		for _, part := range chunks(by[planned]) {
			up := t.in().Model(&ledger.Project{}).Where("id IN ?", part).
				Updates(map[string]any{"planned": planned, "version": gorm.Expr("version + 1")})
			if up.Error != nil {
				return fmt.Errorf("set the planned progress: %w", up.Error)
			}
		}
	}
	return nil
}

// Rank writes the ranking of a period unless it was written already; then it stays as it is.
func (t *Tx) Rank(period string, rows []Ranking) error {
	var n int64
	if err := t.in().Model(&Ranking{}).Where("period = ?", period).Count(&n).Error; err != nil {
		return fmt.Errorf("read the ranking of %s: %w", period, err)
	}
	if n > 0 {
		return nil
	}
	for i := range rows {
		rows[i].DistrictID, rows[i].Period = t.District, period
	}
	return create(t.db, rows, "rankings")
}
