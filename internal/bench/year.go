package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"duban/internal/app"
	"duban/internal/circular"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/watch"
	"duban/internal/words"
	"duban/internal/workday"
)

const (
	yearBegins workday.Day = 2026_01_05
	yearEnds   workday.Day = 2026_12_31
	// stretchEnds ends the weeks over which districts of two sizes are compared: with a cut-off and a circular.
	stretchEnds workday.Day = 2026_01_20
)

// perProject is how many nodes a project has, all over the year.
const perProject = 10

// yearCrowd is a district of a size: 600 projects have 120 units and 1,500 people.
func yearCrowd(projects int) crowd {
	return crowd{projects: projects, people: projects * 5 / 2, groups: projects / 4, units: projects / 5}
}

// years lets a whole year of a district of 600 projects pass day by day: looks, calls for reports, cut-offs and
// circulars by time, reports, nodes reported done and accepted by people, some late, some never. It says the days
// a second, and on one database how the same weeks grow from 600 to 6,000 projects.
func years(ctx context.Context, r *run, b *base) error {
	until := yearEnds
	if r.short {
		until = 2026_01_31
	}
	took, days, err := b.year(ctx, 600, until)
	if err != nil {
		return err
	}
	fmt.Printf("year-600-%s ratio=- floor=- ours=%.1fdays/s (%d days in %.1f s)\n", b.name, float64(days)/took.Seconds(), days, took.Seconds())
	if r.short || r.yearGrown {
		return nil
	}
	r.yearGrown = true
	small, _, err := b.year(ctx, 600, stretchEnds)
	if err != nil {
		return err
	}
	large, _, err := b.year(ctx, 6_000, stretchEnds)
	if err != nil {
		return err
	}
	fmt.Printf("year-growth-600-6000-%s ratio=%.2f floor=%.2fs ours=%.2fs\n", b.name, large.Seconds()/small.Seconds(), small.Seconds(), large.Seconds())
	return nil
}

// year plays a district from the beginning of the year to a day and gives how long that took and how many days it was.
func (b *base) year(ctx context.Context, projects int, until workday.Day) (took time.Duration, days int, err error) {
	c := clock.NewTurnable(moment(yearBegins))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	y, err := newYear(ctx, g, c, projects)
	if err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	for d := yearBegins; d <= until; d = d.AddDays(1) {
		days++
		if !y.cal.IsWorkday(d) {
			continue
		}
		if err := y.day(ctx, d); err != nil {
			return 0, 0, fmt.Errorf("%s: %w", d, err)
		}
	}
	return time.Since(begun), days, nil
}

// aYear is a district with its hands.
type aYear struct {
	g        *ground
	clock    *clock.Turnable
	cal      *workday.Calendar
	watch    *watch.Watch
	circular *circular.Circular
	projects int
	worked   int // working days so far
}

func newYear(ctx context.Context, g *ground, c *clock.Turnable, projects int) (*aYear, error) {
	cal, err := calendar()
	if err != nil {
		return nil, err
	}
	if err := g.fill(ctx, yearCrowd(projects)); err != nil {
		return nil, err
	}
	if err := g.fillNodes(ctx, cal, projects); err != nil {
		return nil, err
	}
	w, err := newWatch(g, c)
	if err != nil {
		return nil, err
	}
	say, err := words.New()
	if err != nil {
		return nil, err
	}
	rules, err := app.ReadRules("")
	if err != nil {
		return nil, err
	}
	return &aYear{g: g, clock: c, cal: cal, watch: w, projects: projects, circular: circular.New(circular.Options{
		Store: g.Store, District: district, Calendar: cal, Mode: period.HalfMonth{}, Weights: rules.Ranking, Words: say,
	})}, nil
}

// fillNodes gives every project its nodes, due on the working days of the year.
func (g *ground) fillNodes(ctx context.Context, cal *workday.Calendar, projects int) error {
	var days []string
	for d := yearBegins; d <= yearEnds; d = d.AddDays(1) {
		if cal.IsWorkday(d) {
			days = append(days, fmt.Sprintf("(%d, %d)", len(days), d))
		}
	}
	if err := g.exec(ctx, "CREATE TABLE bench_days (n BIGINT NOT NULL PRIMARY KEY, due INT NOT NULL)", "INSERT INTO bench_days VALUES "+strings.Join(days, ",")); err != nil {
		return err
	}
	if err := g.numbers(ctx, perProject*projects); err != nil {
		return err
	}
	err := g.insert(ctx, fmt.Sprintf("INSERT INTO commitments (id, district_id, code, kind, title, project_id, unit_id, owner_id, first_due_on, due_on, "+
		"state, weight, evidence, created_at, next_look) SELECT i, 1, concat('J', i), 'milestone', '完成桩基施工并通过验收', p.id, p.lead_unit_id, p.owner_id, "+
		"d.due, d.due, 'open', 10, '', 1, %d FROM bench_n JOIN bench_days d ON d.n = (i * 7919) %% %d JOIN projects p ON p.id = 1 + i %% %d",
		yearBegins, len(days), projects), perProject*projects)
	if err != nil || g.Embedded() {
		return err
	}
	return g.exec(ctx, "ANALYZE TABLE commitments, projects, group_projects, members")
}

// day is one working day: what time does in the morning, what people do, and the cut-off in the evening.
func (y *aYear) day(ctx context.Context, d workday.Day) error {
	y.clock.Set(moment(d))
	if err := y.watch.Look(ctx, moment(d)); err != nil {
		return fmt.Errorf("look: %w", err)
	}
	plan := period.Plan(period.HalfMonth{}.Of(d), y.cal)
	before := period.Plan(period.HalfMonth{}.Of(d).Prev(), y.cal)
	at := d.At(9, 12, clock.Shanghai)
	y.clock.Set(at)
	if d == before.Publish {
		if err := y.circular.Publish(ctx, at); err != nil && d > 2026_01_20 { // what came before the story was never frozen
			return fmt.Errorf("publish: %w", err)
		}
	}
	if d == plan.CallInFirst || d == plan.CallInLast {
		if err := y.watch.CallIn(ctx, at); err != nil {
			return fmt.Errorf("call in: %w", err)
		}
	}
	y.clock.Set(d.At(15, 0, clock.Shanghai))
	if err := y.reports(ctx, d); err != nil {
		return fmt.Errorf("reports: %w", err)
	}
	if err := y.nodes(ctx, d); err != nil {
		return fmt.Errorf("nodes: %w", err)
	}
	for _, p := range []period.Schedule{before, plan} {
		if d == p.CutOff {
			at := d.At(watch.CutOffHour, 0, clock.Shanghai)
			y.clock.Set(at)
			if err := y.watch.CutOff(ctx, at); err != nil {
				return fmt.Errorf("cut off: %w", err)
			}
		}
	}
	y.worked++
	return y.g.exec(ctx, "UPDATE deliveries SET state = 'sent', held = '' WHERE state = 'waiting'")
}

func (y *aYear) by(d workday.Day, who ledger.PersonID) ledger.Actor {
	return ledger.Actor{Person: who, At: clock.At(y.clock.Now()), Today: d}
}

// reports are those of a tenth of the projects; one project in twelve keeps silent.
func (y *aYear) reports(ctx context.Context, d workday.Day) error {
	var ids []ledger.ProjectID
	for i := range y.projects {
		if (i+y.worked)%10 == 0 && (i+y.worked/10)%12 != 0 {
			ids = append(ids, ledger.ProjectID(i+1))
		}
	}
	key := period.Collecting(period.HalfMonth{}, y.cal, y.clock.Now()).Key
	for part := range slices.Chunk(ids, 100) {
		err := y.g.Write(ctx, district, func(tx *store.Tx) error {
			projects, err := tx.Reads().ProjectsByID(ctx, district, part)
			if err != nil {
				return err
			}
			open, err := tx.Reads().OpenOf(ctx, district, part)
			if err != nil {
				return err
			}
			owed := map[ledger.ProjectID][]ledger.Commitment{}
			for _, m := range open {
				owed[m.ProjectID] = append(owed[m.ProjectID], m)
			}
			var outs []ledger.Outcome
			for _, id := range part {
				p := projects[id]
				progress := min(p.Progress+300, ledger.Full)
				out, err := ledger.Report(p, ledger.Said{Progress: &progress, Text: "主体结构施工", Source: "chat", Period: key}, owed[id], y.by(d, p.OwnerID))
				if err != nil {
					return err
				}
				outs = append(outs, out)
			}
			_, err = tx.Apply(outs...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nodes are reported done on their day, one in ten three working days late, one in twenty never; the office accepts
// what was reported done the day before.
func (y *aYear) nodes(ctx context.Context, d workday.Day) error {
	waiting, err := y.ids(ctx, "SELECT id FROM commitments WHERE district_id = 1 AND state = 'reported'")
	if err != nil {
		return err
	}
	due, err := y.ids(ctx, "SELECT id FROM commitments WHERE district_id = 1 AND kind = 'milestone' AND state = 'open' AND "+
		fmt.Sprintf("(due_on = %d AND id %% 20 > 2 OR due_on = %d AND id %% 20 IN (1, 2))", d, y.cal.Before(d, 3)))
	if err != nil {
		return err
	}
	if err := y.acts(ctx, waiting, func(m ledger.Commitment) (ledger.Outcome, error) { return ledger.Accept(m, y.by(d, 0)) }); err != nil {
		return err
	}
	return y.acts(ctx, due, func(m ledger.Commitment) (ledger.Outcome, error) {
		return ledger.ReportDone(m, "已完成并通过验收", nil, ledger.Roster{}, y.by(d, m.OwnerID))
	})
}

func (y *aYear) acts(ctx context.Context, ids []ledger.CommitmentID, act func(ledger.Commitment) (ledger.Outcome, error)) error {
	for part := range slices.Chunk(ids, 100) {
		err := y.g.Write(ctx, district, func(tx *store.Tx) error {
			rows, err := tx.Reads().Commitments(ctx, district, part)
			if err != nil {
				return err
			}
			var outs []ledger.Outcome
			for _, m := range rows {
				out, err := act(m)
				if err != nil {
					return err
				}
				outs = append(outs, out)
			}
			_, err = tx.Apply(outs...)
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (y *aYear) ids(ctx context.Context, query string) ([]ledger.CommitmentID, error) {
	rows, err := y.g.sql.QueryContext(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("%.40s…: %w", query, err)
	}
	defer func() { _ = rows.Close() }()
	var out []ledger.CommitmentID
	for rows.Next() {
		var id ledger.CommitmentID
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("%.40s…: %w", query, err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}
