package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"duban/internal/fault"
	. "duban/internal/ledger"
	"duban/internal/workday"
)

var troubled = Commitment{ID: 7, DistrictID: 1, Code: "W0007", Kind: Problem, Title: "用地指标未落实", ProjectID: 1, UnitID: 6, OwnerID: 20, RaisedBy: 21,
	FirstDueOn: 2026_03_16, DueOn: 2026_03_16, State: Open, Level: LevelUnit, Rung: StepWarn, RectifyBy: 2026_03_24, NextLook: 2026_03_17}

// What a hand-up writes, whoever makes it: the level with its day, one step, the history with what was before,
// and a place in the next look of those it reaches. Neither the due day nor the rung moves.
func TestHandUpWrites(t *testing.T) {
	cal, r := statutory(t), DefaultRules()
	ro := theRoster(*ownProject, 5)
	by := Actor{Person: 20, At: at(2026_03_05, 0), Today: 2026_03_05}
	person, err := HandUp(troubled, "两次协调未果", r, cal, ro, by)
	if err != nil {
		t.Fatal(err)
	}
	byLeader, err := HandUp(troubled, "请调度会研究", r, cal, ro, Actor{Person: ro.Project.LeaderID, At: by.At, Today: by.Today})
	if err != nil || byLeader.Saved[0].Level != LevelDispatch || byLeader.Steps[0].Why != "包联领导上报：请调度会研究" {
		t.Errorf("by the leader: %+v, %v", byLeader, err)
	}
	early, err := HandUp(troubled, "两次协调未果", r, cal, ro, Actor{Person: 20, At: LookAt(2026_03_05) - 1, Today: 2026_03_05})
	if err != nil || early.Notices[0].Cause != LookCause(2026_03_05) {
		t.Errorf("before the look of the day: %+v, %v", early.Notices, err)
	}
	warned := []Step{{CommitmentID: 7, DueOn: 2026_03_16, Name: StepWarn, On: 2026_03_17, RectifyBy: 2026_03_24}}
	c := Case{Commitment: troubled, Steps: warned}
	time := Climb(c, Decide(c, r, cal, 2026_03_18), r, ro, 2026_03_18, at(2026_03_18, 0))
	for _, tc := range []struct {
		name string
		out  Outcome
		now  Commitment
		on   workday.Day
		by   workday.Day
		why  string
		act  string
		told string
		look workday.Day
		due  PersonID
	}{
		{"a person", person, first(person.Saved), 2026_03_05, 2026_03_12, "责任部门上报：两次协调未果", "handup", "g2 p21", 2026_03_06, 20},
		{"time", time, first(time.Looked), 2026_03_18, 2026_03_25, "责任部门层面应于2026年3月16日前解决，到期未解决，自动上报包联领导（规则2026-1）", "step:handup", "g2 g5 p20 p21", 2026_03_18, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			was := troubled
			was.Level, was.LevelBy, was.NextLook = LevelLeader, tc.by, tc.now.NextLook
			if tc.now != was {
				t.Errorf("saved %+v", tc.now)
			}
			if len(tc.out.Steps) != 1 || len(tc.out.Strikes)+len(tc.out.Orders) != 0 {
				t.Fatalf("steps %+v, strikes %+v", tc.out.Steps, tc.out.Strikes)
			}
			s := tc.out.Steps[0]
			if s.Name != StepHandUp || s.Before != LevelLeader || s.On != tc.on || s.RectifyBy != tc.by || s.Why != tc.why || s.DueOn != troubled.DueOn {
				t.Errorf("step %+v", s)
			}
			e := tc.out.Entries[0]
			if e.Act != tc.act || e.PersonID != tc.due || e.Before != `{"level":1,"by":"2026-03-16"}` || e.After != fmt.Sprintf(`{"level":2,"by":%q}`, tc.by) {
				t.Errorf("history %+v", e)
			}
			var to []Recipient
			for _, n := range tc.out.Notices {
				to = append(to, n.To)
				if n.Cause != LookCause(tc.look) || !n.Held || n.Rank != RankWarning || n.Step == nil || n.Step.Name != StepHandUp || n.Step.Before != LevelLeader {
					t.Errorf("notice %+v", n)
				}
			}
			if keys(to) != tc.told {
				t.Errorf("tells %q, want %q", keys(to), tc.told)
			}
		})
	}
}

func first(all []Commitment) Commitment {
	if len(all) != 1 {
		return Commitment{}
	}
	return all[0]
}

func TestHandUpRefused(t *testing.T) {
	cal, r, by := statutory(t), DefaultRules(), Actor{Person: 20, Today: 2026_03_05}
	but := func(change func(*Commitment)) Commitment { m := troubled; change(&m); return m }
	for _, tc := range []struct {
		m     Commitment
		tried string
		code  fault.Code
		says  string
	}{
		{troubled, " ", fault.Invalid, "请写明已做了哪些协调"},
		{troubled, strings.Repeat("长", 1001), fault.Invalid, "超过1000字"},
		{but(func(m *Commitment) { m.Kind = Assignment }), "协调未果", fault.Invalid, "是交办事项，只有问题可以逐级上报"},
		{but(func(m *Commitment) { m.State = Reported }), "协调未果", fault.Conflict, "不在办理中"},
		{but(func(m *Commitment) { m.State = Accepted }), "协调未果", fault.Conflict, "不在办理中"},
		{but(func(m *Commitment) { m.Level = LevelDispatch }), "协调未果", fault.Conflict, "已在区调度会层面"},
	} {
		if _, err := HandUp(tc.m, tc.tried, r, cal, Roster{}, by); fault.CodeOf(err) != tc.code || !strings.Contains(fault.Sentence(err), tc.says) {
			t.Errorf("%s %s level %d: got %v, want %q", tc.m.Kind, tc.m.State, tc.m.Level, err, tc.says)
		}
	}
}

// Who a level's hand-up reaches: the leader's groups, without them the leader; the office where there is no
// leader and for the dispatch meeting.
func TestWhomALevelReaches(t *testing.T) {
	leaderless := *ownProject
	leaderless.LeaderID = 0
	for _, tc := range []struct {
		name  string
		p     Project
		level int
		drop  GroupClass
		want  string
	}{
		{"the leader's group", *ownProject, LevelLeader, "", "g2 g5 p20 p21"},
		{"a leader without a group", *ownProject, LevelLeader, GroupLeader, fmt.Sprintf("p%d g5 p20 p21", ownProject.LeaderID)},
		{"no leader", leaderless, LevelLeader, "", "g10 g5 p20 p21"},
		{"the dispatch meeting", *ownProject, LevelDispatch, "", "g10 g2 g5 p20 p21"},
	} {
		ro := theRoster(tc.p, 5)
		for i := range ro.Groups {
			ro.Groups[i].Active = ro.Groups[i].Active && ro.Groups[i].Class != tc.drop
		}
		m := troubled
		m.Level = tc.level
		if got := keys(Audience(StepHandUp, m, ro)); got != tc.want {
			t.Errorf("%s: %q, want %q", tc.name, got, tc.want)
		}
	}
}

// Handed to and fro as often as the rules allow, refused or not, a problem climbs; another matter does not,
// and a proposal that waits counts for nothing yet.
func TestBounced(t *testing.T) {
	r := DefaultRules()
	times := func(states ...string) []Handover {
		var out []Handover
		for _, s := range states {
			out = append(out, Handover{State: s})
		}
		return out
	}
	assignment := troubled
	assignment.Kind = Assignment
	top := troubled
	top.Level = LevelDispatch
	for _, tc := range []struct {
		name   string
		m      Commitment
		handed []Handover
		want   bool
	}{
		{"once", troubled, times("granted"), false},
		{"once, and one waits", troubled, times("denied", "asked"), false},
		{"twice refused", troubled, times("denied", "denied"), true},
		{"granted and refused", troubled, times("granted", "denied"), true},
		{"an assigned matter", assignment, times("granted", "granted", "denied"), false},
		{"at the top", top, times("denied", "denied", "denied"), false},
	} {
		if got := r.Bounced(tc.m, tc.handed); got != tc.want {
			t.Errorf("%s: %v", tc.name, got)
		}
	}
	to := unitContact(3)
	to.DistrictID = troubled.DistrictID
	out, err := HandUpBounced(troubled, to, "应由其办理", r, statutory(t), Roster{}, Actor{Person: 20, Today: 2026_03_05})
	if err != nil || out.Saved[0].OwnerID != troubled.OwnerID || out.Saved[0].Level != LevelLeader || !strings.Contains(out.Entries[0].Note, "已2次转交未落实责任") || len(out.Handovers) != 0 {
		t.Errorf("got %+v, %v", out, err)
	}
	if _, err := HandUpBounced(troubled, to, "", r, statutory(t), Roster{}, Actor{Person: 20}); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
}

func TestWhoMayHandUpAndRegister(t *testing.T) {
	p := *ownProject
	leader, owner, raiser, stranger := p.LeaderID, PersonID(20), PersonID(21), PersonID(90)
	viewer := func(id PersonID, roles ...Role) Viewer {
		return Viewer{Person: &Person{ID: id, DistrictID: 1, Active: true, Roles: roles}}
	}
	atLeader := troubled
	atLeader.Level = LevelLeader
	for _, tc := range []struct {
		name string
		got  bool
		want bool
	}{
		{"owner from the unit", MayHandUp(viewer(owner), &p, troubled), true},
		{"whoever raised it", MayHandUp(viewer(raiser), &p, troubled), true},
		{"somebody else", MayHandUp(viewer(stranger), &p, troubled), false},
		{"owner over the leader's head", MayHandUp(viewer(owner), &p, atLeader), false},
		{"the leader", MayHandUp(viewer(leader), &p, atLeader), true},
		{"the office", MayHandUp(viewer(stranger, RoleOffice), &p, atLeader), true},
		{"nobody", MayHandUp(Viewer{}, &p, troubled), false},
		{"raiser classifies", MayClassify(viewer(raiser), &p, troubled), true},
		{"a stranger does not", MayClassify(viewer(stranger), &p, troubled), false},
		{"the office registers", MayRegister(viewer(stranger, RoleOffice), Origin{Source: "人大建议"}), true},
		{"the office gives no remark of its own", MayRegister(viewer(stranger, RoleOffice), Origin{Source: Remarked}), false},
		{"a leader registers nothing", MayRegister(viewer(leader, RoleLeader), Origin{Source: "人大建议"}), false},
	} {
		if tc.got != tc.want {
			t.Errorf("%s: %v", tc.name, tc.got)
		}
	}
}
