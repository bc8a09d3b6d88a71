package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
)

// Vault keeps the platforms' access tokens of one district for all replicas.
type Vault struct {
	s *Store
	d ledger.DistrictID
}

var _ chat.Vault = (*Vault)(nil)

// Vault gives the vault of the district.
func (s *Store) Vault(d ledger.DistrictID) *Vault { return &Vault{s, d} }

// Token implements chat.Vault.
func (v *Vault) Token(ctx context.Context, name string) (string, time.Time, error) {
	var row token
	err := v.s.in(ctx, v.d).Where("name = ?", name).Take(&row).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return "", time.Time{}, nil
	case err != nil:
		return "", time.Time{}, fmt.Errorf("read token %s: %w", name, err)
	}
	return row.Sealed, row.Until.Time(), nil
}

// Keep implements chat.Vault. Of several that put something in place of the same old token one wins.
func (v *Vault) Keep(ctx context.Context, name, old, sealed string, until time.Time) (bool, error) {
	kept := false
	err := v.s.Write(ctx, v.d, func(t *Tx) error {
		up := t.in().Model(&token{}).Where("name = ? AND sealed = ?", name, old).
			Updates(map[string]any{"sealed": sealed, "until": clock.At(until)})
		if kept = up.RowsAffected == 1; kept || up.Error != nil || old != "" {
			return up.Error
		}
		err := t.db.Create(&token{t.District, name, sealed, clock.At(until)}).Error
		if kept = err == nil; isDuplicate(err) {
			return nil
		}
		return err
	})
	if err != nil {
		return false, fmt.Errorf("keep token %s: %w", name, err)
	}
	return kept, nil
}

type token struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	Name       string            `gorm:"primaryKey"`
	Sealed     string
	Until      clock.Instant
}
