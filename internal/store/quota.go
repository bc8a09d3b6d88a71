package store

import (
	"context"
	"fmt"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"duban/internal/ledger"
)

// Quota is what the district has used in one calendar month of a budget a platform gives, all replicas
// together.
type Quota struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey;autoIncrement:false"`
	Name       string            `gorm:"primaryKey"`                     // of the budget, e.g. "dingtalk.calls"
	Month      int               `gorm:"primaryKey;autoIncrement:false"` // e.g. 202603
	Used       int64
	Warned     int // percent of the limit the office was last told of, 0 for not yet
}

// Quotas gives what was used in a month, by name.
func (s *Store) Quotas(ctx context.Context, d ledger.DistrictID, month int) ([]Quota, error) {
	return all[Quota](s.in(ctx, d).Where("month = ?", month).Order("name"))
}

// Draw adds n to what was used of a budget in a month and gives what that comes to. The row stays locked
// to the end of the transaction.
func (t *Tx) Draw(name string, month int, n int64) (Quota, error) {
	row := Quota{DistrictID: t.District, Name: name, Month: month, Used: n}
	up := clause.OnConflict{DoUpdates: clause.Assignments(map[string]any{"used": gorm.Expr("`quota`.`used` + ?", n)})}
	if err := t.db.Clauses(up).Create(&row).Error; err != nil {
		return row, fmt.Errorf("draw on %s: %w", name, err)
	}
	if err := t.in().Where("name = ? AND month = ?", name, month).Take(&row).Error; err != nil {
		return row, fmt.Errorf("read what was used of %s: %w", name, err)
	}
	return row, nil
}

// QuotaWarned writes that the office was told of the percentage.
func (t *Tx) QuotaWarned(q Quota, percent int) error {
	err := t.in().Model(&Quota{}).Where("name = ? AND month = ?", q.Name, q.Month).Update("warned", percent).Error
	if err != nil {
		return fmt.Errorf("note the warning about %s: %w", q.Name, err)
	}
	return nil
}
