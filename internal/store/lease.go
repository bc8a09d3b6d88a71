package store

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Leases say which process of a district holds what only one may hold, such as the connection of a bot.
// A lease ends by itself when its holder dies: the clocks of the replicas must agree to a fraction of
// its length. One of 6 s that is renewed every 2 s changes hands within 8 s.
type Leases struct {
	s *Store
	d ledger.DistrictID
}

// Leases gives the leases of the district.
func (s *Store) Leases(d ledger.DistrictID) *Leases { return &Leases{s, d} }

// Acquire takes the lease for the holder, a name unique to the process, when nobody else has it; true
// says that it is held until ttl from now.
func (l *Leases) Acquire(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	return l.write(ctx, "acquire", name, func(t *Tx) (bool, error) {
		until := t.Now.Add(ttl)
		up := t.in().Model(&lease{}).Where("name = ? AND (holder = ? OR until <= ?)", name, holder, t.Now).
			Updates(map[string]any{"holder": holder, "until": until})
		if up.Error != nil || up.RowsAffected == 1 {
			return up.RowsAffected == 1, up.Error
		}
		err := t.db.Create(&lease{t.District, name, holder, until}).Error
		if isDuplicate(err) {
			return false, nil // somebody has it
		}
		return err == nil, err
	})
}

// Renew keeps the lease until ttl from now; false says that it ran out or was taken over, and the
// holder must let go at once.
func (l *Leases) Renew(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	return l.write(ctx, "renew", name, func(t *Tx) (bool, error) {
		up := t.in().Model(&lease{}).Where("name = ? AND holder = ? AND until > ?", name, holder, t.Now).Update("until", t.Now.Add(ttl))
		return up.RowsAffected == 1, up.Error
	})
}

// Release gives the lease up, so that another may have it at once; one that is not held is no error.
func (l *Leases) Release(ctx context.Context, name, holder string) error {
	_, err := l.write(ctx, "release", name, func(t *Tx) (bool, error) {
		return true, t.in().Model(&lease{}).Where("name = ? AND holder = ?", name, holder).Update("until", 0).Error
	})
	return err
}

func (l *Leases) write(ctx context.Context, verb, name string, do func(*Tx) (bool, error)) (ok bool, err error) {
	err = l.s.Write(ctx, l.d, func(t *Tx) error {
		ok, err = do(t)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("%s lease %s: %w", verb, name, err)
	}
	return ok, nil
}

type lease struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	Name       string            `gorm:"primaryKey"`
	Holder     string
	Until      clock.Instant
}
