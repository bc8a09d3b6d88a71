package store

import (
	"context"
	"sync"

	"duban/internal/ledger"
)

// memories keep, of each district, what was read of the register under its stamp. Every transaction that
// writes a table of the register changes the stamp with it (see Tx.finish), so that what any replica
// remembers is no longer asked for from that commit on; one read by key says so. What a transaction
// reads of a register it has itself touched is never remembered.
type memories struct {
	mu sync.Mutex
	of map[ledger.DistrictID]*memory
}

// memory is what was read of one district's register under one stamp. Values are shared by whoever asks
// and never changed.
type memory struct {
	stamp int64
	mu    sync.Mutex
	kept  map[any]any
}

// newest gives what is remembered under the stamp. One who looks at the past gets a memory of their own.
func (m *memories) newest(d ledger.DistrictID, stamp int64) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	now := m.of[d]
	switch {
	case now != nil && now.stamp == stamp:
		return now
	case now != nil && now.stamp > stamp:
		return &memory{stamp: stamp, kept: map[any]any{}}
	}
	m.of[d] = &memory{stamp: stamp, kept: map[any]any{}}
	return m.of[d]
}

func (m *memory) get(key any) (any, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[key]
	return v, ok
}

func (m *memory) keep(key, value any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.kept[key] = value
}

// memory gives what is remembered of the register as it is now: of a transaction, as its first look at
// the stamp had it. nil: nothing may be remembered, read it.
func (s *Store) memory(ctx context.Context, d ledger.DistrictID) (*memory, error) {
	if s.tx == nil {
		stamp, err := s.RegisterStamp(ctx, d)
		if err != nil {
			return nil, err
		}
		return s.memories.newest(d, stamp), nil
	}
	switch {
	case s.tx.conn().touched || d != s.tx.District:
		return nil, nil
	case s.tx.memory == nil:
		stamp, err := s.RegisterStamp(ctx, d)
		if err != nil {
			return nil, err
		}
		s.tx.memory = s.memories.newest(d, stamp)
	}
	return s.tx.memory, nil
}

// Under gives a store for reading with what is remembered of the register as it is at this moment, and
// its stamp: whatever is asked of it asks for the stamp no more. It is for one piece of work, to be
// thrown away with it.
func (s *Store) Under(ctx context.Context, d ledger.DistrictID) (*Store, int64, error) {
	m, err := s.memory(ctx, d)
	if err != nil {
		return nil, 0, err
	}
	here := *s
	here.under = m
	return &here, m.stamp, nil
}

// once is Under, unless that is settled already.
func (s *Store) once(ctx context.Context, d ledger.DistrictID) (*Store, error) {
	if s.under != nil || s.tx != nil {
		return s, nil
	}
	here, _, err := s.Under(ctx, d)
	return here, err
}

// remembered gives what is kept under the key, or reads and keeps it. Errors are not kept, "there is
// none" among them.
func remembered[K comparable, T any](ctx context.Context, s *Store, d ledger.DistrictID, key K, read func() (T, error)) (T, error) {
	m := s.under
	if m == nil {
		var err error
		if m, err = s.memory(ctx, d); err != nil || m == nil {
			if err != nil {
				var none T
				return none, err
			}
			return read()
		}
	}
	if v, ok := m.get(key); ok {
		return v.(T), nil
	}
	v, err := read()
	if err == nil {
		m.keep(key, v)
	}
	return v, err
}
