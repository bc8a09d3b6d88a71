package store

import (
	"context"
	"fmt"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Dialog is a question duban asked a person in a chat and has no answer to yet; one a person and chat.
type Dialog struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	PersonID   ledger.PersonID   `gorm:"primaryKey;autoIncrement:false"`
	Chat       string            `gorm:"primaryKey"`
	Question   string
	Card       string // chat.Card whose press led to the question, JSON; "" when none did
	AskedAt    clock.Instant
}

// Dialog finds the question asked of the person in the chat.
func (s *Store) Dialog(ctx context.Context, d ledger.DistrictID, who ledger.PersonID, chat string) (Dialog, error) {
	return one[Dialog](s.in(ctx, d).Where("person_id = ? AND chat = ?", who, chat), "没有待回答的问题。")
}

// Dialogs finds the questions asked of the people, wherever.
func (s *Store) Dialogs(ctx context.Context, d ledger.DistrictID, people []ledger.PersonID) ([]Dialog, error) {
	return rowsOf[Dialog](ctx, s, d, "person_id", people)
}

// Ask keeps a question with the card it came from; it takes the place of the one before.
func (t *Tx) Ask(who ledger.PersonID, chat, question, card string) error {
	if err := t.Forget(who, chat); err != nil {
		return err
	}
	row := Dialog{DistrictID: t.District, PersonID: who, Chat: chat, Question: question, Card: card, AskedAt: t.Now}
	return create(t.db, []Dialog{row}, "the question")
}

// Forget drops the question, if there is one.
func (t *Tx) Forget(who ledger.PersonID, chat string) error {
	if err := t.in().Where("person_id = ? AND chat = ?", who, chat).Delete(&Dialog{}).Error; err != nil {
		return fmt.Errorf("forget the question: %w", err)
	}
	return nil
}
