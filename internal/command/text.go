package command

import (
	"sort"
	"unicode"
	"unicode/utf8"

	"duban/internal/zh"
)

// script is a message under the reader's eyes: folded for comparing, with the way back to what was typed.
type script struct {
	raw    string
	s      string // folded
	origin []int  // of each byte of s in raw
	marks  []mark
	begins int  // in s: where the words begin, behind a mention and the verb
	ours   bool // it begins with a verb
}

// mark is one letter or digit of the folded text, in lower case; all else lies in the gaps.
type mark struct {
	r       rune
	at, end int  // in s
	gap     bool // something that is no letter stands before it
}

func newScript(f *zh.Folder, raw string) script {
	s, origin := f.FoldSpans(raw)
	x := script{raw: raw, s: s, origin: origin}
	gap := true
	for i, r := range s {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			gap = true
			continue
		}
		x.marks = append(x.marks, mark{unicode.ToLower(r), i, i + utf8.RuneLen(r), gap})
		gap = false
	}
	return x
}

// typed gives what was typed for s[from:to].
func (x script) typed(from, to int) string { return x.raw[x.origin[from]:x.origin[to]] }

// first gives the index of the first mark at or after the offset.
func (x script) first(offset int) int {
	return sort.Search(len(x.marks), func(i int) bool { return x.marks[i].at >= offset })
}

func key(ms []mark) string {
	out := make([]rune, len(ms))
	for i, m := range ms {
		out[i] = m.r
	}
	return string(out)
}

// latin reports whether r is one of the letters and digits codes and pinyin are written in.
func latin(r rune) bool { return r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
