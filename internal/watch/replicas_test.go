package watch_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/watch"
	"duban/internal/workday"
)

// The daily look made by three replicas on one database, whose power fails again and again on the way, leaves the
// same ledger and the same deliveries as one look a day that nothing disturbs; numbers have no gaps.
func TestThreeReplicasAndPowerCuts(t *testing.T) {
	calm := map[bool]string{}
	each(t, "2026-03-02 08:00", func(w *world) {
		calm[w.store.Embedded()] = w.month(func(at time.Time) {
			if err := w.watch.Look(w.t.Context(), at); err != nil {
				w.t.Fatal(err)
			}
		})
	})
	for seed := range uint64(3) {
		cuts := 0
		each(t, "2026-03-02 08:00", func(w *world) {
			rnd := rand.New(rand.NewPCG(seed, 0))
			got := w.month(func(at time.Time) { cuts += w.amidCuts(rnd, at) })
			if want := calm[w.store.Embedded()]; got != want {
				w.t.Errorf("seed %d: the ledgers differ\ncalm:\n%s\namid cuts:\n%s", seed, want, got)
			}
		})
		if cuts < 20 {
			t.Errorf("seed %d: only %d cuts fell into a look", seed, cuts)
		}
	}
}

// month lets a month of looks pass over forty matters, with a few acts, and gives what came of it.
func (w *world) month(look func(time.Time)) string {
	w.t.Helper()
	kinds := []ledger.Kind{ledger.Milestone, ledger.Problem, ledger.Assignment, ledger.Filing}
	codes := []string{"C001", "C002", "C003", "C004"}
	var all []ledger.Commitment
	first := day(w.t, "2026-03-03")
	for i := range 40 {
		all = append(all, w.owe(kinds[i%4], codes[i/4%4], fmt.Sprint("事项", i), first.AddDays(i%17).String()))
	}
	var told []string
	for on := day(w.t, "2026-03-03"); on <= day(w.t, "2026-04-03"); on = on.AddDays(1) {
		w.clock.Set(on.At(8, 33, clock.Shanghai))
		look(w.clock.Now())
		w.clock.Set(on.At(10, 0, clock.Shanghai))
		if m := w.fresh(all[int(on)%40]); m.State == ledger.Open && int(on)%3 == 0 {
			w.apply(ledger.ReportDone(m, "已完成", nil, ledger.Roster{}, w.by("O1")))
			w.apply(ledger.SendBack(w.fresh(m), "缺验收单", ledger.DefaultRules(), w.watch.Calendar, w.by("L1")))
		}
		rows, err := w.store.Claim(w.t.Context(), w.district, "test", 1000, clock.At(w.clock.Now().Add(time.Minute)))
		if err != nil {
			w.t.Fatal(err)
		}
		for i, d := range rows {
			rows[i].State = store.SentOut
			told = append(told, d.Cause+" "+d.Recipient)
		}
		if err := w.store.Settle(w.t.Context(), w.district, rows); err != nil {
			w.t.Fatal(err)
		}
	}
	slices.Sort(told)
	return w.ledger(all) + strings.Join(told, "\n")
}

// ledger writes down what stands there; which of two matters of one day got the lower number may differ.
func (w *world) ledger(all []ledger.Commitment) string {
	w.t.Helper()
	var out, numbers []string
	for _, m := range all {
		m = w.fresh(m)
		out = append(out, fmt.Sprintf("%s %s %s rectify %s grace %s next %s", m.Title, m.State, m.Rung, m.RectifyBy, m.GraceOn, m.NextLook))
		steps, err := w.store.StepsOf(w.t.Context(), w.district, m.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, s := range steps {
			out = append(out, fmt.Sprintf("  %s %s %d for %s by %s", s.On, s.Name, s.Before, s.DueOn, s.RectifyBy))
			if s.Notice != "" {
				numbers = append(numbers, s.Notice)
			}
		}
		strikes, err := w.store.StrikesOf(w.t.Context(), w.district, m.ID)
		if err != nil {
			w.t.Fatal(err)
		}
		for _, k := range strikes {
			out = append(out, fmt.Sprintf("  strike %s for %s", k.On, k.DueOn))
		}
	}
	for _, word := range []string{"预警", "督办"} {
		for n := 1; ; n++ {
			no := fmt.Sprintf("%s〔2026〕%d号", word, n)
			if !slices.Contains(numbers, no) {
				out = append(out, fmt.Sprintf("%s %d", word, n-1))
				break
			}
		}
	}
	out = append(out, fmt.Sprint("numbers ", len(numbers)))
	return strings.Join(out, "\n") + "\n"
}

// amidCuts lets three replicas make one look at once; three times or more the power fails for all of them somewhere
// in it, and the last time it holds. It gives how many looks were cut short.
func (w *world) amidCuts(rnd *rand.Rand, at time.Time) (cut int) {
	w.t.Helper()
	for round := range 4 {
		ctx, fail := context.WithCancel(w.t.Context())
		var asked atomic.Int64
		if limit := int64(1 + rnd.IntN(12)); round < 3 {
			w.hook = func() {
				if asked.Add(1) == limit {
					fail()
				}
			}
		}
		var all sync.WaitGroup
		var failed atomic.Int64
		for range 3 {
			all.Go(func() {
				if err := watch.New(w.watch.Options).Look(ctx, at); err != nil {
					failed.Add(1)
					if ctx.Err() == nil {
						w.t.Errorf("%s: %v", workday.DayOf(at), err)
					}
				}
			})
		}
		all.Wait()
		w.hook = nil
		fail()
		cut += int(failed.Load())
	}
	return cut
}
