package zh

import (
	"regexp"
	"strings"
	"time"
)

const week = `(?:个|個)?(?:周|週|星期|礼拜|禮拜)`

// weekForms are days of the week and the days around today.
var weekForms = []termForm{
	{regexp.MustCompile(`(?P<rel>下下|下|本|这|這)?` + week + `(?P<day>[一二三四五六日天1-6末])`), readWeekday},
	{regexp.MustCompile(`(?P<rel>下下|下|本|这|這)` + week + `(?:内|內|底|之内|以内)?`), readWeek},
	{regexp.MustCompile(`(?P<two>今明|明后|明後)(?:两天|兩天|两日|兩日|天|日)?`), readEither},
	{regexp.MustCompile(`(?P<in>大后天|大後天|今天之内|今天内|今日内|今晚|下班前|明早|明晚|明天)`), readAround},
}

// plus gives the day so much later, as the calendar goes on.
func (d YMD) plus(years, months, n int) YMD {
	y, m, day := time.Date(d.Year+years, time.Month(d.Month+months), d.Day+n, 0, 0, 0, 0, time.UTC).Date()
	return YMD{y, int(m), day}
}

// weekday gives 1 for Monday to 7 for Sunday.
func (d YMD) weekday() int {
	w := int(time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC).Weekday())
	return (w+6)%7 + 1
}

// weeksOn says how many weeks ahead a word points.
func weeksOn(rel string) int { return strings.Count(rel, "下") }

func readWeekday(part map[string]string, t *Term, c calendarOf) bool {
	rel, today := part["rel"], c.today.weekday()
	if rel == "" && partOfNumber(runeBefore(c.text, t.Start)) {
		return false // 一周一次
	}
	day := strings.Index("一二三四五六日", part["day"])/len("一") + 1
	switch part["day"] {
	case "天":
		day = 7
	case "末":
		day = 7
		if loc := before.FindStringIndex(c.text[t.End:]); loc != nil {
			day = 5
		}
	case "1", "2", "3", "4", "5", "6":
		day = int(part["day"][0] - '0')
	}
	t.YMD = c.today.plus(0, 0, day-today+7*weeksOn(rel))
	switch {
	case rel != "":
	case day == today:
		t.Choices = []YMD{t.YMD, t.plus(0, 0, 7)}
	case day < today:
		t.YMD = t.plus(0, 0, 7)
	}
	return true
}

// readWeek takes a week for its last working day.
func readWeek(part map[string]string, t *Term, c calendarOf) bool {
	monday := c.today.plus(0, 0, 1-c.today.weekday()+7*weeksOn(part["rel"]))
	t.YMD = monday.plus(0, 0, 4)
	for i := 6; i >= 0; i-- {
		if d := monday.plus(0, 0, i); c.Worked(d) {
			t.YMD = d
			break
		}
	}
	return true
}

func readEither(part map[string]string, t *Term, c calendarOf) bool {
	first := 1
	if part["two"] == "今明" {
		first = 0
	}
	t.Choices = []YMD{c.today.plus(0, 0, first), c.today.plus(0, 0, first+1)}
	return true
}

func readAround(part map[string]string, t *Term, c calendarOf) bool {
	days := 0
	switch {
	case strings.HasPrefix(part["in"], "大"):
		days = 3
	case strings.HasPrefix(part["in"], "明"):
		days = 1
	}
	t.YMD = c.today.plus(0, 0, days)
	return true
}
