package sandbox

import (
	"regexp"
	"strings"
)

// hashes are other ones each time, for the platforms' numbers are.
var hashes = regexp.MustCompile(`\b[0-9a-f]{64}\b`)

// arrows say what became of a message: it came, was changed, was taken back.
var arrows = map[Change]string{Fresh: " <- ", Changed: " <~ ", Recalled: " <x "}

// Lines shows messages as a story records them: who, title, rows, questions, mentions, buttons.
func (w *World) Lines(news []Seen) []string {
	var out []string
	for _, m := range news {
		to := m.Group
		if to == "" {
			to = strings.Join(m.People, "、") + "(" + m.Platform + ")"
		} else if len(m.For) > 0 {
			to += "[" + strings.Join(m.For, " ") + "]"
		}
		var rows []string
		if m.Text != "" {
			rows = strings.Split(hashes.ReplaceAllString(m.Text, "（64位存证码）"), "\n")
		}
		title := m.Title
		if len(rows) > 0 && (title == "" || m.Card == nil && strings.Contains(rows[0], title)) {
			title, rows = rows[0], rows[1:]
		}
		out = append(out, m.At.Format("01-02 15:04 ")+to+arrows[m.Change]+strings.Trim(title, "#* "))
		if m.Change == Recalled {
			continue
		}
		if m.Card != nil {
			out = append(out, m.Card.lines()...)
		} else {
			for _, r := range rows {
				out = append(out, "  | "+r)
			}
		}
		if len(m.Ring) > 0 {
			out = append(out, "  @ "+strings.Join(m.Ring, " "))
		}
		for _, b := range m.Buttons {
			if m.Card == nil || b.Label != m.Card.Dead {
				out = append(out, "  + "+b.Label)
			}
		}
	}
	return out
}
