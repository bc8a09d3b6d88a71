// Package storetest gives tests a fresh real database (floor 2, for tests only). It must not be
// imported by the product.
package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"duban/internal/clock"
	"duban/internal/store"
)

// DSNVariable names the environment variable with a MySQL address without a database, such as
// "duban:duban@tcp(127.0.0.1:3306)/"; scripts/test always sets it.
const DSNVariable = "DUBAN_TEST_DSN"

var count atomic.Int64

// Each runs the test on every kind of database: SQLite always, MySQL where DSNVariable is set.
func Each(t *testing.T, c clock.Clock, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	Seen(t, c, nil, test)
}

// Seen is Each, and tells of every statement.
func Seen(t *testing.T, c clock.Clock, seen func(statement string), test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, sqlite(t, store.Options{Clock: c, Seen: seen, Brief: true})) })
	if os.Getenv(DSNVariable) == "" {
		t.Logf("%s is not set: only SQLite was tested", DSNVariable)
		return
	}
	t.Run("mysql", func(t *testing.T) { test(t, open(t, store.Options{DSN: DSN(t), Clock: c, Seen: seen})) })
}

// SQLite opens a fresh migrated SQLite database that is gone after the test.
func SQLite(t testing.TB, c clock.Clock) *store.Store {
	t.Helper()
	return sqlite(t, store.Options{Clock: c, Brief: true})
}

func sqlite(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	o.Path = filepath.Join(t.TempDir(), "duban.db")
	if err := os.WriteFile(o.Path, migrated(t, o.Clock), 0o600); err != nil {
		t.Fatal(err)
	}
	return open(t, o)
}

var (
	once  sync.Once
	image []byte
)

// migrated gives a migrated SQLite file. It is made once a process: forty migrations a test are most of
// what a test would do under the race detector.
func migrated(t testing.TB, c clock.Clock) []byte {
	t.Helper()
	once.Do(func() {
		path := filepath.Join(t.TempDir(), "image.db")
		s, err := store.Open(t.Context(), store.Options{Path: path, Clock: c, Brief: true})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil { // the last connection to close folds the log into the file
			t.Fatal(err)
		}
		if image, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
	})
	return image
}

// MySQL opens a fresh migrated database on the server DSNVariable names, dropped after the test.
func MySQL(t testing.TB, c clock.Clock) *store.Store {
	t.Helper()
	return open(t, store.Options{DSN: DSN(t), Clock: c})
}

// DSN creates a database with the schema on the server DSNVariable names and gives its address; it is
// dropped after the test.
func DSN(t testing.TB) string {
	t.Helper()
	schemaOnce.Do(func() { schema = readSchema(t) })
	dsn := Empty(t)
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	for _, statement := range schema {
		if _, err := db.Exec(statement); err != nil {
			t.Fatalf("lay out the test's database: %v", err)
		}
	}
	return dsn
}

var (
	schemaOnce sync.Once
	schema     []string // what makes an empty database a migrated one
)

// readSchema migrates one database and reads it off as statements: replaying them is several times
// faster than forty migrations, each with its own bookkeeping.
func readSchema(t testing.TB) []string {
	t.Helper()
	dsn := Empty(t)
	open(t, store.Options{DSN: dsn, Clock: clock.System{}})
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	tables := column(t, db, "SHOW TABLES")
	var out []string
	for _, table := range tables {
		var name, create string
		if err := db.QueryRow("SHOW CREATE TABLE `"+table+"`").Scan(&name, &create); err != nil {
			t.Fatal(err)
		}
		out = append(out, create)
	}
	for _, version := range column(t, db, "SELECT version_id FROM goose_db_version ORDER BY id") {
		out = append(out, "INSERT INTO goose_db_version (version_id, is_applied) VALUES ("+version+", 1)")
	}
	return out
}

func column(t testing.TB, db *sql.DB, query string) []string {
	t.Helper()
	rows, err := db.Query(query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	var out []string
	for rows.Next() {
		var v string
		if err := rows.Scan(&v); err != nil {
			t.Fatal(err)
		}
		out = append(out, v)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// Empty creates an empty database on the server and gives its address; it is dropped after the test.
func Empty(t testing.TB) string {
	t.Helper()
	base := os.Getenv(DSNVariable)
	admin, err := sql.Open("mysql", base)
	if err != nil {
		t.Fatal(err)
	}
	name := fmt.Sprintf("duban_test_%d_%d", os.Getpid(), count.Add(1))
	if _, err := admin.Exec("CREATE DATABASE " + name + " COLLATE utf8mb4_bin"); err != nil {
		t.Fatalf("create a database for the test: %v", err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec("DROP DATABASE " + name); err != nil {
			t.Errorf("drop the test's database: %v", err)
		}
		_ = admin.Close()
	})
	head, query, _ := strings.Cut(base, "?")
	if query != "" {
		query = "?" + query
	}
	return head + name + query
}

func open(t testing.TB, o store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s
}
