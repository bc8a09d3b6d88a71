package zh

import (
	"regexp"
	"strings"
	"time"
)

// YMD is a date of the calendar.
type YMD struct{ Year, Month, Day int }

// before reports whether d is earlier than other.
func (d YMD) before(other YMD) bool {
	return d.Year*10_000+d.Month*100+d.Day < other.Year*10_000+other.Month*100+other.Day
}

// exists reports whether there is such a day in the calendar, from 1900 on.
func (d YMD) exists() bool {
	return d.Year >= 1900 && d.Year <= 9999 && d.Month >= 1 && d.Month <= 12 && d.Day >= 1 && d.Day <= lastOf(d.Year, d.Month)
}

// Found is a date as somebody wrote it.
type Found struct {
	YMD
	// Impossible marks a date that is none (2月30日, 13月5日): YMD is as written, ask.
	Impossible bool
	// Rolled marks a date written without its year whose day this year is over, so that next year's
	// was taken; or, of something that has happened, last year's. Say the year when echoing it.
	Rolled bool
	// Until marks a term (3月5日前, 月底之前), the day itself included. The span holds the 前 too.
	Until bool
	Span
}

// form is one way to write a date: which part of the match is what.
type form struct {
	re   *regexp.Regexp
	read func(part map[string]string, f *Found, r reader)
}

// reader is what a date depends on beside its own words.
type reader struct {
	today YMD
	text  string
	at    Span // the words of the date in text
}

const (
	arabic = `[0-9０-９]`
	one2   = `(?:` + arabic + `{1,2}|[一二三四五六七八九十]{1,3})`
	dayEnd = `(?:日|号|號)`
)

// forms in order of preference where two begin at one place.
var forms = []form{
	{regexp.MustCompile(`(?P<y>` + arabic + `{4}|[一二][〇零一二三四五六七八九]{3})(?:[-－/／.．]|年)(?P<m>` + one2 + `)(?:[-－/／.．]|月(?:份)?)(?P<d>` + one2 + `)` + dayEnd + `?`), readFull},
	{regexp.MustCompile(`(?:(?P<y>` + arabic + `{4}|` + arabic + `{2}|今|本|明|去|当|當)年(?:的)?)?(?P<m>` + one2 + `)月(?:份)?(?:(?P<d>` + one2 + `)` + dayEnd + `|(?P<end>底|末))`), readMonthDay},
	{regexp.MustCompile(`(?:(?P<rel>本|这个|這個|当|當|下个|下個|下|上个|上個|上)月)(?:份)?(?:(?P<d>` + one2 + `)` + dayEnd + `|(?P<end>底|末))`), readRelativeMonth},
	{regexp.MustCompile(`(?P<end>月底|月末)`), readRelativeMonth},
	{regexp.MustCompile(`(?P<y>` + arabic + `{4}|今|本|明|去)?年(?:底|末)`), readYearEnd},
	{regexp.MustCompile(`(?P<word>今天|今日|明天|明日|后天|後天|昨天|昨日)`), readWord},
	{regexp.MustCompile(`(?P<m>` + arabic + `{1,2})[/／](?P<d>` + arabic + `{1,2})`), readSlash},
}

// Date finds the first date in s: 2026-03-05, 2026年3月5日, 3月5日, 三月五号, 3/5, 3月底, 本月15日, 月底, 明年底,
// 今天, 明天. A date without its year is the next one from today on, or the last one up to today if
// its clause tells of something past (已, 了). 每月底 and 3月 alone are no dates.
func Date(s string, today YMD) (f Found, ok bool) {
	for _, form := range forms {
		if g, found := form.first(s, today); found && (!ok || g.Start < f.Start) {
			f, ok = g, true
		}
	}
	return f, ok
}

func (form form) first(s string, today YMD) (Found, bool) {
	for at := 0; at < len(s); {
		m := form.re.FindStringSubmatchIndex(s[at:])
		if m == nil {
			return Found{}, false
		}
		f := Found{Span: Span{at + m[0], at + m[1]}}
		part := map[string]string{}
		for i, name := range form.re.SubexpNames() {
			if name != "" && m[2*i] >= 0 {
				part[name] = s[at+m[2*i] : at+m[2*i+1]]
			}
		}
		at = f.End
		if !standsAlone(s, f.Span) {
			continue
		}
		form.read(part, &f, reader{today: today, text: s, at: f.Span})
		if f.YMD == (YMD{}) {
			continue
		}
		f.Impossible = !f.exists()
		if end, until := hasAny(s, f.End, "之前", "以前", "前"); until {
			f.Until, f.End = true, end
		}
		return f, true
	}
	return Found{}, false
}

// standsAlone refuses what is a piece of something longer: 12026-03-05, 1/3/5, 每月底.
func standsAlone(s string, at Span) bool {
	before := runeBefore(s, at.Start)
	after, _ := runeAt(s, at.End)
	if before == '每' || before == '各' {
		return false
	}
	first, _ := runeAt(s, at.Start)
	last := runeBefore(s, at.End)
	return !(partOfNumber(before) && (digit(first) || chineseAt(s, at.Start))) && !(digit(last) && (digit(after) || after == '/' || after == '%'))
}

func digit(r rune) bool {
	_, ok := arabicDigit(r)
	return ok
}

func partOfNumber(r rune) bool {
	_, chinese := chineseDigit(r)
	return digit(r) || chinese || r == '十' || r == '/' || r == '.'
}

func readFull(part map[string]string, f *Found, _ reader) {
	f.YMD = YMD{whole(part["y"]), whole(part["m"]), whole(part["d"])}
}

func readMonthDay(part map[string]string, f *Found, r reader) {
	month, day := whole(part["m"]), whole(part["d"])
	year, given := yearOf(part["y"], r.today)
	at := func(year int) YMD {
		if part["end"] != "" {
			return YMD{year, month, lastOf(year, month)}
		}
		return YMD{year, month, day}
	}
	if f.YMD = at(year); given {
		return
	}
	switch past := r.tellsPast(); {
	case past && r.today.before(f.YMD):
		f.YMD, f.Rolled = at(year-1), true
	case !past && f.before(r.today):
		f.YMD, f.Rolled = at(year+1), true
	}
}

func readRelativeMonth(part map[string]string, f *Found, r reader) {
	shift := 0
	switch {
	case strings.HasPrefix(part["rel"], "下"):
		shift = 1
	case strings.HasPrefix(part["rel"], "上"):
		shift = -1
	}
	y, m, _ := time.Date(r.today.Year, time.Month(r.today.Month+shift), 1, 0, 0, 0, 0, time.UTC).Date()
	f.YMD = YMD{y, int(m), whole(part["d"])}
	if part["end"] != "" {
		f.Day = lastOf(f.Year, f.Month)
	}
}

func readYearEnd(part map[string]string, f *Found, r reader) {
	year, _ := yearOf(part["y"], r.today)
	f.YMD = YMD{year, 12, 31}
}

func readWord(part map[string]string, f *Found, r reader) {
	days := map[string]int{"明": 1, "后": 2, "後": 2, "昨": -1}[part["word"][:len("今")]]
	y, m, d := time.Date(r.today.Year, time.Month(r.today.Month), r.today.Day+days, 0, 0, 0, 0, time.UTC).Date()
	f.YMD = YMD{y, int(m), d}
}

// readSlash takes 3/5 only if it can be a date: 13/45 counts something.
func readSlash(part map[string]string, f *Found, r reader) {
	month, day := whole(part["m"]), whole(part["d"])
	if leap := (YMD{2024, month, day}); leap.exists() {
		readMonthDay(part, f, r)
	}
}

// yearOf reads the year in front of a date; given is false if there was none.
func yearOf(s string, today YMD) (year int, given bool) {
	switch s {
	case "":
		return today.Year, false
	case "今", "本", "当", "當":
		return today.Year, true
	case "明":
		return today.Year + 1, true
	case "去":
		return today.Year - 1, true
	}
	if year = whole(s); year < 100 {
		year += 2000
	}
	return year, true
}

// whole gives the value of one to four numerals, "" being 0. 三十一 is 31, 二〇二六 is 2026.
func whole(s string) int {
	n, _, ok := Number(s)
	if !ok {
		return 0
	}
	return int(n.Value / one)
}

// tellsPast reports whether the clause around the date speaks of something done: 已于3月5日开工,
// 3月5日完成了.
func (r reader) tellsPast() bool {
	const stops = "，。；！？,;!?\n"
	before, after := r.text[:r.at.Start], r.text[r.at.End:]
	before = before[strings.LastIndexAny(before, stops)+1:]
	if end := strings.IndexAny(after, stops); end >= 0 {
		after = after[:end]
	}
	for _, done := range []string{"已", "了", "曾"} {
		if strings.Contains(before, done) || strings.Contains(after, done) {
			return true
		}
	}
	return false
}

// lastOf gives the last day of the month, 31 for a month there is not.
func lastOf(year, month int) int {
	if month < 1 || month > 12 {
		return 31
	}
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
