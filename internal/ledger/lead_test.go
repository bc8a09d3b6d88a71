package ledger_test

import (
	"testing"

	"duban/internal/clock"
	"duban/internal/fault"
	. "duban/internal/ledger"
	"duban/internal/workday"
)

// leadOf is a lead that is open, with its commitment, and who acts on it.
func leadOf() (Commitment, Prospect, Actor) {
	m := Commitment{ID: 5, DistrictID: 1, Code: "X0005", Kind: Lead, Title: "星阵电子 拟投2亿元", UnitID: 2, OwnerID: 20, RaisedBy: 30,
		FirstDueOn: 2026_03_04, DueOn: 2026_03_04, State: Open, Rung: StepWarn, RectifyBy: 2026_03_12, Version: 3}
	p := Prospect{ID: 9, DistrictID: 1, CommitmentID: 5, Enterprise: "星阵电子", FirstUnitID: 2, UnitID: 2, DueAt: 1000}
	return m, p, Actor{Person: 20, At: 900, Today: 2026_03_03}
}

func TestMovedLeadKeepsTheCreditAndHasItsHoursAnew(t *testing.T) {
	m, p, by := leadOf()
	to := Person{ID: 21, DistrictID: 1, UnitID: 3, Active: true, Name: "邱敏"}
	due := clock.At(workday.Day(2026_03_05).At(8, 40, clock.Shanghai))
	out, err := MoveLead(m, p, to, due, "本园区没有用地", by)
	if err != nil {
		t.Fatal(err)
	}
	now, l := out.Saved[0], out.Prospects[0]
	if now.UnitID != 3 || now.OwnerID != 21 || now.DueOn != 2026_03_05 || now.FirstDueOn != 2026_03_04 || now.Rung != "" || now.RectifyBy != 0 || now.State != Open {
		t.Errorf("moved: %+v", now)
	}
	if l.FirstUnitID != 2 || l.UnitID != 3 || l.Moves != 1 || l.DueAt != due {
		t.Errorf("the prospect: %+v", l)
	}
	if len(out.Entries) != 1 || out.Entries[0].Before == "" || len(out.Notices) != 2 { // the new platform and who brought it in
		t.Errorf("told: %+v %+v", out.Entries, out.Notices)
	}
	out, err = MoveLead(now, l, Person{ID: 20, DistrictID: 1, UnitID: 2, Active: true}, due, "企业改变选址", by)
	if err != nil || out.Prospects[0].FirstUnitID != 2 || out.Prospects[0].Moves != 2 {
		t.Errorf("moved back: %+v, %v", out.Prospects, err)
	}
}

func TestAnswerEndsALeadOnce(t *testing.T) {
	m, p, by := leadOf()
	out, err := AnswerLead(m, p, "已对接", by)
	if err != nil || out.Saved[0].State != Accepted || out.Prospects[0].AnsweredAt != 900 || !out.Prospects[0].InTime(5000) {
		t.Fatalf("answered: %+v, %v", out, err)
	}
	by.At = 2000
	again, err := AnswerLead(out.Saved[0], out.Prospects[0], "企业来考察", by)
	if err != nil || len(again.Prospects) != 0 || again.Saved[0].ClosedAt != 900 || again.Saved[0].Evidence != "企业来考察" {
		t.Errorf("answered again: %+v, %v", again, err)
	}
	late, _ := AnswerLead(m, p, "已对接", by)
	if late.Prospects[0].InTime(2000) {
		t.Error("an answer after its hours is in time")
	}
}

func TestLeadRefusals(t *testing.T) {
	m, p, by := leadOf()
	to := Person{ID: 21, DistrictID: 1, UnitID: 3, Active: true}
	done := p
	done.ProjectID = 4
	gone := m
	gone.State = Cancelled
	other := m
	other.Kind = Problem
	for name, do := range map[string]func() error{
		"answer without words": func() error { _, err := AnswerLead(m, p, " ", by); return err },
		"answer of a project":  func() error { _, err := AnswerLead(m, done, "x", by); return err },
		"answer of a problem":  func() error { _, err := AnswerLead(other, p, "x", by); return err },
		"answer when it ended": func() error { _, err := AnswerLead(gone, p, "x", by); return err },
		"move without reason":  func() error { _, err := MoveLead(m, p, to, 1, "", by); return err },
		"move to the same": func() error {
			_, err := MoveLead(m, p, Person{ID: 1, DistrictID: 1, UnitID: 2, Active: true}, 1, "x", by)
			return err
		},
		"move to nobody":  func() error { _, err := MoveLead(m, p, Person{}, 1, "x", by); return err },
		"enter to nobody": func() error { _, err := EnterLead(Prospect{Enterprise: "星阵"}, "x", Person{}, 1, by); return err },
		"enter of nobody": func() error { _, err := EnterLead(Prospect{}, "x", to, 1, by); return err },
		"convert twice":   func() error { _, err := ConvertLead(m, done, Project{ID: 4}, by); return err },
	} {
		if code := fault.CodeOf(do()); code != fault.Invalid && code != fault.Conflict {
			t.Errorf("%s: %q", name, code)
		}
	}
}

func TestLikeness(t *testing.T) {
	for _, name := range []string{"深圳星阵电子有限公司", "深圳星阵电子公司", "深圳星阵电子", "深圳星阵电子股份有限公司"} {
		if got := Likeness(name); got != "深圳星阵电子" {
			t.Errorf("%s: %s", name, got)
		}
	}
	if got := Likeness("公司"); got != "公司" {
		t.Errorf("nothing is left: %q", got)
	}
}
