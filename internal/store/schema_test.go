package store_test

import (
	"context"
	"database/sql"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"gorm.io/gorm/schema"

	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

var spring = clock.NewTurnable(time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai))

func TestMigrateTwiceIsQuiet(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		if err := s.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		have, want, err := s.Schema(t.Context())
		if err != nil || have != want || have == 0 {
			t.Fatalf("schema is at %d of %d: %v", have, want, err)
		}
	})
}

func TestTwoProcessesMigrateAtOnce(t *testing.T) {
	onMySQL(t, func(t *testing.T) {
		o := store.Options{DSN: storetest.Empty(t), Clock: spring}
		var all sync.WaitGroup
		for range 2 {
			s, err := store.Open(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = s.Close() })
			all.Go(func() {
				if err := s.Migrate(t.Context()); err != nil {
					t.Errorf("migrate: %v", err)
				}
				if have, want, err := s.Schema(t.Context()); err != nil || have != want {
					t.Errorf("schema is at %d of %d: %v", have, want, err)
				}
			})
		}
		all.Wait()
	})
}

// onMySQL runs what only a server can show, where there is one.
func onMySQL(t *testing.T, test func(t *testing.T)) {
	t.Helper()
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		if !s.Embedded() {
			test(t)
		}
	})
}

// table is what is compared of a table.
type table struct {
	Columns map[string]string // name: family of the type, and whether it may be NULL
	Primary []string
	Indexes map[string]string // name: unique or not, columns in order
}

func TestBothSchemasAreTheSame(t *testing.T) {
	sqlite := tablesOfSQLite(t, storetest.SQLite(t, spring))
	if len(sqlite) < 28 {
		t.Fatalf("only %d tables found", len(sqlite))
	}
	compared := false
	onMySQL(t, func(t *testing.T) {
		compared = true
		if diff := cmp.Diff(sqlite, tablesOfMySQL(t, storetest.MySQL(t, spring))); diff != "" {
			t.Errorf("SQLite (-) and MySQL (+) differ:\n%s", diff)
		}
	})
	t.Logf("compared with MySQL: %v", compared)
}

func TestEveryStructFitsItsTable(t *testing.T) {
	tables := tablesOfSQLite(t, storetest.SQLite(t, spring))
	for _, m := range store.Models {
		s, err := schema.Parse(m, &sync.Map{}, schema.NamingStrategy{})
		if err != nil {
			t.Fatal(err)
		}
		have, ok := tables[s.Table]
		if !ok {
			t.Errorf("%T: there is no table %s", m, s.Table)
			continue
		}
		delete(tables, s.Table)
		want := map[string]string{}
		for _, f := range s.Fields {
			if f.DBName != "" {
				want[f.DBName] = familyOfField(f)
			}
		}
		if diff := cmp.Diff(want, have.Columns); diff != "" {
			t.Errorf("%T (-) and its table %s (+) differ:\n%s", m, s.Table, diff)
		}
		if !slices.Equal(s.PrimaryFieldDBNames, have.Primary) {
			t.Errorf("%T has the key %q, its table %q", m, s.PrimaryFieldDBNames, have.Primary)
		}
	}
	for name := range tables {
		t.Errorf("no struct maps the table %s", name)
	}
}

func familyOfField(f *schema.Field) string {
	null := ""
	if f.FieldType.Kind() == reflect.Pointer {
		null = " null"
	}
	switch {
	case f.TagSettings["SERIALIZER"] != "":
		return "text" + null
	case f.DataType == schema.String:
		return "text" + null
	case f.DataType == schema.Bytes:
		return "bytes" + null
	case f.DataType == schema.Int, f.DataType == schema.Uint, f.DataType == schema.Bool:
		return "int" + null
	}
	return string(f.DataType) + null
}

// family names what a declared type holds; BOOLEAN is an integer in both dialects.
func family(declared string, null bool) string {
	name, _, _ := strings.Cut(strings.ToLower(declared), "(")
	out := "?" + name
	switch name {
	case "integer", "bigint", "int", "tinyint", "boolean":
		out = "int"
	case "varchar", "text", "mediumtext":
		out = "text"
	case "blob", "longblob":
		out = "bytes"
	}
	if null {
		out += " null"
	}
	return out
}

// rowsOf runs a query and gives its rows as text.
func rowsOf(t *testing.T, s *store.Store, query string, args ...any) [][]string {
	t.Helper()
	rows, err := s.SQL().QueryContext(context.Background(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	var out [][]string
	for rows.Next() {
		cells := make([]sql.NullString, len(cols))
		into := make([]any, len(cols))
		for i := range cells {
			into[i] = &cells[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line := make([]string, len(cols))
		for i, c := range cells {
			line[i] = c.String
		}
		out = append(out, line)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// ours reports whether a table is the product's and not the migrator's.
func ours(name string) bool {
	return !strings.HasPrefix(name, "goose") && !strings.HasPrefix(name, "sqlite_")
}

func index(unique bool, columns []string) string {
	return fmt.Sprintf("unique %v (%s)", unique, strings.Join(columns, ", "))
}

func tablesOfSQLite(t *testing.T, s *store.Store) map[string]table {
	t.Helper()
	out := map[string]table{}
	for _, r := range rowsOf(t, s, "SELECT name, sql FROM sqlite_master WHERE type = 'table'") {
		name := r[0]
		if !ours(name) {
			continue
		}
		tab := table{Columns: map[string]string{}, Indexes: map[string]string{}}
		primary := map[string]string{}
		for _, c := range rowsOf(t, s, "SELECT name, type, \"notnull\", pk FROM pragma_table_info(?)", name) {
			tab.Columns[c[0]] = family(c[1], c[2] == "0")
			if c[3] != "0" {
				primary[c[3]] = c[0]
			}
		}
		for i := range len(primary) {
			tab.Primary = append(tab.Primary, primary[fmt.Sprint(i+1)])
		}
		for _, x := range rowsOf(t, s, "SELECT name, \"unique\", origin FROM pragma_index_list(?)", name) {
			if x[2] == "pk" {
				continue
			}
			var cols []string
			for _, c := range rowsOf(t, s, "SELECT name FROM pragma_index_info(?) ORDER BY seqno", x[0]) {
				cols = append(cols, c[0])
			}
			called := x[0]
			if x[2] == "u" { // the name of a UNIQUE constraint stands only in the table's text
				called = name + "_" + strings.Join(cols, "_")
				if !strings.Contains(r[1], "`"+called+"`") {
					t.Errorf("table %s has no constraint %s", name, called)
				}
			}
			tab.Indexes[called] = index(x[1] == "1", cols)
		}
		out[name] = tab
	}
	return out
}

func tablesOfMySQL(t *testing.T, s *store.Store) map[string]table {
	t.Helper()
	out := map[string]table{}
	for _, c := range rowsOf(t, s, `SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_schema = DATABASE()`) {
		if !ours(c[0]) {
			continue
		}
		if out[c[0]].Columns == nil {
			out[c[0]] = table{Columns: map[string]string{}, Indexes: map[string]string{}}
		}
		out[c[0]].Columns[c[1]] = family(c[2], c[3] == "YES")
	}
	type key struct{ table, name string }
	columns := map[key][]string{}
	unique := map[key]bool{}
	for _, x := range rowsOf(t, s, `SELECT table_name, index_name, column_name, non_unique FROM information_schema.statistics
		WHERE table_schema = DATABASE() ORDER BY table_name, index_name, seq_in_index`) {
		k := key{x[0], x[1]}
		columns[k], unique[k] = append(columns[k], x[2]), x[3] == "0"
	}
	for k, cols := range columns {
		if !ours(k.table) {
			continue
		}
		if k.name == "PRIMARY" {
			tab := out[k.table]
			tab.Primary = cols
			out[k.table] = tab
			continue
		}
		out[k.table].Indexes[k.name] = index(unique[k], cols)
	}
	return out
}

// Statistics say that a district is no narrow choice: rows are looked up by their ids.
func TestSQLiteFindsRowsByTheirIDs(t *testing.T) {
	s := storetest.SQLite(t, spring)
	for query, want := range map[string]string{
		"SELECT * FROM deliveries WHERE district_id = 1 AND id IN (1,2,3,4,5,6,7,8,9)":                                                        "INTEGER PRIMARY KEY",
		"SELECT * FROM chat_groups WHERE district_id = 1 AND id IN (1,2,3,4,5,6,7,8,9)":                                                       "INTEGER PRIMARY KEY",
		"UPDATE commitments SET rung = '' WHERE district_id = 1 AND id IN (1,2,3,4,5,6,7) AND version = 1":                                    "INTEGER PRIMARY KEY",
		"UPDATE deliveries SET token = '' WHERE district_id = 1 AND id IN (1,2,3,4) AND state IN ('waiting','retry','unknown') AND held = ''": "INTEGER PRIMARY KEY",
		"SELECT * FROM commitments WHERE district_id = 1 AND next_look BETWEEN 1 AND 20260302 AND id > 5":                                     "commitments_by_district_id_next_look_id",
		"SELECT * FROM deliveries WHERE district_id = 1 AND cause = 'x' AND recipient = 'g1'":                                                 "cause=? AND recipient=?",
	} {
		plan := fmt.Sprint(rowsOf(t, s, "EXPLAIN QUERY PLAN "+query))
		if !strings.Contains(plan, want) {
			t.Errorf("%s\ngoes by %s", query, plan)
		}
	}
}
