package ledger

// Roster is who stands around a project: its groups and people.
type Roster struct {
	Project Project
	Groups  []Group // the active groups of the district
	Bound   map[GroupID]bool
	Members []PersonID
}

// pick gives the groups of the roster that fit.
func (r Roster) pick(fits func(Group) bool) []Recipient {
	var out []Recipient
	for _, g := range r.Groups {
		if g.Active && fits(g) {
			out = append(out, Recipient{Group: g.ID})
		}
	}
	return out
}

func (r Roster) class(c GroupClass) []Recipient {
	return r.pick(func(g Group) bool { return g.Class == c })
}

// near gives the project's own groups; where it has none, the host unit's group.
func (r Roster) near() []Recipient {
	if to := r.pick(func(g Group) bool { return g.Class == GroupTaskForce && r.Bound[g.ID] }); len(to) > 0 {
		return to
	}
	return r.pick(func(g Group) bool { return g.Class == GroupUnit && g.UnitID != 0 && g.UnitID == r.Project.HostUnitID })
}

// taskForce gives the groups near the project; where there are none the office, so that nothing falls
// on the floor.
func (r Roster) taskForce() []Recipient {
	if to := r.near(); len(to) > 0 {
		return to
	}
	return r.class(GroupOffice)
}

func (r Roster) leader() []Recipient {
	return r.pick(func(g Group) bool {
		return g.Class == GroupLeader && g.LeaderID != 0 && g.LeaderID == r.Project.LeaderID
	})
}

// Audience says who hears of a step; product.md, "The ladder". A reminder and a warning go to the
// task force and privately to the owner; an order to the leader, the task force and the inspection
// office; the 提请约谈 list to the inspection office alone. What is handed up goes to those it reaches,
// the task force, the owner and whoever raised it; a chase to the owner alone.
func Audience(step StepName, m Commitment, r Roster) []Recipient {
	switch step {
	case StepOrder:
		to := unique(r.leader(), r.taskForce(), r.class(GroupInspection))
		if r.Project.ID == 0 { // no group of its own is about it: who owes it and who assigned it hear of it in person
			to = unique(to, owner(m.OwnerID), owner(m.RaisedBy))
		}
		return to
	case StepList:
		return r.class(GroupInspection)
	case StepHandUp:
		return unique(r.level(m.Level), r.taskForce(), owner(m.OwnerID), owner(m.RaisedBy))
	case StepChase:
		return owner(m.OwnerID)
	}
	if step == StepRemind && m.ProjectID == 0 && Kinds[m.Kind].Closes && m.OwnerID != 0 {
		return owner(m.OwnerID) // what everybody owes each week is no news to the office
	}
	return unique(r.taskForce(), owner(m.OwnerID))
}

// CallInAudience says who is called to account for a project that has not reported.
func CallInAudience(r Roster) []Recipient {
	return unique(r.taskForce(), owner(r.Project.OwnerID))
}

// Homeless reports whether no group stands by the project but the office's.
func Homeless(r Roster) bool { return len(r.near()) == 0 }

// OfficeAudience says who hears what concerns the running of duban itself: the office's groups.
func OfficeAudience(r Roster) []Recipient { return r.class(GroupOffice) }

// InspectionAudience says who keeps what proves the ledger: the inspection office's groups.
func InspectionAudience(r Roster) []Recipient { return r.class(GroupInspection) }

func owner(p PersonID) []Recipient {
	if p == 0 {
		return nil
	}
	return []Recipient{{Person: p}}
}

func unique(lists ...[]Recipient) []Recipient {
	var out []Recipient
	seen := map[Recipient]bool{}
	for _, l := range lists {
		for _, r := range l {
			if !seen[r] {
				seen[r] = true
				out = append(out, r)
			}
		}
	}
	return out
}
