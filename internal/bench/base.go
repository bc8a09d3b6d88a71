package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"duban/internal/clock"
	"duban/internal/store"
)

// dsnVariable names the environment variable with the address of a MySQL server without a database,
// the same that the tests use; scripts/bench always sets it.
const dsnVariable = "DUBAN_TEST_DSN"

// base is a kind of database.
type base struct {
	name string // "mariadb", "sqlite"
	dsn  string // of the server; "" for SQLite
}

// allBases gives the databases to measure on; only is "" for all.
func allBases(only string) ([]*base, error) {
	var out []*base
	dsn := os.Getenv(dsnVariable)
	switch {
	case only != "" && only != "mariadb" && only != "sqlite":
		return nil, fmt.Errorf("-on is %q; write mariadb or sqlite", only)
	case only != "sqlite" && dsn == "":
		return nil, fmt.Errorf("%s is not set; run scripts/bench, which starts a MariaDB, or ask for -on sqlite", dsnVariable)
	}
	if only != "sqlite" {
		out = append(out, &base{"mariadb", dsn})
	}
	if only != "mariadb" {
		out = append(out, &base{name: "sqlite"})
	}
	return out, nil
}

// ground is one fresh migrated database: the product's store, and the plain way in that floors use.
type ground struct {
	*store.Store
	where string  // the database, as a configuration says it
	sql   *sql.DB // statements are prepared by the server, as a bare program would
	close func() error
}

var grounds atomic.Int64

// fresh makes a database that is gone after close.
func (b *base) fresh(ctx context.Context, c clock.Clock) (*ground, error) {
	if b.dsn == "" {
		return freshSQLite(ctx, c)
	}
	return freshMySQL(ctx, b.dsn, c)
}

func freshMySQL(ctx context.Context, server string, c clock.Clock) (*ground, error) {
	dsn, drop, err := create(ctx, server)
	if err != nil {
		return nil, err
	}
	plain, err := sql.Open("mysql", dsn)
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	plain.SetMaxOpenConns(64)
	plain.SetMaxIdleConns(64)
	return begin(ctx, store.Options{DSN: dsn, Clock: c}, plain, drop)
}

// create makes an empty database on the server, and gives its address and how to be rid of it.
func create(ctx context.Context, server string) (dsn string, drop func() error, err error) {
	admin, err := sql.Open("mysql", server)
	if err != nil {
		return "", nil, fmt.Errorf("open the server: %w", err)
	}
	name := fmt.Sprintf("duban_bench_%d_%d", os.Getpid(), grounds.Add(1))
	if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+name+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
		return "", nil, errors.Join(fmt.Errorf("create a database: %w", err), admin.Close())
	}
	head, query, _ := strings.Cut(server, "?")
	if query != "" {
		query = "?" + query
	}
	return head + name + query, func() error {
		_, err := admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+name)
		return errors.Join(err, admin.Close())
	}, nil
}

func freshSQLite(ctx context.Context, c clock.Clock) (*ground, error) {
	dir, err := os.MkdirTemp("", "duban-bench-")
	if err != nil {
		return nil, fmt.Errorf("make a folder: %w", err)
	}
	drop := func() error { return os.RemoveAll(dir) }
	path := filepath.Join(dir, "bench.db")
	// As the product opens it, so that both wait for the disk alike; one connection, as there is one writer.
	plain, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"+
		"&_pragma=synchronous(NORMAL)&_txlock=immediate")
	if err != nil {
		return nil, errors.Join(err, drop())
	}
	plain.SetMaxOpenConns(1)
	return begin(ctx, store.Options{Path: path, Clock: c}, plain, drop)
}

func begin(ctx context.Context, o store.Options, plain *sql.DB, drop func() error) (*ground, error) {
	s, err := store.Open(ctx, o)
	if err != nil {
		return nil, errors.Join(err, plain.Close(), drop())
	}
	g := &ground{Store: s, where: fmt.Sprintf("dsn: %q", o.DSN), sql: plain, close: func() error { return errors.Join(s.Close(), plain.Close(), drop()) }}
	if o.DSN == "" {
		g.where = fmt.Sprintf("sqlite: %q", o.Path)
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, g.close())
	}
	return g, nil
}

// exec runs statements that only prepare the ground; none of it is measured.
func (g *ground) exec(ctx context.Context, statements ...string) error {
	for _, s := range statements {
		if _, err := g.sql.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%.60s…: %w", strings.TrimSpace(s), err)
		}
	}
	return nil
}
