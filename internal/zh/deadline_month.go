package zh

import (
	"regexp"
	"strings"
)

const (
	spokenYear  = `(?:(?P<y>` + arabic + `{4}|今|本|明|后|後)年(?:的)?)?`
	spokenMonth = `(?:(?P<rel>本|这个|這個|当|當|下个|下個|下)月|(?P<m>` + one2 + `)月)(?:份)?`
	within      = `(?P<in>内|內|之内|以内)`
)

// monthForms are parts of months, quarters and years, and a day without its month.
var monthForms = []termForm{
	{regexp.MustCompile(spokenYear + spokenMonth + `(?P<part>上旬|中旬|下旬|初)`), readMonthPart},
	{regexp.MustCompile(`(?P<part>上旬|中旬|下旬|月初|月中)`), readMonthPart},
	{regexp.MustCompile(spokenYear + spokenMonth + within), readMonth},
	{regexp.MustCompile(`(?P<rel>下个|下個|下)月(?:份)?|(?P<m>` + one2 + `)月份|(?P<rel2>月)(?:内|內)`), readMonth},
	{regexp.MustCompile(spokenYear + `(?P<m>` + one2 + `)月(?:份)?(?P<front>之前|以前|前)`), readBeforeMonth},
	{regexp.MustCompile(`(?P<d>` + one2 + `)` + dayEnd), readDay},
	{regexp.MustCompile(spokenYear + `(?P<q>本|这个?|這個?|当|當|下个?|下個?|第?[一二三四1-4])?季度(?P<tail>末|底|内|內|之前|以前|前)?`), readQuarter},
	{regexp.MustCompile(spokenYear + `(?P<half>上半年|下半年|年中)(?:末|底)?`), readHalf},
	{regexp.MustCompile(`(?P<y>今|本|明|后|後)?年` + within), readYear},
}

// monthOf gives the year and month that were meant, and whether the year was said.
func (c calendarOf) monthOf(part map[string]string) (first YMD, given bool) {
	year, given := c.yearOf(part["y"])
	switch rel := part["rel"]; {
	case strings.HasPrefix(rel, "下"):
		return YMD{c.today.Year, c.today.Month, 1}.plus(0, 1, 0), true
	case part["m"] == "":
		return YMD{c.today.Year, c.today.Month, 1}, rel != ""
	}
	return YMD{year, whole(part["m"]), 1}, given
}

func (c calendarOf) yearOf(s string) (year int, given bool) {
	if s == "后" || s == "後" {
		return c.today.Year + 2, true
	}
	return yearOf(s, c.today)
}

// ahead moves a day whose year was not said to the next year when this year's is over.
func (t *Term) ahead(c calendarOf, given bool, years, months int, at func(first YMD) YMD, first YMD) {
	if t.YMD = at(first); !given && t.before(c.today) {
		t.YMD, t.Rolled = at(first.plus(years, months, 0)), years > 0
	}
}

func readMonthPart(part map[string]string, t *Term, c calendarOf) bool {
	first, given := c.monthOf(part)
	if first.Month < 1 || first.Month > 12 {
		return false
	}
	bare := part["m"] == "" && part["rel"] == ""
	if bare && strings.HasPrefix(part["part"], "月") && unitBefore(c.text, t.Start) {
		return false // 3月初 is read as a whole
	}
	years, months := 1, 0
	if bare {
		years, months = 0, 1
	}
	t.ahead(c, given, years, months, func(m YMD) YMD {
		switch part["part"] {
		case "上旬", "初", "月初":
			m.Day = 10
		case "月中":
			m.Day = 15
		case "中旬":
			m.Day = 20
		default:
			m.Day = lastOf(m.Year, m.Month)
		}
		return m
	}, first)
	return true
}

func unitBefore(s string, at int) bool {
	r := runeBefore(s, at)
	return partOfNumber(r) || strings.ContainsRune("个個本下当當这這几幾", r)
}

func monthEnd(m YMD) YMD { return YMD{m.Year, m.Month, lastOf(m.Year, m.Month)} }

func readMonth(part map[string]string, t *Term, c calendarOf) bool {
	if part["rel2"] != "" && unitBefore(c.text, t.Start) {
		return false // 三个月内
	}
	first, given := c.monthOf(part)
	if first.Month < 1 || first.Month > 12 {
		return false
	}
	t.ahead(c, given, 1, 0, monthEnd, first)
	return true
}

// readBeforeMonth asks: 4月前 is by the end of March to some and of April to others.
func readBeforeMonth(part map[string]string, t *Term, c calendarOf) bool {
	first, given := c.monthOf(part)
	if first.Month < 1 || first.Month > 12 {
		return false
	}
	t.ahead(c, given, 1, 0, monthEnd, first)
	first = YMD{t.Year, t.Month, 1}
	t.Until = true
	if eve := first.plus(0, 0, -1); !eve.before(c.today) {
		t.Choices = []YMD{eve, t.YMD}
	}
	return true
}

// dayTail is what may follow a day without its month: 15号前, 15号能好. A 3号楼 is none.
var dayTail = regexp.MustCompile(`^(?:之前|以前|前|能|可|完成|交|办|辦|搞定|到位|左右|下班|上午|下午|晚|[ ,，。;；、!！?？]|$)`)

func readDay(part map[string]string, t *Term, c calendarOf) bool {
	day := whole(part["d"])
	r := runeBefore(c.text, t.Start)
	if day < 1 || day > 31 || partOfNumber(r) || r == '月' || r == '年' || r == '第' || r == '-' || !dayTail.MatchString(c.text[t.End:]) {
		return false
	}
	t.YMD = YMD{c.today.Year, c.today.Month, day}
	if t.before(c.today) {
		next := YMD{c.today.Year, c.today.Month, 1}.plus(0, 1, 0)
		t.YMD = YMD{next.Year, next.Month, day}
	}
	t.Impossible = !t.exists()
	return true
}

func readQuarter(part map[string]string, t *Term, c calendarOf) bool {
	year, given := c.yearOf(part["y"])
	q, now := part["q"], (c.today.Month+2)/3
	if r := runeBefore(c.text, t.Start); q == "" && part["y"] == "" && (part["tail"] == "" || strings.ContainsRune("个個几幾", r)) {
		return false
	}
	n := now
	switch {
	case strings.HasPrefix(q, "下"):
		n, given = now+1, true
	case q != "" && !strings.ContainsAny(q, "本这這当當"):
		n = whole(strings.TrimPrefix(q, "第"))
	}
	t.ahead(c, given, 1, 0, monthEnd, YMD{year, 1, 1}.plus(0, 3*n-1, 0))
	if front := part["tail"]; strings.HasSuffix(front, "前") {
		t.Until = true
		first := YMD{t.Year, t.Month, 1}.plus(0, -2, 0)
		if eve := first.plus(0, 0, -1); !eve.before(c.today) {
			t.Choices = []YMD{eve, t.YMD}
		}
	}
	return true
}

func readHalf(part map[string]string, t *Term, c calendarOf) bool {
	year, given := c.yearOf(part["y"])
	month := 6
	if part["half"] == "下半年" {
		month = 12
	}
	t.ahead(c, given, 1, 0, monthEnd, YMD{year, month, 1})
	return true
}

func readYear(part map[string]string, t *Term, c calendarOf) bool {
	if r := runeBefore(c.text, t.Start); part["y"] == "" && (partOfNumber(r) || r == '半' || r == '几') {
		return false // 三年内
	}
	year, _ := c.yearOf(part["y"])
	t.YMD = YMD{year, 12, 31}
	return true
}
