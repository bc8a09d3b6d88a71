package store

import (
	"context"
	"database/sql"
	"slices"
	"strings"
	"sync"

	"gorm.io/gorm"
)

// pool stands between gorm and the connections, and begins transactions that know what they have written.
type pool struct {
	*sql.DB
	seen  func(statement string) // Options.Seen
	stmts *stmts                 // nil: statements are not kept
}

// stmts keeps statements prepared, for SQLite: reading one costs it as much as carrying it out. A server
// is sent the text with its values, which is one trip. Kept statements are prepared on a connection of
// their own, which is safe only because SQLite's transactions come one at a time, see alone.
type stmts struct {
	mu  sync.Mutex
	all map[string]*sql.Stmt
}

// The lists of some statements come in every length: those that do not fit any more are not kept.
const (
	maxStmts = 256
	maxText  = 2000
)

// of gives the statement prepared, nil when it is not kept or cannot be prepared: it is then sent as it is.
func (s *stmts) of(ctx context.Context, db *sql.DB, query string) *sql.Stmt {
	if s == nil || len(query) > maxText || !strings.Contains(query, "?") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept := s.all[query]; kept != nil || len(s.all) == maxStmts {
		return kept
	}
	made, err := db.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	s.all[query] = made
	return made
}

var (
	_ gorm.ConnPool         = (*pool)(nil)
	_ gorm.ConnPoolBeginner = (*pool)(nil)
	_ gorm.GetDBConnector   = (*pool)(nil)
	_ gorm.TxCommitter      = (*conn)(nil)
	_ gorm.ConnPool         = (*conn)(nil)
)

// GetDBConn implements gorm.GetDBConnector.
func (p *pool) GetDBConn() (*sql.DB, error) { return p.DB, nil }

// BeginTx implements gorm.ConnPoolBeginner.
func (p *pool) BeginTx(ctx context.Context, o *sql.TxOptions) (gorm.ConnPool, error) {
	p.seen("BEGIN")
	tx, err := p.DB.BeginTx(ctx, o)
	if err != nil {
		return nil, err
	}
	return &conn{Tx: tx, pool: p, seen: p.seen}, nil
}

// ExecContext implements gorm.ConnPool.
func (p *pool) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.seen(query)
	if kept := p.stmts.of(ctx, p.DB, query); kept != nil {
		return kept.ExecContext(ctx, args...)
	}
	return p.DB.ExecContext(ctx, query, args...)
}

// QueryContext implements gorm.ConnPool.
func (p *pool) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.seen(query)
	if kept := p.stmts.of(ctx, p.DB, query); kept != nil {
		return kept.QueryContext(ctx, args...)
	}
	return p.DB.QueryContext(ctx, query, args...)
}

// QueryRowContext implements gorm.ConnPool.
func (p *pool) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.seen(query)
	return p.DB.QueryRowContext(ctx, query, args...)
}

// conn is the connection of one transaction. Rows that may wait are kept until a statement speaks of
// their table, or the commit: what several acts of one transaction write then travels together.
type conn struct {
	*sql.Tx
	pool    *pool
	seen    func(string)
	touched bool // a table of the register was written
	waiting []*waiting
	writes  int // statements that write, and batches of rows that wait
	known   known
	moved   moved
	failed  error // why rows that waited could not be written; nothing goes on after that
}

// waiting are rows of one table that are not written yet.
type waiting struct {
	*plan
	values []any
	fails  func(error) error
}

// register are the tables that say who is who, what things are called and who stands around them.
var register = []string{"units", "people", "accounts", "aliases", "members", "chat_groups", "group_projects", "group_routes", "chains", "leaves"}

// before writes what must be there before the statement runs, and takes note of what it will change.
func (c *conn) before(ctx context.Context, query string) error {
	speaks := func(w *waiting) bool { return strings.Contains(query, w.table) }
	if c.failed == nil && (slices.ContainsFunc(c.waiting, speaks) || len(c.moved.rows) > 0 && strings.Contains(query, "projects")) {
		c.failed = c.flush(ctx)
	}
	if c.failed != nil {
		return c.failed
	}
	if table := written(query); table != "" {
		c.touched = c.touched || slices.Contains(register, table)
		c.known.forget(table)
		c.writes++
	}
	c.seen(query)
	return nil
}

// written gives the table a statement writes, "" when it only reads.
func written(query string) string {
	word := strings.Fields(query[:min(len(query), 120)])
	if len(word) < 3 {
		return ""
	}
	switch strings.ToUpper(word[0]) {
	case "INSERT", "DELETE", "REPLACE":
		return strings.Trim(word[2], "`\"(")
	case "UPDATE":
		return strings.Trim(word[1], "`\"")
	}
	return ""
}

// flush writes all rows that wait.
func (c *conn) flush(ctx context.Context) error {
	if err := c.writeMoved(ctx); err != nil {
		return err
	}
	all := c.waiting
	c.waiting = nil
	for _, w := range all {
		if err := w.write(w.values, func(query string, args []any) error {
			c.seen(query)
			_, err := c.exec(ctx, query, args)
			return err
		}); err != nil {
			return w.fails(err)
		}
	}
	return nil
}

// ExecContext implements gorm.ConnPool.
func (c *conn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := c.before(ctx, query); err != nil {
		return nil, err
	}
	return c.exec(ctx, query, args)
}

func (c *conn) exec(ctx context.Context, query string, args []any) (sql.Result, error) {
	if kept := c.pool.stmts.of(ctx, c.pool.DB, query); kept != nil {
		return c.Tx.StmtContext(ctx, kept).ExecContext(ctx, args...)
	}
	return c.Tx.ExecContext(ctx, query, args...)
}

// QueryContext implements gorm.ConnPool.
func (c *conn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := c.before(ctx, query); err != nil {
		return nil, err
	}
	if kept := c.pool.stmts.of(ctx, c.pool.DB, query); kept != nil {
		return c.Tx.StmtContext(ctx, kept).QueryContext(ctx, args...)
	}
	return c.Tx.QueryContext(ctx, query, args...)
}

// QueryRowContext implements gorm.ConnPool. It cannot say that rows which waited were not written; the
// transaction then fails later.
func (c *conn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	_ = c.before(ctx, query)
	return c.Tx.QueryRowContext(ctx, query, args...)
}

// Commit implements gorm.TxCommitter.
func (c *conn) Commit() error {
	c.seen("COMMIT")
	return c.Tx.Commit()
}
