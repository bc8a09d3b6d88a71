package jobs_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"duban/internal/circular"
	"duban/internal/clock"
	"duban/internal/jobs"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/score"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/watch"
	"duban/internal/words"
	"duban/internal/workday"
)

// small founds a district with two projects, their owners, and a group of each class but units.
func small(t *testing.T, s *store.Store) ledger.DistrictID {
	t.Helper()
	d, err := s.Found(t.Context(), "cs", "示范区")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Write(t.Context(), d.ID, func(tx *store.Tx) error {
		street := ledger.Unit{Code: "ZX", Name: "钟秀街道", Kind: ledger.Street}
		if err := tx.PutUnit(&street); err != nil {
			return err
		}
		leader := ledger.Person{Code: "L1", Name: "王建国", Active: true}
		if err := tx.PutPerson(&leader, nil); err != nil {
			return err
		}
		var force []ledger.GroupProject
		for i, due := range []workday.Day{20260311, 20260630} {
			owner := ledger.Person{Code: fmt.Sprintf("O%d", i), Name: "张伟", UnitID: street.ID, Active: true}
			if err := tx.PutPerson(&owner, nil); err != nil {
				return err
			}
			p := ledger.Project{
				Code: fmt.Sprintf("C00%d", i+1), Name: "智能制造产业园", Stage: "开工", LeaderID: leader.ID, OwnerID: owner.ID, HostUnitID: street.ID, LeadUnitID: street.ID,
				Measures: "周调度", TargetOn: 20261231, Standard: "按图施工", Reward: "按办法",
			}
			if err := tx.PutProject(&p, nil, nil); err != nil {
				return err
			}
			force = append(force, ledger.GroupProject{ProjectID: p.ID})
			_, err := tx.Apply(ledger.Outcome{New: []ledger.Commitment{{
				DistrictID: d.ID, Kind: ledger.Milestone, Title: "主体结构封顶", ProjectID: p.ID, UnitID: street.ID, OwnerID: owner.ID,
				FirstDueOn: due, DueOn: due, State: ledger.Open, NextLook: 20260310, CreatedAt: tx.Now,
			}}})
			if err != nil {
				return err
			}
		}
		for code, g := range map[string]ledger.Group{
			"G1": {Class: ledger.GroupDistrict}, "G2": {Class: ledger.GroupLeader, LeaderID: leader.ID}, "G3": {Class: ledger.GroupTaskForce},
			"G4": {Class: ledger.GroupInspection},
		} {
			g.Code, g.Active = code, true
			var bound []ledger.GroupProject
			if g.Class == ledger.GroupTaskForce {
				bound = force
			}
			if err := tx.PutGroup(&g, nil, bound); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d.ID
}

// process is one process of the service: its own hands and jobs on the shared database.
func process(t *testing.T, s *store.Store, d ledger.DistrictID, c clock.Clock) *jobs.Jobs {
	t.Helper()
	say, err := words.New()
	if err != nil {
		t.Fatal(err)
	}
	cal := calendar(t)
	w := watch.New(watch.Options{Store: s, District: d, Clock: c, Calendar: cal, Mode: period.HalfMonth{}, Rules: ledger.DefaultRules(), Words: say})
	k := circular.New(circular.Options{Store: s, District: d, Calendar: cal, Mode: period.HalfMonth{}, Weights: score.DefaultWeights(), Words: say})
	return jobs.New(jobs.Options{
		Clock: c, Calendar: cal, Mode: period.HalfMonth{}, Book: s.JobBook(d),
		Work: jobs.Work{Look: w.Look, CallIn: w.CallIn, CutOff: w.CutOff, Publish: k.Publish},
	})
}

// heard claims what may go and gives each cause with how many hear of it.
func heard(t *testing.T, s *store.Store, d ledger.DistrictID) string {
	t.Helper()
	rows, err := s.Claim(t.Context(), d, "test", 1000, clock.Instant(1<<60))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for i := range rows {
		count[rows[i].Cause]++
		rows[i].State = store.SentOut
	}
	if err := s.Settle(t.Context(), d, rows); err != nil {
		t.Fatal(err)
	}
	var out []string
	for cause, n := range count {
		out = append(out, fmt.Sprintf("%s×%d", cause, n))
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// TestAFortnight plays a half-month with two processes on one database, moment by moment: nobody
// reports, one node is late.
func TestAFortnight(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-09 20:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-09 20:00"))
		d := small(t, s)
		both := []*jobs.Jobs{process(t, s, d, c), process(t, s, d, c)}
		tick := func() {
			var race sync.WaitGroup
			for _, j := range both {
				race.Go(func() {
					if err := j.Tick(t.Context()); err != nil {
						t.Error(err)
					}
				})
			}
			race.Wait()
		}
		tick()
		var got []string
		for _, p := range both[0].Planned(c.Now(), at(t, "2026-03-26 12:00")) {
			c.Set(p.Moment)
			tick()
			got = append(got, fmt.Sprintf("%s %s: %s", p.Moment.Format("01-02 15:04"), p.Name, heard(t, s, d)))
		}
		want := []string{
			"03-10 08:33 look: look:2026-03-10×2",     // one working day before
			"03-11 08:33 look: ",                      // the due day
			"03-11 09:12 callin: callin:2026-03a:1×3", // the force, two owners
			"03-12 08:33 look: look:2026-03-12×2",     // 预警
			"03-13 08:33 look: ", "03-13 09:12 callin: callin:2026-03a:2×3",
			"03-16 08:33 look: ", "03-16 18:00 cutoff: ", "03-17 08:33 look: ", "03-17 09:12 publish: circular:2026-03a×4",
			"03-18 08:33 look: ",                  // the filings are due
			"03-19 08:33 look: look:2026-03-19×3", // and late
			"03-20 08:33 look: look:2026-03-20×3", // 督办: leader, force, inspection
			"03-23 08:33 look: ",                  // the reply owed is near
			"03-24 08:33 look: look:2026-03-24×2", "03-25 08:33 look: ",
			"03-26 08:33 look: look:2026-03-26×2", "03-26 09:12 callin: callin:2026-03b:1×3",
		}
		if !slices.Equal(got, want) {
			t.Fatalf("heard\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	})
}

// TestAFortnightDown: the same district, down from before the first call until after the circular.
func TestAFortnightDown(t *testing.T) {
	c := clock.NewTurnable(at(t, "2026-03-09 20:00"))
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(at(t, "2026-03-09 20:00"))
		d := small(t, s)
		if err := process(t, s, d, c).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		c.Set(at(t, "2026-03-17 14:00"))
		if err := process(t, s, d, c).Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
		// One warning, late but on the day of the look; no call to account any more; the circular.
		if got, want := heard(t, s, d), "circular:2026-03a×4 look:2026-03-17×2"; got != want {
			t.Fatalf("heard %q, want %q", got, want)
		}
		due, err := s.CommitmentsOfKind(t.Context(), d, ledger.Filing)
		if err != nil || len(due) != 2 || due[0].CreatedAt != clock.At(at(t, "2026-03-16 18:00")) {
			t.Fatalf("filings %+v, %v", due, err)
		}
	})
}
