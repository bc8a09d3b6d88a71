package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"gorm.io/gorm"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// SentCard finds the delivery whose card a press names; false when there is none.
func (s *Store) SentCard(ctx context.Context, d ledger.DistrictID, p chat.Platform, card string) (Delivery, bool, error) {
	return s.sent(s.in(ctx, d), "card", p, card)
}

// SentMessage finds the delivery the platform knows under the id; false when there is none.
func (s *Store) SentMessage(ctx context.Context, d ledger.DistrictID, p chat.Platform, id string) (Delivery, bool, error) {
	return s.sent(s.in(ctx, d), "platform_id", p, id)
}

// handleSize is how many characters of a platform's handle are kept.
const handleSize = 191

func (s *Store) sent(q *gorm.DB, column string, p chat.Platform, handle string) (Delivery, bool, error) {
	if handle == "" {
		return Delivery{}, false, nil
	}
	row, err := one[Delivery](q.Where(column+" = ? AND platform = ?", clip(handle, handleSize), string(p)).Order("id DESC"), "没有这条通知。")
	if fault.CodeOf(err) == fault.NotFound {
		return row, false, nil
	}
	return row, err == nil, err
}

// LastNotice finds what the recipient was sent last that is no answer, not longer ago than the time;
// false when there was nothing.
func (s *Store) LastNotice(ctx context.Context, d ledger.DistrictID, to ledger.Recipient, within time.Duration) (Delivery, bool, error) {
	since := clock.At(s.clock.Now().Add(-within))
	rows, err := all[Delivery](s.in(ctx, d).Where("recipient = ? AND sent_at >= ? AND state = ? AND payload = ''", to.Key(), since, SentOut).
		Order("sent_at DESC, id DESC").Limit(1))
	if err != nil || len(rows) == 0 {
		return Delivery{}, false, err
	}
	return rows[0], true, nil
}

// ToldOf gives the commitments a delivery of the daily look tells of; none for any other.
func (s *Store) ToldOf(ctx context.Context, d ledger.DistrictID, cause, recipient string) ([]ledger.CommitmentID, error) {
	items, err := all[DeliveryItem](s.in(ctx, d).Where("cause = ? AND recipient = ?", cause, recipient))
	var ids []ledger.CommitmentID
	for _, i := range items {
		ids = append(ids, i.CommitmentID)
	}
	return ids, err
}

// Named is what numbers standing in a text stand for.
type Named struct {
	Commitments []ledger.Commitment
	Projects    []ledger.Project
	Updates     []ledger.Update
}

// Named finds what the numbers stand for: codes of commitments and projects alike, numbers of warnings
// and orders ("预警〔2026〕12号"), receipts of reports. Those that stand for nothing are left out.
func (s *Store) Named(ctx context.Context, d ledger.DistrictID, codes, notices, receipts []string) (Named, error) {
	var n Named
	var err error
	if n.Commitments, err = rowsOf[ledger.Commitment](ctx, s, d, "code", codes); err != nil {
		return n, err
	}
	if n.Projects, err = rowsOf[ledger.Project](ctx, s, d, "code", codes); err != nil {
		return n, err
	}
	if n.Updates, err = rowsOf[ledger.Update](ctx, s, d, "receipt", receipts); err != nil {
		return n, err
	}
	steps, err := rowsOf[ledger.Step](ctx, s, d, "notice", notices)
	if err != nil {
		return n, err
	}
	var ids []ledger.CommitmentID
	for _, st := range steps {
		ids = append(ids, st.CommitmentID)
	}
	byNotice, err := s.Commitments(ctx, d, ids)
	n.Commitments = append(n.Commitments, byNotice...)
	return n, err
}

// Copies gives the cards that tell other recipients the same as a notice: sent for its cause, and of the
// daily look's those about the one commitment alone. Without an item (0) the cause says it all.
func (s *Store) Copies(ctx context.Context, d ledger.DistrictID, cause string, of ledger.CommitmentID) ([]Delivery, error) {
	q := s.in(ctx, d).Where("cause = ? AND card <> '' AND state = ?", cause, SentOut)
	if of == 0 {
		return all[Delivery](q.Order("id"))
	}
	items, err := all[DeliveryItem](s.in(ctx, d).Where("cause = ? AND recipient IN (?)", cause,
		s.in(ctx, d).Model(&DeliveryItem{}).Select("recipient").Where("cause = ? AND commitment_id = ?", cause, of)))
	if err != nil {
		return nil, err
	}
	alone := map[string]bool{}
	for _, i := range items {
		before, seen := alone[i.Recipient]
		alone[i.Recipient] = i.CommitmentID == of && (before || !seen)
	}
	var out []Delivery
	for _, part := range chunks(slices.Collect(maps.Keys(alone))) {
		rows, err := all[Delivery](s.in(ctx, d).Where("cause = ? AND recipient IN ? AND card <> '' AND state = ?", cause, part, SentOut).Order("id"))
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			if alone[r.Recipient] {
				out = append(out, r)
			}
		}
	}
	return out, nil
}

// Unsettled reports whether the recipient may have got something whose card is not written down yet.
func (s *Store) Unsettled(ctx context.Context, d ledger.DistrictID, to ledger.Recipient) (bool, error) {
	var n int64
	err := s.in(ctx, d).Model(&Delivery{}).Where("state IN ? AND recipient = ?", []DeliveryState{Sending, Unknown}, to.Key()).Count(&n).Error
	if err != nil {
		return false, fmt.Errorf("look for what is under way: %w", err)
	}
	return n > 0, nil
}
