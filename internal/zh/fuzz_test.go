package zh_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"duban/internal/zh"
)

var odd = []string{
	"", "65%", "六成五", "百分之七十二点五", "1.2亿", "三千万", "一亿二", "3个工作日内", "“十一”前", "下周五能好", "2月30日", "九千九百九十九万九千九百九十九亿",
	"\x00\xff\u202e56%\u202c", "👍👍🏽", strings.Repeat("一", 300), strings.Repeat("9", 400), strings.Repeat("下", 200) + "周五", "４月１日前", "99999999天内", "１2.3.4%", "点点点五", "十点十",
}

// spanned reports whether the span lies within s and cuts no character in two.
func spanned(s string, at zh.Span) bool {
	return 0 <= at.Start && at.Start < at.End && at.End <= len(s) && (!utf8.ValidString(s) || utf8.ValidString(s[at.Start:at.End]))
}

// Whatever stands there, a deadline is a day of the calendar or says that it is none.
func FuzzDeadline(f *testing.F) {
	for _, s := range odd {
		f.Add(s, uint16(65))
	}
	f.Fuzz(func(t *testing.T, s string, n uint16) {
		if len(s) > 10_000 {
			return
		}
		today := zh.YMD{Year: 2026, Month: int(n)%12 + 1, Day: int(n)%28 + 1}
		d, ok := zh.Deadline(s, today, office{})
		switch {
		case !ok:
		case !spanned(s, d.Span):
			t.Fatalf("%q: %v", s, d.Span)
		case d.Unannounced == "" && !d.Impossible && (d.Month < 1 || d.Month > 12 || d.Day < 1 || d.Day > 31 || d.Year < 1900):
			t.Fatalf("%q is %v", s, d.YMD)
		case len(d.Choices) == 1:
			t.Fatalf("%q leaves a choice of one", s)
		}
	})
}

// Whatever stands there, an amount and a share are found within it and end in time.
func FuzzAmounts(f *testing.F) {
	for _, s := range odd {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) > 10_000 {
			return
		}
		if a, ok := zh.Money(s); ok && !spanned(s, a.Span) {
			t.Fatalf("money in %q: %v", s, a.Span)
		}
		if p, ok := zh.Percent(s); ok && !spanned(s, p.Span) {
			t.Fatalf("share in %q: %v", s, p.Span)
		}
		if n, rest, ok := zh.Number(s); ok && len(rest) >= len(s) {
			t.Fatalf("number %v of %q took nothing", n, s)
		}
	})
}
