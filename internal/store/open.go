package store

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/url"
	"sync"
	"time"

	driver "github.com/go-sql-driver/mysql"
	"github.com/libtnb/sqlite"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"duban/internal/clock"
	"duban/internal/ledger"
)

// Options say which database to open. Exactly one of DSN and Path is set.
type Options struct {
	DSN   string // MySQL: user:password@tcp(host:port)/database
	Path  string // SQLite file
	Brief bool   // SQLite: what was committed last need not outlive a power cut (a demo, a rehearsal, a test)
	Clock clock.Clock
	Log   *slog.Logger
	Seen  func(statement string) // nil, or told of every statement: a test counts them
}

// Store reads the ledger; Write changes it.
type Store struct {
	db    *gorm.DB
	sql   *sql.DB
	clock clock.Clock
	log   *slog.Logger
	lite  bool

	receipts *receipts
	writing  *sync.Mutex // SQLite only, see alone
	intake   *intake
	memories *memories
	under    *memory // see Under
	tx       *Tx     // reads inside a transaction
}

// Open connects to the database; it does not migrate. An error names no password.
func Open(ctx context.Context, o Options) (*Store, error) {
	s := &Store{
		clock: o.Clock, log: o.Log, lite: o.Path != "", receipts: &receipts{stock: map[ledger.DistrictID]*receiptStock{}},
		writing: &sync.Mutex{}, intake: &intake{limit: intakeLimit}, memories: &memories{of: map[ledger.DistrictID]*memory{}},
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	dialector, err := o.dialector()
	if err != nil {
		return nil, err
	}
	s.db, err = gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction:   true,
		DisableNestedTransaction: true, // a batch inside a transaction needs no savepoint
		TranslateError:           true,
		Logger:                   logger.Discard,
		NowFunc:                  func() time.Time { return o.Clock.Now().UTC().Truncate(time.Millisecond) },
	})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	if s.sql, err = s.db.DB(); err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	seen := o.Seen
	if seen == nil {
		seen = func(string) {}
	}
	between := &pool{DB: s.sql, seen: seen}
	if s.lite {
		between.stmts = &stmts{all: map[string]*sql.Stmt{}}
	}
	s.db.ConnPool, s.db.Statement.ConnPool = between, between
	s.sql.SetMaxOpenConns(32)
	s.sql.SetMaxIdleConns(32)
	s.sql.SetConnMaxLifetime(30 * time.Minute)
	if err := s.Ping(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

func (o Options) dialector() (gorm.Dialector, error) {
	if o.Path != "" {
		// immediate: a deferred transaction that reads before it writes fails at once under load.
		flush := "FULL"
		if o.Brief {
			flush = "NORMAL"
		}
		dsn := "file:" + (&url.URL{Path: o.Path}).EscapedPath() + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)" +
			"&_pragma=synchronous(" + flush + ")&_pragma=foreign_keys(1)&_txlock=immediate&_timezone=UTC"
		return sqlite.Open(dsn), nil
	}
	cfg, err := driver.ParseDSN(o.DSN)
	if err != nil {
		return nil, fmt.Errorf("the database address cannot be read; write user:password@tcp(host:3306)/name")
	}
	cfg.ParseTime = true
	cfg.Loc = time.UTC
	cfg.ClientFoundRows = true // an update that changes nothing still says that it found its row
	cfg.InterpolateParams = true
	cfg.Collation = "utf8mb4_bin"
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["sql_mode"] = "'ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
	if cfg.Timeout == 0 {
		cfg.Timeout = 10 * time.Second
	}
	return mysql.New(mysql.Config{DSNConfig: cfg, DisableWithReturning: true}), nil
}

// Close ends all connections.
func (s *Store) Close() error { return s.sql.Close() }

// Ping proves that the database answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.sql.PingContext(ctx); err != nil {
		return fmt.Errorf("reach the database: %w", err)
	}
	return nil
}

// Skew is how far the database's clock is ahead of this process's; an embedded one has none of its own.
func (s *Store) Skew(ctx context.Context) (time.Duration, error) {
	if s.lite {
		return 0, nil
	}
	var there time.Time
	if err := s.sql.QueryRowContext(ctx, "SELECT UTC_TIMESTAMP(3)").Scan(&there); err != nil {
		return 0, fmt.Errorf("ask the database for the time: %w", err)
	}
	return there.Sub(s.clock.Now()), nil
}

// Embedded reports whether this is the embedded database, which is not for production.
func (s *Store) Embedded() bool { return s.lite }

// in starts a read in one district.
func (s *Store) in(ctx context.Context, d ledger.DistrictID) *gorm.DB {
	return s.db.WithContext(ctx).Where("district_id = ?", d)
}
