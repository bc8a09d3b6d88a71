package ledger_test

import (
	"strings"
	"testing"

	"duban/internal/fault"
	. "duban/internal/ledger"
	"duban/internal/workday"
)

func percent(p Percent) *Percent { return &p }
func yuan(m Money) *Money        { return &m }

const (
	wan Money = 10_000
	yi  Money = 100_000_000
)

func TestReportAsksAboutSlips(t *testing.T) {
	// 65 % done, 1.2亿元 of the year reported in March, 5亿元 in all.
	p := Project{ID: 1, Name: "智能装备产业园", Progress: 6500, InvestedYear: 12000 * wan, Investment: 5 * yi, ReportedOn: 2026_03_02}
	fresh := Project{ID: 1, Name: "新项目", Investment: 5 * yi}
	unsized := Project{ID: 1, Name: "新项目"}
	for _, tc := range []struct {
		name string
		p    Project
		said Said
		want fault.Code // "" when taken
		has  string     // part of the sentence
	}{
		{"forward", p, Said{Progress: percent(7000), Invested: yuan(13000 * wan)}, "", ""},
		{"text alone", p, Said{Text: "主体结构封顶"}, "", ""},
		{"nothing at all", p, Said{}, fault.Invalid, "报 智能装备产业园 65%"},
		{"blank text", p, Said{Text: " \n　"}, fault.Invalid, "没有读到"},
		{"text of 1000 characters", p, Said{Text: strings.Repeat("字", MaxText)}, "", ""},
		{"text of 1001 characters", p, Said{Text: strings.Repeat("字", MaxText+1)}, fault.Invalid, "1001字"},
		{"long text is not taken even if sure", p, Said{Text: strings.Repeat("字", MaxText+1), Sure: true}, fault.Invalid, "精简"},
		{"0 % at the start", fresh, Said{Progress: percent(0)}, "", ""},
		{"100 %", p, Said{Progress: percent(Full)}, "", ""},
		{"100.01 %", p, Said{Progress: percent(Full + 1)}, fault.Invalid, "100.01%"},
		{"over 100 % even if sure", p, Said{Progress: percent(12000), Sure: true}, fault.Invalid, "120%"},
		{"below 0", p, Said{Progress: percent(-1)}, fault.Invalid, "-0.01%"},
		{"the same again", p, Said{Progress: percent(6500)}, "", ""},
		{"backwards", p, Said{Progress: percent(6499)}, fault.Ambiguous, "上次报的是65%，这次是64.99%"},
		{"backwards, confirmed", p, Said{Progress: percent(6000), Sure: true}, "", ""},
		{"all the money there is", p, Said{Invested: yuan(5 * yi)}, "", ""},
		{"more than there is", p, Said{Invested: yuan(5*yi + 1)}, fault.Ambiguous, "超过项目总投资5亿元"},
		{"more than there is, confirmed", p, Said{Invested: yuan(6 * yi), Sure: true}, "", ""},
		{"below nothing", p, Said{Invested: yuan(-1)}, fault.Invalid, "不能为负"},
		{"below nothing, confirmed", p, Said{Invested: yuan(-1), Sure: true}, fault.Invalid, "不能为负"},
		{"亿 for 万, size unknown", Project{InvestedYear: 120 * wan}, Said{Invested: yuan(120 * yi)}, fault.Ambiguous, "相差悬殊"},
		{"fiftyfold", Project{InvestedYear: 100 * wan}, Said{Invested: yuan(5000 * wan)}, fault.Ambiguous, "相差悬殊"},
		{"not quite fiftyfold", Project{InvestedYear: 100 * wan}, Said{Invested: yuan(5000*wan - 1)}, "", ""},
		{"万 for 亿", p, Said{Invested: yuan(2 * wan)}, fault.Ambiguous, "上次是1.2亿元，这次是2万元，请核对单位"},
		{"less than before", p, Said{Invested: yuan(11000 * wan)}, fault.Ambiguous, "变少了"},
		{"less than before, confirmed", p, Said{Invested: yuan(11000 * wan), Sure: true}, "", ""},
		{"back to nothing", p, Said{Invested: yuan(0)}, fault.Ambiguous, "变少了"},
		{"nothing yet", fresh, Said{Invested: yuan(0)}, "", ""},
		{"first amount, size unknown", unsized, Said{Invested: yuan(300 * yi)}, "", ""},
		{"progress wrong, money right", p, Said{Progress: percent(6000), Invested: yuan(13000 * wan)}, fault.Ambiguous, "倒退"},
		{"progress right, money wrong", p, Said{Progress: percent(7000), Invested: yuan(1 * wan)}, fault.Ambiguous, "1万元"},
		{
			"both doubtful: one question names both", p, Said{Progress: percent(6000), Invested: yuan(6 * yi)}, fault.Ambiguous,
			"上次报的是65%，这次是60%，进度倒退了；完成投资6亿元超过项目总投资5亿元，请核对单位是“万元”还是“亿元”。如均无误，请回复：确认",
		},
		{"both doubtful, confirmed", p, Said{Progress: percent(6000), Invested: yuan(6 * yi), Sure: true}, "", ""},
		{"backwards, and money below nothing", p, Said{Progress: percent(6000), Invested: yuan(-1)}, fault.Invalid, "不能为负"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := Report(tc.p, tc.said, nil, Actor{Person: ownerID, At: at(2026_03_16, 0), Today: 2026_03_16})
			if got := fault.CodeOf(err); got != tc.want {
				t.Fatalf("got %q (%v), want %q", got, err, tc.want)
			}
			if err != nil && (out.Changed() || !strings.Contains(fault.Sentence(err), tc.has)) {
				t.Errorf("said %q, want %q in it; changed %v", fault.Sentence(err), tc.has, out.Changed())
			}
		})
	}
}

func TestReportOfTheNewYearStartsTheYearAnew(t *testing.T) {
	by := Actor{Person: ownerID, At: at(2026_01_05, 0), Today: 2026_01_05}
	p := Project{ID: 1, Progress: 6500, InvestedYear: 3 * yi, ReportedOn: 2025_12_30}
	for _, tc := range []struct {
		name string
		said Said
		p    func(*Project)
		want Money
	}{
		{"small again", Said{Invested: yuan(200 * wan)}, func(*Project) {}, 200 * wan},
		{"progress alone", Said{Progress: percent(6600)}, func(*Project) {}, 0},
		{"from the register, not from a report", Said{Text: "进场"}, func(p *Project) { p.ReportedOn = 0 }, 3 * yi},
		{"reported this year", Said{Text: "进场"}, func(p *Project) { p.ReportedOn = 2026_01_04 }, 3 * yi},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := p
			tc.p(&p)
			out, err := Report(p, tc.said, nil, by)
			if err != nil {
				t.Fatal(err)
			}
			if got := out.Projects[0].InvestedYear; got != tc.want {
				t.Errorf("invested %s, want %s", got, tc.want)
			}
			back, err := Withdraw(out.Projects[0], out.Updates[0], nil, by)
			if err != nil || back.Projects[0].InvestedYear != p.InvestedYear {
				t.Errorf("withdrawn: %s (%v), want %s", back.Projects[0].InvestedYear, err, p.InvestedYear)
			}
		})
	}
}

// What is not said stays; what is said replaces; a withdrawal puts all of it back.
func TestReportAndWithdraw(t *testing.T) {
	p := Project{
		ID: 1, DistrictID: 3, Name: "产业园", Progress: 6500, InvestedYear: 12000 * wan, Investment: 5 * yi,
		ReportedOn: 2026_03_02, ReportedBy: 9, LastText: "基础完成", Stage: "开工", Version: 4,
	}
	owed := []Commitment{
		{ID: 1, Kind: Filing, State: Open, NextLook: 2026_03_17, DueOn: 2026_03_16, Version: 2},
		{ID: 2, Kind: Filing, State: Waived},
		{ID: 3, Kind: Milestone, State: Open, NextLook: 2026_03_17},
		{ID: 4, Kind: Filing, State: Reported},
	}
	by := Actor{Person: ownerID, For: 7, At: at(2026_03_16, 0), Today: 2026_03_16}
	for _, tc := range []struct {
		name string
		said Said
		want func(*Project)
	}{
		{"progress", Said{Progress: percent(7000), Source: "chat", Period: "2026-03a"}, func(p *Project) { p.Progress, p.LastText = 7000, "" }},
		{"money", Said{Invested: yuan(2 * yi)}, func(p *Project) { p.InvestedYear, p.LastText = 2*yi, "" }},
		{"text", Said{Text: "主体封顶"}, func(p *Project) { p.LastText = "主体封顶" }},
		{"zero is said", Said{Progress: percent(0), Sure: true}, func(p *Project) { p.Progress, p.LastText = 0, "" }},
	} {
		t.Run(tc.name, func(t *testing.T) {
			out, err := Report(p, tc.said, owed, by)
			if err != nil {
				t.Fatal(err)
			}
			want := p
			want.ReportedOn, want.ReportedBy = by.Today, by.Person
			tc.want(&want)
			if out.Projects[0] != want {
				t.Errorf("got %+v\nwant %+v", out.Projects[0], want)
			}
			u := out.Updates[0]
			if u.ProjectID != 1 || u.DistrictID != 3 || u.PersonID != ownerID || u.On != by.Today || u.At != by.At ||
				u.Period != tc.said.Period || u.Source != tc.said.Source || u.Progress != tc.said.Progress {
				t.Errorf("update %+v", u)
			}
			if len(out.Saved) != 1 || out.Saved[0].ID != 1 || out.Saved[0].State != Accepted || out.Saved[0].NextLook != 0 || out.Saved[0].ClosedAt != by.At {
				t.Errorf("settles %+v, want the open filing alone", out.Saved)
			}
			if e := out.Entries[0]; e.Act != "report" || e.ForID != 7 || e.Before == "" || e.After == "" || e.Before == e.After {
				t.Errorf("history %+v", e)
			}

			later := Actor{Person: ownerID, At: at(2026_03_18, 0), Today: 2026_03_18}
			back, err := Withdraw(out.Projects[0], u, append(out.Saved, owed[1:]...), later)
			if err != nil {
				t.Fatal(err)
			}
			if back.Projects[0] != p {
				t.Errorf("withdrawn: got %+v\nwant %+v", back.Projects[0], p)
			}
			if len(back.Withdrawn) != 1 || back.Withdrawn[0].WithdrawnAt != later.At || len(back.Updates) != 0 {
				t.Errorf("the update stays, marked: %+v", back.Withdrawn)
			}
			if len(back.Saved) != 1 || back.Saved[0].State != Open || back.Saved[0].ClosedAt != 0 || back.Saved[0].NextLook != later.Today {
				t.Errorf("owed again: %+v", back.Saved)
			}
		})
	}
}

func TestWithdrawRefuses(t *testing.T) {
	good := Update{ID: 5, PersonID: ownerID, Receipt: "0316-001", PrevState: `{"Progress":100}`}
	for _, tc := range []struct {
		name string
		bend func(*Update)
		want fault.Code
	}{
		{"the own", func(*Update) {}, ""},
		{"another's", func(u *Update) { u.PersonID = officeID }, fault.Forbidden},
		{"withdrawn already", func(u *Update) { u.WithdrawnAt = 1 }, fault.Conflict},
		{"state before cannot be read", func(u *Update) { u.PrevState = "" }, fault.Internal},
	} {
		t.Run(tc.name, func(t *testing.T) {
			u := good
			tc.bend(&u)
			out, err := Withdraw(Project{}, u, nil, Actor{Person: ownerID, At: 1, Today: 2026_03_16})
			if fault.CodeOf(err) != tc.want || (err != nil) == out.Changed() {
				t.Errorf("got %v, changed %v; want %q", err, out.Changed(), tc.want)
			}
		})
	}
}

func TestReasonsAreAskedFor(t *testing.T) {
	cal := statutory(t)
	by := Actor{Person: officeID, At: at(2026_03_02, 0), Today: 2026_03_02}
	m := Commitment{ID: 1, Code: "J0001", Kind: Milestone, OwnerID: ownerID, DueOn: 2026_03_05, State: Open}
	reported := m
	reported.State = Reported
	p := Project{ID: 1, Name: "产业园", TargetOn: 2026_06_30}
	x := Extension{ID: 1, CommitmentID: 1, FromOn: m.DueOn, ToOn: 2026_03_12, AskedBy: ownerID, State: "asked"}
	still, accepted := p, m
	still.Suspended, accepted.State = true, Accepted
	struck := []Strike{{ID: 1, CommitmentID: 1, DueOn: m.DueOn, On: by.Today, State: StrikeStands}}
	doubt := Contest{ID: 1, CommitmentID: 1, StrikeID: 1, AskedBy: ownerID, State: ContestAsked}
	acts := map[string]func(reason string) (Outcome, error){
		"done":     func(s string) (Outcome, error) { return ReportDone(m, s, nil, Roster{}, by) },
		"sendback": func(s string) (Outcome, error) { return SendBack(reported, s, DefaultRules(), cal, by) },
		"waive":    func(s string) (Outcome, error) { return Waive(m, Grounds{}, s, DefaultRules(), cal, by) },
		"cancel":   func(s string) (Outcome, error) { return Cancel(m, s, by) },
		"suspend":  func(s string) (Outcome, error) { return AskSuspension(p, s, DefaultRules(), Roster{}, by) },
		"resume":   func(s string) (Outcome, error) { return AskResumption(still, s, DefaultRules(), Roster{}, by) },
		"contest": func(s string) (Outcome, error) {
			return AskContest(m, struck, nil, s, DefaultRules(), cal, Roster{}, by)
		},
		"uphold": func(s string) (Outcome, error) { return Uphold(m, doubt, s, by) },
		"lift": func(s string) (Outcome, error) {
			return Lift(m, doubt, Grounds{Strikes: struck}, s, DefaultRules(), cal, Roster{}, by)
		},
		"reopen": func(s string) (Outcome, error) { return Reopen(accepted, s, DefaultRules(), cal, Roster{}, by) },
		"raise":  func(s string) (Outcome, error) { return Raise(p, s, "", 2026_03_20, Roster{}, by) },
		"ask":    func(s string) (Outcome, error) { return AskExtension(m, &p, 2026_03_12, s, cal, Roster{}, by) },
		"deny":   func(s string) (Outcome, error) { return DenyExtension(m, x, s, by) },
	}
	for name, act := range acts {
		for reason, ok := range map[string]bool{
			"": false, " 　\n": false, "缺验收单": true, strings.Repeat("字", MaxText): true, strings.Repeat("字", MaxText+1): false,
		} {
			out, err := act(reason)
			if ok != (err == nil) || ok != out.Changed() || (!ok && fault.CodeOf(err) != fault.Invalid) {
				t.Errorf("%s with %d characters: %v", name, len([]rune(reason)), err)
			}
		}
	}
}

func TestWhoMayDecideAnExtension(t *testing.T) {
	cal := statutory(t)
	m := Commitment{ID: 1, Code: "J0001", Kind: Milestone, OwnerID: ownerID, DueOn: 2026_03_05, FirstDueOn: 2026_03_05, State: Open}
	good := Extension{ID: 1, CommitmentID: 1, FromOn: m.DueOn, ToOn: 2026_03_12, AskedBy: 5, State: "asked"}
	for _, tc := range []struct {
		name string
		who  PersonID
		bend func(*Extension, *Commitment)
		want fault.Code
	}{
		{"the office", officeID, func(*Extension, *Commitment) {}, ""},
		{"who asked", 5, func(*Extension, *Commitment) {}, fault.Forbidden},
		{"the owner, though another asked", ownerID, func(*Extension, *Commitment) {}, fault.Forbidden},
		{"decided already", officeID, func(x *Extension, _ *Commitment) { x.State = "granted" }, fault.Conflict},
		{"of another commitment", officeID, func(x *Extension, _ *Commitment) { x.CommitmentID = 2 }, fault.Conflict},
		{"the day has moved since", officeID, func(_ *Extension, m *Commitment) { m.DueOn = 2026_03_09 }, fault.Conflict},
		{"closed since", officeID, func(_ *Extension, m *Commitment) { m.State = Cancelled }, fault.Conflict},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x, m := good, m
			tc.bend(&x, &m)
			by := Actor{Person: tc.who, At: at(2026_03_04, 0), Today: 2026_03_04}
			granted, err := GrantExtension(m, nil, x, nil, DefaultRules(), cal, by)
			if fault.CodeOf(err) != tc.want {
				t.Errorf("grant: %v, want %q", err, tc.want)
			}
			if _, err := DenyExtension(m, x, "工期可以追回", by); fault.CodeOf(err) != tc.want {
				t.Errorf("deny: %v, want %q", err, tc.want)
			}
			if err == nil {
				if got := granted.Saved[0]; got.DueOn != 2026_03_12 || got.FirstDueOn != 2026_03_05 {
					t.Errorf("due %s, first %s: the original date is always kept visible", got.DueOn, got.FirstDueOn)
				}
			}
		})
	}
}

func TestAskExtensionLimits(t *testing.T) {
	m := Commitment{ID: 1, Code: "J0001", Kind: Milestone, OwnerID: ownerID, DueOn: 2026_03_05, State: Open}
	target := &Project{ID: 1, TargetOn: 2026_06_30}
	for _, tc := range []struct {
		name string
		p    *Project
		to   workday.Day
		want fault.Code
	}{
		{"the day after", target, 2026_03_06, fault.Invalid}, // today is later still
		{"today", target, 2026_03_10, fault.Invalid},
		{"tomorrow", target, 2026_03_11, ""},
		{"the target day", target, 2026_06_30, ""},
		{"past the target day", target, 2026_07_01, fault.Invalid},
		{"no target set", &Project{ID: 1}, 2026_12_31, ""},
		{"on no project", nil, 2026_12_31, ""},
		{"a year whose days off are not known", nil, 2027_01_04, fault.Invalid},
		{"while the project is suspended", &Project{ID: 1, Suspended: true}, 2026_03_20, fault.Conflict},
		{"no day at all", target, 0, fault.Invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			_, err := AskExtension(m, tc.p, tc.to, "图审未完成", statutory(t), Roster{}, Actor{Person: ownerID, At: at(2026_03_10, 0), Today: 2026_03_10})
			if fault.CodeOf(err) != tc.want {
				t.Errorf("got %v, want %q", err, tc.want)
			}
		})
	}
}
