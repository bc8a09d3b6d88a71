package zh

import (
	"regexp"
)

// Hour is a time of day somebody said.
type Hour struct {
	Hour, Minute int
	// Impossible marks a time no clock shows (25点, 下午9:70): ask.
	Impossible bool
	Span
}

var hourForm = regexp.MustCompile(`(凌晨|清晨|早上|早晨|上午|中午|下午|傍晚|晚上|晚)?[ ]*([0-9]{1,2}|[一二三四五六七八九十两]{1,3})[ ]*(?:(?:[:：]([0-9]{2}))|(?:点|點|时|時)(?:钟|鐘|整)?(?:(半|一刻|三刻)|([0-9]{1,2}|[一二三四五六七八九十]{1,3})分?)?)`)

// TimeOfDay finds the first time of day in s: 下午3点, 15:00, 上午九点半, 14点30分. A time said of the afternoon or
// the evening is after noon.
func TimeOfDay(s string) (h Hour, ok bool) {
	m := hourForm.FindStringSubmatchIndex(s)
	if m == nil {
		return h, false
	}
	part := func(i int) string {
		if m[2*i] < 0 {
			return ""
		}
		return s[m[2*i]:m[2*i+1]]
	}
	h.Span = Span{Start: m[0], End: m[1]}
	h.Hour = small(part(2))
	switch {
	case part(4) == "半":
		h.Minute = 30
	case part(4) == "一刻":
		h.Minute = 15
	case part(4) == "三刻":
		h.Minute = 45
	case part(3) != "":
		h.Minute = small(part(3))
	case part(5) != "":
		h.Minute = small(part(5))
	}
	switch part(1) {
	case "下午", "傍晚", "晚上", "晚":
		if h.Hour < 12 {
			h.Hour += 12
		}
	case "中午":
		if h.Hour < 3 {
			h.Hour += 12
		}
	}
	h.Impossible = h.Hour > 23 || h.Minute > 59
	return h, true
}

// small reads a number below a hundred.
func small(s string) int {
	n, _, _ := Number(s)
	return int(n.Value / one)
}
