package command

import (
	"regexp"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// maxReports is how many projects one message may report on.
const maxReports = 30

var (
	// numbered is what a line of a list begins with.
	numbered = regexp.MustCompile(`^(?:[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）、，．.]|[-*•·●★■▪◆①②③④⑤⑥⑦⑧⑨]+)[ ]*`)
	// preface is what may stand before a list and says nothing.
	preface = regexp.MustCompile(`^(?:各?位?领导们?好?|大家好|今[日天]|本[期周月日]|上报|填报|报送|报告|汇报|报|各|我?的?(?:几个|这几个|两个)?|我?负责的?|项目|进展|进度|情况|如下|一下|更新|的|现将|请审阅|更正|[0-9]+月[0-9]+[日号]|[0-9]+月|[上下]半月|[0-9]{1,2}[.、．)）]|[一二三四五六七八九十]{1,3}[、．)）]|[（(【《「#*•-]|[ ,，。:：;；、\n])*$`)
	// label begins a line that goes on with the project of the line before.
	label = regexp.MustCompile(`^(?:进度|进展|总进度|形象进度|完成投资|累计|本年|本月|本期|投资|固投|说明|备注|问题|存在|下一?步|下月|计划|困难|原因|情况)`)
)

// chunk is a stretch of a message that reports on one project.
type chunk struct {
	text   string
	folded string
	start  int              // in the folded text
	id     ledger.ProjectID // the project whose name it begins with, 0 for none that is surely known
	line   bool             // it begins a line
}

// several cuts a message that reports on more than one project into one piece a project. A piece begins
// with a name at the beginning of a line or of a clause; nil means that the message is to be read whole.
func (sc scope) several(x script) []chunk {
	hits := sc.whole(x, x.first(x.begins))
	if len(hits) == 0 && (sc.sole >= 0 || !strings.Contains(x.s, "\n")) {
		return nil
	}
	figures := spansOf(figuresIn(x.s))
	var parts []chunk
	for _, c := range clauses(x.s[x.begins:]) {
		start, line := x.begins+c.start, c.line
		id := sc.begins(x, start, hits)
		switch rest := x.s[start:]; {
		case id != 0 && (len(parts) == 0 || parts[len(parts)-1].id != id || line):
		case line && (len(parts) > 0 || sc.sole < 0) && id == 0 && !label.MatchString(rest) && hasFigure(firstLine(rest)) && sc.headed(x, start, figures) && !x.names(hits, start, len(firstLine(rest))):
		default:
			continue
		}
		parts = append(parts, chunk{start: start, id: id, line: line})
	}
	if len(parts) < 2 || !preface.MatchString(x.s[x.begins:parts[0].start]) {
		return nil
	}
	for i := range parts {
		end := len(x.s)
		if i+1 < len(parts) {
			end = parts[i+1].start
		}
		p := &parts[i]
		p.folded = strings.TrimRight(listEnd.ReplaceAllString(strings.TrimRight(x.s[p.start:end], trimmed), ""), trimmed)
		p.text = x.typed(p.start, p.start+len(p.folded))
		switch {
		case p.folded == "":
			return nil // a line of signs alone is no list
		case !p.line && i > 0 && !hasFigure(p.folded):
			return nil // 华兴65%，云谷那边也快了: no report on its own
		}
	}
	return parts
}

// names reports whether a name stands in the stretch of n bytes.
func (x script) names(hits []hit, start, n int) bool {
	return slices.ContainsFunc(hits, func(h hit) bool { at := x.marks[h.start].at; return at >= start && at < start+n })
}

// listEnd is the number of the next line of a list, left over at the end of a piece.
var listEnd = regexp.MustCompile(`[\n ,，。;；](?:[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,3})[)）、．.]|[-*•·●★■▪◆①②③④⑤⑥⑦⑧⑨]+|报送?|进度)?[ ]*[【《「#“"]*$`)

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// clause is where a clause begins, behind its number, its verb and brackets.
type clause struct {
	start int
	line  bool
}

func clauses(s string) []clause {
	var out []clause
	line := true
	for i := 0; i < len(s); {
		rest := s[i:]
		rest = rest[len(rest)-len(strings.TrimLeft(rest, " ")):]
		if n := len(numbered.FindString(rest)); n < len(rest) && (rest[n] < '0' || rest[n] > '9') {
			rest = rest[n:]
		}
		if line {
			rest = rest[len(again.FindString(rest)):]
		}
		rest = strings.TrimLeft(rest, " 【《「#“\"")
		out = append(out, clause{len(s) - len(rest), line})
		next := strings.IndexAny(s[i:], ":,，。;；\n")
		if next < 0 {
			break
		}
		_, size := decode(s[i+next:])
		line = s[i+next] == '\n'
		i += next + size
	}
	return out
}

// again is the verb a line of a list repeats.
var again = regexp.MustCompile(`^(?:报送?|上报|填报|进度|进展)[ :：,，]+`)

// begins gives the project whose whole name stands at the offset.
func (sc scope) begins(x script, at int, hits []hit) ledger.ProjectID {
	from := x.first(at)
	var here []hit
	for _, h := range hits {
		if h.start == from {
			here = append(here, h)
		}
	}
	if len(here) == 0 {
		return 0
	}
	return sc.settle(x, here).id
}

// headed reports whether a line begins with what may be a name: not with a figure, nor with news.
func (sc scope) headed(x script, at int, figures []zh.Span) bool {
	from := x.first(at)
	if from >= len(x.marks) {
		return false
	}
	next := x
	if end := strings.IndexByte(x.s[at:], '\n'); end >= 0 {
		next.marks = x.marks[:x.first(at+end)]
	}
	segs := segments(next, from, figures)
	return len(segs) > 0 && segs[0].start == from && !progressing.MatchString(key(x.marks[from:segs[0].end]))
}
