package view_test

import (
	"fmt"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/view"
)

// lives puts problems and assigned matters of every state on the ledger of w: on the first project, the
// owner's, but for the last, which is on the third, another's.
func lives(t *testing.T, w world) {
	t.Helper()
	spring := clock.At(time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai))
	lastYear := clock.At(time.Date(2025, 11, 2, 9, 0, 0, 0, clock.Shanghai))
	on := func(p int, kind ledger.Kind, state ledger.State, at clock.Instant, change func(*ledger.Commitment)) ledger.Commitment {
		m := ledger.Commitment{DistrictID: w.District, Kind: kind, Title: "事项", ProjectID: w.projects[p].ID, FirstDueOn: 20260320, DueOn: 20260320,
			State: state, CreatedAt: at, Level: ledger.LevelUnit, OwnerID: w.owner.Person.ID}
		if state.Closed() {
			m.ClosedAt = at + 1000
		}
		if change != nil {
			change(&m)
		}
		return m
	}
	problem := func(state ledger.State, at clock.Instant, change func(*ledger.Commitment)) ledger.Commitment {
		return on(0, ledger.Problem, state, at, change)
	}
	element := func(e string) func(*ledger.Commitment) { return func(m *ledger.Commitment) { m.Element = e } }
	from := func(source string) func(*ledger.Commitment) { return func(m *ledger.Commitment) { m.Source = source } }
	err := w.Store.Write(t.Context(), w.District, func(tx *store.Tx) error {
		written, err := tx.Apply(ledger.Outcome{New: []ledger.Commitment{
			problem(ledger.Accepted, spring, element("手续")), problem(ledger.Reported, spring, element("手续")),
			problem(ledger.Open, lastYear, func(m *ledger.Commitment) {
				m.Element, m.Level, m.LevelBy, m.DueOn = "资金", ledger.LevelDispatch, 20260303, 20251110
			}),
			problem(ledger.Cancelled, spring, element("资金")), problem(ledger.Waived, spring, element("土地")),
			problem(ledger.Accepted, lastYear, element("土地")), // closed last year: no more told
			on(2, ledger.Problem, ledger.Open, spring, element("资金")),
			on(0, ledger.Assignment, ledger.Open, spring, from("人大建议")), on(0, ledger.Assignment, ledger.Reported, spring, nil),
			on(0, ledger.Assignment, ledger.Accepted, spring, from("人大建议")), on(0, ledger.Assignment, ledger.Cancelled, spring, from("人大建议")),
			on(2, ledger.Assignment, ledger.Open, lastYear, from("政协提案")),
		}})
		if err != nil {
			return err
		}
		hand := func(by ledger.PersonID, state string) ledger.Handover {
			return ledger.Handover{DistrictID: w.District, CommitmentID: written.New[2].ID, FromID: by, AskedBy: by, State: state}
		}
		_, err = tx.Apply(ledger.Outcome{Handovers: []ledger.Handover{
			hand(w.owner.Person.ID, "denied"), hand(w.owner.Person.ID, "asked"), hand(w.office.Person.ID, "granted"), // the office only says whose it is
		}})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func counts(all []view.Tally) string {
	out := ""
	for _, t := range all {
		out += fmt.Sprintf("%s:%d/%d/%d/%d/%d ", t.Name, t.Raised, t.Solved, t.Closed, t.Open, t.Bounced)
	}
	return out
}

func TestProblemsAreCountedForWhoMayKnow(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lives(t, w)
		for name, c := range map[string]struct {
			who                   ledger.Viewer
			all, elements, levels string
		}{
			"office": {w.office, "总体:6/2/1/3/2 ", "资金:2/0/0/2/2 :1/0/0/1/0 手续:2/2/1/0/0 土地:1/0/0/0/0 ", "责任部门:5/2/1/2/0 区调度会:1/0/0/1/0 "},
			"owner":  {w.owner, "总体:6/2/1/3/2 ", "资金:2/0/0/2/2 :1/0/0/1/0 手续:2/2/1/0/0 土地:1/0/0/0/0 ", "责任部门:5/2/1/2/0 区调度会:1/0/0/1/0 "},
			"group":  {w.group, "总体:0/0/0/0/0 ", "", ""},
			"nobody": {w.outsider, "总体:0/0/0/0/0 ", "", ""},
		} {
			got, err := w.Problems(t.Context(), c.who)
			if err != nil || counts([]view.Tally{got.All}) != c.all || counts(got.Elements) != c.elements || counts(got.Levels) != c.levels {
				t.Errorf("%s: %v\n%s\n%s\n%s", name, err, counts([]view.Tally{got.All}), counts(got.Elements), counts(got.Levels))
			}
		}
	})
}

func TestProblemListPutsTheHighestLevelFirst(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lives(t, w)
		got, err := w.ProblemList(t.Context(), w.office, "")
		if err != nil || got.Open != 4 || len(got.Levels) != 2 || got.Levels[0].Level != ledger.LevelDispatch || got.Levels[0].Problems[0].Over != 2 {
			t.Errorf("got %+v, %v", got, err)
		}
		if got, err := w.ProblemList(t.Context(), w.office, "手续"); err != nil || got.Open != 1 || got.Levels[0].Problems[0].Over != 0 {
			t.Errorf("of one element %+v, %v", got, err)
		}
		if got, err := w.ProblemList(t.Context(), w.group, ""); err != nil || got.Open != 0 {
			t.Errorf("the group sees %+v, %v", got, err)
		}
	})
}

func TestUnansweredBySource(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		lives(t, w)
		got, err := w.Unanswered(t.Context(), w.office)
		if err != nil || got.Open != 2 || len(got.Sources) != 3 {
			t.Fatalf("got %+v, %v", got, err)
		}
		for i, want := range []string{"批示 1 1 0 0 0", "人大建议 2 1 1 1 3", "政协提案 1 0 0 1 123"} {
			s := got.Sources[i]
			if is := fmt.Sprint(s.Source, " ", s.Assigned, s.Answered, s.Closed, len(s.Waiting), s.Oldest); is != want {
				t.Errorf("got %s, want %s", is, want)
			}
		}
		if got.First != got.Sources[1].Waiting[0].Code {
			t.Errorf("first is %s", got.First)
		}
		if got, err := w.Unanswered(t.Context(), w.outsider); err != nil || got.Open+len(got.Sources) != 0 {
			t.Errorf("an outsider sees %+v, %v", got, err)
		}
	})
}
