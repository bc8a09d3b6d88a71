package desk

import (
	"cmp"
	"fmt"
	"slices"

	"duban/internal/config"
	"duban/internal/ledger"
)

func (i *importer) allProjects(reg config.Register) error {
	have, err := i.read.Projects(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	aliases, err := i.read.Aliases(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	members, err := i.read.AllMembers(i.ctx, i.tx.District)
	if err != nil {
		return err
	}
	around := map[ledger.ProjectID]*surroundings{}
	for _, p := range have {
		i.projects[p.Code] = p
		around[p.ID] = &surroundings{}
	}
	for _, a := range aliases {
		around[a.ProjectID].aliases = append(around[a.ProjectID].aliases, a.Name)
	}
	for _, m := range members {
		around[m.ProjectID].members = append(around[m.ProjectID].members, m.PersonID)
	}
	if i.staged, err = i.stagedByPeople(); err != nil {
		return err
	}
	inFile := map[string]bool{}
	for _, r := range reg.Projects {
		inFile[r.Code] = true
		if err := i.project(r, around); err != nil {
			return err
		}
	}
	missing(i, "projects.csv", have, func(p ledger.Project) string { return p.Code }, inFile)
	return nil
}

// surroundings are what the register says of a project outside its row.
type surroundings struct {
	aliases []string
	members []ledger.PersonID
}

func (i *importer) project(r config.ProjectRow, all map[ledger.ProjectID]*surroundings) error {
	const file = "projects.csv"
	was, there := i.projects[r.Code]
	now, around, why := i.readProject(r, was)
	if why != "" {
		i.row(file, r.Code, RowRefused, why)
		return nil
	}
	before := surroundings{}
	if there {
		before = *all[was.ID]
	}
	changed := changes(was, now)
	if !slices.Equal(before.aliases, around.aliases) {
		changed = append(changed, "别名")
	}
	if !slices.Equal(before.members, around.members) {
		changed = append(changed, "专班成员")
	}
	if !there || len(changed) > 0 {
		var aliases []ledger.Alias
		for _, a := range around.aliases {
			aliases = append(aliases, ledger.Alias{Name: a})
		}
		var members []ledger.Member
		for _, m := range around.members {
			members = append(members, ledger.Member{PersonID: m})
		}
		if err := i.tx.PutProject(&now, aliases, members); err != nil {
			return err
		}
		if there && was.Stage != now.Stage {
			c := ledger.StageChange{DistrictID: i.tx.District, ProjectID: now.ID, FromStage: was.Stage, ToStage: now.Stage, On: i.today, At: i.now}
			if _, err := i.tx.Apply(ledger.Outcome{StageChanges: []ledger.StageChange{c}}); err != nil {
				return err
			}
		}
	}
	i.projects[r.Code] = now
	return i.settle(file, r.Code, now.Subject(), !there, changed, was, now)
}

// readProject gives the row as the ledger keeps it, in the order the ledger gives its lists, or why it
// cannot be taken. Progress and investment are the register's only until somebody has reported, the stage until
// somebody has said that it is another.
func (i *importer) readProject(r config.ProjectRow, was ledger.Project) (ledger.Project, surroundings, string) {
	leader, why1 := ref(i.people, r.Leader, "包联领导")
	owner, why2 := ref(i.people, r.Owner, "联络员")
	lead, why3 := ref(i.units, r.LeadUnit, "牵头部门")
	host, why4 := ref(i.units, r.HostUnit, "属地")
	service, why5 := ref(i.people, r.Service, "首席服务员")
	why := cmp.Or(why1, why2, why3, why4, why5, tooLong(column{"类别", r.Category, 32}, column{"产业", r.Industry, 64},
		column{"举措", r.Measures, ledger.MaxText}, column{"标准", r.Standard, ledger.MaxText}, column{"奖惩", r.Reward, ledger.MaxText}))
	around := surroundings{aliases: slices.Clone(r.Aliases)}
	for _, a := range r.Aliases {
		why = cmp.Or(why, tooLong(column{"别名", a, 191}))
	}
	for _, code := range r.Members {
		p, unknown := ref(i.people, code, "专班成员")
		why = cmp.Or(why, unknown)
		around.members = append(around.members, i.heir(p))
	}
	slices.Sort(around.aliases)
	slices.Sort(around.members)
	around.aliases, around.members = slices.Compact(around.aliases), slices.Compact(around.members)
	now := was
	now.Code, now.Name, now.Category, now.Industry, now.Stage = r.Code, r.Name, r.Category, r.Industry, ledger.Stage(r.Stage)
	now.Investment, now.PlannedYear = ledger.Money(r.Investment), ledger.Money(r.PlannedYear)
	now.LeaderID, now.OwnerID = i.holder(leader.ID, was.LeaderID), i.holder(owner.ID, was.OwnerID)
	now.LeadUnitID, now.HostUnitID = lead.ID, host.ID
	now.ServiceID = i.holder(service.ID, was.ServiceID)
	now.StartOn, now.TargetOn = r.Start, r.Target
	now.Measures, now.Standard, now.Reward = r.Measures, r.Standard, r.Reward
	if i.staged[was.ID] {
		now.Stage = was.Stage
	}
	if was.ReportedOn == 0 {
		now.InvestedYear, now.Progress = ledger.Money(r.InvestedYear), ledger.Percent(r.Progress)
	}
	return now, around, why
}

// stagedByPeople gives the projects whose stage is no longer the register's.
func (i *importer) stagedByPeople() (map[ledger.ProjectID]bool, error) {
	out := map[ledger.ProjectID]bool{}
	changes, err := i.read.AllStageChanges(i.ctx, i.tx.District)
	for _, c := range changes {
		out[c.ProjectID] = out[c.ProjectID] || c.PersonID != 0
	}
	return out, err
}

func (i *importer) allNodes(reg config.Register) error {
	have, err := i.read.CommitmentsOfKind(i.ctx, i.tx.District, ledger.Milestone)
	if err != nil {
		return err
	}
	codes := map[ledger.ProjectID]string{}
	for code, p := range i.projects {
		codes[p.ID] = code
	}
	key := func(m ledger.Commitment) string { return codes[m.ProjectID] + " " + m.Title }
	there := map[string]ledger.Commitment{}
	for _, m := range have {
		there[key(m)] = m
	}
	if i.handed, err = i.read.HandedOver(i.ctx, i.tx.District); err != nil {
		return err
	}
	inFile := map[string]bool{}
	var fresh []ledger.Commitment
	for _, r := range reg.Nodes {
		k := r.Project + " " + r.Title
		inFile[k] = true
		m, isNew, err := i.node(r, k, there)
		if err != nil {
			return err
		}
		if isNew {
			fresh = append(fresh, m)
		}
	}
	w, err := i.tx.Apply(ledger.Outcome{New: fresh})
	if err != nil {
		return err
	}
	for _, m := range w.New {
		if err := i.settle("nodes.csv", key(m), m.Subject(), true, nil, nil, m); err != nil {
			return err
		}
	}
	missing(i, "nodes.csv", have, key, inFile)
	return nil
}

// node reads a row: a milestone to be written, or one that is there and changed at most in its words.
func (i *importer) node(r config.NodeRow, key string, there map[string]ledger.Commitment) (m ledger.Commitment, isNew bool, err error) {
	const file = "nodes.csv"
	p, ok := i.projects[r.Project]
	owner, why := ref(i.people, r.Owner, "责任人")
	if !ok {
		why = fmt.Sprintf("没有编码为%s的项目", r.Project)
	}
	if why != "" {
		i.row(file, key, RowRefused, why)
		return m, false, nil
	}
	was, known := there[key]
	now := was
	now.UnitID, now.Weight = cmp.Or(p.LeadUnitID, p.HostUnitID), r.Weight
	now.OwnerID = i.standIn(cmp.Or(owner.ID, p.OwnerID), now.UnitID, p)
	if h, ok := i.handed[was.ID]; ok && i.standIn(h.ToID, 0, ledger.Project{}) == h.ToID {
		now.UnitID, now.OwnerID = was.UnitID, was.OwnerID // what was handed over since is no longer the register's
	}
	if !known {
		now.DistrictID, now.Kind, now.Title, now.ProjectID = i.tx.District, ledger.Milestone, r.Title, p.ID
		now.FirstDueOn, now.DueOn, now.CreatedAt, now.State, now.NextLook = r.Due, r.Due, i.now, ledger.Open, i.today
		if r.Done {
			now.State, now.DoneAt, now.ClosedAt, now.NextLook = ledger.Accepted, i.now, i.now, 0
		}
		there[key] = now
		return now, true, nil
	}
	switch {
	case r.Due != was.DueOn && r.Due != was.FirstDueOn:
		i.row(file, key, RowRefused, fmt.Sprintf("节点%s期限已定为%s，改期须申请延期，不能由名册修改", was.Code, was.DueOn))
		return m, false, nil
	case r.Done && !was.State.Closed():
		i.row(file, key, RowRefused, fmt.Sprintf("节点%s尚未办结，须申请办结并经审核，不能由名册销号", was.Code))
		return m, false, nil
	}
	changed := changes(was, now)
	if len(changed) > 0 {
		if err := i.tx.PutMilestone(now); err != nil {
			return m, false, err
		}
	}
	return now, false, i.settle(file, key, was.Subject(), false, changed, was, now)
}
