package store

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gorm.io/gorm/schema"

	"duban/internal/ledger"
)

// moved are projects whose new state waits to be written: those of one transaction travel together, and
// of each only what changed. Whoever reads a project by its id finds the new state among what is known;
// any other statement that speaks of projects is preceded by the write.
type moved struct {
	plan *plan
	rows []movedRow
}

// movedRow is one project. was is the row as it was read, nil when it was not read in this transaction.
type movedRow struct {
	version int // it must still be of
	was     *ledger.Project
	now     ledger.Project
}

// move keeps a project's new state to be written. Version is still the one it was read at.
func (c *conn) move(p *plan, now ledger.Project) error {
	version := now.Version
	now.Version++
	was, read := c.known.projects[now.ID]
	c.known.project(now)
	c.writes++
	c.moved.plan = p
	if i := slices.IndexFunc(c.moved.rows, func(r movedRow) bool { return r.now.ID == now.ID }); i >= 0 {
		if c.moved.rows[i].now.Version != version {
			return errMoved
		}
		c.moved.rows[i].now = now
		return nil
	}
	row := movedRow{version: version, now: now}
	if read && was.Version == version {
		row.was = &was
	}
	c.moved.rows = append(c.moved.rows, row)
	return nil
}

// writeMoved writes the new states; a row that is not as it was read any more is a Conflict.
func (c *conn) writeMoved(ctx context.Context) error {
	for _, rows := range chunks(c.moved.rows) {
		query, args := c.moved.plan.update(ctx, rows)
		c.seen(query)
		done, err := c.exec(ctx, query, args)
		if err != nil {
			return fmt.Errorf("save projects: %w", err)
		}
		if n, err := done.RowsAffected(); err != nil || int(n) != len(rows) {
			return errMoved
		}
	}
	c.moved.rows = nil
	return nil
}

// update words one statement for all rows.
func (p *plan) update(ctx context.Context, rows []movedRow) (string, []any) {
	var set []string
	var args []any
	for _, f := range p.fields {
		if f.DBName == "district_id" || !slices.ContainsFunc(rows, func(r movedRow) bool { return r.changes(ctx, f) }) {
			continue
		}
		text, values := each(rows, func(r movedRow) any { return valueOf(ctx, f, r.now) })
		set = append(set, "`"+f.DBName+"`="+text)
		args = append(args, values...)
	}
	args = append(args, rows[0].now.DistrictID)
	for _, r := range rows {
		args = append(args, r.now.ID)
	}
	text, values := each(rows, func(r movedRow) any { return r.version })
	return fmt.Sprintf("UPDATE `%s` SET %s WHERE `district_id`=? AND `id` IN (?%s) AND `version`=%s",
		p.table, strings.Join(set, ","), strings.Repeat(",?", len(rows)-1), text), append(args, values...)
}

// each gives the value all rows share, or else an expression that gives each row its own.
func each(rows []movedRow, of func(movedRow) any) (string, []any) {
	first := of(rows[0])
	if !slices.ContainsFunc(rows, func(r movedRow) bool { return of(r) != first }) {
		return "?", []any{first}
	}
	var args []any
	for _, r := range rows {
		args = append(args, r.now.ID, of(r))
	}
	return "CASE `id`" + strings.Repeat(" WHEN ? THEN ?", len(rows)) + " END", args
}

func (r movedRow) changes(ctx context.Context, f *schema.Field) bool {
	return r.was == nil || valueOf(ctx, f, *r.was) != valueOf(ctx, f, r.now)
}

func valueOf(ctx context.Context, f *schema.Field, p ledger.Project) any {
	v, _ := f.ValueOf(ctx, reflect.ValueOf(&p).Elem())
	return v
}
