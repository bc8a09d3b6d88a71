package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Never is the not_before of a delivery that is over though it was not surely sent.
const Never clock.Instant = 1 << 62

// claimable are the states from which a delivery may be sent.
var claimable = []DeliveryState{Waiting, Retry, Unknown}

// Claim takes up to n deliveries that may go now, most urgent first, under the token. Read the
// candidates, take them by one conditional update, read back what was won: this gives disjoint rows on
// MySQL, MariaDB, SQLite and TiDB alike.
func (s *Store) Claim(ctx context.Context, d ledger.DistrictID, token string, n int, until clock.Instant) ([]Delivery, error) {
	now := clock.At(s.clock.Now())
	var ids []int64
	err := s.in(ctx, d).Model(&Delivery{}).Where("state IN ? AND held = '' AND not_before <= ?", claimable, now).
		Order("`rank`, id").Limit(n).Pluck("id", &ids).Error
	if err != nil {
		return nil, fmt.Errorf("look for deliveries: %w", err)
	}
	if len(ids) == 0 {
		return nil, nil
	}
	up := s.in(ctx, d).Model(&Delivery{}).Where("id IN ? AND state IN ? AND token = '' AND not_before <= ?", ids, claimable, now).
		Updates(map[string]any{"state": Sending, "token": token, "lease_until": until})
	if up.Error != nil {
		return nil, fmt.Errorf("claim deliveries: %w", up.Error)
	}
	return all[Delivery](s.in(ctx, d).Where("id IN ? AND token = ?", ids, token).Order("`rank`, id"))
}

// Recover turns deliveries whose sender is gone (the lease ended) into unknown ones: they may have left.
func (s *Store) Recover(ctx context.Context, d ledger.DistrictID) error {
	up := s.in(ctx, d).Model(&Delivery{}).Where("state = ? AND lease_until < ?", Sending, clock.At(s.clock.Now())).
		Updates(map[string]any{"state": Unknown, "token": "", "code": CodeLost})
	if up.Error != nil {
		return fmt.Errorf("recover deliveries: %w", up.Error)
	}
	return nil
}

// CodeLost is the code of a delivery whose outcome was lost: no answer came, or its sender died.
const CodeLost = "lost"

// Settle writes what became of claimed deliveries; a row whose token is no longer the claimer's is left
// alone, somebody else has it.
func (s *Store) Settle(ctx context.Context, d ledger.DistrictID, token string, rows []Delivery) error {
	err := s.db.WithContext(ctx).Transaction(func(tx *gorm.DB) error {
		for i := range rows {
			r := &rows[i]
			up := tx.Model(&Delivery{}).Where("district_id = ? AND id = ? AND token = ?", d, r.ID, token).
				Updates(map[string]any{
					"state": r.State, "not_before": r.NotBefore, "attempts": r.Attempts, "token": "", "platform": r.Platform,
					"route": r.Route, "target": r.Target, "platform_id": r.PlatformID, "code": r.Code, "detail": r.Detail,
					"title": r.Title, "body": r.Body, "sent_at": r.SentAt,
				})
			if up.Error != nil {
				return up.Error
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle deliveries: %w", err)
	}
	return nil
}

// NextDelivery gives the earliest moment after now at which a delivery becomes due or a lease ends;
// zero when there is none.
func (s *Store) NextDelivery(ctx context.Context, d ledger.DistrictID) (clock.Instant, error) {
	now := clock.At(s.clock.Now())
	var next clock.Instant
	for _, q := range []*gorm.DB{
		s.in(ctx, d).Model(&Delivery{}).Select("COALESCE(MIN(not_before), 0)").
			Where("state IN ? AND held = '' AND not_before > ? AND not_before < ?", claimable, now, Never),
		s.in(ctx, d).Model(&Delivery{}).Select("COALESCE(MIN(lease_until), 0) + 1").Where("state = ?", Sending),
	} {
		var at clock.Instant
		if err := q.Scan(&at).Error; err != nil {
			return 0, fmt.Errorf("look for the next delivery: %w", err)
		}
		if at > now && (next == 0 || at < next) {
			next = at
		}
	}
	return next, nil
}

// Trouble gives deliveries that somebody has to look at: refused ones, and those of which nobody knows
// whether they arrived, newest first.
func (s *Store) Trouble(ctx context.Context, d ledger.DistrictID, limit int) ([]Delivery, error) {
	return all[Delivery](s.in(ctx, d).Where("state = ? OR (state = ? AND not_before = ?)", Refused, Unknown, Never).
		Order("id DESC").Limit(limit))
}

// RouteGone remembers that the platform said a group's route leads nowhere any more.
func (t *Tx) RouteGone(r ledger.GroupRoute) error {
	up := t.in().Model(&ledger.GroupRoute{}).Where("group_id = ? AND ord = ? AND gone_at = 0", r.GroupID, r.Ord).Update("gone_at", t.Now)
	if up.Error != nil {
		return fmt.Errorf("mark a route gone: %w", up.Error)
	}
	return nil
}

// Budget asks to send one more message to the target: up to burst at once, then one every interval.
// It gives zero when the message may go, else the moment at which to ask again. One row holds the
// theoretical arrival time of the next message (GCRA), moved by a conditional update.
func (s *Store) Budget(ctx context.Context, d ledger.DistrictID, target string, interval clock.Instant, burst int) (clock.Instant, error) {
	now := clock.At(s.clock.Now())
	slack := interval * clock.Instant(burst-1)
	for range 2 {
		up := s.in(ctx, d).Model(&budget{}).Where("target = ? AND tat <= ?", target, now+slack).
			Update("tat", gorm.Expr("CASE WHEN tat > ? THEN tat ELSE ? END + ?", now, now, interval))
		if up.Error != nil {
			return 0, fmt.Errorf("ask the budget: %w", up.Error)
		}
		if up.RowsAffected == 1 {
			return 0, nil
		}
		var rows []budget
		if err := s.in(ctx, d).Where("target = ?", target).Find(&rows).Error; err != nil {
			return 0, fmt.Errorf("read the budget: %w", err)
		}
		if len(rows) == 1 {
			return max(rows[0].Tat-slack, now+1), nil
		}
		// First message to this target; whoever loses the race asks again.
		err := s.db.WithContext(ctx).Create(&budget{DistrictID: d, Target: target}).Error
		if err != nil && !isDuplicate(err) {
			return 0, fmt.Errorf("begin the budget: %w", err)
		}
	}
	return now + interval, nil
}

type budget struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	Target     string            `gorm:"primaryKey"`
	Tat        clock.Instant
}
