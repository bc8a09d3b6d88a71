package circular_test

import (
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

var rewrite = flag.Bool("rewrite", false, "write the goldens anew")

const yi = 1_0000_0000 // yuan

func TestTheCircularOfEachGroup(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-02b", february...)
		if err := w.publish("2026-03-02 09:12"); err != nil {
			w.t.Fatal(err)
		}
		w.sent()
		w.steps()
		w.freeze("2026-03a", march...)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		got := w.sent()
		if *rewrite {
			if err := os.WriteFile("testdata/march.txt", []byte(got), 0o644); err != nil {
				w.t.Fatal(err)
			}
		}
		want, err := os.ReadFile("testdata/march.txt")
		if err != nil {
			w.t.Fatal(err)
		}
		if got != string(want) {
			w.t.Fatalf("testdata/march.txt differs; got:\n%s", got)
		}
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		if again := w.sent(); again != "" {
			w.t.Fatalf("published twice:\n%s", again)
		}
	})
}

// TestReadingDoesNotGrow: the circulars of all groups cost as many statements as that of one, and of
// many projects as of few.
func TestReadingDoesNotGrow(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-02b", february[:1]...)
		if err := w.publish("2026-03-02 09:12"); err != nil {
			w.t.Fatal(err)
		}
		rows, err := w.store.Deliveries(w.t.Context(), w.district, "circular:2026-02b")
		if err != nil || len(rows) < 3 {
			w.t.Fatalf("%d deliveries: %v", len(rows), err)
		}
		read := func(of []store.Delivery) int {
			w.t.Helper()
			w.asked = 0
			word, err := w.circular.Gather(w.t.Context(), of)
			if err != nil {
				w.t.Fatal(err)
			}
			n := w.asked
			for _, d := range of {
				g, err := w.store.Group(w.t.Context(), w.district, d.GroupID)
				if err != nil {
					w.t.Fatal(err)
				}
				v, err := w.store.ViewerOfGroup(w.t.Context(), g)
				if err != nil {
					w.t.Fatal(err)
				}
				w.asked = 0
				if l, err := word(w.t.Context(), d, v); err != nil || l.Title == "" && l.Drop == "" || w.asked != 0 {
					w.t.Errorf("group %s: %+v after %d statements: %v", g.Code, l, w.asked, err)
				}
			}
			return n
		}
		read(rows) // what can be remembered is, from here on
		one, all := read(rows[:1]), read(rows)
		w.freeze("2026-02b", february[1:]...)
		if more := read(rows); one != all || more != all {
			w.t.Errorf("%d statements for one group, %d for all, %d for more projects", one, all, more)
		}
	})
}

// steps puts down what the ladder did within the period, and one step after its cut-off.
func (w *world) steps() {
	p := w.projects["C001"]
	var made store.Written
	w.write(func(tx *store.Tx) error {
		var err error
		made, err = tx.Apply(ledger.Outcome{New: []ledger.Commitment{{
			DistrictID: w.district, Kind: ledger.Milestone, Title: "完成场地平整", ProjectID: p.ID, FirstDueOn: 20260302, DueOn: 20260309, State: ledger.Open,
		}}})
		return err
	})
	m := made.New[0]
	step := func(name ledger.StepName, on workday.Day, why string, by workday.Day) ledger.Step {
		return ledger.Step{DistrictID: w.district, CommitmentID: m.ID, DueOn: m.DueOn, Name: name, On: on, ProjectID: p.ID, RectifyBy: by, Why: why}
	}
	w.write(func(tx *store.Tx) error {
		_, err := tx.Apply(ledger.Outcome{Steps: []ledger.Step{
			step(ledger.StepRemind, 20260306, "到期前1个工作日提醒", 0), step(ledger.StepWarn, 20260310, "节点逾期，首次即预警（规则2026-1）", 20260317),
			step(ledger.StepOrder, 20260317, "晚于截止，列入下期", 20260324),
		}})
		return err
	})
}

// TestWhatWasFrozenStays: the ledger moves on, the circular does not; but who may see what is asked anew.
func TestWhatWasFrozenStays(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-03a", march...)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		moved := *w.projects["C001"]
		moved.Progress, moved.LeaderID = 9900, w.people["L3"]
		w.write(func(tx *store.Tx) error {
			_, err := tx.Apply(ledger.Outcome{Projects: []ledger.Project{moved}})
			return err
		})
		got := w.sent()
		if strings.Contains(got, "99%") || !strings.Contains(got, "🔴 **智能制造产业园**（高新区）：进度45%") {
			w.t.Fatalf("the circular followed the ledger:\n%s", got)
		}
		if i := strings.Index(got, "== G2"); i < 0 || strings.Contains(got[i:strings.Index(got, "== G4")], "智能制造产业园") {
			w.t.Fatalf("a leader still reads of a project that is another's now:\n%s", got)
		}
	})
}

// TestAHalfCutOffIsNotPublished: a cut-off that was given up has frozen a part of the district; nothing
// goes out before the office has made it whole.
func TestAHalfCutOffIsNotPublished(t *testing.T) {
	each(t, func(w *world) {
		w.freeze("2026-03a", march...)
		book, at := w.store.JobBook(w.district), clock.At(moment(w.t, "2026-03-16 18:00"))
		end := func(state string, again bool) {
			token, err := book.Claim(w.t.Context(), "cutoff", at, time.Minute, again)
			if err == nil {
				err = book.Finish(w.t.Context(), "cutoff", at, token, state, "")
			}
			if token == "" || err != nil {
				w.t.Fatal(token, err)
			}
		}
		for range store.Tries {
			end("failed", false)
		}
		if err := w.publish("2026-03-17 09:12"); fault.CodeOf(err) != fault.Conflict || !strings.Contains(fault.Sentence(err), "cutoff") {
			w.t.Fatalf("published on half a snapshot: %v", err)
		}
		if got := w.sent(); got != "" {
			w.t.Fatalf("sent:\n%s", got)
		}
		end("done", true)
		if err := w.publish("2026-03-17 09:12"); err != nil {
			w.t.Fatal(err)
		}
		if w.sent() == "" {
			w.t.Fatal("the circular never came")
		}
	})
}

func TestPublishRefuses(t *testing.T) {
	each(t, func(w *world) {
		for at, want := range map[string]fault.Code{
			"2026-03-16 09:12": fault.Invalid,  // not a day of circulars
			"2026-03-17 09:12": fault.Conflict, // nothing frozen yet
		} {
			if err := w.publish(at); fault.CodeOf(err) != want {
				w.t.Errorf("%s: %v, want code %q", at, err, want)
			}
		}
		if got := w.sent(); got != "" {
			w.t.Fatalf("sent:\n%s", got)
		}
	})
}
