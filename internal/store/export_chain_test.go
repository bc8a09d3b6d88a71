package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Proven gives the tables on the chain, and of each the columns that are proven.
func Proven() map[string][]string {
	out := map[string][]string{}
	for _, f := range facts {
		for _, c := range f.columns {
			if !slices.Contains(out[f.table], c) {
				out[f.table] = append(out[f.table], c)
			}
		}
	}
	return out
}

// Raw changes the database behind the product's back.
func Raw(t testing.TB, s *Store, statement string) {
	t.Helper()
	if _, err := s.sql.Exec(statement); err != nil {
		t.Fatalf("%s: %v", statement, err)
	}
}

// Columns gives the columns of a table.
func Columns(t testing.TB, s *Store, table string) []string {
	t.Helper()
	rows, err := s.sql.Query("SELECT * FROM `" + table + "` LIMIT 0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	names, err := rows.Columns()
	if err = errors.Join(err, rows.Err()); err != nil {
		t.Fatal(err)
	}
	return names
}

// IDs gives the rows of a table that are linked in every part the table has.
func IDs(t testing.TB, s *Store, table string) []int64 {
	t.Helper()
	parts := 0
	for _, f := range facts {
		if f.table == table {
			parts++
		}
	}
	var ids []int64
	err := s.db.Raw("SELECT row_id FROM links WHERE tbl = ? GROUP BY row_id HAVING COUNT(*) = ? ORDER BY row_id", table, parts).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		t.Fatalf("%s has no row with all its facts: %v", table, err)
	}
	return ids
}

// Keep keeps a row and gives what puts it back as it was.
func Keep(t testing.TB, s *Store, table string, id int64) (undo func()) {
	t.Helper()
	names := Columns(t, s, table)
	values := make([]any, len(names))
	into := make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	if err := s.sql.QueryRow("SELECT * FROM `"+table+"` WHERE id = ?", id).Scan(into...); err != nil {
		t.Fatal(err)
	}
	return func() {
		t.Helper()
		Raw(t, s, fmt.Sprintf("DELETE FROM `%s` WHERE id = %d", table, id))
		statement := "INSERT INTO `" + table + "` (`" + strings.Join(names, "`,`") + "`) VALUES (?" + strings.Repeat(",?", len(names)-1) + ")"
		if _, err := s.sql.Exec(statement, values...); err != nil {
			t.Fatal(err)
		}
	}
}
