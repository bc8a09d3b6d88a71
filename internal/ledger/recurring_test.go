package ledger

import (
	"io/fs"
	"strings"
	"testing"

	data "duban/config"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

func yearOf2026(t *testing.T) *workday.Calendar {
	t.Helper()
	dir, err := fs.Sub(data.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

var (
	march   = Window{"2026-03", "3月", 2026_03_01, 2026_03_31}
	holiday = Window{"W2026-02-16", "2月16日—22日", 2026_02_16, 2026_02_22} // 春节: not one working day
	weekly  = Recurring{Name: "招商动态", Kind: Return, Every: EveryWeek, Who: OwedByUnits, Due: -1, Remind: 1, None: "无动态", Example: "拜访3家企业"}
	monthly = Recurring{Name: "当月进展", Kind: Return, Every: EveryMonth, Who: OwedByProjects, Due: -3, Remind: 3, Plan: "下月计划", Example: "%s 主体封顶；下月计划 二次结构"}
	hall    = Recurring{Name: "进大厅", Kind: Duty, Every: EveryMonth, Who: OwedByPeople, Due: -1, Remind: 5, Dated: true, Example: "3月12日 受理2件"}
)

func TestDueInAWindow(t *testing.T) {
	cal := yearOf2026(t)
	for _, c := range []struct {
		w    Window
		due  int
		want workday.Day
	}{
		{march, -1, 2026_03_31}, {march, -3, 2026_03_27}, {march, 1, 2026_03_02}, {march, 5, 2026_03_06},
		{march, 23, 2026_03_31}, {march, -23, 2026_03_02}, // there are 22: the last, the first
		{holiday, -1, 0}, {holiday, 3, 0},
		{Window{Start: 2026_02_23, End: 2026_03_01}, 5, 2026_02_28}, // 调休: Saturday is worked
	} {
		r := weekly
		r.Due = c.due
		if got := r.DueIn(c.w, cal); got != c.want {
			t.Errorf("working day %d of %s is %s, want %s", c.due, c.w.Name, got, c.want)
		}
	}
}

func at(day workday.Day) Actor {
	return Actor{At: clock.At(day.At(8, 21, clock.Shanghai)), Today: day}
}

// What recurs is made once: for all when the window begins or as soon as somebody is there to make it, with days
// to answer; for who comes later only while half of the days are left.
func TestMakeOnce(t *testing.T) {
	cal := yearOf2026(t)
	three := []Subject{{Unit: 1, Person: 11}, {Unit: 2, Person: 12}, {Unit: 3}}
	r := weekly
	r.Every, r.Due = EveryMonth, -1
	made := func(on workday.Day, units ...UnitID) (out []Recurrence) {
		for _, u := range units {
			out = append(out, Recurrence{ID: int64(u), DistrictID: 1, Rule: r.Name, Period: march.Key, UnitID: u, MadeOn: on, FiledAt: 5, Text: "报过"})
		}
		return out
	}
	for _, c := range []struct {
		name string
		on   workday.Day
		have []Recurrence
		new  bool
		n    int
		due  workday.Day
	}{
		{"begins", 2026_03_02, nil, false, 3, 2026_03_31},
		{"a crash on the same day", 2026_03_02, made(2026_03_02, 1), false, 2, 2026_03_31},
		{"again", 2026_03_02, made(2026_03_02, 1, 2, 3), false, 0, 0},
		{"next day", 2026_03_03, made(2026_03_02, 1, 2, 3), false, 0, 0},
		{"nothing ran until the last day", 2026_03_31, nil, false, 3, 2026_04_01},
		{"the rule is new, half is left", 2026_03_13, nil, true, 3, 2026_03_31},
		{"the rule is new and late", 2026_03_25, nil, true, 0, 0},
		{"joins while half is left", 2026_03_13, made(2026_03_02, 1, 2), false, 1, 2026_03_31},
		{"joins too late", 2026_03_25, made(2026_03_02, 1, 2), false, 0, 0},
		{"another month", 2026_04_01, nil, false, 0, 0},
	} {
		out := r.Make(march, three, c.have, !c.new, cal, at(c.on), 1)
		if len(out.Recurrences) != c.n || len(out.Entries) != c.n {
			t.Errorf("%s: %d made, want %d", c.name, len(out.Recurrences), c.n)
			continue
		}
		for _, d := range out.Recurrences {
			if m := d.Owed; m.DueOn != c.due || m.FirstDueOn != c.due || m.State != Open || m.Source != r.Name || m.Title != "3月招商动态" || m.Period != march.Key {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
	}
	if out := weekly.Make(holiday, three, nil, true, cal, at(2026_02_16), 1); out.Changed() {
		t.Errorf("something is owed for a week of holidays: %+v", out)
	}
	twice := r.Make(march, append(three, three...), nil, true, cal, at(2026_03_02), 1)
	if len(twice.Recurrences) != 3 {
		t.Errorf("of a list that names everybody twice %d were made", len(twice.Recurrences))
	}
}

// It reminds from its own day on, not from that of the rules.
func TestRecurringRemindsLate(t *testing.T) {
	cal, rules := yearOf2026(t), DefaultRules()
	w := Window{"W2026-03-09", "3月9日—15日", 2026_03_09, 2026_03_15}
	m := weekly.Make(w, []Subject{{Unit: 1, Person: 11}}, nil, true, cal, at(2026_03_09), 1).Recurrences[0].Owed
	if m.NextLook != 2026_03_12 {
		t.Fatalf("first looked at on %s", m.NextLook)
	}
	if v := Decide(Case{Commitment: m}, rules, cal, m.NextLook); v.Step != StepRemind || v.Before != 1 {
		t.Errorf("on the day before it is due: %+v", v)
	}
	silent := weekly
	silent.Remind = 0
	m = silent.Make(w, []Subject{{Unit: 1, Person: 11}}, nil, true, cal, at(2026_03_09), 1).Recurrences[0].Owed
	if v := Decide(Case{Commitment: m}, rules, cal, m.NextLook); m.NextLook != 2026_03_16 || v.Step != StepWarn {
		t.Errorf("one that does not remind is looked at on %s: %+v", m.NextLook, v)
	}
}

func TestWhoOwesWhatRecurs(t *testing.T) {
	people := []Person{
		{ID: 1, UnitID: 1, Active: true, Post: "局长", Roles: []Role{RoleUnitHead}},
		{ID: 2, UnitID: 1, Active: true, Post: "科长", Roles: []Role{RoleLiaison}},
		{ID: 3, UnitID: 2, Active: true, Post: "副局长", Roles: []Role{RoleUnitHead}},
		{ID: 4, UnitID: 2, Post: "局长", Roles: []Role{RoleUnitHead}}, // left
		{ID: 5, UnitID: 3, Active: true, Roles: []Role{RoleOffice}},
	}
	units := []Unit{{ID: 1, Kind: Bureau}, {ID: 2, Kind: Department}, {ID: 3, Kind: Department}}
	kinds := map[UnitID]UnitKind{1: Bureau, 2: Department, 3: Department}
	projects := []Project{
		{ID: 1, Stage: "开工", LeadUnitID: 2, OwnerID: 2}, {ID: 2, Stage: "在谈"}, {ID: 3, Stage: "开工", Suspended: true}, {ID: 4, Stage: "投产", Progress: Full},
	}
	for _, c := range []struct {
		name string
		got  []Subject
		want []Subject
	}{
		{"all units, through their contacts", weekly.OfUnits(units, people), []Subject{{0, 1, 2}, {0, 2, 3}, {0, 3, 0}}},
		{"bureaus", Recurring{Units: []UnitKind{Bureau}}.OfUnits(units, people), []Subject{{0, 1, 2}}},
		{"heads", Recurring{Who: OwedByPeople, Roles: []Role{RoleUnitHead}}.OfPeople(people, kinds), []Subject{{0, 1, 1}, {0, 2, 3}}},
		{"heads of departments", Recurring{Who: OwedByPeople, Roles: []Role{RoleUnitHead}, Units: []UnitKind{Department}}.OfPeople(people, kinds), []Subject{{0, 2, 3}}},
		{"by post", Recurring{Who: OwedByPeople, Posts: []string{"科长"}}.OfPeople(people, kinds), []Subject{{0, 1, 2}}},
		{"projects that report", monthly.OfProjects(projects), []Subject{{1, 2, 2}}},
		{"projects of a stage", Recurring{Stages: []Stage{"在谈"}}.OfProjects(projects), []Subject{{2, 0, 0}}},
		{"the office", Recurring{}.OfOffice(people), []Subject{{0, 3, 5}}},
		{"no office", Recurring{}.OfOffice(people[:4]), nil},
	} {
		if len(c.got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
			continue
		}
		for i := range c.got {
			if c.got[i] != c.want[i] {
				t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
			}
		}
	}
}

// What falls wholly into a leave is owed by nobody in person; a unit's return is answered by a colleague.
func TestWhoIsAwayOwesNoDuty(t *testing.T) {
	cal := yearOf2026(t)
	leave := func(from, until workday.Day) []Leave { return []Leave{{PersonID: 5, FromOn: from, UntilOn: until}} }
	ended := leave(2026_02_20, 2026_04_10)
	ended[0].EndedAt = 1
	for _, c := range []struct {
		name   string
		r      Recurring
		leaves []Leave
		n      int
	}{
		{"nobody is away", hall, nil, 2}, {"all the month", hall, leave(2026_02_20, 2026_04_10), 1}, {"to the due day", hall, leave(2026_03_02, 2026_03_31), 1},
		{"back before it is due", hall, leave(2026_03_02, 2026_03_30), 2}, {"not away yet", hall, leave(2026_03_03, 2026_03_31), 2},
		{"came back early", hall, ended, 2}, {"a unit's return", weekly, leave(2026_02_20, 2026_04_10), 2},
	} {
		if got := c.r.Present([]Subject{{Unit: 1, Person: 5}, {Unit: 1, Person: 6}}, c.leaves, march, cal, 2026_03_02); len(got) != c.n {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestFile(t *testing.T) {
	long := strings.Repeat("长", MaxText+1)
	for _, c := range []struct {
		name string
		r    Recurring
		m    Commitment
		x    Recurrence
		said Filed
		code fault.Code
		says string
	}{
		{name: "words", r: weekly, said: Filed{Text: " 拜访3家 "}},
		{name: "nothing", r: weekly, said: Filed{Text: "  "}, code: fault.Invalid, says: "请写明内容，例如：招商动态 拜访3家企业"},
		{name: "too long", r: weekly, said: Filed{Text: long}, code: fault.Invalid, says: "超过1000字"},
		{name: "without the plan", r: monthly, said: Filed{Text: "封顶"}, code: fault.Invalid, says: "还缺下月计划，请一并写明，例如：当月进展 华兴 主体封顶；下月计划 二次结构"},
		{name: "with the plan", r: monthly, said: Filed{Text: "封顶", Plan: "二次结构"}},
		{name: "too long a plan", r: monthly, said: Filed{Text: "封顶", Plan: long}, code: fault.Invalid, says: "超过1000字"},
		{name: "a day of the month", r: hall, said: Filed{Text: "受理2件", On: 2026_03_12}},
		{name: "no day: today", r: hall, said: Filed{Text: "受理2件"}},
		{name: "a day to come", r: hall, said: Filed{Text: "受理2件", On: 2026_03_21}, code: fault.Invalid, says: "2026年3月21日还没有到"},
		{name: "a day of another month", r: hall, said: Filed{Text: "受理2件", On: 2026_02_27}, code: fault.Invalid, says: "2026年2月27日不在3月内"},
		{
			name: "twice", r: weekly, m: Commitment{State: Accepted}, x: Recurrence{FiledAt: clock.At(workday.Day(2026_03_05).At(9, 0, clock.Shanghai)), Text: "拜访3家"}, said: Filed{Text: "又"},
			code: fault.Conflict, says: "已于3月5日报过，不用重复报。已报内容：拜访3家",
		},
		{
			name: "again", r: monthly, m: Commitment{State: Accepted}, x: Recurrence{FiledAt: 5, Text: "封顶", Plan: "二次结构"}, said: Filed{Text: "已封顶", Again: true},
		},
		{name: "again, never answered", r: weekly, said: Filed{Text: "拜访3家", Again: true}, code: fault.Conflict, says: "还没有报过，请直接报送"},
		{name: "again with nothing", r: weekly, m: Commitment{State: Accepted}, x: Recurrence{FiledAt: 5}, said: Filed{Again: true}, code: fault.Invalid, says: "请写明内容"},
		{name: "excused", r: hall, m: Commitment{State: Waived}, said: Filed{Text: "受理2件"}, code: fault.Conflict, says: "已经结束，不用再报"},
	} {
		if c.m.State == "" {
			c.m.State = Open
		}
		c.m.ID, c.m.Title = 7, "3月"+c.r.Name
		by := Actor{Person: 5, For: 6, At: clock.At(workday.Day(2026_03_20).At(9, 0, clock.Shanghai)), Today: 2026_03_20}
		out, err := c.r.File(c.m, c.x, march, c.said, "华兴", by)
		if fault.CodeOf(err) != c.code || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err != nil {
			if out.Changed() {
				t.Errorf("%s: refused and written: %+v", c.name, out)
			}
			continue
		}
		m, x := out.Saved[0], out.Filed[0]
		if c.said.Again {
			if m.State != Accepted || m.ClosedAt != 0 || x.Text != "已封顶" || x.Plan != "二次结构" || out.Entries[0].Act != "refiled" || out.Entries[0].Before != `"封顶；下步计划：二次结构"` {
				t.Errorf("%s: %+v %+v %+v", c.name, m, x, out.Entries)
			}
			continue
		}
		if m.State != Accepted || m.ClosedAt != by.At || m.DoneBy != 5 || m.NextLook != 0 || x.FiledAt != by.At || x.FiledBy != 5 || x.ForID != 6 {
			t.Errorf("%s: %+v %+v", c.name, m, x)
		}
		if e := out.Entries[0]; e.Act != "filed" || e.PersonID != 5 || e.ForID != 6 || !strings.Contains(e.Note, strings.TrimSpace(c.said.Text)) {
			t.Errorf("%s: the history says %+v", c.name, e)
		}
		if c.r.Dated && x.HappenedOn == 0 {
			t.Errorf("%s: no day was kept", c.name)
		}
	}
}

// A duty is one person's own: neither a colleague's offence makes it the second, nor does anybody answer it unasked.
func TestADutyIsOnesOwn(t *testing.T) {
	for _, s := range []Scope{SameKindOnProject, AnyOnProject, AnyOfUnit} {
		if s.Counts(Strike{CommitmentID: 8, UnitID: 3, Kind: Duty}, Commitment{ID: 9, UnitID: 3, Kind: Duty}) {
			t.Errorf("scope %s: a colleague's offence counts", s)
		}
	}
	m := Commitment{Kind: Duty, OwnerID: 5, UnitID: 3, State: Open}
	office, head := Person{ID: 6, Active: true, Roles: []Role{RoleOffice}}, Person{ID: 7, Active: true, Roles: []Role{RoleUnitHead}}
	own := Person{ID: 5, Active: true}
	for _, c := range []struct {
		who Person
		may bool
	}{{own, true}, {office, false}, {head, false}, {Person{ID: 5}, false}} {
		if got := MayFile(Viewer{Person: &c.who, Units: map[UnitID]bool{3: true}}, nil, m); got != c.may {
			t.Errorf("person %d may file: %v", c.who.ID, got)
		}
	}
	m.Kind = Return
	if !MayFile(Viewer{Person: &head, Units: map[UnitID]bool{3: true}}, nil, m) {
		t.Error("the head of the unit may not file for it")
	}
}

func TestRecurringIsChecked(t *testing.T) {
	for _, c := range []struct {
		does func(*Recurring)
		says string
	}{
		{func(r *Recurring) { r.Name = "" }, "one word"}, {func(r *Recurring) { r.Kind = Milestone }, "return or duty"},
		{func(r *Recurring) { r.Kind = Filing }, "return or duty"}, {func(r *Recurring) { r.Every = "day" }, "week, month or period"},
		{func(r *Recurring) { r.Who = "all" }, "units, people"}, {func(r *Recurring) { r.Kind = Duty }, "owed by people"},
		{func(r *Recurring) { r.By = "电话" }, "write 走访"}, {func(r *Recurring) { r.By, r.Who = Visited, OwedByOffice }, "people or units"},
		{func(r *Recurring) { r.Due = 0 }, "working day 0"}, {func(r *Recurring) { r.Remind = 40 }, "40 working days"}, {func(r *Recurring) { r.Example = "" }, "no example"},
	} {
		r := weekly
		c.does(&r)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", r, err)
		}
	}
	if err := weekly.Validate(); err != nil {
		t.Error(err)
	}
}
