package ledger_test

import (
	"testing"

	"duban/internal/fault"
	. "duban/internal/ledger"
)

func TestAPostIsHandedOverWhole(t *testing.T) {
	from := Person{ID: 1, DistrictID: 1, Name: "张三", UnitID: 6, Post: "局长", Roles: []Role{RoleUnitHead}, Active: true}
	to := Person{ID: 2, DistrictID: 1, Name: "李四", Active: true}
	c := Charge{
		Matters:  []Commitment{{ID: 7, DistrictID: 1, OwnerID: 1, Rung: StepWarn, DueOn: 2026_03_05, ReceivedAt: 5}},
		Projects: []Project{{ID: 3, DistrictID: 1, LeaderID: 1, OwnerID: 9}}, Member: []ProjectID{3},
	}
	out, err := HandPost(from, to, c, Duties{}, false, Roster{}, Actor{Person: 30, At: 100, Today: 2026_03_04})
	if err != nil {
		t.Fatal(err)
	}
	m, p, move := out.Saved[0], out.Projects[0], out.Posts[0]
	if m.OwnerID != 2 || m.Rung != StepWarn || m.DueOn != 2026_03_05 || m.ReceivedAt != 0 || p.LeaderID != 2 || p.OwnerID != 9 {
		t.Errorf("moved: %+v %+v", m, p)
	}
	if move.To.Post != "局长" || move.To.UnitID != 6 || !move.To.Has(RoleUnitHead) || move.From.Post != "" || len(move.From.Roles) != 0 || move.Succession.Moved.Count() != 3 {
		t.Errorf("the post: %+v", move)
	}
	if len(out.Entries) != 4 || len(out.Notices) != 2 {
		t.Errorf("written: %+v %+v", out.Entries, out.Notices)
	}
	busy := to
	busy.Post = "副局长"
	gone := to
	gone.Active = false
	for name, do := range map[string]func() error{
		"to oneself":      func() error { _, err := HandPost(from, from, c, Duties{}, false, Roster{}, Actor{}); return err },
		"to who left":     func() error { _, err := HandPost(from, gone, c, Duties{}, false, Roster{}, Actor{}); return err },
		"nothing to hand": func() error { _, err := HandPost(to, from, Charge{}, Duties{}, false, Roster{}, Actor{}); return err },
		"with an own post": func() error {
			_, err := HandPost(from, busy, c, Duties{Member: []ProjectID{4}}, false, Roster{}, Actor{})
			return err
		},
	} {
		if code := fault.CodeOf(do()); code != fault.Invalid && code != fault.Conflict {
			t.Errorf("%s: %q", name, code)
		}
	}
	both, err := HandPost(from, busy, c, Duties{Member: []ProjectID{4}}, true, Roster{}, Actor{Person: 30, At: 100})
	if err != nil || both.Posts[0].To.Post != "局长兼副局长" {
		t.Errorf("both posts: %+v, %v", both.Posts, err)
	}
}

func TestADeputyHearsWhatWhoIsAwayWouldHear(t *testing.T) {
	away := []Leave{{PersonID: 1, DeputyID: 2, FromOn: 2026_03_02, UntilOn: 2026_03_05}}
	n := []Notice{{Cause: "look:1", To: Recipient{Person: 1}}, {Cause: "look:1", To: Recipient{Person: 3}}, {Cause: "look:1", To: Recipient{Group: 1}}}
	if got := Deputised(n, away, 2026_03_05); len(got) != 4 || got[3].To.Person != 2 {
		t.Errorf("on the last day: %+v", got)
	}
	if got := Deputised(n, away, 2026_03_06); len(got) != 3 {
		t.Errorf("afterwards: %+v", got)
	}
	if got := Deputised(append(n, Notice{Cause: "look:1", To: Recipient{Person: 2}}), away, 2026_03_02); len(got) != 4 {
		t.Errorf("told twice: %+v", got)
	}
	v := Viewer{Person: &Person{ID: 2, DistrictID: 1, Active: true}, Stands: Standing(away, 2, 2026_03_03)}
	m := Commitment{DistrictID: 1, OwnerID: 1}
	if !Concerned(v, m) || MayJudge(v, nil, m) || Concerned(Viewer{Person: v.Person, Stands: Standing(away, 2, 2026_03_06)}, m) {
		t.Error("a deputy knows of what is owed on the days of the leave alone, and never judges it")
	}
}
