// Package zh reads what officials write (floor 0): it folds scripts and widths, finds percentages,
// amounts of money, dates and deadlines in a sentence, and gives names their pinyin. It is pure, takes
// time in proportion to the text, imports nothing of the house, and must not know projects or people;
// of working days it knows what its caller's Days says.
//
// The finders take the message as it was typed (full width and traditional numerals included) and
// say where in it they found the value, so that the caller can cut it out of what the person wrote.
package zh

import (
	"strings"
	"unicode/utf8"
)

// Span is where something stands in the text that was handed in: byte offsets, End not included.
type Span struct{ Start, End int }

// runeAt gives the rune at i in half width, and its length in bytes; 0 and 0 at the end of s.
func runeAt(s string, i int) (rune, int) {
	if i >= len(s) {
		return 0, 0
	}
	r, size := utf8.DecodeRuneInString(s[i:])
	return narrow(r), size
}

// runeBefore gives the rune that ends at i in half width, 0 at the beginning of s.
func runeBefore(s string, i int) rune {
	if i <= 0 {
		return 0
	}
	r, _ := utf8.DecodeLastRuneInString(s[:i])
	return narrow(r)
}

// skipSpaces gives the offset after at most two blanks at i: "60 %" is one value, a wide gap is not.
func skipSpaces(s string, i int) int {
	for range 2 {
		if r, size := runeAt(s, i); r == ' ' {
			i += size
		}
	}
	return i
}

// hasAny reports whether one of the words stands at i, and gives the offset after it.
func hasAny(s string, i int, words ...string) (end int, ok bool) {
	for _, w := range words {
		if strings.HasPrefix(s[i:], w) {
			return i + len(w), true
		}
	}
	return i, false
}
