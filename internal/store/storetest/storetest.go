// Package storetest gives tests a fresh real database (floor 2, for tests only). It must not be
// imported by the product.
package storetest

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
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
	t.Run("sqlite", func(t *testing.T) { test(t, SQLite(t, c)) })
	if os.Getenv(DSNVariable) == "" {
		t.Logf("%s is not set: only SQLite was tested", DSNVariable)
		return
	}
	t.Run("mysql", func(t *testing.T) { test(t, MySQL(t, c)) })
}

// SQLite opens a fresh migrated SQLite database that is gone after the test.
func SQLite(t testing.TB, c clock.Clock) *store.Store {
	t.Helper()
	return open(t, store.Options{Path: filepath.Join(t.TempDir(), "duban.db"), Clock: c})
}

// MySQL opens a fresh migrated database on the server DSNVariable names, dropped after the test.
func MySQL(t testing.TB, c clock.Clock) *store.Store {
	t.Helper()
	return open(t, store.Options{DSN: DSN(t), Clock: c})
}

// DSN creates an empty database on the server DSNVariable names and gives its address; it is dropped
// after the test.
func DSN(t testing.TB) string {
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
