package store_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/store/storetest"
)

const district ledger.DistrictID = 1

// write runs one transaction in the district.
func write(t *testing.T, s *store.Store, do func(*store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), district, do); err != nil {
		t.Fatal(err)
	}
}

func apply(t *testing.T, s *store.Store, out ledger.Outcome) (w store.Written) {
	t.Helper()
	write(t, s, func(tx *store.Tx) (err error) {
		w, err = tx.Apply(out)
		return err
	})
	return w
}

func must[T any](t *testing.T) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func node(title string) ledger.Commitment {
	return ledger.Commitment{
		DistrictID: district, Kind: ledger.Milestone, Title: title, ProjectID: 7, UnitID: 3, OwnerID: 5, FirstDueOn: 2026_03_20, DueOn: 2026_03_20,
		State: ledger.Open, Weight: 2, NextLook: 2026_03_11, CreatedAt: clock.At(spring.Now()), Version: 1,
	}
}

// rich is an outcome with every part there is, on a commitment that is in the ledger.
func rich(m ledger.Commitment, p ledger.Project) ledger.Outcome {
	at := clock.At(spring.Now())
	saved := m
	saved.State, saved.Evidence, saved.DoneAt, saved.NextLook = ledger.Reported, "已封顶", at, 0
	project := p
	project.Progress, project.LastText = 6550, "主体封顶"
	half := ledger.Percent(6550)
	return ledger.Outcome{
		New:      []ledger.Commitment{node("二")},
		Saved:    []ledger.Commitment{saved},
		Projects: []ledger.Project{project},
		Updates:  []ledger.Update{{DistrictID: district, ProjectID: p.ID, PersonID: 5, At: at, On: 2026_03_02, Progress: &half, Text: "主体封顶", Source: "chat"}},
		Steps: []ledger.Step{
			{DistrictID: district, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepRemind, Before: 7, On: 2026_03_02},
			{DistrictID: district, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepWarn, On: 2026_03_02, RectifyBy: 2026_03_09, Why: "首次逾期即预警"},
		},
		Strikes: []ledger.Strike{{DistrictID: district, CommitmentID: m.ID, DueOn: m.DueOn, ProjectID: p.ID, Kind: m.Kind, On: 2026_03_02, State: ledger.StrikeStands}},
		Orders: []ledger.OrderDraft{{
			Order: ledger.Order{DistrictID: district, Year: 2026, CommitmentID: m.ID, ProjectID: p.ID, On: 2026_03_02, ReplyBy: 2026_03_09},
			Step:  ledger.Step{DistrictID: district, CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepOrder, On: 2026_03_02},
			Reply: ledger.Commitment{DistrictID: district, Kind: ledger.Reply, Title: "回复督办单", DueOn: 2026_03_09, FirstDueOn: 2026_03_09, State: ledger.Open, Version: 1},
		}},
		Extensions: []ledger.Extension{{DistrictID: district, CommitmentID: m.ID, FromOn: m.DueOn, ToOn: 2026_03_30, Reason: "雨季", AskedBy: 5, AskedAt: at, State: "asked"}},
		Entries:    []ledger.Entry{{DistrictID: district, Subject: m.Subject(), At: at, Act: "done", PersonID: 5, Note: "已封顶"}},
		Notices: []ledger.Notice{{
			Cause: "look:2026-03-02", To: ledger.Recipient{Group: 4}, Rank: ledger.RankWarning, Due: at,
			Step: &ledger.StepRef{CommitmentID: m.ID, DueOn: m.DueOn, Name: ledger.StepWarn},
		}},
	}
}

// begin writes a project and a commitment and gives them as they stand.
func begin(t *testing.T, s *store.Store) (ledger.Commitment, ledger.Project) {
	t.Helper()
	p := ledger.Project{Code: "P1", Name: "产业园", Version: 1}
	write(t, s, func(tx *store.Tx) error { p.ID = 0; return tx.PutProject(&p, nil, nil) })
	m := apply(t, s, ledger.Outcome{New: []ledger.Commitment{node("一")}}).New[0]
	return must[ledger.Commitment](t)(s.Commitment(t.Context(), district, m.ID)), must[ledger.Project](t)(s.Project(t.Context(), district, p.ID))
}

func TestApplyWritesEveryPart(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		m, p := begin(t, s)
		out := rich(m, p)
		w := apply(t, s, out)
		if diff := cmp.Diff(rich(m, p), out); diff != "" {
			t.Errorf("the outcome was changed: %s", diff)
		}

		got := must[ledger.Commitment](t)(s.Commitment(ctx, district, m.ID))
		want := out.Saved[0]
		want.Version++
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("saved: %s", diff)
		}
		project := out.Projects[0]
		project.Version++
		if diff := cmp.Diff(project, must[ledger.Project](t)(s.Project(ctx, district, p.ID))); diff != "" {
			t.Errorf("project: %s", diff)
		}
		update := must[ledger.Update](t)(s.UpdateByReceipt(ctx, district, "260302-001"))
		w.Updates[0].ID = update.ID
		if diff := cmp.Diff(w.Updates[0], update); diff != "" || update.ID == 0 {
			t.Errorf("update: %s", diff)
		}
		if w.Orders[0].Number != 1 || w.Orders[0].Title() != "督办〔2026〕1号" {
			t.Errorf("order %+v", w.Orders[0])
		}
		var codes []string
		for _, n := range w.New {
			codes = append(codes, n.Code)
			if diff := cmp.Diff(n, must[ledger.Commitment](t)(s.Commitment(ctx, district, n.ID))); diff != "" {
				t.Errorf("new: %s", diff)
			}
		}
		if !slices.Equal(codes, []string{"J0002", "H0001"}) || w.New[1].OrderID != w.Orders[0].ID {
			t.Errorf("new commitments %q, of order %d", codes, w.New[1].OrderID)
		}
		steps := must[[]ledger.Step](t)(s.StepsOf(ctx, district, m.ID))
		var notices []string
		for _, st := range steps {
			notices = append(notices, fmt.Sprintf("%s %s %d", st.Name, st.Notice, st.OrderID))
		}
		if diff := cmp.Diff([]string{"remind  0", "warn 预警〔2026〕1号 0", fmt.Sprintf("order 督办〔2026〕1号 %d", w.Orders[0].ID)}, notices); diff != "" {
			t.Errorf("steps: %s", diff)
		}
		if n := len(must[[]ledger.Strike](t)(s.StrikesOf(ctx, district, m.ID))); n != 1 {
			t.Errorf("%d strikes", n)
		}
		if x := must[ledger.Extension](t)(s.AskedExtension(ctx, district, m.ID)); x.ToOn != 2026_03_30 {
			t.Errorf("extension %+v", x)
		}
		if h := must[[]ledger.Entry](t)(s.History(ctx, district, m.Subject())); len(h) != 1 || h[0].Note != "已封顶" {
			t.Errorf("history %+v", h)
		}
		d := must[[]store.Delivery](t)(s.Deliveries(ctx, district, "look:2026-03-02"))
		if len(d) != 1 || d[0].State != store.Waiting || d[0].Recipient != "g4" || d[0].DueAt != clock.At(spring.Now()) {
			t.Errorf("deliveries %+v", d)
		}
	})
}

func TestApplyEndsWhatIsOpen(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		m, p := begin(t, s)
		w := apply(t, s, rich(m, p))
		strike := must[[]ledger.Strike](t)(s.StrikesOf(ctx, district, m.ID))[0]
		strike.State, strike.LiftedBy, strike.LiftedFor, strike.LiftedAt = ledger.StrikeLifted, 9, "容错", 5
		x := must[ledger.Extension](t)(s.AskedExtension(ctx, district, m.ID))
		x.State, x.DecidedBy, x.DecidedAt, x.Answer = "granted", 9, 5, "同意"
		u := must[ledger.Update](t)(s.UpdateByReceipt(ctx, district, w.Updates[0].Receipt))
		u.WithdrawnAt = 5
		out := ledger.Outcome{Lifted: []ledger.Strike{strike}, Extensions: []ledger.Extension{x}, Withdrawn: []ledger.Update{u}}
		apply(t, s, out)
		if diff := cmp.Diff(strike, must[[]ledger.Strike](t)(s.StrikesOf(ctx, district, m.ID))[0]); diff != "" {
			t.Errorf("strike: %s", diff)
		}
		if got := must[ledger.Update](t)(s.UpdateByReceipt(ctx, district, u.Receipt)); got.WithdrawnAt != 5 {
			t.Errorf("withdrawn at %d", got.WithdrawnAt)
		}
		// Each can happen once.
		for name, o := range map[string]ledger.Outcome{"strike": {Lifted: out.Lifted}, "extension": {Extensions: out.Extensions}, "update": {Withdrawn: out.Withdrawn}} {
			err := s.Write(ctx, district, func(tx *store.Tx) error { _, err := tx.Apply(o); return err })
			if fault.CodeOf(err) != fault.Conflict {
				t.Errorf("%s a second time: %v", name, err)
			}
		}
	})
}

// Whatever part clashes, nothing of the outcome is written.
func TestAConflictWritesNothing(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		m, p := begin(t, s)
		old, gone := m, p
		apply(t, s, ledger.Outcome{Looked: []ledger.Commitment{m}, Projects: []ledger.Project{p}}) // versions move on
		m, p = must[ledger.Commitment](t)(s.Commitment(ctx, district, m.ID)), must[ledger.Project](t)(s.Project(ctx, district, p.ID))
		taken := rich(m, p).Steps
		apply(t, s, ledger.Outcome{Steps: taken[:1], Strikes: rich(m, p).Strikes})
		for name, spoil := range map[string]func(*ledger.Outcome){
			"commitment": func(o *ledger.Outcome) { o.Saved[0].Version = old.Version },
			"looked":     func(o *ledger.Outcome) { o.Looked = []ledger.Commitment{old} },
			"project":    func(o *ledger.Outcome) { o.Projects[0].Version = gone.Version },
			"step":       func(o *ledger.Outcome) { o.Strikes = nil },
			"strike":     func(o *ledger.Outcome) { o.Steps = nil },
		} {
			out := rich(m, p)
			spoil(&out)
			err := s.Write(ctx, district, func(tx *store.Tx) error { _, err := tx.Apply(out); return err })
			if fault.CodeOf(err) != fault.Conflict {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmp.Diff(m, must[ledger.Commitment](t)(s.Commitment(ctx, district, m.ID))); diff != "" {
				t.Errorf("%s: the commitment was written: %s", name, diff)
			}
			if diff := cmp.Diff(p, must[ledger.Project](t)(s.Project(ctx, district, p.ID))); diff != "" {
				t.Errorf("%s: the project was written: %s", name, diff)
			}
			if n := len(must[[]store.Delivery](t)(s.Deliveries(ctx, district, "look:2026-03-02"))); n != 0 {
				t.Errorf("%s: %d deliveries", name, n)
			}
			if _, err := s.Order(ctx, district, 2026, 1); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s: an order: %v", name, err)
			}
		}
	})
}

// An outcome that was rolled back can be applied again as it is.
func TestAnOutcomeCanBeAppliedAgainAfterARollback(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		m, p := begin(t, s)
		out := rich(m, p)
		back := errors.New("taken back")
		err := s.Write(t.Context(), district, func(tx *store.Tx) error {
			if _, err := tx.Apply(out); err != nil {
				return err
			}
			return back
		})
		if !errors.Is(err, back) {
			t.Fatal(err)
		}
		apply(t, s, ledger.Outcome{New: []ledger.Commitment{node("别的")}, Steps: []ledger.Step{{DistrictID: district, CommitmentID: 99, DueOn: 2026_03_02, Name: ledger.StepWarn, On: 2026_03_02}}})
		if w := apply(t, s, out); w.Orders[0].Number != 1 || w.New[0].Code != "J0003" {
			t.Errorf("order %d, code %s", w.Orders[0].Number, w.New[0].Code)
		}
	})
}

// Eight writers, some of whose transactions are taken back: orders and warnings are numbered without a
// gap, codes and receipts are unique.
func TestNumbersUnderManyWriters(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		m, p := begin(t, s)
		back := errors.New("taken back")
		var mu sync.Mutex
		var orders []int
		seen := map[string]int{}
		var all sync.WaitGroup
		for writer := range 8 {
			all.Go(func() {
				for i := range 12 {
					out := rich(m, p)
					out.Saved, out.Projects, out.Extensions, out.Strikes = nil, nil, nil, nil
					for k := range out.Steps {
						out.Steps[k].CommitmentID = ledger.CommitmentID(1000 + writer*100 + i)
					}
					out.Orders[0].Step.CommitmentID = ledger.CommitmentID(1000 + writer*100 + i)
					out.Notices[0].Cause = fmt.Sprintf("done:%d:%d", writer, i)
					var w store.Written
					err := s.Write(t.Context(), district, func(tx *store.Tx) (err error) {
						if w, err = tx.Apply(out); err == nil && i%4 == 3 {
							err = back
						}
						return err
					})
					switch {
					case errors.Is(err, back):
						continue
					case err != nil:
						t.Error(err)
						return
					}
					mu.Lock()
					orders = append(orders, w.Orders[0].Number)
					seen[w.Updates[0].Receipt]++
					for _, n := range w.New {
						seen[n.Code]++
					}
					mu.Unlock()
				}
			})
		}
		all.Wait()
		slices.Sort(orders)
		for i, n := range orders {
			if n != i+1 {
				t.Fatalf("orders are numbered %v", orders)
			}
		}
		if len(orders) != 8*9 || len(seen) != 3*len(orders) {
			t.Errorf("%d orders, %d different codes and receipts", len(orders), len(seen))
		}
		var warnings []string
		for writer := range 8 {
			for i := range 12 {
				for _, st := range must[[]ledger.Step](t)(s.StepsOf(t.Context(), district, ledger.CommitmentID(1000+writer*100+i))) {
					if st.Name == ledger.StepWarn {
						warnings = append(warnings, st.Notice)
					}
				}
			}
		}
		slices.Sort(warnings)
		if len(slices.Compact(warnings)) != len(orders) {
			t.Errorf("%d warnings have a number of their own, want %d", len(slices.Compact(warnings)), len(orders))
		}
		for i := range orders {
			if !slices.Contains(warnings, fmt.Sprintf("预警〔2026〕%d号", i+1)) {
				t.Errorf("there is no warning %d", i+1)
			}
		}
	})
}

func TestTheSameCauseReachesNobodyTwice(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		cause := "look:2026-03-02"
		notice := func(to ledger.GroupID, rank ledger.Rank, m ledger.CommitmentID) ledger.Notice {
			return ledger.Notice{Cause: cause, To: ledger.Recipient{Group: to}, Rank: rank, Step: &ledger.StepRef{CommitmentID: m, DueOn: 2026_03_20, Name: ledger.StepWarn}}
		}
		ranks := func() map[string]ledger.Rank {
			out := map[string]ledger.Rank{}
			for _, d := range must[[]store.Delivery](t)(s.Deliveries(t.Context(), district, cause)) {
				if _, twice := out[d.Recipient]; twice {
					t.Fatalf("%s hears of it twice", d.Recipient)
				}
				out[d.Recipient] = d.Rank
			}
			return out
		}
		apply(t, s, ledger.Outcome{Notices: []ledger.Notice{notice(1, ledger.RankReminder, 1), notice(2, ledger.RankWarning, 1), notice(1, ledger.RankWarning, 2)}})
		if diff := cmp.Diff(map[string]ledger.Rank{"g1": ledger.RankWarning, "g2": ledger.RankWarning}, ranks()); diff != "" {
			t.Error(diff)
		}
		apply(t, s, ledger.Outcome{Notices: []ledger.Notice{notice(1, ledger.RankReminder, 3), notice(2, ledger.RankOrder, 3), notice(3, ledger.RankReminder, 3)}})
		want := map[string]ledger.Rank{"g1": ledger.RankWarning, "g2": ledger.RankOrder, "g3": ledger.RankReminder}
		if diff := cmp.Diff(want, ranks()); diff != "" {
			t.Error(diff)
		}
		if n := s.CountItems(t, cause); n != 6 {
			t.Errorf("%d items, want 6", n)
		}
		// What was sent is not sent again for a later step.
		rows, err := s.Claim(t.Context(), district, "token", 10, clock.At(spring.Now().Add(time.Minute)))
		if err != nil || len(rows) != 3 {
			t.Fatalf("%d claimed, %v", len(rows), err)
		}
		for i := range rows {
			rows[i].State = store.SentOut
		}
		if err := s.Settle(t.Context(), district, rows); err != nil {
			t.Fatal(err)
		}
		apply(t, s, ledger.Outcome{Notices: []ledger.Notice{notice(1, ledger.RankOrder, 4)}})
		if rows, err := s.Claim(t.Context(), district, "next", 10, 1<<40); err != nil || len(rows) != 0 {
			t.Errorf("%d go again, %v", len(rows), err)
		}
	})
}

func TestHeldDeliveriesWaitForTheirJob(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		held := ledger.Notice{Cause: "look:2026-03-02", To: ledger.Recipient{Group: 1}, Held: true}
		other := ledger.Notice{Cause: "look:2026-03-03", To: ledger.Recipient{Person: 1}, Held: true}
		apply(t, s, ledger.Outcome{Notices: []ledger.Notice{held, other}})
		if rows, err := s.Claim(t.Context(), district, "a", 10, 1<<40); err != nil || len(rows) != 0 {
			t.Fatalf("%d held ones claimed, %v", len(rows), err)
		}
		if next := must[clock.Instant](t)(s.NextDelivery(t.Context(), district)); next != 0 {
			t.Errorf("next at %s", next)
		}
		write(t, s, func(tx *store.Tx) error { return tx.Release(held.Cause) })
		rows, err := s.Claim(t.Context(), district, "b", 10, 1<<40)
		if err != nil || len(rows) != 1 || rows[0].Cause != held.Cause {
			t.Errorf("claimed %+v, %v", rows, err)
		}
	})
}

func TestADeliveryHasOneRecipient(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		for _, to := range []ledger.Recipient{{}, {Group: 1, Person: 1}} {
			err := s.Write(t.Context(), district, func(tx *store.Tx) error {
				_, err := tx.Apply(ledger.Outcome{Notices: []ledger.Notice{{Cause: "look:1", To: to}}})
				return err
			})
			if err == nil {
				t.Errorf("%+v was taken", to)
			}
		}
	})
}
