package store

import (
	"database/sql"
	"testing"
	"time"

	"duban/internal/ledger"
)

// SQL gives the database itself.
func (s *Store) SQL() *sql.DB { return s.sql }

// TakeInWithin shortens the time a statement for gathered messages has.
func (s *Store) TakeInWithin(d time.Duration) { s.intake.limit = d }

// HoldIntake lets messages gather: n is how many wait, release lets them be written.
func (s *Store) HoldIntake() (n func() int, release func()) {
	s.intake.turn.Lock()
	return func() int {
		s.intake.mu.Lock()
		defer s.intake.mu.Unlock()
		return len(s.intake.waiting)
	}, s.intake.turn.Unlock
}

// CountItems counts the steps the deliveries of a cause tell of.
func (s *Store) CountItems(t *testing.T, cause string) int64 {
	t.Helper()
	var n int64
	if err := s.db.Model(&DeliveryItem{}).Where("cause = ?", cause).Count(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// Models are all structs that are rows of a table.
var Models = []any{
	&ledger.Link{}, &ledger.RuleVersion{}, &ledger.Suggestion{},
	&ledger.District{}, &ledger.Unit{}, &ledger.Person{}, &ledger.Account{}, &ledger.Project{}, &ledger.Alias{}, &ledger.Member{},
	&ledger.Group{}, &ledger.GroupProject{}, &ledger.GroupRoute{}, &ledger.Update{}, &ledger.Commitment{}, &ledger.Step{}, &ledger.Strike{},
	&ledger.Order{}, &ledger.Extension{}, &ledger.Handover{}, &ledger.Contest{}, &ledger.Suspension{}, &ledger.Forecast{}, &ledger.Finding{}, &ledger.Entry{}, &sequence{}, &Inbound{}, &Delivery{}, &DeliveryItem{}, &JobRun{}, &Snapshot{},
	&Ranking{}, &Dialog{}, &session{}, &budget{}, &Blob{}, &token{}, &lease{}, &Quota{},
	&ledger.Recurrence{}, &ledger.Schedule{}, &ledger.StageChange{},
	&ledger.Meeting{}, &ledger.AgendaItem{}, &ledger.Minute{}, &ledger.Opinion{},
	&ledger.Reading{},
	&ledger.Industry{}, &ledger.Leave{}, &ledger.Succession{}, &ledger.Prospect{}, &ledger.Visit{}, &ledger.Resource{}, &ledger.Policy{},
	&ledger.Observation{}, &ledger.ObservationStop{}, &ledger.ObservationJudge{}, &ledger.ObservationMark{},
}
