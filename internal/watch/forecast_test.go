package watch_test

import (
	"strings"
	"testing"

	"duban/internal/ledger"
)

// slow is a project whose reports creep: twelve percent in two months of a year's work.
func slow(w *world, project, who string) {
	for i, on := range []string{"2026-01-12", "2026-01-22", "2026-02-03", "2026-02-24", "2026-03-05"} {
		w.clock.Set(moment(w.t, on+" 10:00"))
		w.report(project, who, "按序推进", ledger.Percent(300*(i+1)))
	}
}

func (w *world) foresee(on string) {
	w.t.Helper()
	w.clock.Set(moment(w.t, on+" 08:33"))
	if err := w.watch.Foresee(w.t.Context(), w.clock.Now()); err != nil {
		w.t.Fatal(err)
	}
}

func TestForecastTellsTheTaskForceAlone(t *testing.T) {
	each(t, "2026-01-05 08:00", func(w *world) {
		first := w.owe(ledger.Milestone, "C001", "主体结构封顶", "2026-04-15")
		w.owe(ledger.Milestone, "C001", "竣工验收", "2026-12-31") // too far ahead to say
		w.owe(ledger.Milestone, "C002", "桩基完成", "2026-04-20") // no group of its own: its owner
		w.owe(ledger.Milestone, "C003", "取得施工许可证", "2026-04-10")
		slow(w, "C001", "O1")
		slow(w, "C002", "O2")
		w.foresee("2026-03-09")
		golden(w.t, "forecast", w.sent())
		w.foresee("2026-03-09")
		w.foresee("2026-03-16")
		if again := w.sent(); again != "" {
			t.Errorf("told twice: %s", again)
		}
		if n := rungs(w, first); n != 0 {
			t.Errorf("a forecast counts as %d steps", n)
		}
	})
}

func rungs(w *world, m ledger.Commitment) int {
	w.t.Helper()
	steps, err := w.store.StepsOf(w.t.Context(), w.district, m.ID)
	if err != nil {
		w.t.Fatal(err)
	}
	return len(steps)
}

func TestForecastThatNoLongerHoldsIsDropped(t *testing.T) {
	each(t, "2026-01-05 08:00", func(w *world) {
		m := w.owe(ledger.Milestone, "C001", "主体结构封顶", "2026-04-15")
		slow(w, "C001", "O1")
		w.foresee("2026-03-09")
		w.apply(ledger.ReportDone(w.fresh(m), "已封顶", nil, ledger.Roster{}, w.by("O1")))
		if got := w.sent(); !strings.Contains(got, "不发（所提示的节点均已办结、延期或不再适用）") {
			t.Errorf("after the node was reported done: %s", got)
		}
	})
}

func TestForecastWithoutReportsOrSuspendedSaysNothing(t *testing.T) {
	each(t, "2026-01-05 08:00", func(w *world) {
		w.owe(ledger.Milestone, "C003", "取得施工许可证", "2026-04-10")
		w.owe(ledger.Milestone, "C001", "主体结构封顶", "2026-04-15")
		slow(w, "C001", "O1")
		p, err := w.store.Project(w.t.Context(), w.district, w.projects["C001"].ID)
		if err != nil {
			t.Fatal(err)
		}
		p.Suspended, p.SuspendedFor = true, "规划调整"
		w.apply(ledger.Outcome{Projects: []ledger.Project{p}}, nil)
		w.foresee("2026-03-09")
		if got := w.sent(); got != "" {
			t.Errorf("told: %s", got)
		}
	})
}
