package main

import (
	"context"
	"errors"
	"fmt"

	"duban/internal/app"
	"duban/internal/circular"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
)

// reported is the period whose circular is drafted.
var reported = period.HalfMonth{}.Of(lookDay).Prev()

// circulars measures the circulars of all 150 groups over 600 frozen projects, figures and texts, against
// one query that sums the snapshots up by group.
func circulars(ctx context.Context, r *run, b *base) (err error) {
	g, err := b.fresh(ctx, clock.NewTurnable(moment(lookDay)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fill(ctx, crowd{projects: callers, people: callers, groups: 150, units: 100}); err != nil {
		return err
	}
	if err := g.freeze(ctx, callers); err != nil {
		return err
	}
	draft, err := newDraft(ctx, g)
	if err != nil {
		return err
	}
	s, err := r.alternate(ctx, "circular-"+b.name,
		side{name: "floor", once: millis(g.sums)},
		side{"draft", true, millis(draft)})
	if err != nil {
		return err
	}
	s.say("circular-"+b.name, 0, 1, "ms")
	return nil
}

// freeze makes the snapshots of so many projects.
func (g *ground) freeze(ctx context.Context, projects int) error {
	return g.insert(ctx, fmt.Sprintf("INSERT INTO snapshots (district_id, period, project_id, progress, planned, invested_year, planned_year, reported, "+
		"colour, why, stage, host_unit_id, leader_id, last_text, taken_at, investment, lead_unit_id, owed, facts) SELECT 1, '%s', i, 3500, 4000, 30000000, "+
		"100000000, CASE WHEN i %% 3 = 0 THEN 0 ELSE 1 END, CASE i %% 3 WHEN 0 THEN 'red' WHEN 1 THEN 'yellow' ELSE 'green' END, '节点逾期', '开工', 1 + i %% 100, 0, '主体结构施工', "+
		"1, 500000000, 1 + i %% 100, 1, '{\"due\":2,\"kept\":1}' FROM bench_n", reported.Key), projects)
}

// sums is the floor: the figures of every group by one query.
func (g *ground) sums(ctx context.Context) error {
	rows, err := g.sql.QueryContext(ctx, "SELECT gp.group_id, COUNT(*), SUM(s.investment), SUM(s.planned_year), SUM(s.invested_year), "+
		"SUM(CASE WHEN s.colour = 'red' THEN 1 ELSE 0 END), SUM(CASE WHEN s.reported = 0 THEN 1 ELSE 0 END) FROM group_projects gp JOIN snapshots s "+
		"ON s.district_id = gp.district_id AND s.project_id = gp.project_id WHERE gp.district_id = 1 AND s.period = ? GROUP BY gp.group_id", reported.Key)
	if err != nil {
		return fmt.Errorf("sum up: %w", err)
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var f [7]int64
		if err := rows.Scan(&f[0], &f[1], &f[2], &f[3], &f[4], &f[5], &f[6]); err != nil {
			return fmt.Errorf("sum up: %w", err)
		}
		n++
	}
	if n == 0 {
		return errors.New("there was nothing to sum up")
	}
	return rows.Err()
}

// newDraft publishes the ranking and gives a function that drafts the circular of every group.
func newDraft(ctx context.Context, g *ground) (func(context.Context) error, error) {
	rules, err := app.ReadRules("")
	if err != nil {
		return nil, err
	}
	cal, err := calendar()
	if err != nil {
		return nil, err
	}
	w, err := words.New()
	if err != nil {
		return nil, err
	}
	c := circular.New(circular.Options{Store: g.Store, District: district, Calendar: cal, Mode: period.HalfMonth{}, Weights: rules.Ranking, Words: w})
	if err := c.Publish(ctx, period.Plan(reported, cal).Publish.At(9, 12, clock.Shanghai)); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error { return g.draft(ctx, c) }, nil
}

// draft words the circular of every group, as the outbox does with what it has claimed.
func (g *ground) draft(ctx context.Context, c *circular.Circular) error {
	groups, err := g.Groups(ctx, district)
	if err != nil {
		return err
	}
	var to []ledger.Recipient
	var all []store.Delivery
	for _, group := range groups {
		to = append(to, ledger.Recipient{Group: group.ID})
		all = append(all, store.Delivery{ID: int64(group.ID), Cause: "circular:" + reported.Key, GroupID: group.ID})
	}
	reach, err := g.Reach(ctx, district, to)
	if err != nil {
		return err
	}
	word, err := c.Gather(ctx, all)
	if err != nil {
		return err
	}
	for i, group := range groups {
		l, err := word(ctx, all[i], reach.Viewers[to[i]])
		switch {
		case err != nil:
			return err
		case l.Title == "" && group.Class != ledger.GroupInspection:
			return fmt.Errorf("group %d was given nothing to read: %s", group.ID, l.Drop)
		}
	}
	return nil
}
