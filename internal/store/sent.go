package store

import (
	"context"
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
