package store

import (
	"context"
	"errors"
	"fmt"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
)

// InboundState is where a message that came in stands.
//
//	waiting ─▶ working ─▶ done      answered, in one transaction with what it changed
//	             │ ▲ └──▶ failed    given up after too many attempts
//	             └─┘ the lease ran out: whoever had it died or failed
type InboundState string

// The states of a message that came in.
const (
	InboundWaiting InboundState = "waiting"
	InboundWorking InboundState = "working"
	InboundDone    InboundState = "done"
	InboundFailed  InboundState = "failed"
)

// Inbound is one message that came in; unique on (district, platform, message id).
type Inbound struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID ledger.DistrictID
	Platform   string
	MessageID  string
	Sender     string // messages of one sender are never overtaken
	ReceivedAt clock.Instant
	Payload    string // chat.Incoming, JSON
	State      InboundState
	Token      string // of the process that works on it
	LeaseUntil clock.Instant
	Attempts   int
	Note       string
}

// TableName is the table's.
func (Inbound) TableName() string { return "inbox" }

// ErrLost says that the lease ran out and somebody else has the message.
var ErrLost = errors.New("the message was taken over by another worker")

// Stranger is the recipient of an answer to somebody the register does not know: no person, reachable
// through Delivery.Reply and by no other way.
const Stranger ledger.PersonID = -1

// ReplyTo is what Delivery.Reply holds: where the message that is answered takes its answer, and until
// when.
type ReplyTo struct {
	Address chat.Address  `json:"address"`
	Until   clock.Instant `json:"until"`
}

// claimPage is how many waiting messages are looked at in one go.
const claimPage = 64

// Claimable finds, oldest first, messages somebody may work on now: of each sender only the oldest
// that is not finished, and that only when nobody's lease on it holds. At most one page of them.
//
// The waiting rows are read before the rows in work: a row claimed in between is then seen as waiting
// and blocks its sender, so that two reads are as good as one.
func (s *Store) Claimable(ctx context.Context, d ledger.DistrictID, now clock.Instant) ([]Inbound, error) {
	seen := map[string]bool{}
	for after := int64(0); ; {
		waiting, err := all[Inbound](s.in(ctx, d).Select(claimColumns).Where("state = ? AND id > ?", InboundWaiting, after).Order("id").Limit(claimPage))
		if err != nil {
			return nil, err
		}
		working, err := all[Inbound](s.in(ctx, d).Select(claimColumns).Where("state = ?", InboundWorking).Order("id"))
		if err != nil {
			return nil, err
		}
		var free []Inbound
		for _, r := range working {
			if !seen[r.Sender] && r.LeaseUntil <= now {
				free = append(free, r)
			}
			seen[r.Sender] = true
		}
		for _, r := range waiting {
			if !seen[r.Sender] {
				free = append(free, r)
			}
			seen[r.Sender] = true
			after = r.ID
		}
		if len(free) > 0 || len(waiting) < claimPage {
			return free, nil
		}
	}
}

const claimColumns = "id, sender, state, token, lease_until"

// Occupy takes messages found by Claimable for the token until the lease ends, and gives those of which
// nobody was quicker, oldest first.
func (s *Store) Occupy(ctx context.Context, d ledger.DistrictID, rows []Inbound, token string, now, until clock.Instant) ([]Inbound, error) {
	ids := make([]int64, len(rows))
	for i, r := range rows {
		ids[i] = r.ID
	}
	err := again(ctx, func() error {
		defer s.alone()()
		return s.in(ctx, d).Model(&Inbound{}).
			Where("id IN ? AND (state = ? OR (state = ? AND lease_until <= ?))", ids, InboundWaiting, InboundWorking, now).
			Updates(map[string]any{"state": InboundWorking, "token": token, "lease_until": until, "attempts": plus("attempts", 1)}).Error
	})
	if err != nil {
		return nil, fmt.Errorf("claim messages: %w", err)
	}
	return all[Inbound](s.in(ctx, d).Where("id IN ? AND state = ? AND token = ?", ids, InboundWorking, token).Order("id"))
}

// Vacate gives messages back that the token has taken and nobody has worked on.
func (s *Store) Vacate(ctx context.Context, d ledger.DistrictID, rows []Inbound) error {
	for _, r := range rows {
		err := again(ctx, func() error {
			return s.in(ctx, d).Model(&Inbound{}).Where("id = ? AND state = ? AND token = ?", r.ID, InboundWorking, r.Token).
				Updates(map[string]any{"state": InboundWaiting, "token": "", "lease_until": 0, "attempts": plus("attempts", -1)}).Error
		})
		if err != nil {
			return fmt.Errorf("give message %d back: %w", r.ID, err)
		}
	}
	return nil
}

// Finish ends the work on a message the token has claimed; ErrLost when the claim is no longer held.
func (t *Tx) Finish(id int64, token string, state InboundState, note string) error {
	up := t.in().Model(&Inbound{}).Where("id = ? AND state = ? AND token = ?", id, InboundWorking, token).
		Updates(map[string]any{"state": state, "lease_until": 0, "note": clip(note, 255)})
	if up.Error != nil {
		return fmt.Errorf("finish message %d: %w", id, up.Error)
	}
	if up.RowsAffected != 1 {
		return ErrLost
	}
	return nil
}

// FinishAll ends the work on messages of one claim, all of them done; ErrLost when not all are still held.
func (t *Tx) FinishAll(ids []int64, token string) error {
	up := t.in().Model(&Inbound{}).Where("id IN ? AND state = ? AND token = ?", ids, InboundWorking, token).
		Updates(map[string]any{"state": InboundDone, "lease_until": 0, "note": ""})
	if up.Error != nil {
		return fmt.Errorf("finish %d messages: %w", len(ids), up.Error)
	}
	if int(up.RowsAffected) != len(ids) {
		return ErrLost
	}
	return nil
}

// Note says of a message this transaction has finished what its sender was told.
func (t *Tx) Note(id int64, note string) error {
	if err := t.in().Model(&Inbound{}).Where("id = ?", id).Update("note", clip(note, 255)).Error; err != nil {
		return fmt.Errorf("note on message %d: %w", id, err)
	}
	return nil
}

// Written counts what the transaction has written so far: when it is the same afterwards as before, what
// went on in between has changed nothing.
func (t *Tx) Written() int { return t.conn().writes }

// Say writes the delivery of an answer that is composed already.
func (t *Tx) Say(d Delivery) error {
	d.DistrictID, d.State, d.CreatedAt = t.District, Waiting, t.Now
	return later(t, []Delivery{d}, "the answer")
}

// clip keeps the first n characters.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
