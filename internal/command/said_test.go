package command_test

import (
	"regexp"
	"strings"
	"testing"

	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/store/storetest"
)

// The reference table: every line goes the whole way, and what was written is compared, so that a
// wrong or unasked-for write shows wherever it happens.
func TestSaid(t *testing.T) {
	c := clock.NewTurnable(thursday)
	h := newHouse(t, storetest.SQLite(t, c), c)
	table := rows(t, "said.tsv")
	if len(table) < 120 {
		t.Fatalf("only %d lines", len(table))
	}
	for _, r := range table {
		who, said, want := r[0], r[1], r[2]
		got := h.outcome(who, said)
		if got != want && !(strings.HasPrefix(want, "refuse ") && strings.HasPrefix(got, "refuse ") && strings.Contains(got, want[len("refuse "):])) {
			t.Errorf("%s: %s\n  got  %s\n  want %s", who, said, got, want)
		}
	}
}

var number = regexp.MustCompile(`J[0-9]{4}`)

// outcome says what came of a message in the words of the table, and puts everything back.
func (h *house) outcome(who, said string) string {
	h.Helper()
	matters, err := h.store.OpenCommitments(h.Context(), h.d)
	h.ok(err)
	before := len(h.updates())
	answers := h.tells(who, said)
	if now, err := h.store.OpenCommitments(h.Context(), h.d); err != nil || len(now) != len(matters) {
		return "wrote a commitment"
	}
	if len(answers) == 0 {
		return "silence"
	}
	got := h.read(answers[0], before)
	name, _, _ := strings.Cut(who, "@")
	h.ok(h.desk.Act(h.Context(), func(a *desk.Acts) error {
		for _, place := range []string{"wecom:", "wecom:hx", "wecom:two"} {
			if err := a.Forget(h.people[name].ID, place); err != nil {
				return err
			}
		}
		if len(h.updates()) == before {
			return nil
		}
		_, _, err := a.Withdraw(a.By(h.people[name].ID), "")
		return err
	}))
	return got
}

func (h *house) read(a heard, before int) string {
	us := h.updates()
	title := a.Title
	if len(us) == before+1 {
		u := us[before]
		if !strings.HasPrefix(title, "已记录") {
			return "wrote and said " + title
		}
		return strings.TrimRight("report "+h.code(u.ProjectID)+" "+figures(u.Progress, u.Invested)+" "+u.Text, " ")
	}
	switch {
	case len(us) != before:
		return "wrote more than one report"
	case strings.HasPrefix(title, "请问是哪一项"), strings.HasPrefix(title, "请问是这一项"):
		return "which " + strings.Join(number.FindAllString(strings.Join(a.Rows, " "), -1), " ")
	case strings.HasPrefix(title, "请问是"):
		out := "which"
		for _, row := range a.Rows {
			name := row[strings.LastIndex(row, "（")+len("（"):]
			out += " " + strings.TrimSuffix(name, "）")
		}
		return out
	case strings.HasPrefix(title, "请核对："):
		return "confirm " + h.asked(title, a.Rows[0])
	case strings.HasPrefix(title, "请核对 "):
		return "sure"
	case strings.HasPrefix(title, "我的项目"):
		return "mine"
	case strings.HasPrefix(title, "逾期事项"), strings.HasPrefix(title, "目前没有逾期"):
		return "overdue"
	case strings.HasPrefix(title, "办理经过"):
		return "history"
	case strings.Contains(title, "您可以这样发"):
		return "help"
	case strings.HasPrefix(title, "抱歉，没有看懂"):
		return "lost"
	}
	for _, sign := range []ledger.Colour{ledger.Green, ledger.Yellow, ledger.Red, ledger.Blue, ledger.Grey} {
		if strings.HasPrefix(title, sign.Sign()) {
			return "show " + a.Rows[0][:4]
		}
	}
	return "refuse " + title
}

// asked reads a question back: which project and which figures it is about.
func (h *house) asked(title, row string) string {
	code := "?"
	for c, p := range h.projects {
		if title == "请核对："+p.Name {
			code = c
		}
	}
	progress, invested := "-", "-"
	if _, after, ok := strings.Cut(row, "总进度"); ok {
		progress = after[:strings.Index(after, "%")+1]
	}
	if _, after, ok := strings.Cut(row, "本年累计完成投资"); ok {
		invested = after[:strings.Index(after, "元")+len("元")]
	}
	return code + " " + progress + " " + invested
}

func figures(p *ledger.Percent, m *ledger.Money) string {
	progress, invested := "-", "-"
	if p != nil {
		progress = p.String()
	}
	if m != nil {
		invested = m.String()
	}
	return progress + " " + invested
}
