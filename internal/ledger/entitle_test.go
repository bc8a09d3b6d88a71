package ledger_test

import (
	"testing"

	. "duban/internal/ledger"
)

// A project of one's own, one of somebody else in the district, and one of another district that
// looks like one's own in everything but the district.
var (
	ownProject     = &Project{ID: 1, DistrictID: 1, LeaderID: 10, OwnerID: 20, HostUnitID: 5, LeadUnitID: 6}
	foreignProject = &Project{ID: 2, DistrictID: 1, LeaderID: 11, OwnerID: 21, HostUnitID: 7, LeadUnitID: 8}
	abroadProject  = &Project{ID: 3, DistrictID: 2, LeaderID: 10, OwnerID: 20, HostUnitID: 5, LeadUnitID: 6}
	bareProject    = &Project{ID: 4, DistrictID: 1} // no leader, no owner, no units
)

// sees is what Entitled says of the whole district, and of the four projects.
type sees struct{ district, own, foreign, abroad, bare bool }

func whatSees(v Viewer) sees {
	return sees{Entitled(v, nil), Entitled(v, ownProject), Entitled(v, foreignProject), Entitled(v, abroadProject), Entitled(v, bareProject)}
}

var (
	everything = sees{district: true, own: true, foreign: true, bare: true}
	ownOnly    = sees{own: true}
	nothing    = sees{}
)

func TestGroupsSee(t *testing.T) {
	bound, units := map[ProjectID]bool{1: true, 3: true}, map[UnitID]bool{5: true}
	for _, tc := range []struct {
		name string
		v    Viewer
		want sees
	}{
		{"district leaders", Viewer{Group: &Group{Class: GroupDistrict}}, everything},
		{"office", Viewer{Group: &Group{Class: GroupOffice}}, everything},
		{"inspection", Viewer{Group: &Group{Class: GroupInspection}}, everything},
		{"leader", Viewer{Group: &Group{Class: GroupLeader, LeaderID: 10}}, ownOnly},
		{"leader, without one", Viewer{Group: &Group{Class: GroupLeader}}, nothing},
		{"leader, of nothing, though bound", Viewer{Group: &Group{Class: GroupLeader, LeaderID: 99}, Bound: bound, Units: units}, nothing},
		{"task force", Viewer{Group: &Group{Class: GroupTaskForce}, Bound: bound}, ownOnly},
		{"task force, bound to nothing", Viewer{Group: &Group{Class: GroupTaskForce}, Units: units}, nothing},
		{"host unit", Viewer{Group: &Group{Class: GroupUnit, UnitID: 5}, Units: units}, ownOnly},
		{"lead unit", Viewer{Group: &Group{Class: GroupUnit, UnitID: 6}, Units: map[UnitID]bool{6: true}}, ownOnly},
		{"unit with those below it", Viewer{Group: &Group{Class: GroupUnit}, Units: map[UnitID]bool{5: true, 8: true}}, sees{own: true, foreign: true}},
		{"unit of nothing, though bound", Viewer{Group: &Group{Class: GroupUnit, UnitID: 99}, Bound: bound}, nothing},
		{"no class", Viewer{Group: &Group{LeaderID: 10, UnitID: 5}, Bound: bound, Units: units}, nothing},
		{"a class nobody knows", Viewer{Group: &Group{Class: "everybody", LeaderID: 10}, Bound: bound, Units: units}, nothing},
		{"nobody", Viewer{Bound: bound, Units: units}, nothing},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if tc.v.Group != nil {
				tc.v.Group.DistrictID = 1
				if got := whatSees(tc.v); got != nothing {
					t.Errorf("while not active it sees %+v", got)
				}
				tc.v.Group.Active = true
			}
			if got := whatSees(tc.v); got != tc.want {
				t.Errorf("sees %+v, want %+v", got, tc.want)
			}
			if MayReport(tc.v, ownProject) || MayJudge(tc.v, ownProject, Commitment{DistrictID: 1, OwnerID: 20}) {
				t.Error("a group acts")
			}
		})
	}
}

func TestPersonsSeeReportAndJudge(t *testing.T) {
	bound, units := map[ProjectID]bool{1: true, 3: true}, map[UnitID]bool{5: true}
	type may struct{ own, foreign bool }
	own, all := may{own: true}, may{own: true, foreign: true}
	for _, tc := range []struct {
		name   string
		id     PersonID
		roles  []Role
		bound  bool
		unit   bool
		owes   bool
		sees   sees
		report may
		judge  may  // of a milestone
		reply  bool // judges the reply to an order of the own project
	}{
		{name: "nobody in particular", id: 50},
		{name: "member of the unit, no role", id: 50, unit: true},
		{name: "office", id: 50, roles: []Role{RoleOffice}, sees: everything, report: all, judge: all},
		{name: "inspection", id: 50, roles: []Role{RoleInspection}, sees: everything, judge: all, reply: true},
		{name: "district leader", id: 50, roles: []Role{RoleDistrictLeader}, sees: everything},
		{name: "leader of it", id: 10, roles: []Role{RoleLeader}, sees: ownOnly, judge: own},
		{name: "leader of it, role not entered", id: 10, sees: ownOnly, judge: own},
		{name: "leader of another", id: 12, roles: []Role{RoleLeader}},
		{name: "unit head", id: 50, roles: []Role{RoleUnitHead}, unit: true, sees: ownOnly},
		{name: "unit head elsewhere", id: 50, roles: []Role{RoleUnitHead}},
		{name: "liaison", id: 50, roles: []Role{RoleLiaison}, unit: true, sees: ownOnly, report: own},
		{name: "liaison elsewhere", id: 50, roles: []Role{RoleLiaison}},
		{name: "owner", id: 20, sees: ownOnly, report: own},
		{name: "task force", id: 50, bound: true, sees: ownOnly, report: own},
		{name: "owes one matter on it", id: 50, owes: true, sees: ownOnly},
		{name: "task force and leader", id: 10, bound: true, sees: ownOnly, report: own, judge: own},
		{name: "owner who sits in the office judges others only", id: 20, roles: []Role{RoleOffice}, sees: everything, report: all, judge: may{foreign: true}},
		{name: "owner who sits in the inspection judges others only", id: 20, roles: []Role{RoleInspection}, sees: everything, report: own, judge: may{foreign: true}},
		{name: "unit head and liaison", id: 50, roles: []Role{RoleUnitHead, RoleLiaison}, unit: true, sees: ownOnly, report: own},
		{name: "a role nobody knows", id: 50, roles: []Role{"root", ""}, unit: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			who := &Person{ID: tc.id, DistrictID: 1, Roles: tc.roles}
			v := Viewer{Person: who}
			if tc.bound {
				v.Bound = bound
			}
			if tc.unit {
				v.Units = units
			}
			if tc.owes {
				v.Owes = bound
			}
			own, foreign := Commitment{DistrictID: 1, Kind: Milestone, OwnerID: 20}, Commitment{DistrictID: 1, Kind: Milestone, OwnerID: 21}
			reply := Commitment{DistrictID: 1, Kind: Reply, OwnerID: 20}
			if whatSees(v) != nothing || MayReport(v, ownProject) || MayJudge(v, ownProject, own) || MayJudge(v, ownProject, reply) {
				t.Error("while not active")
			}
			who.Active = true
			if got := whatSees(v); got != tc.sees {
				t.Errorf("sees %+v, want %+v", got, tc.sees)
			}
			if got := (may{MayReport(v, ownProject), MayReport(v, foreignProject)}); got != tc.report {
				t.Errorf("reports %+v, want %+v", got, tc.report)
			}
			if MayReport(v, nil) || MayReport(v, abroadProject) {
				t.Error("reports on nothing, or abroad")
			}
			if got := (may{MayJudge(v, ownProject, own), MayJudge(v, foreignProject, foreign)}); got != tc.judge {
				t.Errorf("judges %+v, want %+v", got, tc.judge)
			}
			if got := MayJudge(v, ownProject, reply); got != tc.reply {
				t.Errorf("judges the reply %v, want %v", got, tc.reply)
			}
			own.DistrictID, reply.DistrictID = 2, 2
			if MayJudge(v, abroadProject, own) || MayJudge(v, abroadProject, reply) {
				t.Error("judges abroad")
			}
		})
	}
}
