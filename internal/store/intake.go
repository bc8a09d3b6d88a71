package store

import (
	"cmp"
	"context"
	"errors"
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
	limit   time.Duration
}

// arrival is a message that is to be written down.
type arrival struct {
	row     Inbound
	was     string // the payload under which it came before, "" when it is new
	written bool   // or failed; guarded by turn
	err     error
}

// intakeLimit is how long one statement for gathered messages may take once it has the pen: whoever else
// writes meanwhile takes none of it away. It ends by nobody's request, for it is made for others too.
const intakeLimit = 10 * time.Second

// Receive writes a message down; a repeat is no error and writes nothing, and gives the payload of the first.
// One row needs no transaction around it, and the platform waits for this.
func (s *Store) Receive(ctx context.Context, d ledger.DistrictID, in Inbound) (was string, err error) {
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
			s.takeIn(context.WithoutCancel(ctx), part)
		}
	}
	return a.was, a.err
}

// arrivalKey is what makes a message the same.
type arrivalKey struct {
	district          ledger.DistrictID
	platform, message string
}

func (a *arrival) key() arrivalKey {
	return arrivalKey{a.row.DistrictID, a.row.Platform, a.row.MessageID}
}

// takeIn writes messages down by one statement. Where some are repeats, they are found by one more and the
// others written without them: in a storm every message comes several times, and one by one each would wait
// for the pen by itself.
func (s *Store) takeIn(ctx context.Context, all []*arrival) {
	first := map[arrivalKey]*arrival{}
	var fresh []*arrival
	for _, a := range all {
		if first[a.key()] == nil {
			first[a.key()] = a
			fresh = append(fresh, a)
		}
	}
	err := s.insertInbound(ctx, fresh...)
	if isDuplicate(err) {
		if fresh, err = s.unknown(ctx, fresh); err == nil {
			err = s.insertInbound(ctx, fresh...)
		}
	}
	for _, a := range fresh {
		if a.err = err; err != nil && len(fresh) > 1 && !errors.Is(err, context.DeadlineExceeded) {
			a.err = s.insertInbound(ctx, a)
		}
		switch {
		case isDuplicate(a.err): // another process was quicker
			_, a.err = s.unknown(ctx, []*arrival{a})
		case a.err != nil:
			a.err = fmt.Errorf("write the message down: %w", a.err)
		}
	}
	for _, a := range all {
		one := first[a.key()]
		if a.written = true; a != one {
			a.was, a.err = cmp.Or(one.was, one.row.Payload), one.err
		}
	}
}

// unknown notes of messages that are there already what they said, and gives the others.
func (s *Store) unknown(ctx context.Context, all []*arrival) ([]*arrival, error) {
	type place struct {
		district ledger.DistrictID
		platform string
	}
	ids := map[place][]string{}
	for _, a := range all {
		at := place{a.row.DistrictID, a.row.Platform}
		ids[at] = append(ids[at], a.row.MessageID)
	}
	there := map[arrivalKey]string{}
	for at, messages := range ids {
		limited, cancel := context.WithTimeout(ctx, s.intake.limit)
		rows, err := rowsOf[Inbound](limited, s, at.district, "message_id", messages, "platform = ?", at.platform)
		cancel()
		if err != nil {
			return all, err
		}
		for _, r := range rows {
			there[arrivalKey{r.DistrictID, r.Platform, r.MessageID}] = r.Payload
		}
	}
	var out []*arrival
	for _, a := range all {
		if was, ok := there[a.key()]; ok {
			a.was = was
		} else {
			out = append(out, a)
		}
	}
	return out, nil
}

func (s *Store) insertInbound(ctx context.Context, all ...*arrival) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]Inbound, len(all))
	for i, a := range all {
		rows[i] = a.row
	}
	return again(ctx, func() error {
		defer s.alone()()
		limited, cancel := context.WithTimeout(ctx, s.intake.limit)
		defer cancel()
		return create(s.db.WithContext(limited), rows, "messages")
	})
}
