package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Tx is one transaction in one district at one moment.
type Tx struct {
	db       *gorm.DB
	District ledger.DistrictID
	Now      clock.Instant

	receipts *receipts
	lite     bool
	clock    clock.Clock
	memories *memories
	memory   *memory // of the register, once it was asked for
	entries  []ledger.Entry
}

// maxTries is how often a transaction that lost a fight for locks is run again.
const maxTries = 6

// Write runs do in a transaction and commits it. After a deadlock or a lock time-out do runs again
// from the start, so it may touch nothing outside but variables it sets afresh.
func (s *Store) Write(ctx context.Context, d ledger.DistrictID, do func(*Tx) error) error {
	if err := s.stockReceipts(ctx, d); err != nil {
		return err
	}
	return again(ctx, func() error { return s.transaction(ctx, d, do) })
}

// Try runs do like Write, once, where do ends with an error of its own whatever happens: nothing is
// written, not even a number taken ahead.
func (s *Store) Try(ctx context.Context, d ledger.DistrictID, do func(*Tx) error) error {
	return s.transaction(ctx, d, do)
}

// alone lets one writer of this process at a time onto SQLite, which has but one: those who wait inside
// SQLite sleep ever longer and look again, while the pen lies idle. MySQL needs no turn.
func (s *Store) alone() (done func()) {
	if !s.lite {
		return func() {}
	}
	s.writing.Lock()
	return s.writing.Unlock
}

func (s *Store) transaction(ctx context.Context, d ledger.DistrictID, do func(*Tx) error) error {
	defer s.alone()()
	return s.db.WithContext(ctx).Transaction(func(db *gorm.DB) error {
		tx := &Tx{db: db, District: d, Now: clock.At(s.clock.Now()), receipts: s.receipts, lite: s.lite, clock: s.clock, memories: s.memories}
		if err := do(tx); err != nil {
			return err
		}
		return tx.finish()
	})
}

// conn is the transaction's connection.
func (t *Tx) conn() *conn { return t.db.Statement.ConnPool.(*conn) }

// finish writes what still waits. A register that was touched gets a new stamp, and with it whoever
// remembers anything of it, in whatever process, reads it anew.
func (t *Tx) finish() error {
	c := t.conn()
	if c.touched {
		if _, err := t.Next(registerSequence, 1); err != nil {
			return err
		}
	}
	if c.failed != nil {
		return c.failed
	}
	return c.flush(t.db.Statement.Context)
}

// again runs do until it no longer loses a fight for locks, or has lost too often.
func again(ctx context.Context, do func() error) error {
	for try := 1; ; try++ {
		err := do()
		if err == nil || !lockFight(err) || try == maxTries {
			return err
		}
		pause := time.Duration(rand.IntN(1<<try)+1) * time.Millisecond
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait to try again: %w", ctx.Err())
		case <-time.After(pause):
		}
	}
}

// lockFights are a deadlock, a lock wait time-out, MariaDB's "record has changed since last read" (the
// default from 11.6 on) and TiDB's write conflict.
var lockFights = []uint16{1213, 1205, 1020, 9007}

// lockFight reports whether err says that another transaction was in the way and trying again helps.
func lockFight(err error) bool {
	var my *driver.MySQLError
	if errors.As(err, &my) {
		return slices.Contains(lockFights, my.Number)
	}
	return strings.Contains(err.Error(), "SQLITE_BUSY")
}

// Entries gives the lines of history the transaction has written.
func (t *Tx) Entries() []ledger.Entry { return t.entries }

// Reads gives the reads inside the transaction: they see what it wrote.
func (t *Tx) Reads() *Store {
	return &Store{db: t.db, clock: t.clock, lite: t.lite, memories: t.memories, tx: t}
}

// plus adds n to a column's present value.
func plus(column string, n int) clause.Expr { return gorm.Expr(column+" + ?", n) }

// in starts a statement in the transaction's district.
func (t *Tx) in() *gorm.DB { return t.db.Where("district_id = ?", t.District) }

// Next takes n numbers of a sequence of the district and gives the first. The row stays locked until
// the transaction ends and is rolled back with it, so that the numbers have no gaps.
func (t *Tx) Next(name string, n int) (int64, error) {
	up := t.in().Model(&sequence{}).Where("name = ?", name).Update("value", plus("value", n))
	if up.Error != nil {
		return 0, fmt.Errorf("count on %s: %w", name, up.Error)
	}
	if up.RowsAffected == 0 {
		err := t.db.Create(&sequence{DistrictID: t.District, Name: name, Value: int64(n)}).Error
		switch {
		case err == nil:
			return 1, nil
		case !errors.Is(err, gorm.ErrDuplicatedKey):
			return 0, fmt.Errorf("begin %s: %w", name, err)
		}
		return t.Next(name, n) // somebody began it meanwhile
	}
	var row sequence
	if err := t.in().Where("name = ?", name).Take(&row).Error; err != nil {
		return 0, fmt.Errorf("read %s: %w", name, err)
	}
	return row.Value - int64(n) + 1, nil
}

type sequence struct {
	DistrictID ledger.DistrictID `gorm:"primaryKey"`
	Name       string            `gorm:"primaryKey"`
	Value      int64
}
