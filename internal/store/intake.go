package store

import (
	"context"
	"fmt"
	"sync"
	"time"

	"duban/internal/ledger"
)

// intake gathers messages that arrive while others are being written down, so that they share one
// statement and one commit: each waits for no more than the write under way and its own.
type intake struct {
	mu      sync.Mutex
	waiting []*arrival
	turn    sync.Mutex // held by who writes
}

// arrival is a message that is to be written down.
type arrival struct {
	row     Inbound
	written bool // or failed; guarded by turn
	err     error
}

// intakeLimit is how long one write of gathered messages may take. It ends by nobody's request: it is
// made for others too.
const intakeLimit = 10 * time.Second

// Receive writes a message down; a repeat is no error and writes nothing. One row needs no transaction
// around it, and the platform waits for this.
func (s *Store) Receive(ctx context.Context, d ledger.DistrictID, in Inbound) error {
	in.DistrictID, in.State = d, InboundWaiting
	a := &arrival{row: in}
	q := s.intake
	q.mu.Lock()
	q.waiting = append(q.waiting, a)
	q.mu.Unlock()

	q.turn.Lock()
	defer q.turn.Unlock()
	if !a.written { // nobody took it along
		q.mu.Lock()
		all := q.waiting
		q.waiting = nil
		q.mu.Unlock()
		for _, part := range chunks(all) {
			s.takeIn(ctx, part)
		}
	}
	return a.err
}

// takeIn writes messages down by one statement; when one of them is a repeat, each by its own.
func (s *Store) takeIn(ctx context.Context, all []*arrival) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), intakeLimit)
	defer cancel()
	err := s.insertInbound(ctx, all...)
	for _, a := range all {
		if a.written, a.err = true, err; err != nil && len(all) > 1 {
			a.err = s.insertInbound(ctx, a)
		}
		switch {
		case isDuplicate(a.err):
			a.err = nil
		case a.err != nil:
			a.err = fmt.Errorf("write the message down: %w", a.err)
		}
	}
}

func (s *Store) insertInbound(ctx context.Context, all ...*arrival) error {
	rows := make([]Inbound, len(all))
	for i, a := range all {
		rows[i] = a.row
	}
	return again(ctx, func() error {
		defer s.alone()()
		return create(s.db.WithContext(ctx), rows, "messages")
	})
}
