package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	data "duban/config"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/watch"
	"duban/internal/words"
	"duban/internal/workday"
)

const (
	minSize = 1_000 // open commitments
	dueEach = 99    // every 99th is due, so that the due ones lie all over the table and over the projects

	lookDay  workday.Day = 2026_03_05 // a Thursday
	lateDay  workday.Day = 2026_03_04 // when the due ones were due
	emptyDay workday.Day = 2026_03_03 // a day on which nothing is due
	markDay  workday.Day = 2026_03_13 // where the floor moves what it has marked
)

// watches measures the daily look over many open commitments, one in a hundred due: first offences, so
// that each becomes a warning. Filling the tables is not counted.
func watches(ctx context.Context, r *run, b *base) (err error) {
	c := clock.NewTurnable(moment(lookDay))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	due := r.size / 100
	if err := g.fillCommitments(ctx, r.size, due); err != nil {
		return err
	}
	w, err := newWatch(g, c)
	if err != nil {
		return err
	}
	perRow := func(look func(context.Context) error) func(context.Context) (float64, error) {
		return func(ctx context.Context) (float64, error) {
			if err := g.restore(ctx); err != nil {
				return 0, err
			}
			begun := time.Now()
			if err := look(ctx); err != nil {
				return 0, err
			}
			took := time.Since(begun)
			return float64(took.Microseconds()) / float64(due), g.marked(ctx, due)
		}
	}
	s, err := r.alternate(ctx, "watch-"+b.name,
		side{name: "floor", once: perRow(g.lookBare)},
		side{"look", true, perRow(func(ctx context.Context) error { return w.Look(ctx, moment(lookDay)) })})
	if err != nil {
		return err
	}
	s.say("watch-"+b.name, 0, 1, "µs/row")
	if err := g.restore(ctx); err != nil {
		return err
	}
	s, err = r.alternate(ctx, "watch-nothing-due-"+b.name,
		side{name: "floor", once: millis(func(ctx context.Context) error { return g.dueBare(ctx, emptyDay) })},
		side{"look", true, millis(func(ctx context.Context) error { return w.Look(ctx, moment(emptyDay)) })})
	if err != nil {
		return err
	}
	s.say("watch-nothing-due-"+b.name, 0, 1, "ms")
	return nil
}

func moment(d workday.Day) time.Time { return d.At(8, 33, clock.Shanghai) }

// millis times do once, in milliseconds.
func millis(do func(context.Context) error) func(context.Context) (float64, error) {
	return func(ctx context.Context) (float64, error) {
		begun := time.Now()
		err := do(ctx)
		return float64(time.Since(begun).Microseconds()) / 1000, err
	}
}

func newWatch(g *ground, c clock.Clock) (*watch.Watch, error) {
	w, err := words.New()
	if err != nil {
		return nil, err
	}
	cal, err := calendar()
	if err != nil {
		return nil, err
	}
	return watch.New(watch.Options{
		Store: g.Store, District: district, Clock: c, Calendar: cal, Mode: period.HalfMonth{}, Rules: ledger.DefaultRules(), Words: w,
	}), nil
}

// calendar is the one that ships with the product.
func calendar() (*workday.Calendar, error) {
	days, err := fs.Sub(data.Files, "calendar")
	if err != nil {
		return nil, fmt.Errorf("read the calendar: %w", err)
	}
	return workday.Load(days)
}

// fillCommitments makes a district with ten commitments a project, due of them due on lookDay.
func (g *ground) fillCommitments(ctx context.Context, size, due int) error {
	if err := g.fill(ctx, crowd{projects: size / 10, people: callers, groups: 150, units: 100}); err != nil {
		return err
	}
	if err := g.numbers(ctx, size); err != nil {
		return err
	}
	isDue := fmt.Sprintf("i %% %d = 0 AND i <= %d", dueEach, dueEach*due)
	err := g.insert(ctx, fmt.Sprintf("INSERT INTO commitments (id, district_id, code, kind, title, project_id, unit_id, owner_id, first_due_on, "+
		"due_on, state, weight, evidence, created_at, next_look) SELECT i, 1, concat('J', i), 'milestone', '完成桩基施工并通过验收', 1 + i %% %d, "+
		"1 + i %% 100, 1 + i %% %d, CASE WHEN %s THEN %d ELSE 20271231 END, CASE WHEN %s THEN %d ELSE 20271231 END, 'open', 10, '', 1, "+
		"CASE WHEN %s THEN %d ELSE 20271220 END FROM bench_n", size/10, callers, isDue, lateDay, isDue, lateDay, isDue, lookDay), size)
	if err != nil {
		return err
	}
	if g.Embedded() {
		return g.exec(ctx, "ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return g.exec(ctx, "ANALYZE TABLE commitments, projects, group_projects, members")
}

// restore undoes a look, whoever made it.
func (g *ground) restore(ctx context.Context) error {
	empty := "TRUNCATE TABLE "
	if g.Embedded() {
		empty = "DELETE FROM "
	}
	for _, t := range []string{"steps", "strikes", "entries", "deliveries", "delivery_items"} {
		if err := g.exec(ctx, empty+t); err != nil {
			return err
		}
	}
	// The stamp of the register and the receipts of reports go on.
	if err := g.exec(ctx, "DELETE FROM sequences WHERE name LIKE 'warning%'"); err != nil {
		return err
	}
	return g.exec(ctx, fmt.Sprintf("UPDATE commitments SET rung = '', rectify_by = 0, version = 0, next_look = %d "+
		"WHERE district_id = 1 AND next_look BETWEEN 1 AND 20261231", lookDay))
}

// marked proves that a look was made: all that were due and nothing else.
func (g *ground) marked(ctx context.Context, due int) error {
	var steps, notices, marked int
	err := g.sql.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM steps WHERE name = 'warn'), (SELECT COUNT(*) FROM deliveries), "+
		fmt.Sprintf("(SELECT COUNT(*) FROM commitments WHERE district_id = 1 AND next_look BETWEEN %d AND 20261231 AND rung = 'warn')", lookDay+1)).
		Scan(&steps, &notices, &marked)
	if err == nil && (steps != due || marked != due || notices == 0) {
		err = fmt.Errorf("of %d due, %d were marked with %d steps and %d deliveries", due, marked, steps, notices)
	}
	return err
}

// dueBare reads the ids of what is due from the index alone.
func (g *ground) dueBare(ctx context.Context, day workday.Day) error {
	rows, err := g.sql.QueryContext(ctx, "SELECT id FROM commitments WHERE district_id = 1 AND next_look BETWEEN 1 AND ?", day)
	if err != nil {
		return fmt.Errorf("read what is due: %w", err)
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		if err := rows.Scan(&id); err != nil {
			return fmt.Errorf("read what is due: %w", err)
		}
	}
	return rows.Err()
}

// lookBare is the floor: the indexed query, then the mark, the warning and one delivery for each row,
// written by one statement each in one transaction. The mark comes first: an INSERT … SELECT first
// would lock what the mark then fights over.
func (g *ground) lookBare(ctx context.Context) error {
	if err := g.dueBare(ctx, lookDay); err != nil {
		return err
	}
	tx, err := g.sql.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, s := range []struct {
		statement string
		args      []any
	}{
		{"UPDATE commitments SET rung = 'warn', rectify_by = ?, next_look = ?, version = version + 1 " +
			"WHERE district_id = 1 AND next_look BETWEEN 1 AND ?", []any{markDay - 1, markDay, lookDay}},
		{"INSERT INTO steps (district_id, commitment_id, due_on, name, `before`, `on`, project_id, notice, rectify_by, why) " +
			"SELECT 1, id, due_on, 'warn', 0, ?, project_id, concat('预警', id), rectify_by, '首次即预警' FROM commitments " +
			"WHERE district_id = 1 AND next_look = ?", []any{lookDay, markDay}},
		{"INSERT INTO deliveries (district_id, cause, recipient, group_id, person_id, `rank`, due_at, state, payload, reply, body) " +
			"SELECT 1, concat('look:', id), 'bare', 0, owner_id, 1, 1, 'waiting', '', '', '' FROM commitments " +
			"WHERE district_id = 1 AND next_look = ?", []any{markDay}},
	} {
		if _, err := tx.ExecContext(ctx, s.statement, s.args...); err != nil {
			return fmt.Errorf("%.30s: %w", s.statement, err)
		}
	}
	return tx.Commit()
}
