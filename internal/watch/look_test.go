package watch_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"duban/internal/fault"
	"duban/internal/ledger"
)

// TestTheLadder tells one late node from the first reminder to the order, and its reply to the list.
func TestTheLadder(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		m := w.owe(ledger.Milestone, "C001", "主体结构封顶", "2026-03-13")
		w.report("C001", "O1", "二层施工", 4500)
		var story strings.Builder
		for _, on := range []string{
			"2026-03-03", "2026-03-04", "2026-03-05", "2026-03-10", "2026-03-12", "2026-03-13", "2026-03-14", "2026-03-16", "2026-03-17",
			"2026-03-23", "2026-03-24", "2026-03-25", "2026-03-30", "2026-03-31", "2026-04-01",
		} {
			w.look(on)
			fmt.Fprintf(&story, ">> %s\n%s\n", on, w.sent())
		}
		golden(w.t, "ladder", story.String())
		if got := w.fresh(m).Rung; got != ledger.StepOrder {
			w.t.Fatalf("the node stands at %q", got)
		}
	})
}

// TestOneMessageARecipient: several matters of one day, an extended one, one on which nothing was ever
// reported, and an order for a second offence.
func TestOneMessageARecipient(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-03-05")
		moved := w.owe(ledger.Milestone, "C002", "土地摘牌", "2026-03-04")
		w.owe(ledger.Problem, "C002", "拆迁遗留两户未签约", "2026-03-09")
		w.owe(ledger.Milestone, "C002", "桩基完成", "2026-03-24")
		w.apply(ledger.AskExtension(w.fresh(moved), nil, day(w.t, "2026-03-09"), "图审未完成", w.watch.Calendar, ledger.Roster{}, w.by("O2")))
		x, err := w.store.AskedExtension(w.t.Context(), w.district, moved.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		w.apply(ledger.GrantExtension(w.fresh(moved), nil, x, nil, ledger.DefaultRules(), w.watch.Calendar, w.by("O3")))
		w.look("2026-03-06")
		w.sent()
		second := w.owe(ledger.Milestone, "C001", "完成场地平整", "2026-03-09")
		w.look("2026-03-10")
		golden(w.t, "digest", w.sent())
		orders := w.fresh(second)
		if orders.Rung != ledger.StepOrder {
			w.t.Fatalf("a second offence of the kind on the project was answered with %q", orders.Rung)
		}
	})
}

// TestNoLongerTrue: what was settled between the look and the sending is not told any more.
func TestNoLongerTrue(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		done := w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-03-05")
		waived := w.owe(ledger.Milestone, "C002", "土地摘牌", "2026-03-05")
		kept := w.owe(ledger.Milestone, "C002", "桩基完成", "2026-03-05")
		w.look("2026-03-06")
		w.apply(ledger.ReportDone(w.fresh(done), "已取得", nil, ledger.Roster{}, w.by("O1")))
		strikes, err := w.store.StrikesOf(w.t.Context(), w.district, waived.ID)
		if err != nil || len(strikes) != 1 {
			w.t.Fatalf("strikes %v, %v", strikes, err)
		}
		w.apply(ledger.Waive(w.fresh(waived), ledger.Grounds{Strikes: strikes}, "连续暴雨", ledger.DefaultRules(), w.watch.Calendar, w.by("O3")))
		got := w.sent()
		if strings.Contains(got, waived.Code+" 节点") || strings.Contains(got, done.Code+" 节点") || !strings.Contains(got, kept.Code) {
			w.t.Fatalf("told:\n%s", got)
		}
		if n := strings.Count(got, "不发（所告知的事项均已办结、延期或不再适用）"); n != 2 { // the task force and owner of C001
			w.t.Fatalf("%d messages were dropped:\n%s", n, got)
		}
	})
}

// TestLookedTwice: again, by two at once, and after a crash before the release.
func TestLookedTwice(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		var all []ledger.Commitment
		for i := range 30 {
			all = append(all, w.owe(ledger.Milestone, []string{"C001", "C002", "C003"}[i%3], fmt.Sprintf("节点%d", i), "2026-03-05"))
		}
		w.clock.Set(moment(w.t, "2026-03-06 08:33"))
		var race sync.WaitGroup
		for range 3 {
			race.Go(func() {
				if err := w.watch.Look(w.t.Context(), w.clock.Now()); err != nil {
					w.t.Error(err)
				}
			})
		}
		race.Wait()
		for _, m := range all {
			steps, err := w.store.StepsOf(w.t.Context(), w.district, m.ID)
			if err != nil || len(steps) != 1 || steps[0].Name != ledger.StepWarn {
				w.t.Fatalf("%s took %v, %v", m.Code, steps, err)
			}
		}
		if n := strings.Count(w.sent(), "== "); n != 4 { // the force of C001, the unit of C002 and C003, two owners
			w.t.Fatalf("%d messages went out", n)
		}
		w.look("2026-03-06")
		if again := w.sent(); again != "" {
			w.t.Fatalf("looking again said:\n%s", again)
		}
	})
}

// TestACrashedLookIsReleased: the steps were written, the process died before letting the messages go.
func TestACrashedLookIsReleased(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		m := w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-03-05")
		w.clock.Set(moment(w.t, "2026-03-06 08:33"))
		dying, die := context.WithCancel(w.t.Context())
		w.hook = func() { // asked for the time by each transaction
			if steps, err := w.store.StepsOf(w.t.Context(), w.district, m.ID); err != nil || len(steps) > 0 {
				die()
			}
		}
		if err := w.watch.Look(dying, w.clock.Now()); err == nil {
			w.t.Fatal("the look survived")
		}
		w.hook = nil
		if early := w.sent(); early != "" {
			w.t.Fatalf("sent before the look ended:\n%s", early)
		}
		w.look("2026-03-09") // the next working day
		if got := w.sent(); strings.Count(got, "look:2026-03-06") != 2 || strings.Count(got, "look:2026-03-09") != 0 {
			w.t.Fatalf("sent:\n%s", got)
		}
	})
}

// TestSilence: a day off, a suspended project.
func TestSilence(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-03-05")
		p := *w.projects["C001"]
		asked := ledger.Suspension{ProjectID: p.ID, Reason: "规划调整", State: "asked"}
		w.apply(ledger.Suspend(p, asked, ledger.Roster{}, w.by("O3")))
		w.look("2026-03-06")
		w.look("2026-03-07") // a Saturday
		if got := w.sent(); got != "" {
			w.t.Fatalf("said:\n%s", got)
		}
		if err := w.watch.CallIn(w.t.Context(), w.clock.Now()); fault.CodeOf(err) != fault.Invalid {
			w.t.Fatalf("called in on a Saturday: %v", err)
		}
	})
}

// TestTheNextCalendarIsAskedFor: from 1 December on, once a week, until it is there.
func TestTheNextCalendarIsAskedFor(t *testing.T) {
	each(t, "2037-11-30 08:00", func(w *world) {
		for _, on := range []string{"2037-11-30", "2037-12-01", "2037-12-01", "2037-12-02", "2037-12-04", "2037-12-07", "2037-12-08"} {
			w.look(on)
		}
		golden(w.t, "calendar", w.sent())
	})
}

// TestLongestTitle: a matter with the longest title is ordered like any other, and its reply is named.
func TestLongestTitle(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		m := w.owe(ledger.Problem, "C001", strings.Repeat("拆", ledger.MaxText), "2026-03-05")
		for _, on := range []string{"2026-03-06", "2026-03-16"} {
			w.look(on)
		}
		if got := w.fresh(m).Rung; got != ledger.StepOrder {
			w.t.Fatalf("the problem stands at %q", got)
		}
	})
}

// TestOneBadRowStopsNoOther: a matter that cannot be written is named, and everybody else is warned all
// the same and hears of it.
func TestOneBadRowStopsNoOther(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		before := w.owe(ledger.Milestone, "C001", "取得施工许可证", "2026-03-05")
		bad := w.owe(ledger.Problem, "C001", "拆迁遗留两户未签约", "2026-03-05")
		after := w.owe(ledger.Milestone, "C002", "土地摘牌", "2026-03-05")
		w.apply(ledger.Outcome{Strikes: []ledger.Strike{{ // no act leaves one without its step
			DistrictID: w.district, CommitmentID: bad.ID, DueOn: bad.DueOn, Kind: bad.Kind, On: day(w.t, "2026-03-02"), State: ledger.StrikeLifted,
		}}}, nil)
		w.clock.Set(moment(w.t, "2026-03-06 08:33"))
		err := w.watch.Look(w.t.Context(), w.clock.Now())
		if err == nil || !strings.Contains(err.Error(), fmt.Sprintf("commitment %d:", bad.ID)) {
			w.t.Fatalf("the look says %v", err)
		}
		if b, a := w.fresh(before).Rung, w.fresh(after).Rung; b != ledger.StepWarn || a != ledger.StepWarn {
			w.t.Errorf("the others stand at %q and %q", b, a)
		}
		if heard := w.sent(); !strings.Contains(heard, "取得施工许可证") || !strings.Contains(heard, "土地摘牌") || strings.Contains(heard, "拆迁") {
			w.t.Errorf("heard %s", heard)
		}
	})
}
