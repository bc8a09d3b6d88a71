package desk

import (
	"cmp"
	"fmt"
	"slices"

	"duban/internal/config"
	"duban/internal/ledger"
)

func (i *importer) allGroups(reg config.Register) error {
	have, err := i.read.AllGroups(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	known := &groupBook{
		groups: map[string]ledger.Group{}, routes: map[ledger.GroupID][]ledger.GroupRoute{}, bound: map[ledger.GroupID][]ledger.ProjectID{},
		holder: map[config.RouteRow]string{},
	}
	for _, g := range have {
		known.groups[g.Code] = g
	}
	if err := i.readGroups(known, have); err != nil {
		return err
	}
	inFile := map[string]bool{}
	for _, r := range reg.Groups {
		inFile[r.Code] = true
		if err := i.group(r, known); err != nil {
			return err
		}
	}
	missing(i, "groups.csv", have, func(g ledger.Group) string { return g.Code }, inFile)
	return nil
}

// groupBook is what the ledger has of groups.
type groupBook struct {
	groups map[string]ledger.Group
	routes map[ledger.GroupID][]ledger.GroupRoute
	bound  map[ledger.GroupID][]ledger.ProjectID
	holder map[config.RouteRow]string // the code of the group a way leads to
}

func (i *importer) readGroups(b *groupBook, have []ledger.Group) error {
	routes, err := i.read.AllRoutes(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	bound, err := i.read.GroupProjects(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	codes := map[ledger.GroupID]string{}
	for _, g := range have {
		codes[g.ID] = g.Code
	}
	for _, r := range routes {
		b.routes[r.GroupID] = append(b.routes[r.GroupID], r)
		b.holder[way(r)] = codes[r.GroupID]
	}
	for _, x := range bound {
		b.bound[x.GroupID] = append(b.bound[x.GroupID], x.ProjectID)
	}
	return nil
}

func way(r ledger.GroupRoute) config.RouteRow {
	return config.RouteRow{Platform: r.Platform, Route: r.Route, Target: r.Target}
}

// group takes a row. Projects bound in chat stay bound, and a row without routes leaves those there are.
func (i *importer) group(r config.GroupRow, b *groupBook) error {
	const file = "groups.csv"
	leader, why := ref(i.people, r.Leader, "领导")
	unit, why2 := ref(i.units, r.Unit, "单位")
	why = cmp.Or(why, why2)
	was, there := b.groups[r.Code]
	projects := slices.Clone(b.bound[was.ID])
	for _, code := range r.Projects {
		p, unknown := ref(i.projects, code, "项目")
		why = cmp.Or(why, unknown)
		if !slices.Contains(projects, p.ID) {
			projects = append(projects, p.ID)
		}
	}
	for _, w := range r.Routes {
		if other := b.holder[w]; other != "" && other != r.Code {
			why = cmp.Or(why, fmt.Sprintf("通道%s:%s:%s已属于群%s", w.Platform, w.Route, w.Target, other))
		}
		why = cmp.Or(why, tooLong(column{"通道", w.Target, 191}))
	}
	if why != "" {
		i.row(file, r.Code, RowRefused, why)
		return nil
	}
	now := was
	now.Code, now.Name, now.Class, now.LeaderID, now.UnitID, now.Active = r.Code, r.Name, ledger.GroupClass(r.Class), i.holder(leader.ID, was.LeaderID), unit.ID, !r.Closed
	routes, moved := b.routes[was.ID], false
	// A way the platform once said is gone counts as new: whoever loads the register has set it up again.
	same := func(a ledger.GroupRoute, w config.RouteRow) bool { return way(a) == w && a.GoneAt == 0 }
	if len(r.Routes) > 0 && !slices.EqualFunc(routes, r.Routes, same) {
		routes, moved = nil, true
		for _, w := range r.Routes {
			routes = append(routes, ledger.GroupRoute{Platform: w.Platform, Route: w.Route, Target: w.Target})
			b.holder[w] = r.Code
		}
	}
	changed := changes(was, now)
	if moved {
		changed = append(changed, "通道")
	}
	if len(projects) > len(b.bound[was.ID]) {
		changed = append(changed, "项目")
	}
	if !there || len(changed) > 0 {
		var rows []ledger.GroupProject
		for _, id := range projects {
			rows = append(rows, ledger.GroupProject{ProjectID: id})
		}
		if err := i.tx.PutGroup(&now, routes, rows); err != nil {
			return err
		}
	}
	b.groups[r.Code] = now
	return i.settle(file, r.Code, fmt.Sprintf("group:%d", now.ID), !there, changed, was, now)
}
