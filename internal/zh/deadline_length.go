package zh

import (
	"regexp"
	"strings"
)

// stretch is a length of time.
type stretch struct{ years, months, days, workdays int }

// after counts the stretch from the day; working days by the calendar. A month later than the 31st is
// the last day of a shorter month.
func (x stretch) after(d YMD, days Days) YMD {
	first := YMD{d.Year, d.Month, 1}.plus(x.years, x.months, 0)
	to := YMD{first.Year, first.Month, min(d.Day, lastOf(first.Year, first.Month))}.plus(0, 0, x.days)
	for n := x.workdays; n > 0; {
		if to = to.plus(0, 0, 1); days.Worked(to) {
			n--
		}
		if to.since(d) > 4*maxStretch {
			break
		}
	}
	return to
}

// since gives the days from other to d, roughly enough to stop a count: months have 31.
func (d YMD) since(other YMD) int {
	return (d.Year-other.Year)*372 + (d.Month-other.Month)*31 + d.Day - other.Day
}

// maxStretch is the longest count of days taken; more is no deadline.
const maxStretch = 4000

// units of a stretch, the longest word first.
const unitWords = `个工作日|個工作日|个工作天|工作日|工作天|个小时|個小時|小时|小時|个星期|個星期|个礼拜|星期|礼拜|周|週|个季度|個季度|季度|个半月|個半月|个月|個月|年半|年|天|日`

const count = `(?:` + arabic + `{1,4}|[一二两兩三四五六七八九十百]{1,5}|半个|半個|半)`

var lengthForms = []termForm{
	{regexp.MustCompile(`(?P<n>` + count + `)(?P<u>` + unitWords + `|月)(?P<tail>之内|以内|之後|之后|以後|以后|内|內|后|後)?`), readLength},
}

func readLength(part map[string]string, t *Term, c calendarOf) bool {
	n, u, tail := part["n"], part["u"], part["tail"]
	if partOfNumber(runeBefore(c.text, t.Start)) || runeBefore(c.text, t.Start) == '第' {
		return false
	}
	if u == "月" && !strings.HasPrefix(n, "半") {
		return false
	}
	if tail == "" && (u == "日" || u == "年" || u == "季度") {
		return false // 3日, 2026年 are no lengths
	}
	if tail == "" && strings.HasPrefix(u, "周") && nextIs(c.text, t.End, "一二三四五六日天年期边围") {
		return false
	}
	t.Length = tail == ""
	if two := []rune(n); len(two) == 2 && !strings.ContainsAny(n, "十百半个個") && chineseAt(n, 0) {
		a, okA := stretchOf(string(two[0]), u)
		b, okB := stretchOf(string(two[1]), u)
		t.Choices = []YMD{a.after(c.today, c), b.after(c.today, c)}
		t.Length = false
		return okA && okB && t.Choices[0].before(t.Choices[1])
	}
	x, ok := stretchOf(n, u)
	if !ok {
		return false
	}
	t.span = x
	t.YMD = x.after(c.today, c)
	return true
}

func nextIs(s string, at int, runes string) bool {
	r, size := runeAt(s, at)
	return size > 0 && strings.ContainsRune(runes, r)
}

// stretchOf gives the length of n units; false for one that is none or beyond reason.
func stretchOf(n, u string) (stretch, bool) {
	if strings.HasPrefix(n, "半") {
		switch {
		case strings.HasSuffix(u, "年"):
			return stretch{months: 6}, n == "半"
		case u == "月" || u == "个月" || u == "個月":
			return stretch{days: 15}, true
		case u == "天" || u == "日":
			return stretch{}, n == "半"
		}
		return stretch{}, false
	}
	v := whole(n)
	if v < 1 || v > maxStretch {
		return stretch{}, false
	}
	switch {
	case strings.Contains(u, "工作"):
		return stretch{workdays: v}, v <= 1000
	case strings.Contains(u, "小"):
		return stretch{days: (v + 23) / 24}, true
	case strings.Contains(u, "星期"), strings.Contains(u, "礼拜"), u == "周", u == "週":
		return stretch{days: 7 * v}, v <= maxStretch/7
	case strings.Contains(u, "季度"):
		return stretch{months: 3 * v}, v <= 100
	case strings.HasSuffix(u, "半月"):
		return stretch{months: v, days: 15}, v <= 100
	case strings.HasSuffix(u, "月"):
		return stretch{months: v}, v <= 100
	case u == "年半":
		return stretch{years: v, months: 6}, v <= 20
	case u == "年":
		return stretch{years: v}, v <= 20
	}
	return stretch{days: v}, true
}
