package store

import (
	"context"
	"embed"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations
var migrations embed.FS

// Migrate brings the schema up to this program's. Two replicas may do it at the same moment; an
// embedded database is one process's.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.provider()
	if err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate the schema: %w", err)
	}
	if s.lite {
		return s.teach(ctx)
	}
	return nil
}

// Schema gives the version of the database's schema and the version this program knows.
func (s *Store) Schema(ctx context.Context) (have, want int64, err error) {
	p, err := s.provider()
	if err != nil {
		return 0, 0, err
	}
	have, want, err = p.GetVersions(ctx)
	if err != nil {
		return 0, 0, fmt.Errorf("read the schema's version: %w", err)
	}
	return have, want, nil
}

func (s *Store) provider() (*goose.Provider, error) {
	dialect, dir := database.DialectMySQL, "migrations/mysql"
	var opts []goose.ProviderOption
	if s.lite {
		dialect, dir = database.DialectSQLite3, "migrations/sqlite"
	} else {
		locker, err := lock.NewMySQLTableLocker()
		if err != nil {
			return nil, fmt.Errorf("prepare the migration lock: %w", err)
		}
		opts = append(opts, goose.WithLocker(locker))
	}
	files, err := fs.Sub(migrations, dir)
	if err != nil {
		return nil, fmt.Errorf("read the migrations: %w", err)
	}
	p, err := goose.NewProvider(dialect, s.sql, files, opts...)
	if err != nil {
		return nil, fmt.Errorf("prepare the migrations: %w", err)
	}
	return p, nil
}

// teach tells SQLite what its tables are like. Without statistics it takes "district_id = ?" for a
// narrow choice and walks through the whole district where it could look up a few ids.
func (s *Store) teach(ctx context.Context) error {
	for _, statement := range []string{
		"ANALYZE", // makes the table of statistics
		"DELETE FROM sqlite_stat1",
		`INSERT INTO sqlite_stat1 (tbl, idx, stat)
		SELECT m.name, x.name, (
			SELECT '1000000 ' || group_concat(CASE
				WHEN c.name = 'district_id' THEN 1000000
				WHEN c.seqno < (SELECT MAX(seqno) FROM pragma_index_info(x.name)) THEN 10000
				WHEN x."unique" THEN 1 ELSE 10 END, ' ')
			FROM (SELECT name, seqno FROM pragma_index_info(x.name) ORDER BY seqno) c)
		FROM sqlite_master m JOIN pragma_index_list(m.name) x
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name NOT LIKE 'goose%'`,
		"ANALYZE sqlite_schema", // reads it
	} {
		if _, err := s.sql.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("teach SQLite: %w", err)
		}
	}
	return nil
}
