package ledger

import (
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// factory has two ways to its end: the longer one is 土地 10 + 许可 5 + 主体 20 + 验收 10.
var factory = Template{Name: "厂房", Nodes: []TemplateNode{
	{Name: "土地", Days: 10, Weight: 10, Stage: "落地"},
	{Name: "许可", Days: 5, Weight: 5, Stage: "开工"},
	{Name: "设备", Days: 15, Weight: 5, After: []string{"土地"}},
	{Name: "主体", Days: 20, Weight: 60, After: []string{"许可"}},
	{Name: "验收", Days: 10, Weight: 20, After: []string{"设备", "主体"}, Stage: "竣工"},
}}

func planned() Project {
	return Project{ID: 7, DistrictID: 1, Name: "华兴", Stage: "签约", OwnerID: 5, LeaderID: 9, LeadUnitID: 3, TargetOn: 2026_10_30}
}

func TestBackward(t *testing.T) {
	cal := yearOf2026(t)
	out, err := Backward(planned(), factory, 2026_06_30, nil, Schedule{}, cal, Roster{}, Actor{Person: 5, Today: 2026_03_02, At: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := out.Schedules[0]
	want := []ScheduleLine{ // 19 June is off
		{Title: "土地", DueOn: 2026_05_11, Weight: 10},
		{Title: "许可", DueOn: 2026_05_18, Weight: 5},
		{Title: "设备", DueOn: 2026_06_15, Weight: 5},
		{Title: "主体", DueOn: 2026_06_15, Weight: 60},
		{Title: "验收", DueOn: 2026_06_30, Weight: 20},
	}
	for i, l := range s.Lines {
		if l.Title != want[i].Title || l.DueOn != want[i].DueOn || l.Weight != want[i].Weight {
			t.Errorf("line %d is %s on %s, want %s on %s", i+1, l.Title, l.DueOn, want[i].Title, want[i].DueOn)
		}
		for _, w := range l.Waits {
			if s.Lines[w].DueOn >= l.DueOn || cal.Count(s.Lines[w].DueOn, l.DueOn) < factory.Nodes[i].Days {
				t.Errorf("%s is due on %s, too soon after %s on %s", l.Title, l.DueOn, s.Lines[w].Title, s.Lines[w].DueOn)
			}
		}
	}
	if s.State != "asked" || s.WasOn != 2026_10_30 || len(out.New) > 0 || out.Projects[0].TargetOn != 2026_10_30 {
		t.Errorf("a draft counts before it is approved: %+v", out)
	}
}

func TestBackwardRefuses(t *testing.T) {
	cal := yearOf2026(t)
	done := func(p Project, stage Stage) Project { p.Stage = stage; return p }
	stopped := planned()
	stopped.Suspended = true
	have := []Commitment{
		{Kind: Milestone, Title: "土地", Code: "J0001", State: Accepted, DueOn: 2026_02_27},
		{Kind: Milestone, Title: "许可", Code: "J0002", State: Open, DueOn: 2026_03_20, Weight: 9},
		{Kind: Milestone, Title: "主体", Code: "J0003", State: Cancelled, DueOn: 2026_03_20},
		{Kind: Problem, Title: "设备", Code: "W0001", State: Open, DueOn: 2026_03_20},
	}
	for _, c := range []struct {
		name   string
		p      Project
		target workday.Day
		nodes  []Commitment
		code   fault.Code
		says   string
		lines  int
		fresh  int
	}{
		{name: "in time", p: planned(), target: 2026_06_30, lines: 5, fresh: 5},
		{name: "the shortest possible", p: planned(), target: 2026_05_08, lines: 5, fresh: 5},
		{name: "a day less", p: planned(), target: 2026_05_07, code: fault.Invalid, says: "至少要45个工作日，最快2026年5月8日完成，排不到2026年5月7日"},
		{name: "what is there is not doubled", p: planned(), target: 2026_06_30, nodes: have, lines: 5, fresh: 3},
		{name: "and takes its own time", p: planned(), target: 2026_04_30, nodes: have, code: fault.Invalid, says: "至少要44个工作日"},
		{name: "stages behind it are left out", p: done(planned(), "开工"), target: 2026_06_30, lines: 3, fresh: 3},
		{name: "nothing ahead", p: done(planned(), "投产"), target: 2026_06_30, code: fault.Conflict, says: "没有后续节点可排"},
		{name: "yesterday", p: planned(), target: 2026_03_01, code: fault.Invalid, says: "须在今天之后"},
		{name: "today", p: planned(), target: 2026_03_02, code: fault.Invalid, says: "须在今天之后"},
		{name: "no calendar", p: planned(), target: 2027_03_31, code: fault.Invalid, says: "2027年节假日安排尚未录入"},
		{name: "suspended", p: stopped, target: 2026_06_30, code: fault.Conflict, says: "已暂停"},
	} {
		out, err := Backward(c.p, factory, c.target, c.nodes, Schedule{}, cal, Roster{}, Actor{Person: 5, Today: 2026_03_02, At: 1})
		if fault.CodeOf(err) != c.code || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err != nil {
			if out.Changed() {
				t.Errorf("%s: refused and written", c.name)
			}
			continue
		}
		if s := out.Schedules[0]; len(s.Lines) != c.lines || len(s.Fresh()) != c.fresh {
			t.Errorf("%s: %d lines, %d fresh, want %d and %d: %+v", c.name, len(s.Lines), len(s.Fresh()), c.lines, c.fresh, s.Lines)
		}
	}
	all := []Commitment{}
	for _, n := range factory.Nodes {
		all = append(all, Commitment{Kind: Milestone, Title: n.Name, Code: "J", State: Open, DueOn: 2026_05_29})
	}
	if _, err := Backward(planned(), factory, 2026_06_30, all, Schedule{}, cal, Roster{}, Actor{Person: 5, Today: 2026_03_02}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("all nodes are there and drafted again: %v", err)
	}
}

// A draft takes the place of the one that waits.
func TestBackwardReplaces(t *testing.T) {
	by := Actor{Person: 5, Today: 2026_03_02, At: 4}
	out, err := Backward(planned(), factory, 2026_06_30, nil, Schedule{ID: 3, State: "asked"}, yearOf2026(t), Roster{}, by)
	if err != nil || len(out.Schedules) != 2 || out.Schedules[0].State != "replaced" || out.Schedules[0].DecidedBy != 5 || out.Schedules[1].State != "asked" {
		t.Errorf("%v: %+v", err, out.Schedules)
	}
}

func draft(t *testing.T) Schedule {
	t.Helper()
	out, err := Backward(planned(), factory, 2026_06_30, nil, Schedule{}, yearOf2026(t), Roster{}, Actor{Person: 5, Today: 2026_03_02, At: 1})
	if err != nil {
		t.Fatal(err)
	}
	s := out.Schedules[0]
	s.ID = 3
	return s
}

func TestRedate(t *testing.T) {
	granted, coded := draft(t), draft(t)
	granted.State, coded.Lines[1].Code = "granted", "J0002"
	for _, c := range []struct {
		name string
		s    Schedule
		no   int
		to   workday.Day
		code fault.Code
		says string
	}{
		{"between its neighbours", draft(t), 2, 2026_05_20, "", ""},
		{"before what it waits for", draft(t), 2, 2026_05_06, fault.Invalid, "应在2026年5月11日至2026年6月15日之间"},
		{"behind what waits for it", draft(t), 2, 2026_06_16, fault.Invalid, "应在2026年5月11日至2026年6月15日之间"},
		{"behind the target", draft(t), 5, 2026_07_01, fault.Invalid, "至2026年6月30日之间"},
		{"in the past", draft(t), 1, 2026_02_27, fault.Invalid, "应在2026年3月2日至"},
		{"no such line", draft(t), 6, 2026_05_11, fault.Invalid, "没有第6项"},
		{"line 0", draft(t), 0, 2026_05_11, fault.Invalid, "没有第0项"},
		{"no calendar", draft(t), 5, 2027_01_05, fault.Invalid, "2027年节假日安排尚未录入"},
		{"a node that counts already", coded, 2, 2026_05_11, fault.Conflict, "改期请申请延期"},
		{"approved meanwhile", granted, 2, 2026_05_11, fault.Conflict, "没有待审核的排期"},
		{"nothing waits", Schedule{}, 2, 2026_05_11, fault.Conflict, "没有待审核的排期"},
	} {
		was := c.s.Lines
		out, err := Redate(planned(), c.s, c.no, c.to, yearOf2026(t), Actor{Person: 5, Today: 2026_03_02})
		if fault.CodeOf(err) != c.code || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		if err != nil {
			continue
		}
		if out.Schedules[0].Lines[c.no-1].DueOn != c.to || was[c.no-1].DueOn == c.to {
			t.Errorf("%s: %+v", c.name, out.Schedules[0].Lines)
		}
		if e := out.Entries[0]; e.Act != "schedule:changed" || e.Note != "许可 2026-05-18 → 2026-05-20" {
			t.Errorf("%s: the history says %+v", c.name, e)
		}
	}
}

func TestGrantSchedule(t *testing.T) {
	p, by := planned(), Actor{Person: 9, Today: 2026_03_04, At: clock.At(workday.Day(2026_03_04).At(9, 0, clock.Shanghai))}
	have := []Commitment{{Kind: Milestone, Title: "设备", Code: "J0009", State: Open, DueOn: 2026_04_01}} // came meanwhile
	out, err := GrantSchedule(p, draft(t), have, Roster{}, by)
	if err != nil {
		t.Fatal(err)
	}
	var titles []string
	for _, m := range out.New {
		titles = append(titles, m.Title)
		if m.Kind != Milestone || m.State != Open || m.ProjectID != 7 || m.OwnerID != 5 || m.UnitID != 3 || m.FirstDueOn != m.DueOn || m.NextLook != by.Today {
			t.Errorf("%+v", m)
		}
	}
	if strings.Join(titles, " ") != "土地 许可 主体 验收" || out.Projects[0].TargetOn != 2026_06_30 || out.Schedules[0].State != "granted" || out.Schedules[0].DecidedBy != 9 {
		t.Errorf("%v %+v %+v", titles, out.Projects, out.Schedules)
	}
	if e := out.Entries[0]; e.Before != `{"target":"2026-10-30"}` || e.After != `{"target":"2026-06-30"}` {
		t.Errorf("the history keeps %s and %s", e.Before, e.After)
	}
	stopped := planned()
	stopped.Suspended = true
	gone := draft(t)
	gone.State = "denied"
	late := by
	late.Today = 2026_05_12
	for name, try := range map[string]func() error{
		"oneself": func() error {
			_, err := GrantSchedule(p, draft(t), nil, Roster{}, Actor{Person: 5, Today: 2026_03_04})
			return err
		},
		"twice":     func() error { _, err := GrantSchedule(p, gone, nil, Roster{}, by); return err },
		"suspended": func() error { _, err := GrantSchedule(stopped, draft(t), nil, Roster{}, by); return err },
		"too late":  func() error { _, err := GrantSchedule(p, draft(t), nil, Roster{}, late); return err },
		"no reason": func() error { _, err := DenySchedule(p, draft(t), " ", by); return err },
		"deny twice": func() error {
			_, err := DenySchedule(p, gone, "工期偏短", by)
			return err
		},
	} {
		if err := try(); fault.Sentence(err) == "" || err == nil {
			t.Errorf("%s was let through", name)
		}
	}
	if out, err := DenySchedule(p, draft(t), "工期偏短", by); err != nil || out.Schedules[0].State != "denied" || len(out.New)+len(out.Projects) > 0 {
		t.Errorf("sent back: %v %+v", err, out)
	}
}

func TestTemplatesAreChecked(t *testing.T) {
	if err := factory.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		nodes []TemplateNode
		says  string
	}{
		{nil, "no nodes"}, {[]TemplateNode{{Name: "a", Days: 1}, {Name: "a", Days: 1}}, "twice"}, {[]TemplateNode{{Name: "a"}}, "0 working days"},
		{[]TemplateNode{{Name: "a", Days: 1, Weight: -1}}, "weight"}, {[]TemplateNode{{Name: "a", Days: 1, Stage: "开业"}}, "which there is not"},
		{[]TemplateNode{{Name: "a", Days: 1, After: []string{"b"}}, {Name: "b", Days: 1, After: []string{"a"}}}, "does not stand above"},
	} {
		if err := (Template{Name: "t", Nodes: c.nodes}).Validate(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c.nodes, err)
		}
	}
	all := []Template{{Name: "any"}, {Name: "楼宇", Categories: []string{"楼宇经济"}}}
	for category, want := range map[string]string{"楼宇经济": "楼宇", "科创": "any", "": "any"} {
		if got, err := Fitting(all, Project{Category: category}); err != nil || got.Name != want {
			t.Errorf("for %q: %s %v", category, got.Name, err)
		}
	}
	if _, err := Fitting(all[1:], Project{Category: "科创"}); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("a template of another category fits: %v", err)
	}
}
