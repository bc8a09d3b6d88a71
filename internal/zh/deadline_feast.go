package zh

import (
	"regexp"
	"strconv"
	"strings"
)

// feastForms are terms set by holidays and meetings. A holiday's term is the last working day before
// its days off.
var feastForms = []termForm{
	{regexp.MustCompile(spokenYear + `[“"「『'‘]?(?P<feast>十一|国庆|國慶|春节|春節|过年|過年|五一|劳动节|勞動節|元旦|清明|端午|中秋)(?:节|節)?[”"」』'’]?(?:国庆|國慶|假期|长假|黄金周|节|節)?(?P<front>之前|以前|前)`), readFeast},
	{regexp.MustCompile(spokenYear + `[“"「『'‘]?(?P<fixed>七一|八一)[”"」』'’]?(?:之前|以前|前)`), readFixed},
	{regexp.MustCompile(`(?P<feast>年|节|節)前`), readFeast},
	{regexp.MustCompile(`(?:下一?(?:次|个|個|回|期)|下)(?:区里的?|区|县|市)?(?:的)?(?:双周|雙週|半月)?(?:项目|項目)?(?:推进|推進|调度|調度|例|双周推进|协调)会(?:议|議)?`), readMeeting},
	{regexp.MustCompile(`(?:下次|下期|下一次|下一期)(?:双周|半月)?通报`), readMeeting},
}

// feasts are the names of the statutory holidays as the notices write them.
var feasts = map[string]string{
	"十一": "国庆节", "国庆": "国庆节", "國慶": "国庆节", "春节": "春节", "春節": "春节", "过年": "春节", "過年": "春节", "年": "春节",
	"五一": "劳动节", "劳动节": "劳动节", "勞動節": "劳动节", "元旦": "元旦", "清明": "清明节", "端午": "端午节", "中秋": "中秋节",
}

func readFeast(part map[string]string, t *Term, c calendarOf) bool {
	r := runeBefore(c.text, t.Start)
	switch part["feast"] {
	case "年":
		if partOfNumber(r) || strings.ContainsRune("半今去明当几多往", r) && r != 0 {
			return false
		}
	case "节", "節":
		return readNextFeast(t, c)
	case "十一", "五一":
		if partOfNumber(r) {
			return false
		}
	}
	t.Until = true
	year, given := c.yearOf(part["y"])
	return t.eve(feasts[part["feast"]], year, given, c)
}

// eve sets the last working day before the holiday; the next one's when this year's is over.
func (t *Term) eve(name string, year int, given bool, c calendarOf) bool {
	for {
		first, ok := c.Holiday(name, year)
		if !ok {
			t.YMD, t.Rolled, t.Unannounced = YMD{}, false, strconv.Itoa(year)+"年"+name
			return true
		}
		d := first.plus(0, 0, -1)
		for i := 0; i < 30 && !c.Worked(d); i++ {
			d = d.plus(0, 0, -1)
		}
		if t.YMD = d; given || !d.before(c.today) {
			return true
		}
		year++
		given = true
		t.Rolled = true
	}
}

// readNextFeast takes 节前 for the next holiday there is.
func readNextFeast(t *Term, c calendarOf) bool {
	best := Term{}
	for _, name := range []string{"元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节"} {
		u := *t
		first, ok := c.Holiday(name, c.today.Year)
		if !ok || !c.today.before(first) {
			continue
		}
		if u.eve(name, c.today.Year, true, c); best.YMD == (YMD{}) || u.before(best.YMD) {
			best = u
		}
	}
	if best.YMD == (YMD{}) {
		return false
	}
	*t = best
	t.Until = true
	return true
}

func readFixed(part map[string]string, t *Term, c calendarOf) bool {
	if partOfNumber(runeBefore(c.text, t.Start)) {
		return false
	}
	year, given := c.yearOf(part["y"])
	month := 7
	if part["fixed"] == "八一" {
		month = 8
	}
	t.Until = true
	t.ahead(c, given, 1, 0, func(first YMD) YMD { return first.plus(0, 0, -1) }, YMD{year, month, 1})
	return true
}

func readMeeting(_ map[string]string, t *Term, c calendarOf) bool {
	t.YMD = c.Meeting(c.today)
	return t.YMD != (YMD{})
}
