package main

import (
	"context"
	"fmt"

	"duban/internal/ledger"
)

// district is the only one there is.
const district ledger.DistrictID = 1

// crowd says how large a district to make. Every project has its owner, who reports for it, a host
// unit with a group, and a task force with one; a person may own several projects.
type crowd struct {
	projects, people, groups, units int
}

// numbersStep is how many rows one INSERT … SELECT makes, so that no transaction grows without bound.
const numbersStep = 50_000

// fill makes the district by plain SQL that both databases understand. Ids run from 1.
func (g *ground) fill(ctx context.Context, c crowd) error {
	if err := g.numbers(ctx, max(c.projects, c.people, c.groups, c.units)); err != nil {
		return err
	}
	if err := g.exec(ctx, "INSERT INTO districts (id, code, name) VALUES (1, 'bench', '测试区')"); err != nil {
		return err
	}
	for _, t := range []struct {
		rows      int
		statement string
	}{
		{c.units, "INSERT INTO units (id, district_id, code, name, short, kind, parent_id, sort) " +
			"SELECT i, 1, concat('D', i), concat('单位', i), concat('单位', i), 'street', 0, i FROM bench_n"},
		{c.people, fmt.Sprintf("INSERT INTO people (id, district_id, code, name, unit_id, post, mobile, active, roles) "+
			"SELECT i, 1, concat('R', i), concat('联络员', i), 1 + i %% %d, '科员', '', 1, '' FROM bench_n", c.units)},
		{c.people, "INSERT INTO accounts (district_id, platform, user_id, person_id) SELECT 1, 'wecom', concat('u', i), i FROM bench_n"},
		{c.projects, fmt.Sprintf("INSERT INTO projects (id, district_id, code, name, category, industry, stage, investment, planned_year, "+
			"invested_year, progress, planned, last_text, leader_id, owner_id, lead_unit_id, host_unit_id, start_on, target_on, suspended_for, "+
			"measures, standard, reward) SELECT i, 1, concat('P', 100000 + i), concat('第', i, '号厂房建设项目'), '区考重大', '智能装备', '开工', "+
			"500000000, 100000000, 0, 0, 0, '', 0, 1 + i %% %d, 1 + i %% %d, 1 + i %% %d, 20260101, 20271231, '', '', '', '' FROM bench_n",
			c.people, c.units, c.units)},
		{c.groups, fmt.Sprintf("INSERT INTO chat_groups (id, district_id, code, name, class, leader_id, unit_id, active) "+
			"SELECT i, 1, concat('G', i), concat('专班群', i), CASE WHEN i = 1 THEN 'inspection' WHEN i = 2 THEN 'office' ELSE 'task_force' END, "+
			"0, 1 + i %% %d, 1 FROM bench_n", c.units)},
		{c.groups, "INSERT INTO group_routes (district_id, group_id, ord, platform, route, target) " +
			"SELECT 1, i, 0, 'wecom', 'webhook', concat('hook', i) FROM bench_n"},
		{c.projects, fmt.Sprintf("INSERT INTO group_projects (district_id, group_id, project_id) SELECT 1, 3 + i %% %d, i FROM bench_n", c.groups-2)},
		{c.projects, fmt.Sprintf("INSERT INTO members (district_id, project_id, person_id) SELECT 1, i, 1 + i %% %d FROM bench_n", c.people)},
	} {
		if err := g.insert(ctx, t.statement, t.rows); err != nil {
			return err
		}
	}
	return nil
}

// insert runs an INSERT … SELECT … FROM bench_n for i from 1 to rows.
func (g *ground) insert(ctx context.Context, statement string, rows int) error {
	for from := 0; from < rows; from += numbersStep {
		if err := g.exec(ctx, fmt.Sprintf("%s WHERE i > %d AND i <= %d", statement, from, min(rows, from+numbersStep))); err != nil {
			return err
		}
	}
	return nil
}

// numbers makes the table of the numbers from 1 to n or more.
func (g *ground) numbers(ctx context.Context, n int) error {
	err := g.exec(ctx, "DROP TABLE IF EXISTS bench_n", "CREATE TABLE bench_n (i BIGINT NOT NULL PRIMARY KEY)", "INSERT INTO bench_n VALUES (1)")
	for have := 1; err == nil && have < n; have *= 2 {
		err = g.exec(ctx, fmt.Sprintf("INSERT INTO bench_n SELECT i + %d FROM bench_n", have))
	}
	return err
}
