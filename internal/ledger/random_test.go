package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

// lives is how many random lives a run of the test compares; DUBAN_LIVES asks for more (make lives).
var lives = func() int64 {
	n, err := strconv.ParseInt(os.Getenv("DUBAN_LIVES"), 10, 64)
	if err != nil {
		return 3_000
	}
	return n
}()

// Random lives go through the law in every mode, and through the naive law; all must agree.
func TestRandomLivesAgreeWithTheNaiveLaw(t *testing.T) {
	cal, a := statutory(t), newAlmanac()
	var next, steps, strikes, orders, refused, lifted, fallen atomic.Int64
	var wg sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		wg.Go(func() {
			for {
				seed := next.Add(1)
				if seed > lives || t.Failed() {
					return
				}
				l := randomLife(uint64(seed), a)
				if disagreement(l, cal, a, uint64(seed)) != nil {
					small := shrink(l, func(l life) bool { return disagreement(l, cal, a, uint64(seed)) != nil })
					t.Errorf("life %d, made as small as it gets:\n%s%v", seed, small, disagreement(small, cal, a, uint64(seed)))
					return
				}
				for _, f := range foretell(l, a) {
					switch {
					case f.what == "order":
						orders.Add(1)
					case f.what == "lifted":
						lifted.Add(1)
					case f.what == "order void":
						fallen.Add(1)
					case f.before == 0 && f.by == 0 && f.due == 0:
						refused.Add(1)
					}
					if f.strike {
						strikes.Add(1)
					}
					steps.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	// Lives in which nothing happens would prove nothing.
	if steps.Load() < 5*lives || strikes.Load() < lives || orders.Load() < lives/2 || refused.Load() < lives ||
		lifted.Load() < lives/10 || fallen.Load() < lives/20 {
		t.Errorf("the lives are too quiet: %d facts, %d strikes, %d orders, %d refused acts, %d strikes lifted, %d orders fallen",
			steps.Load(), strikes.Load(), orders.Load(), refused.Load(), lifted.Load(), fallen.Load())
	}
}

// disagreement plays the life in every mode and tells how the first that differs from the naive law does.
func disagreement(l life, cal *workday.Calendar, a almanac, seed uint64) error {
	want := foretell(l, a)
	for _, m := range []struct {
		name string
		how  mode
	}{
		{"every commitment at every sweep", mode{}},
		{"only those whose alarm has rung", mode{alarm: true}},
		{"in any order, twice a sweep", mode{shuffle: rand.New(rand.NewPCG(seed, 1)), times: 1}},
		{"alarm, any order, one reading a sweep, twice", mode{alarm: true, shuffle: rand.New(rand.NewPCG(seed, 2)), times: 1, together: true}},
	} {
		got, err := run(l, cal, m.how)
		if err != nil {
			return fmt.Errorf("%s: %w\n%s", m.name, err, lines(got))
		}
		if !slices.Equal(got, want) {
			i := 0
			for i < len(got) && i < len(want) && got[i] == want[i] {
				i++
			}
			return fmt.Errorf("%s: they differ from line %d on\nlaw:\n%snaive law:\n%s", m.name, i+1, lines(got), lines(want))
		}
	}
	return nil
}

// randomLife makes a life that deserves trouble: near the new year or the Spring Festival, with due
// days close together, a service that is down at times, and people who act now and then.
func randomLife(seed uint64, a almanac) life {
	rnd := rand.New(rand.NewPCG(seed, 0))
	pick := func(n int) int { return rnd.IntN(n) }
	l := life{rules: DefaultRules()}
	if pick(3) == 0 {
		l.rules.Remind = [][]int{nil, {1}, {3, 10}, {1, 2, 3, 4, 5}, {7, 3, 1}}[pick(5)]
		l.rules.RectifyDays, l.rules.ReplyDays, l.rules.GraceDays = 1+pick(7), 1+pick(7), 1+pick(3)
		l.rules.LeaderDays, l.rules.DispatchDays, l.rules.ReceiptDays = 1+pick(7), 1+pick(7), 1+pick(4)
		l.rules.Scope = []Scope{SameKindOnProject, AnyOnProject, AnyOfUnit}[pick(3)]
		l.rules.List = pick(3) > 0
		l.rules.LookBack = []LookBack{ThisYear, "10d", "1m"}[pick(3)]
		l.rules.ContestDays = 1 + pick(9)
	}
	from := []int{25, 45, 60, 85, 95, 140, 300}[pick(7)] + pick(14)
	length := 12 + pick(40)
	for range 1 + pick(4) {
		w := owed{
			kind: []Kind{Milestone, Milestone, Problem, Filing, Reply, Assignment, Return, Duty, Lead, Element}[pick(10)], project: ProjectID(1 + pick(2)),
			unit: UnitID(pick(3)), due: a.days[from-3+pick(min(length, 30))], since: a.days[from],
		}
		if pick(6) == 0 {
			w.project = 0
		}
		if pick(5) == 0 {
			w.since = a.days[from+pick(length)]
		}
		l.owed = append(l.owed, w)
	}
	down := 0
	for d := from; d < from+length; d++ {
		if pick(25) == 0 {
			down = 1 + pick(9)
		}
		l.events = append(l.events, randomActs(rnd, l, a, d)...)
		if down > 0 {
			down--
			continue
		}
		l.events = append(l.events, event{day: a.days[d], act: "sweep"})
		l.events = append(l.events, randomActs(rnd, l, a, d)...)
		if pick(8) == 0 {
			l.events = append(l.events, event{day: a.days[d], act: "sweep"})
		}
	}
	return l
}

// randomActs is what people do in half a day; mostly nothing.
func randomActs(rnd *rand.Rand, l life, a almanac, d int) []event {
	var out []event
	for rnd.IntN(4) == 0 {
		e := event{day: a.days[d], who: rnd.IntN(len(l.owed)) * perOwed}
		if rnd.IntN(6) == 0 {
			e.who++ // the reply to its first order
		}
		switch n := rnd.IntN(100); {
		case n < 15:
			e.act = "done"
		case n < 27:
			e.act = "sendback"
		case n < 32:
			e.act = "contest"
		case n < 35:
			e.act = "lift"
		case n < 36:
			e.act = "uphold"
		case n < 40:
			e.act = "reopen"
		case n < 47:
			e.act = "accept"
		case n < 50:
			e.act = "self-accept"
		case n < 64:
			e.act, e.to = "ask", a.days[d-2+rnd.IntN(14)]
		case n < 78:
			e.act = "grant"
		case n < 80:
			e.act = "deny"
		case n < 84:
			e.act = "waive"
		case n < 86:
			e.act = "cancel"
		case n < 90:
			e.act, e.unit = "hand", UnitID(rnd.IntN(3))
		case n < 92:
			e.act = "takeover"
		case n < 93:
			e.act = []string{"handup", "receive", "takeover"}[rnd.IntN(3)]
		case n < 94:
			e.act = "refuse"
		default:
			e.who = 1 + rnd.IntN(2)
			e.act = []string{"suspend", "resume", "report", "withdraw"}[rnd.IntN(4)]
		}
		out = append(out, e)
	}
	return out
}

// shrink takes away what the failure does not need: events, then commitments without any.
func shrink(l life, fails func(life) bool) life {
	for again := true; again; {
		again = false
		for i := len(l.events) - 1; i >= 0; i-- {
			less := l
			less.events = slices.Delete(slices.Clone(l.events), i, i+1)
			if fails(less) {
				l, again = less, true
			}
		}
		for i := len(l.owed) - 1; i >= 0 && len(l.owed) > 1; i-- {
			if less := without(l, i); fails(less) {
				l, again = less, true
			}
		}
	}
	return l
}

// without takes one commitment and all that happens to it out of a life.
func without(l life, gone int) life {
	less := life{rules: l.rules, owed: slices.Delete(slices.Clone(l.owed), gone, gone+1)}
	for _, e := range l.events {
		switch {
		case e.act == "sweep", e.act == "suspend", e.act == "resume", e.act == "report", e.act == "withdraw":
		case e.who/perOwed == gone:
			continue
		case e.who/perOwed > gone:
			e.who -= perOwed
		}
		less.events = append(less.events, e)
	}
	return less
}
