package store

import (
	"context"
	"fmt"
	"time"

	"gorm.io/gorm/clause"

	"duban/internal/clock"
	"duban/internal/fault"
)

// session is something the web door remembers until a moment: what a browser said so far, or the
// receipt of a form that was handed in. It belongs to no district and is no part of the ledger.
type session struct {
	Token     string `gorm:"primaryKey"`
	Data      []byte
	ExpiresAt clock.Instant
}

// FindSession gives what is kept under the token; false when there is none or its time is over.
func (s *Store) FindSession(ctx context.Context, token string) ([]byte, bool, error) {
	row, err := one[session](s.db.WithContext(ctx).Where("token = ? AND expires_at > ?", token, clock.At(s.clock.Now())), "没有这个会话。")
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return nil, false, nil
	case err != nil:
		return nil, false, err
	}
	return row.Data, true, nil
}

// KeepSession keeps data under the token until the moment, in place of what was there.
func (s *Store) KeepSession(ctx context.Context, token string, data []byte, until time.Time) error {
	row := session{Token: token, Data: data, ExpiresAt: clock.At(until)}
	err := s.db.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "token"}}, DoUpdates: clause.AssignmentColumns([]string{"data", "expires_at"}),
	}).Create(&row).Error
	if err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	return nil
}

// DropSession forgets the token; one that is not there is no error.
func (s *Store) DropSession(ctx context.Context, token string) error {
	if err := s.db.WithContext(ctx).Where("token = ?", token).Delete(&session{}).Error; err != nil {
		return fmt.Errorf("drop a session: %w", err)
	}
	return nil
}

// SweepSessions forgets all whose time is over.
func (s *Store) SweepSessions(ctx context.Context) error {
	if err := s.db.WithContext(ctx).Where("expires_at <= ?", clock.At(s.clock.Now())).Delete(&session{}).Error; err != nil {
		return fmt.Errorf("sweep sessions: %w", err)
	}
	return nil
}

// formTTL is how long it is remembered that a form was handed in: longer than any session lives.
const formTTL = 48 * time.Hour

// FormReceipt gives the receipt of the form that was handed in under the key, "" when none was.
// The key holds a colon, which no session token does.
func (t *Tx) FormReceipt(key string) (string, error) {
	row, err := one[session](t.db.Where("token = ?", "form:"+key), "没有这张表单。")
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return "", nil
	case err != nil:
		return "", err
	}
	return string(row.Data), nil
}

// KeepFormReceipt remembers that the form was handed in; a fault of code Conflict says that it was
// before, and the transaction must not be committed.
func (t *Tx) KeepFormReceipt(key, receipt string) error {
	err := t.db.Create(&session{Token: "form:" + key, Data: []byte(receipt), ExpiresAt: t.Now.Add(formTTL)}).Error
	switch {
	case err == nil:
		return nil
	case isDuplicate(err):
		return fault.New(fault.Conflict, "这张表单已经提交过了。")
	}
	return fmt.Errorf("keep the receipt of a form: %w", err)
}
