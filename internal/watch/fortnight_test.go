package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

func (w *world) callIn(at string) {
	w.t.Helper()
	w.clock.Set(moment(w.t, at))
	if err := w.watch.CallIn(w.t.Context(), w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) cutOff(at string) {
	w.t.Helper()
	w.clock.Set(moment(w.t, at))
	if err := w.watch.CutOff(w.t.Context(), w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) snapshots(period string) map[string]store.Snapshot {
	w.t.Helper()
	rows, err := w.store.Snapshots(w.t.Context(), w.district, period)
	if err != nil {
		w.t.Fatal(err)
	}
	out := map[string]store.Snapshot{}
	for _, r := range rows {
		for code, p := range w.projects {
			if p.ID == r.ProjectID {
				out[code] = r
			}
		}
	}
	return out
}

// TestCallIn: the half-month of March ends on Sunday the 15th, so the cut-off is on Monday.
func TestCallIn(t *testing.T) {
	each(t, "2026-03-10 10:00", func(w *world) {
		var story strings.Builder
		w.report("C001", "O1", "二层施工", 4500) // has reported: is not asked
		w.callIn("2026-03-11 09:12")
		fmt.Fprintf(&story, ">> first call\n%s\n", w.sent())
		w.callIn("2026-03-11 09:12")
		if again := w.sent(); again != "" {
			w.t.Fatalf("called twice:\n%s", again)
		}
		w.report("C002", "O2", "桩基施工", 2000)
		w.callIn("2026-03-13 09:12")
		fmt.Fprintf(&story, ">> second call: one left\n%s\n", w.sent())
		golden(w.t, "callin", story.String())

		w.clock.Set(moment(w.t, "2026-03-12 09:12"))
		if err := w.watch.CallIn(w.t.Context(), w.clock.Now()); fault.CodeOf(err) != fault.Invalid {
			w.t.Fatalf("a call on an ordinary day: %v", err)
		}
	})
}

// TestCallInAsksOnlyWhatIsStillMissing: reported between the call and its sending; and sent too late.
func TestCallInAsksOnlyWhatIsStillMissing(t *testing.T) {
	each(t, "2026-03-10 10:00", func(w *world) {
		w.callIn("2026-03-11 09:12")
		w.report("C001", "O1", "二层施工", 4500)
		w.report("C002", "O2", "桩基施工", 2000)
		got := w.sent()
		if strings.Contains(got, "C002") || strings.Count(got, "不发（均已报送）") != 2 || strings.Count(got, "（涉及 C003）") != 2 {
			w.t.Fatalf("sent:\n%s", got)
		}
		w.callIn("2026-03-13 09:12")
		w.clock.Set(moment(w.t, "2026-03-16 18:00"))
		if got := w.sent(); strings.Count(got, "不发（本期报送已截止）") != 2 {
			w.t.Fatalf("sent after the cut-off:\n%s", got)
		}
	})
}

func TestCutOff(t *testing.T) {
	each(t, "2026-03-10 10:00", func(w *world) {
		w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-02-10")
		done := w.owe(ledger.Milestone, "C001", "完成场地平整", "2026-03-12")
		w.owe(ledger.Milestone, "C001", "主体结构封顶", "2026-06-30")
		w.owe(ledger.Milestone, "C001", "竣工验收", "2026-11-30")
		w.apply(ledger.ReportDone(w.fresh(done), "已完成", nil, ledger.Roster{}, w.by("O1")))
		w.owed(ledger.Commitment{Kind: ledger.Milestone, Title: "完成竣工验收", ProjectID: w.projects["C002"].ID, Source: ledger.StageSource}, "2026-12-17") // plans nothing
		w.look("2026-03-11")                                                                                                                           // warns of the permit
		w.clock.Set(moment(w.t, "2026-03-16 10:00"))
		w.report("C001", "O1", "二层施工", 4500) // after the period's last day, before its cut-off
		w.clock.Set(moment(w.t, "2026-03-16 18:30"))
		w.report("C002", "O2", "桩基施工", 2000) // too late, though the cut-off is caught up later
		if err := w.watch.CutOff(w.t.Context(), moment(w.t, "2026-03-16 18:00")); err != nil {
			w.t.Fatal(err)
		}
		first := w.snapshots("2026-03a")
		tests := []struct {
			code           string
			owed, reported bool
			planned        ledger.Percent
			colour         ledger.Colour
			facts          store.Facts
		}{
			{"C001", true, true, 5000, ledger.Yellow, store.Facts{NodesDue: 2, NodesKept: 1, Strikes: 1}},
			{"C002", true, false, 2032, ledger.Green, store.Facts{Missed: 1}},
			{"C003", true, false, 2032, ledger.Yellow, store.Facts{Missed: 1}},
			{"C004", false, false, 2032, ledger.Yellow, store.Facts{}},
		}
		for _, tt := range tests {
			got := first[tt.code]
			f := got.Facts
			f.Next = nil
			if got.Owed != tt.owed || got.Reported != tt.reported || got.Planned != tt.planned || got.Colour != tt.colour ||
				f.NodesDue != tt.facts.NodesDue || f.NodesKept != tt.facts.NodesKept || f.Strikes != tt.facts.Strikes || f.Missed != tt.facts.Missed {
				w.t.Errorf("%s was frozen as %+v, want %+v", tt.code, got, tt)
			}
			p, err := w.store.Project(w.t.Context(), w.district, w.projects[tt.code].ID)
			if err != nil || p.Planned != tt.planned {
				w.t.Errorf("%s is planned at %s, %v", tt.code, p.Planned, err)
			}
		}
		if next := first["C001"].Facts.Next; len(next) != 3 || next[0].Title != "取得施工许可证" || next[2].Title != "竣工验收" {
			w.t.Errorf("next nodes %+v", next)
		}
		w.clock.Set(moment(w.t, "2026-03-17 08:00"))
		w.report("C001", "O1", "三层施工", 5000)
		w.cutOff("2026-03-16 18:00") // again
		if again := w.snapshots("2026-03a"); again["C001"].Progress != 4500 || again["C001"].TakenAt != first["C001"].TakenAt {
			w.t.Errorf("the snapshot moved: %+v", again["C001"])
		}
		filings, err := w.store.CommitmentsOfKind(w.t.Context(), w.district, ledger.Filing)
		if err != nil || len(filings) != 2 {
			w.t.Fatalf("filings %v, %v", filings, err)
		}
		for _, m := range filings {
			if m.DueOn != 20260318 || m.Period != "2026-03a" || m.Title != "3月上半月项目进展" || m.NextLook != 20260319 {
				w.t.Errorf("owed %+v", m)
			}
		}
	})
}

// TestAMissedFilingClimbs: nobody reports; the filing is warned of, and a report settles it.
func TestAMissedFilingClimbs(t *testing.T) {
	each(t, "2026-03-10 10:00", func(w *world) {
		w.cutOff("2026-03-16 18:00")
		w.look("2026-03-18")
		if early := w.sent(); early != "" {
			w.t.Fatalf("before the filing is late:\n%s", early)
		}
		w.look("2026-03-19")
		golden(w.t, "filing", w.sent())
		w.report("C001", "O1", "二层施工", 4500)
		filings, err := w.store.CommitmentsOf(w.t.Context(), w.district, w.projects["C001"].ID)
		if err != nil || len(filings) != 1 || filings[0].State != ledger.Accepted {
			w.t.Fatalf("after the report: %+v, %v", filings, err)
		}
	})
}

// TestAYearWithoutCalendar is told where dates of that year are shown.
func TestAYearWithoutCalendar(t *testing.T) {
	each(t, "2026-12-28 10:00", func(w *world) {
		w.owe(ledger.Milestone, "C001", "竣工验收", "2027-01-04")
		w.look("2026-12-30")
		if got := w.sent(); strings.Count(got, "-- 2027年节假日安排尚未录入，按周末推算") != 2 {
			w.t.Fatalf("sent:\n%s", got)
		}
	})
}

// TestTheOrderOfRowsNeverMatters: the same matters put down in another order come to the same steps.
func TestTheOrderOfRowsNeverMatters(t *testing.T) {
	matters := [][2]string{{"C001", "甲"}, {"C001", "乙"}, {"C002", "丙"}, {"C002", "丁"}, {"C003", "戊"}}
	var told []string
	for range 2 {
		each(t, "2026-03-02 08:00", func(w *world) {
			for _, m := range matters {
				w.owe(ledger.Milestone, m[0], m[1], "2026-03-05")
			}
			var steps []string
			for _, on := range []string{"2026-03-06", "2026-03-13", "2026-03-16"} {
				w.look(on)
				for _, line := range strings.Split(w.sent(), "\n") {
					if i := strings.Index(line, "节点“"); i >= 0 {
						steps = append(steps, line[i:])
					}
				}
			}
			slices.Sort(steps)
			told = append(told, strings.Join(steps, "\n"))
		})
		slices.Reverse(matters)
	}
	for _, s := range told {
		if s != told[0] || s == "" {
			t.Fatalf("one order told\n%s\nanother\n%s", told[0], s)
		}
	}
}
