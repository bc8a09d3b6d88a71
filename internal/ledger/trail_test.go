package ledger

import (
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/workday"
)

// said is a report of somebody, days after the first of March.
func said(id int, days int, project ProjectID, text string) Update {
	on := workday.NewDay(2026, 3, 1).AddDays(days)
	return Update{ID: UpdateID(id), ProjectID: project, On: on, At: clock.At(on.At(10, 0, clock.Shanghai)), Text: text, Receipt: "R" + string(rune('0'+id))}
}

func TestCopiedReports(t *testing.T) {
	const long = "主体施工正在有序推进，各班组人员设备均已到位"
	for name, c := range map[string]struct {
		updates []Update
		want    string // of the finding, "" for none
	}{
		"word for word":                 {[]Update{said(1, 0, 7, long), said(2, 14, 7, long)}, "与3月1日R1所报基本相同"},
		"a word changed":                {[]Update{said(1, 0, 7, long), said(2, 14, 7, long+"。")}, "R1"},
		"from another project":          {[]Update{said(1, 0, 7, long), said(2, 0, 8, long)}, "与3月1日智造园的R1"},
		"with other figures":            {[]Update{said(1, 0, 7, long+"，完成3层"), said(2, 14, 7, long+"，完成5层")}, ""},
		"with other figures in words":   {[]Update{said(1, 0, 7, long+"，完成三层"), said(2, 14, 7, long+"，完成五层")}, ""},
		"too short to say it otherwise": {[]Update{said(1, 0, 7, "按计划推进中"), said(2, 14, 7, "按计划推进中")}, ""},
		"long ago":                      {[]Update{said(1, 0, 7, long), said(2, 200, 7, long)}, ""},
		"something else":                {[]Update{said(1, 0, 7, long), said(2, 14, 7, "幕墙龙骨安装过半，室外管网开挖完成，绿化进场")}, ""},
		"openly unchanged":              {[]Update{said(1, 0, 7, long), func() Update { u := said(2, 14, 7, long); u.NoChange = true; return u }()}, ""},
		"the first taken back":          {[]Update{func() Update { u := said(1, 0, 7, long); u.WithdrawnAt = 1; return u }(), said(2, 1, 7, long)}, ""},
		"a correction of the figure":    {[]Update{said(1, 0, 7, long), func() Update { u := said(2, 0, 7, long); u.Corrects = "R1"; return u }()}, ""},
	} {
		tr := Trail{Person: Person{ID: 5, UnitID: 3, DistrictID: 1}, Updates: c.updates, Names: map[ProjectID]string{7: "智造园", 8: "数据中心"}}
		got := tr.Findings(DefaultStyleRules(), workday.NewDay(2026, 10, 1))
		switch {
		case c.want == "" && len(got) != 0:
			t.Errorf("%s: %+v", name, got)
		case c.want != "" && (len(got) != 1 || got[0].Style != Perfunctory || !strings.Contains(got[0].Why, c.want) || got[0].Ref != "update:2"):
			t.Errorf("%s: %+v, want %s", name, got, c.want)
		}
	}
}

// What is counted is found at every so many-th, and under the same name however often it is read.
func TestCountedStyles(t *testing.T) {
	day := workday.NewDay(2026, 5, 6)
	tr := Trail{
		Person: Person{ID: 5, UnitID: 3, DistrictID: 1}, Names: map[ProjectID]string{7: "智造园"},
		Codes:  map[CommitmentID]Title{1: {"J0001", "桩基完成", 7}, 2: {"W0002", "施工许可", 7}},
		Passed: map[CommitmentID]int{2: 3}, Extended: map[CommitmentID]int{1: 2},
	}
	for i := range 7 {
		tr.Strikes = append(tr.Strikes, Strike{CommitmentID: 1, ProjectID: 7, On: workday.NewDay(2026, 1, 5+i)})
	}
	tr.Strikes = append(tr.Strikes, Strike{CommitmentID: 1, On: workday.NewDay(2025, 12, 1)})
	tr.Extensions = []Extension{{CommitmentID: 1}, {CommitmentID: 1}, {CommitmentID: 2}}
	tr.Handovers = []Handover{{ID: 8, CommitmentID: 2}, {ID: 9, CommitmentID: 2}, {ID: 10, CommitmentID: 1}}
	for i := range 4 {
		u := said(i+1, i, 7, "更正")
		u.Corrects = "R"
		tr.Updates = append(tr.Updates, u)
	}
	tr.Mismatches = map[UpdateID]Reading{2: {ID: 4, UpdateID: 2, Reported: 6500, Read: 5200, On: day}, 99: {ID: 5, UpdateID: 99}} // the other is somebody else's
	refs := func() string {
		var all []string
		for _, f := range tr.Findings(DefaultStyleRules(), day) {
			all = append(all, string(f.Style)+" "+f.Ref)
		}
		return strings.Join(all, ", ")
	}
	want := "dilatory late:5:2026:3, dilatory late:5:2026:6, dilatory extended:1:2, shirking handover:8, shirking handover:9, rash reading:4, rash taken:5:2026:3"
	if got := refs(); got != want {
		t.Errorf("found %s\nwant  %s", got, want)
	}
	if again := refs(); again != want {
		t.Errorf("read again, found %s", again)
	}
}

func TestDisputeOnceAndByAnother(t *testing.T) {
	f := Finding{ID: 3, Code: "F0003", Style: Rash, UnitID: 3, PersonID: 5, State: FindingStands}
	head, inspector := Actor{Person: 6, At: 1}, Actor{Person: 9, At: 2}
	out, err := Dispute(f, "两期工作内容确实相同", Roster{}, head)
	if err != nil {
		t.Fatal(err)
	}
	f = out.Findings[0]
	for name, try := range map[string]func() error{
		"twice":            func() error { _, err := Dispute(f, "再提", Roster{}, head); return err },
		"by the disputer":  func() error { _, err := Settle(f, false, "属实", head); return err },
		"by the person":    func() error { _, err := Settle(f, false, "属实", Actor{Person: 5}); return err },
		"without a reason": func() error { _, err := Settle(f, false, "", inspector); return err },
		"of what stands": func() error {
			_, err := Settle(Finding{Code: "F1", State: FindingStands}, false, "x", inspector)
			return err
		},
		"after it was kept": func() error {
			_, err := Dispute(Finding{Code: "F1", State: FindingUpheld}, "x", Roster{}, head)
			return err
		},
	} {
		if try() == nil {
			t.Errorf("%s: no refusal", name)
		}
	}
	if out, err = Settle(f, true, "经核实照抄属实", inspector); err != nil || out.Findings[0].State != FindingUpheld {
		t.Errorf("upheld: %+v, %v", out.Findings, err)
	}
	if out, err = Settle(f, false, "情况属实", inspector); err != nil || out.Findings[0].State != FindingLifted || len(out.Entries) != 1 {
		t.Errorf("lifted: %+v, %v", out.Findings, err)
	}
}
