package ledger

import "slices"

// Viewer is a person or a group that wants to see something; exactly one is set. Units are the unit
// it belongs to with all units below it; Bound are the projects of a group or of a task-force member;
// Owes are those on which a person owes something: enough to know of them, not to report on them.
// Chains are the industries of the chains (产业链) that the person, or the leader of the group, heads.
// Stands are those whose deputy the person is today: what is theirs is in Bound, Owes and Chains too.
type Viewer struct {
	Person *Person
	Group  *Group
	Units  map[UnitID]bool
	Bound  map[ProjectID]bool
	Owes   map[ProjectID]bool
	Chains map[string]bool
	Stands map[PersonID]bool
}

// Is reports whether the viewer is the person, or stands in for them today.
func (v Viewer) Is(id PersonID) bool {
	return v.Person != nil && id != 0 && (v.Person.ID == id || v.Stands[id])
}

// Entitled is the one place that says who may see a project; chat, pages, files and pushes all ask
// it. A nil project stands for the whole district. Whoever is not named here may not.
func Entitled(v Viewer, p *Project) bool {
	switch {
	case v.Group != nil:
		return groupEntitled(v, p)
	case v.Person != nil:
		return personEntitled(v, p)
	}
	return false
}

func groupEntitled(v Viewer, p *Project) bool {
	g := v.Group
	if !g.Active || (p != nil && p.DistrictID != g.DistrictID) {
		return false
	}
	switch g.Class {
	case GroupDistrict, GroupOffice, GroupInspection:
		return true
	}
	if p == nil {
		return false
	}
	switch g.Class {
	case GroupLeader:
		return g.LeaderID != 0 && (p.LeaderID == g.LeaderID || v.Chains[p.Industry])
	case GroupTaskForce:
		return v.Bound[p.ID]
	case GroupUnit:
		return v.Units[p.HostUnitID] || v.Units[p.LeadUnitID]
	}
	return false
}

func personEntitled(v Viewer, p *Project) bool {
	who := v.Person
	if !who.Active || (p != nil && p.DistrictID != who.DistrictID) {
		return false
	}
	if who.Has(RoleOffice, RoleInspection, RoleDistrictLeader) {
		return true
	}
	if p == nil {
		return false
	}
	return v.Is(p.OwnerID) || v.Is(p.LeaderID) || v.Is(p.ServiceID) || v.Chains[p.Industry] || v.Bound[p.ID] || v.Owes[p.ID] ||
		(who.Has(RoleUnitHead, RoleLiaison) && (v.Units[p.HostUnitID] || v.Units[p.LeadUnitID]))
}

// MayReport reports whether the person may report on the project: the owner, the task force, the
// liaison of its units, and the office on behalf of somebody.
func MayReport(v Viewer, p *Project) bool {
	if v.Person == nil || p == nil || !personEntitled(v, p) {
		return false
	}
	who := v.Person
	return v.Is(p.OwnerID) || v.Bound[p.ID] || who.Has(RoleOffice) ||
		(who.Has(RoleLiaison) && (v.Units[p.HostUnitID] || v.Units[p.LeadUnitID]))
}

// MayJudge reports whether the person may accept or send back what was reported done, and decide on
// an extension: the office, the inspection office, or the project's leader; never the owner.
func MayJudge(v Viewer, p *Project, m Commitment) bool {
	if v.Person == nil || !v.Person.Active || v.Is(m.OwnerID) || m.DistrictID != v.Person.DistrictID {
		return false
	}
	if m.Kind == Reply {
		return v.Person.Has(RoleInspection)
	}
	return v.Person.Has(RoleOffice, RoleInspection) || (p != nil && v.Is(p.LeaderID)) ||
		Kinds[m.Kind].Raised && v.Is(m.RaisedBy)
}

// Concerned reports whether a person may know of a commitment whatever they may know of its project: it
// is theirs to move, they raised it, or it is on no project and their unit answers for it by them.
func Concerned(v Viewer, m Commitment) bool {
	if v.Person == nil || !v.Person.Active || m.DistrictID != v.Person.DistrictID {
		return false
	}
	return v.Is(m.OwnerID) || Kinds[m.Kind].Raised && v.Is(m.RaisedBy) || m.ProjectID == 0 && answersFor(v, m)
}

// answersFor reports whether the person speaks for the unit that answers for a commitment.
func answersFor(v Viewer, m Commitment) bool {
	return m.UnitID != 0 && v.Units[m.UnitID] && v.Person.Has(RoleUnitHead, RoleLiaison)
}

// MayAnswer reports whether the person may say what was done about a commitment: the owner, whoever may
// report on its project or leads it, and the head and the liaison of the unit that answers for it.
func MayAnswer(v Viewer, p *Project, m Commitment) bool {
	if v.Person == nil || !v.Person.Active {
		return false
	}
	return v.Is(m.OwnerID) || MayReport(v, p) || p != nil && v.Is(p.LeaderID) || v.Person.Has(RoleOffice) || answersFor(v, m)
}

// MayHandUp reports whether the person may hand a problem up: from the unit's level whoever may answer it or
// raised it, from the leader's the leader in charge and the office alone: nobody climbs over the leader but time.
func MayHandUp(v Viewer, p *Project, m Commitment) bool {
	switch {
	case v.Person == nil || !v.Person.Active:
		return false
	case v.Person.Has(RoleOffice) || p != nil && p.LeaderID == v.Person.ID:
		return true
	}
	return m.LevelOf() < LevelLeader && (MayAnswer(v, p, m) || Concerned(v, m))
}

// MayClassify reports whether the person may say what a problem is about: whoever may answer or judge it.
func MayClassify(v Viewer, p *Project, m Commitment) bool {
	return MayAnswer(v, p, m) || MayJudge(v, p, m)
}

// MayAssign reports whether the person's remark assigns a matter: a leader's on the own projects, a district
// leader's on all and on none. The office writes one down on a leader's behalf.
func MayAssign(v Viewer, p *Project) bool {
	if v.Person == nil || !v.Person.Active {
		return false
	}
	return v.Person.Has(RoleDistrictLeader) || p != nil && v.Is(p.LeaderID) && Entitled(v, p)
}

// MayRegister reports whether the person may put down in their own name what others asked for: the office.
func MayRegister(v Viewer, from Origin) bool {
	return v.Person != nil && v.Person.Active && v.Person.Has(RoleOffice) && slices.Contains(Sources, from.Source)
}

// MayReopen reports whether the person may take an acceptance back: the office and the inspection office, of a
// reply the inspection office alone; never the owner.
func MayReopen(v Viewer, m Commitment) bool {
	if v.Person == nil || !v.Person.Active || m.OwnerID == v.Person.ID || m.DistrictID != v.Person.DistrictID {
		return false
	}
	return v.Person.Has(RoleInspection) || m.Kind != Reply && v.Person.Has(RoleOffice)
}

// MayContest reports whether the person may object to an offence: the owner, and the head and the liaison of
// the unit that answers for the commitment.
func MayContest(v Viewer, m Commitment) bool {
	if v.Person == nil || !v.Person.Active || m.DistrictID != v.Person.DistrictID {
		return false
	}
	return m.OwnerID == v.Person.ID || m.UnitID != 0 && v.Units[m.UnitID] && v.Person.Has(RoleUnitHead, RoleLiaison)
}

// ForInspection reports whether what only the inspection office hears may be told: to its people, and in its group.
func ForInspection(v Viewer) bool {
	if v.Group != nil {
		return v.Group.Active && v.Group.Class == GroupInspection
	}
	return v.Person != nil && v.Person.Active && v.Person.Has(RoleInspection)
}

// MayAskPause reports whether the person may ask that a project be suspended or go on: its owner and its leader,
// whoever may report on it, the heads of its units, and the office.
func MayAskPause(v Viewer, p *Project) bool {
	if v.Person == nil || p == nil || !Entitled(v, p) {
		return false
	}
	return p.LeaderID == v.Person.ID || MayReport(v, p) || v.Person.Has(RoleUnitHead) && (v.Units[p.HostUnitID] || v.Units[p.LeadUnitID])
}

// MayPause reports whether the person decides on it, by Rules.SuspendBy: of leaders the project's own.
func MayPause(v Viewer, p *Project, r Rules) bool {
	if v.Person == nil || p == nil || !Entitled(v, p) {
		return false
	}
	for _, by := range r.SuspendBy {
		if by == RoleLeader && p.LeaderID == v.Person.ID || by != RoleLeader && v.Person.Has(by) {
			return true
		}
	}
	return false
}

// MayTakeOver reports whether the person may decide on a handover to somebody of the unit: the one it is
// to go to, the head of that unit, or the office; officeOnly leaves the office alone.
func MayTakeOver(v Viewer, h Handover, officeOnly bool) bool {
	switch {
	case v.Person == nil || !v.Person.Active || h.DistrictID != v.Person.DistrictID:
		return false
	case v.Person.Has(RoleOffice):
		return true
	}
	return !officeOnly && (v.Is(h.ToID) || h.ToUnitID != 0 && v.Units[h.ToUnitID] && v.Person.Has(RoleUnitHead))
}

// MayFile reports whether the person may answer for what recurs: a duty is answered by whoever owes it, and
// whoever speaks for them says so; a return by all who may answer for its project or unit.
func MayFile(v Viewer, p *Project, m Commitment) bool {
	if v.Person != nil && Kinds[m.Kind].Own {
		return v.Person.Active && v.Person.ID == m.OwnerID
	}
	return MayAnswer(v, p, m)
}
