package chat

import (
	"fmt"
	"slices"
)

// Fit shortens the rows of m until text(m) has at most limit bytes. Rows go whole, from the end,
// and a line says how many were left out; Title and Foot always stay. render gives the final text.
// Where even no row fits, the rows are all left out: the caller's Title and Foot are short by house rule.
func Fit(m Message, limit int, render func(Message) string) string {
	if s := render(m); len(s) <= limit {
		return s
	}
	// Rows only ever shorten the text, so the number that fits is found by halving.
	lo, hi := 0, len(m.Rows)-1 // lo always taken, hi+1 known not to fit
	for lo < hi {
		mid := (lo + hi + 1) / 2
		if len(render(cut(m, mid))) <= limit {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return render(cut(m, lo))
}

// cut keeps the first n rows and says how many are missing.
func cut(m Message, n int) Message {
	left := len(m.Rows) - n
	m.Rows = append(slices.Clone(m.Rows[:n]), fmt.Sprintf("…… 另有 %d 行未列出，请打开台账查看。", left))
	return m
}
