package command

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"duban/internal/ledger"
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

// introducing are words that may stand right before the name of the project a message is about.
var introducing = regexp.MustCompile(`^(?:目前|现在|现|今天|今日|本期|我们?的?|咱们?的?|关于|报告?|汇报|上报|更新|更正|补充|就是|是|将|兹|现|对|其中|项目|名称|负责的?|那个|这个|请|应该是|第?[0-9一二三四五六七八九十]{1,2})+$`)

// tucked reports whether a name stands inside a clause behind words that do not lead to it: 李局说华兴,
// 与云谷共用的电缆沟. It may be no more than mentioned.
func (x script) tucked(spans []zh.Span) bool {
	if len(spans) == 0 {
		return false
	}
	for _, at := range spans {
		i := x.first(at.Start)
		j := i
		for j > 0 && !x.marks[j].gap && x.marks[j-1].at >= x.begins {
			j--
		}
		if i >= len(x.marks) || i == j || introducing.MatchString(x.s[x.marks[j].at:x.marks[i].at]) || hasFigure(x.s[x.marks[j].at:x.marks[i].at]) {
			return false
		}
	}
	return true
}

// doubtPlace asks when a project is merely mentioned where another one is meant when none is named.
func (in *intent) doubtPlace(x script, sc scope) {
	if sc.sole < 0 || !in.project.named || !x.tucked(in.project.spans) {
		return
	}
	if sole := sc.projects[sc.sole].ID; sole != in.project.id {
		in.project = pick{options: []ledger.ProjectID{sole, in.project.id}, spans: in.project.spans}
	}
}

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
