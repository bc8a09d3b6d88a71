package store

import (
	"database/sql"
	"testing"

	"duban/internal/ledger"
)

// SQL gives the database itself.
func (s *Store) SQL() *sql.DB { return s.sql }

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
	&ledger.Link{}, &ledger.RuleVersion{},
	&ledger.District{}, &ledger.Unit{}, &ledger.Person{}, &ledger.Account{}, &ledger.Project{}, &ledger.Alias{}, &ledger.Member{},
	&ledger.Group{}, &ledger.GroupProject{}, &ledger.GroupRoute{}, &ledger.Update{}, &ledger.Commitment{}, &ledger.Step{}, &ledger.Strike{},
	&ledger.Order{}, &ledger.Extension{}, &ledger.Handover{}, &ledger.Forecast{}, &ledger.Finding{}, &ledger.Entry{}, &sequence{}, &Inbound{}, &Delivery{}, &DeliveryItem{}, &JobRun{}, &Snapshot{},
	&Ranking{}, &Dialog{}, &session{}, &budget{}, &Blob{}, &token{}, &lease{}, &Quota{},
	&ledger.Recurrence{}, &ledger.Schedule{}, &ledger.StageChange{},
	&ledger.Industry{}, &ledger.Leave{}, &ledger.Succession{},
}
