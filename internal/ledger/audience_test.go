package ledger_test

import (
	"slices"
	"strings"
	"testing"

	. "duban/internal/ledger"
)

// theGroups stand around ownProject (leader 10, units 5 and 6) and others.
var theGroups = []Group{
	{ID: 1, Class: GroupDistrict}, {ID: 2, Class: GroupLeader, LeaderID: 10}, {ID: 3, Class: GroupLeader, LeaderID: 11},
	{ID: 4, Class: GroupLeader}, {ID: 5, Class: GroupTaskForce}, {ID: 6, Class: GroupTaskForce}, {ID: 7, Class: GroupUnit, UnitID: 5},
	{ID: 8, Class: GroupUnit, UnitID: 6}, {ID: 9, Class: GroupUnit}, {ID: 10, Class: GroupOffice}, {ID: 11, Class: GroupInspection},
	{ID: 12, Class: GroupInspection}, {ID: 13, Class: GroupTaskForce},
}

func theRoster(p Project, bound ...GroupID) Roster {
	r := Roster{Project: p, Groups: slices.Clone(theGroups), Bound: map[GroupID]bool{}}
	for i := range r.Groups {
		r.Groups[i].DistrictID, r.Groups[i].Active = 1, r.Groups[i].ID < 12 // 12 and 13 were dissolved
	}
	for _, id := range bound {
		r.Bound[id] = true
	}
	return r
}

func TestAudience(t *testing.T) {
	noLeader, noHost := *ownProject, *ownProject
	noLeader.LeaderID, noHost.HostUnitID = 0, 0
	full := theRoster(*ownProject, 5, 13)
	for _, tc := range []struct {
		name string
		step StepName
		m    Commitment
		ro   Roster
		want string
	}{
		{"a reminder: task force, owner", StepRemind, Commitment{OwnerID: 20}, full, "g5 p20"},
		{"a warning: task force, owner", StepWarn, Commitment{OwnerID: 20}, full, "g5 p20"},
		{"an order: leader, task force, inspection", StepOrder, Commitment{OwnerID: 20}, full, "g2 g5 g11"},
		{"the list: inspection alone", StepList, Commitment{OwnerID: 20, Kind: Reply}, full, "g11"},
		{"no owner", StepWarn, Commitment{}, full, "g5"},
		{"two task forces", StepWarn, Commitment{OwnerID: 20}, theRoster(*ownProject, 5, 6), "g5 g6 p20"},
		{"a leader's group that carries the project is no task force", StepWarn, Commitment{OwnerID: 20}, theRoster(*ownProject, 2, 3), "g7 p20"},
		{"no task force: the host unit", StepWarn, Commitment{OwnerID: 20}, theRoster(*ownProject), "g7 p20"},
		{"a dissolved task force: the host unit", StepOrder, Commitment{OwnerID: 20}, theRoster(*ownProject, 13), "g2 g7 g11"},
		{"no host unit: the office", StepWarn, Commitment{OwnerID: 20}, theRoster(noHost), "g10 p20"},
		{"no leader: nobody else's", StepOrder, Commitment{OwnerID: 20}, theRoster(noLeader, 5), "g5 g11"},
		{"on no project", StepOrder, Commitment{OwnerID: 20}, theRoster(Project{}), "g10 g11 p20"},
		{"no groups at all", StepOrder, Commitment{OwnerID: 20}, Roster{Project: *ownProject}, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := keys(Audience(tc.step, tc.m, tc.ro)); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
	for want, ro := range map[string]Roster{"g5 p20": full, "g7 p20": theRoster(*ownProject), "g10 p20": theRoster(noHost)} {
		if got := keys(CallInAudience(ro)); got != want {
			t.Errorf("called in: %q, want %q", got, want)
		}
	}
}

// Whatever the roster, no step is addressed to a group that may not see the project.
func TestAudienceIsEntitled(t *testing.T) {
	for _, p := range []*Project{ownProject, foreignProject, bareProject} {
		for _, bound := range [][]GroupID{nil, {5}, {6, 13}, {2, 3, 4, 7, 8, 9}, {5, 6, 7}} {
			ro := theRoster(*p, bound...)
			for _, step := range []StepName{StepRemind, StepWarn, StepOrder, StepList, StepHandUp, StepChase} {
				to := Audience(step, Commitment{OwnerID: 20, Level: LevelLeader}, ro)
				if len(to) == 0 {
					t.Errorf("project %d, %s: nobody", p.ID, step)
				}
				for i, r := range to {
					if slices.Contains(to[:i], r) {
						t.Errorf("project %d, %s: %s twice", p.ID, step, r.Key())
					}
					for g := range slices.Values(ro.Groups) {
						if g.ID != r.Group {
							continue
						}
						v := Viewer{Group: &g, Units: map[UnitID]bool{g.UnitID: g.UnitID != 0}, Bound: map[ProjectID]bool{p.ID: ro.Bound[g.ID]}}
						if !Entitled(v, p) {
							t.Errorf("project %d, %s: %s %s may not see it", p.ID, step, g.Class, r.Key())
						}
					}
				}
			}
		}
	}
}

func keys(to []Recipient) string {
	var out []string
	for _, r := range to {
		out = append(out, r.Key())
	}
	return strings.Join(out, " ")
}
