package command

import (
	"regexp"
	"slices"
	"strings"

	"duban/internal/ledger"
	"duban/internal/zh"
)

// scope says which projects may be found where somebody speaks. What is outside of it is as unknown
// as what does not exist.
type scope struct {
	*names
	sees func(project int) bool
	near func(project int) bool // those the group may see; nil in private
	sole int                    // the project meant when none is named, -1 for none
}

// pick is what the finder made of a message: one project, or some to ask about, or none.
type pick struct {
	id      ledger.ProjectID   // 0: not one
	options []ledger.ProjectID // to be asked about
	named   bool               // the message names it; else it is the one of the place
	spans   []zh.Span          // where, in the folded text
	heard   string             // what looks like a name and is none
	grade   grade
}

// grade says how well a hit is founded.
type grade int

const (
	likely grade = iota + 1 // to be asked about
	part                    // an unambiguous part, a slip of the keyboard, a spelling
	exact
)

type hit struct {
	project    int
	start, end int // marks
	grade      grade
}

// find looks for the project from the mark on. values are spans that hold figures and name nothing.
func (sc scope) find(x script, from int, values []zh.Span) pick {
	hits := sc.widened(x, from, values, sc.whole(x, from))
	if len(hits) == 0 {
		hits = sc.alike(x, from)
	}
	if len(hits) == 0 {
		hits = sc.pieces(x, from, values)
	}
	if len(hits) == 0 && len(values) > 0 {
		hits = sc.counted(x, from)
	}
	p := sc.settle(x, hits)
	if p.id == 0 && len(p.options) == 0 {
		p.heard = sc.stranger(x, from, values)
	}
	if sc.sole < 0 {
		return p
	}
	sole := sc.projects[sc.sole].ID
	switch {
	case p.id == 0 && len(p.options) == 0 && p.heard == "":
		return pick{id: sole}
	case p.id != 0 && p.id != sole && p.grade < exact:
		// A piece of a word is too little to leave the place's own project for another.
		return pick{options: []ledger.ProjectID{sole, p.id}, spans: p.spans}
	}
	return p
}

// counted finds at the head a part of a name that holds a number: 三成路 64%. Nothing less than an
// unambiguous part will do, for it takes what looks like a figure.
func (sc scope) counted(x script, from int) []hit {
	segs := segments(x, from, nil)
	if len(segs) == 0 || segs[0].start != from || segs[0].end-segs[0].start > maxSegment || latin(x.marks[from].r) {
		return nil
	}
	head := segs[0]
	return slices.DeleteFunc(sc.parts(head, x.marks[head.start:head.end]), func(h hit) bool { return h.grade < part })
}

// whole finds names, codes and aliases written out.
func (sc scope) whole(x script, from int) []hit {
	var hits []hit
	ms := x.marks
	for i := from; i+1 < len(ms); i++ {
		for _, id := range sc.heads[pair{ms[i].r, ms[i+1].r}] {
			c := &sc.calls[id]
			end := i + len(c.key)
			if end <= len(ms) && sc.sees(c.project) && sameRunes(c.key, ms[i:end]) && bounded(ms, i, end) {
				hits = append(hits, hit{c.project, i, end, exact})
			}
		}
	}
	return append(hits, sc.shortCodes(x, from)...)
}

// widened looks at hits that are only a piece of what somebody wrote in one go: 天元物流 is a part of
// another name than 天元, and 城南污水厂 a fuller one than 污水厂.
func (sc scope) widened(x script, from int, values []zh.Span, hits []hit) []hit {
	if len(hits) == 0 {
		return nil
	}
	for _, seg := range segments(x, from, values) {
		inside := func(h hit) bool {
			return h.start >= seg.start && h.end <= seg.end && h.end-h.start < seg.end-seg.start
		}
		all := slices.ContainsFunc(hits, func(h hit) bool { return h.start <= seg.start && h.end >= seg.end })
		if all || !slices.ContainsFunc(hits, inside) || seg.end-seg.start > maxSegment {
			continue
		}
		wider := slices.DeleteFunc(sc.parts(seg, x.marks[seg.start:seg.end]), func(h hit) bool { return h.grade < part })
		if len(wider) == 0 {
			continue
		}
		hits = slices.DeleteFunc(hits, inside)
		for _, h := range wider {
			h.grade = exact
			hits = append(hits, h)
		}
	}
	return hits
}

// shortCodes finds P12 where the code is P012.
func (sc scope) shortCodes(x script, from int) []hit {
	var hits []hit
	for i := from; i < len(x.marks); {
		end := i + 1
		for end < len(x.marks) && latin(x.marks[end].r) && !x.marks[end].gap {
			end++
		}
		if letters, number, ok := codeLike(key(x.marks[i:end])); ok && bounded(x.marks, i, end) {
			if p, ok := sc.codes[letters+number]; ok && sc.sees(p) {
				hits = append(hits, hit{p, i, end, exact})
			}
		}
		i = end
	}
	return hits
}

// alike finds whole names written with other characters of the same sound.
func (sc scope) alike(x script, from int) []hit {
	ms := x.marks
	heard := make([]sound, len(ms))
	for i := from; i < len(ms); i++ {
		heard[i] = sc.heard(ms[i].r)
	}
	var hits []hit
	for i := from; i+1 < len(ms); i++ {
		for _, id := range sc.tones[pair{rune(heard[i]), rune(heard[i+1])}] {
			c := &sc.calls[id]
			end := i + len(c.sounds)
			if len(c.sounds) >= 3 && end <= len(ms) && slices.Equal(c.sounds, heard[i:end]) && sc.sees(c.project) && bounded(ms, i, end) {
				hits = append(hits, hit{c.project, i, end, part})
			}
		}
	}
	return hits
}

// settle makes one pick of the hits: the longest names, if they agree.
func (sc scope) settle(x script, hits []hit) pick {
	hits = longest(x, hits)
	best := grade(0)
	for _, h := range hits {
		best = max(best, h.grade)
	}
	p := pick{grade: best}
	sure := best > likely
	for _, h := range hits {
		if h.grade != best {
			continue
		}
		if id := sc.projects[h.project].ID; !slices.Contains(p.options, id) {
			p.options = append(p.options, id)
		}
		sure = sure && !goesOn(x, h)
		p.spans = append(p.spans, sc.cut(x, h))
	}
	if len(p.options) > 1 && sc.near != nil {
		if near := slices.DeleteFunc(slices.Clone(p.options), func(id ledger.ProjectID) bool { return !sc.near(sc.index[id]) }); len(near) > 0 {
			p.options = near
		}
	}
	if len(p.options) == 1 && sure {
		p.id, p.options, p.named = p.options[0], nil, true
	}
	return p
}

// longest drops hits that lie inside longer ones, unless the longer runs over a gap the shorter ends
// at: "华兴 二期封顶" may be the second stage of one project or the project of that name.
func longest(x script, hits []hit) []hit {
	return slices.DeleteFunc(slices.Clone(hits), func(a hit) bool {
		return slices.ContainsFunc(hits, func(b hit) bool {
			if b.grade < a.grade || b.end-b.start <= a.end-a.start || a.start < b.start || a.end > b.end {
				return false
			}
			return a.project == b.project || a.start != b.start || !x.marks[a.end].gap
		})
	})
}

// continued is what makes another project of a name when it follows it.
var continued = regexp.MustCompile(`^[项目工程的 ]*(?:第?[一二三四五六七八九十0-9a-zA-Z]{1,3}(?:期|区|标|号地|地块|段)|[东南西北新老](?:区|段|厂|园|院|延|站)|分(?:厂|公司|院|校)|扩建|延伸)`)

// goesOn reports whether the name goes on behind the hit with what tells projects apart.
func goesOn(x script, h hit) bool { return continued.MatchString(x.s[x.marks[h.end-1].end:]) }

// cut gives the span of a mention with the 项目 or 工程 behind it.
func (sc scope) cut(x script, h hit) zh.Span {
	at := zh.Span{Start: x.marks[h.start].at, End: x.marks[h.end-1].end}
	rest := x.s[at.End:]
	switch {
	case strings.HasPrefix(rest, "项目"):
		at.End += len("项目")
	case strings.HasPrefix(rest, "工程") && (len(rest) == len("工程") || strings.ContainsAny(rest[len("工程"):][:1], " ,:;0123456789")):
		at.End += len("工程")
	}
	return at
}

func sameRunes(k []rune, ms []mark) bool {
	for i, r := range k {
		if ms[i].r != r {
			return false
		}
	}
	return true
}

// bounded refuses a hit that is a piece of a longer code or Latin word.
func bounded(ms []mark, start, end int) bool {
	if start > 0 && latin(ms[start].r) && latin(ms[start-1].r) && !ms[start].gap {
		return false
	}
	return end >= len(ms) || !latin(ms[end-1].r) || !latin(ms[end].r) || ms[end].gap
}
