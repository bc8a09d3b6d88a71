package command

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"duban/internal/zh"
)

func decode(s string) (rune, int) { return utf8.DecodeRuneInString(s) }

// trimmed are the characters that mean nothing at the ends of what somebody said.
const trimmed = " \t\r\n,，。.;；、:：!！-—~～=|/"

// without gives what was typed in s[from:], the spans left out, as one line of clauses.
func (x script) without(from int, spans []zh.Span) string {
	slices.SortFunc(spans, func(a, b zh.Span) int { return cmp.Compare(a.Start, b.Start) })
	var out []string
	keep := func(to int) {
		if to <= from {
			return
		}
		piece := strings.TrimFunc(x.typed(from, to), meaningless)
		if strings.Trim(piece, "的了,，。 ") != "" {
			out = append(out, strings.Join(strings.Fields(piece), " "))
		}
	}
	for _, at := range spans {
		keep(at.Start)
		from = max(from, at.End)
	}
	keep(len(x.s))
	return strings.Join(out, ",")
}

func meaningless(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(trimmed, r) }

// filler are words before a name that say nothing without it.
var filler = regexp.MustCompile(`(?:^|[ ,，。;；:：])(目前|现在|截至目前|截止目前|今天|我们|关于)$`)

// apartFrom gives the spans that stand at the beginning of a clause: what is left reads well without
// them. A name in the middle of a sentence stays in it.
func (x script) apartFrom(spans []zh.Span) []zh.Span {
	spans = slices.Clone(spans)
	for i, at := range spans {
		if m := filler.FindStringSubmatchIndex(x.s[:at.Start]); m != nil {
			spans[i].Start = m[2]
		}
	}
	return slices.DeleteFunc(spans, func(at zh.Span) bool {
		i := x.first(at.Start)
		return i > 0 && i < len(x.marks) && !x.marks[i].gap && x.marks[i].at != x.begins
	})
}
