package command_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/store/storetest"
)

// What the reader must reach on the reference set, in hundredths of the lines.
const (
	rightOrAsked = 97
	rightAlone   = 95
)

// The reference set: sentences written down as officials say them, each the whole way through the
// house. A line is right when just what it says came of it; asked when something was to be written and
// the reader asked instead; wrong when anything else was written; missed otherwise.
func TestSpoken(t *testing.T) {
	c := clock.NewTurnable(thursday)
	h := newHouse(t, storetest.SQLite(t, c), c)
	table := rows(t, "spoken.tsv")
	if len(table) < 400 {
		t.Fatalf("only %d lines", len(table))
	}
	// No change is one only against a report of the period before: those lines are said a fortnight later.
	slices.SortStableFunc(table, func(a, b []string) int { return cmp.Compare(idle(a), idle(b)) })
	count := map[string]int{}
	for i, r := range table {
		if idle(r) > 0 && idle(table[max(i-1, 0)]) == 0 {
			for _, said := range []string{"报 P012 62%", "报 P028 62%", "报 P002 62%"} {
				h.tells(map[bool]string{true: "zhou", false: "wang"}[strings.Contains(said, "P002")], said)
			}
			c.Set(thursday.AddDate(0, 0, 14))
		}
		who, want := r[0], r[2]
		got := h.speaks(who, strings.Split(strings.ReplaceAll(r[1], "⏎", "\n"), " ⇒ "))
		verdict := judge(got, want)
		count[verdict]++
		if verdict != "right" {
			t.Logf("%-6s %s: %s\n         want %s\n         got  %s", verdict, who, r[1], want, got)
		}
	}
	n := len(table)
	sum := fmt.Sprintf("%d lines: %d right, %d asked, %d missed, %d wrong writes: %.1f %% right or asked, %.1f %% right",
		n, count["right"], count["asked"], count["missed"], count["wrong"],
		100*float64(count["right"]+count["asked"])/float64(n), 100*float64(count["right"])/float64(n))
	t.Log(sum)
	switch {
	case count["wrong"] > 0:
		t.Errorf("something was written that nobody said: %s", sum)
	case 100*(count["right"]+count["asked"]) < rightOrAsked*n, 100*count["right"] < rightAlone*n:
		t.Errorf("officials are not understood: %s", sum)
	}
}

// idle tells the lines of no change from the others.
func idle(row []string) int {
	if strings.HasPrefix(row[2], "same ") {
		return 1
	}
	return 0
}

// judge compares what came of a line with what must.
func judge(got, want string) string {
	act, isAct := strings.CutPrefix(want, "act ")
	asked := strings.HasPrefix(got, "ask ")
	wrote := strings.HasPrefix(got, "P0") || strings.HasPrefix(got, "same ") || strings.HasPrefix(got, "act ")
	switch {
	case got == want, isAct && strings.HasPrefix(got, "act "+act), want == "ask" && asked, want == "none" && !wrote:
		return "right"
	case wrote:
		return "wrong"
	case asked && (strings.HasPrefix(want, "P0") || strings.HasPrefix(want, "same ") || isAct):
		return "asked"
	}
	return "missed"
}

// speaks says the messages and gives what came of the last one, in the words of the table; then all is
// put back.
func (h *house) speaks(who string, said []string) string {
	h.Helper()
	first := len(h.updates())
	for _, s := range said[:len(said)-1] {
		h.tells(who, s)
	}
	before := h.standing()
	matters, err := h.store.OpenCommitments(h.Context(), h.d)
	h.ok(err)
	answers := h.tells(who, said[len(said)-1])
	var wrote []string
	for _, u := range h.standing() {
		if !slices.ContainsFunc(before, func(b ledger.Update) bool { return b.ID == u.ID }) {
			wrote = append(wrote, told(h.code(u.ProjectID), u))
		}
	}
	got := strings.Join(wrote, "; ")
	if got == "" {
		now, err := h.store.OpenCommitments(h.Context(), h.d)
		h.ok(err)
		if got = h.answer(answers); !slices.Equal(versions(now), versions(matters)) || strings.HasPrefix(answers[0].Title, "已申请") {
			got = "act " + answers[0].Title
		}
	}
	name, _, _ := strings.Cut(who, "@")
	h.ok(h.desk.Act(h.Context(), func(a *desk.Acts) error {
		for _, place := range []string{"wecom:", "wecom:hx", "wecom:two"} {
			if err := a.Forget(h.people[name].ID, place); err != nil {
				return err
			}
		}
		all := h.updates()[first:]
		for _, u := range slices.Backward(all) {
			if u.WithdrawnAt.IsZero() {
				if _, _, err := a.Withdraw(a.By(u.PersonID), u.Receipt); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	return got
}

func versions(ms []ledger.Commitment) []int {
	var out []int
	for _, m := range ms {
		out = append(out, m.Version)
	}
	return out
}

// standing gives the reports that were not withdrawn.
func (h *house) standing() []ledger.Update {
	return slices.DeleteFunc(h.updates(), func(u ledger.Update) bool { return !u.WithdrawnAt.IsZero() })
}

// told words a report as the table does.
func told(code string, u ledger.Update) string {
	if u.NoChange {
		return "same " + code
	}
	return code + " " + figures(u.Progress, u.Invested)
}

// answer says of what kind the answer to a message was that wrote nothing.
func (h *house) answer(answers []heard) string {
	if len(answers) == 0 {
		return "silence"
	}
	got := h.read(answers[0], len(h.updates()))
	for _, asking := range []string{"which", "confirm", "sure", "refuse"} {
		if strings.HasPrefix(got, asking) {
			return "ask " + got
		}
	}
	return got
}
