package store

import (
	"context"

	"gorm.io/gorm"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// registerSequence counts the changes of what projects are called and who stands around them.
const registerSequence = "register"

// RegisterStamp changes whenever the register's projects do; it costs one read by key.
func (s *Store) RegisterStamp(ctx context.Context, d ledger.DistrictID) (int64, error) {
	row, err := one[sequence](s.in(ctx, d).Where("name = ?", registerSequence), "名册尚未导入。")
	if fault.CodeOf(err) == fault.NotFound {
		return 0, nil
	}
	return row.Value, err
}

// among narrows a query to some projects; a list longer than one statement carries leaves it wide,
// and the caller narrows what it read. One query it is either way.
func among(q *gorm.DB, ids []ledger.ProjectID) *gorm.DB {
	if len(ids) > batch {
		return q
	}
	return q.Where("project_id IN ?", ids)
}

// OpenOf gives what is open or waiting for acceptance on the projects, in order of due day.
func (s *Store) OpenOf(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) ([]ledger.Commitment, error) {
	q := among(s.in(ctx, d).Where("state IN ?", []ledger.State{ledger.Open, ledger.Reported}), ids)
	return all[ledger.Commitment](q.Order("due_on, id"))
}

// StandingStrikesOf gives the strikes on the projects that still count.
func (s *Store) StandingStrikesOf(ctx context.Context, d ledger.DistrictID, ids []ledger.ProjectID) ([]ledger.Strike, error) {
	return all[ledger.Strike](among(s.in(ctx, d).Where("state = ?", ledger.StrikeStands), ids).Order("id"))
}

// ReportedIn gives the projects with a report for the period that was not withdrawn.
func (s *Store) ReportedIn(ctx context.Context, d ledger.DistrictID, period string) (map[ledger.ProjectID]bool, error) {
	var ids []ledger.ProjectID
	err := s.in(ctx, d).Model(&ledger.Update{}).Where("period = ? AND withdrawn_at = 0", period).Distinct().Pluck("project_id", &ids).Error
	out := make(map[ledger.ProjectID]bool, len(ids))
	for _, id := range ids {
		out[id] = true
	}
	return out, err
}

// ReplyOwed finds the reply that is owed for a supervision order.
func (s *Store) ReplyOwed(ctx context.Context, d ledger.DistrictID, order ledger.OrderID) (ledger.Commitment, error) {
	return one[ledger.Commitment](s.in(ctx, d).Where("order_id = ? AND kind = ?", order, ledger.Reply), "没有这个督办单号，请核对后再发。")
}
