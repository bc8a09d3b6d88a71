package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

// scripted is a life in words. The district is swept once every day from from to to, days off too,
// except where it is down.
//
//	owed  "a milestone p1 2026-03-05, b filing p0 u2 2026-03-09": names run a, b, c …; p1 and u1 if not said
//	acts  "2026-03-06 done a": before the day's sweep; "2026-03-06+ done a": after it
//	      "2026-02-25 down 3": no sweep for three days
//	want  every step with its strike, every strike without step, every act refused
//
// Dates of 2026 may leave the year out. "a!" is the reply to a's first order.
type scripted struct {
	name     string
	rules    func(*Rules)
	owed     string
	from, to string
	acts     string
	want     string
}

func TestScriptedLives(t *testing.T) {
	cal, a := statutory(t), newAlmanac()
	for _, tc := range scriptedLives {
		t.Run(tc.name, func(t *testing.T) {
			l := read(t, tc)
			var want strings.Builder
			for w := range strings.Lines(tc.want) {
				if w = strings.TrimSpace(w); w != "" {
					want.WriteString(w + "\n")
				}
			}
			for _, how := range []mode{{}, {alarm: true}, {times: 2}, {alarm: true, times: 1, together: true}} {
				got, err := run(l, cal, how)
				if err != nil {
					t.Fatalf("%+v: %v", how, err)
				}
				if lines(got) != want.String() {
					t.Fatalf("%+v: got\n%swant\n%s", how, lines(got), want.String())
				}
			}
			if got := lines(foretell(l, a)); got != want.String() {
				t.Errorf("the naive law gives\n%swant\n%s", got, want.String())
			}
		})
	}
}

// read makes a life of its script.
func read(t *testing.T, tc scripted) life {
	t.Helper()
	l := life{rules: DefaultRules()}
	if tc.rules != nil {
		tc.rules(&l.rules)
	}
	from, to := date(t, tc.from), date(t, tc.to)
	for i, text := range strings.Split(tc.owed, ",") {
		w := owed{project: 1, unit: 1, since: from}
		for n, word := range strings.Fields(text) {
			switch {
			case n == 0:
				if word != label(i*perOwed) {
					t.Fatalf("%q is not the %dth name", word, i+1)
				}
			case n == 1:
				w.kind = Kind(word)
			case word[0] == 'p':
				scan(t, word, "p%d", &w.project)
			case word[0] == 'u':
				scan(t, word, "u%d", &w.unit)
			default:
				w.due = date(t, word)
			}
		}
		l.owed = append(l.owed, w)
	}
	var early, late []event
	down := map[workday.Day]bool{}
	for text := range strings.Lines(tc.acts) {
		word := strings.Fields(text)
		if len(word) < 3 {
			continue
		}
		day, after := strings.CutSuffix(word[0], "+")
		e := event{day: date(t, day), act: word[1]}
		switch {
		case e.act == "down":
			n := 0
			scan(t, word[2], "%d", &n)
			for i := range n {
				down[e.day.AddDays(i)] = true
			}
			continue
		case word[2][0] == 'p':
			scan(t, word[2], "p%d", &e.who)
		default:
			e.who = int(word[2][0]-'a')*perOwed + strings.Count(word[2], "!")
		}
		switch {
		case len(word) > 3 && word[3][0] == 'u':
			scan(t, word[3], "u%d", &e.unit)
		case len(word) > 3:
			e.to = date(t, word[3])
		}
		if after {
			late = append(late, e)
		} else {
			early = append(early, e)
		}
	}
	for d := from; d <= to; d = d.AddDays(1) {
		l.events = append(l.events, of(early, d)...)
		if !down[d] {
			l.events = append(l.events, event{day: d, act: "sweep"})
		}
		l.events = append(l.events, of(late, d)...)
	}
	return l
}

func of(events []event, d workday.Day) []event {
	return slices.DeleteFunc(slices.Clone(events), func(e event) bool { return e.day != d })
}

func date(t *testing.T, s string) workday.Day {
	t.Helper()
	if len(s) == len("01-05") {
		s = "2026-" + s
	}
	d, err := workday.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func scan(t *testing.T, s, format string, into any) {
	t.Helper()
	if _, err := fmt.Sscanf(s, format, into); err != nil {
		t.Fatalf("%q: %v", s, err)
	}
}
