package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Blob is a file kept under the hash of its bytes.
type Blob struct {
	DistrictID  ledger.DistrictID `gorm:"primaryKey"`
	SHA256      string            `gorm:"primaryKey;column:sha256"`
	ContentType string
	Data        []byte
	CreatedAt   clock.Instant `gorm:"autoCreateTime:false"`
}

// Blob finds a file by its hash.
func (s *Store) Blob(ctx context.Context, d ledger.DistrictID, sha256 string) (Blob, error) {
	return one[Blob](s.in(ctx, d).Where("sha256 = ?", sha256), "没有这个文件。")
}

// Keep writes a file down; one that is there already is not written again.
func (t *Tx) Keep(b Blob) error {
	b.DistrictID, b.CreatedAt = t.District, t.Now
	if err := t.db.Create(&b).Error; err != nil && !isDuplicate(err) {
		return fmt.Errorf("keep the file: %w", err)
	}
	return nil
}
