package zh

import (
	"regexp"
	"strings"
)

// Bound says how a size or a price limits what is looked for.
type Bound int

// The bounds.
const (
	About Bound = iota // 50亩, 50亩左右
	Least              // 50亩以上
	Most               // 50亩以下
)

// Size is an area as somebody wrote it, in hundredths of a square metre.
type Size struct {
	Area  int64
	Unit  string // 亩, 平方米 or 公顷
	Bound Bound
	Span
}

// Rate is a price for so much, in 分.
type Rate struct {
	Fen   int64
	Per   string // 亩, 平方米, 平方米·月
	Bound Bound
	Span
}

// mostUnits is more of any unit than there is land, in ten-thousandths.
const mostUnits = 10_000_000_000_000

const (
	areaUnit = `(亩|畝|平方米|平米|平方|平|㎡|m²|m2|公顷|公頃)`
	bounds   = `[ ]*(以上|以下|以内|之内|左右|上下|起|不低于|不超过)?`
)

var (
	sizes = regexp.MustCompile(`([0-9０-９]+(?:[.．][0-9０-９]+)?|[一二两三四五六七八九十百千]+)[ ]*(万|千|百)?[ ]*` + areaUnit + bounds)
	rates = regexp.MustCompile(`([0-9０-９]+(?:[.．][0-9０-９]+)?)[ ]*(万|千)?元?[ ]*(?:/|／|每)[ ]*` + areaUnit + `[ ]*(?:(?:·|/|／|每)?[ ]*(月))?` + bounds)
)

// Sizes finds the areas in s: 50亩以上, 3000平, 1.2万平方米, 三公顷. What is a price for an area is none.
func Sizes(s string) []Size {
	var out []Size
	for _, m := range sizes.FindAllStringSubmatchIndex(s, -1) {
		if before := strings.TrimRight(s[:m[0]], " "); strings.HasSuffix(before, "/") || strings.HasSuffix(before, "每") {
			continue
		}
		n, _, ok := Number(s[m[2]:m[3]])
		if !ok || n.Value <= 0 || n.Value > mostUnits/times(sub(s, m, 2)) {
			continue
		}
		x := Size{Bound: boundOf(sub(s, m, 4)), Span: Span{m[0], m[1]}}
		v := n.Value * times(sub(s, m, 2)) // in ten-thousandths of the unit
		switch sub(s, m, 3) {
		case "亩", "畝":
			x.Unit, x.Area = "亩", (v*200+1)/30 // a 亩 is 2000/3 square metres
		case "公顷", "公頃":
			x.Unit, x.Area = "公顷", v*100
		default:
			x.Unit, x.Area = "平方米", v/100
		}
		out = append(out, x)
	}
	return out
}

// Price finds the first price for an area in s: 18万元/亩, 15元/平方米·月, 20元/平/月以下.
func Price(s string) (r Rate, ok bool) {
	m := rates.FindStringSubmatchIndex(s)
	if m == nil {
		return r, false
	}
	n, _, ok := Number(s[m[2]:m[3]])
	if !ok || n.Value > mostUnits/times(sub(s, m, 2)) {
		return r, false
	}
	r = Rate{Fen: n.Value * times(sub(s, m, 2)) / 100, Bound: boundOf(sub(s, m, 5)), Span: Span{m[0], m[1]}}
	switch sub(s, m, 3) {
	case "亩", "畝":
		r.Per = "亩"
	case "公顷", "公頃":
		r.Per = "公顷"
	default:
		r.Per = "平方米"
	}
	if sub(s, m, 4) != "" {
		r.Per += "·月"
	}
	return r, true
}

func sub(s string, m []int, group int) string {
	if m[2*group] < 0 {
		return ""
	}
	return s[m[2*group]:m[2*group+1]]
}

func times(word string) int64 {
	switch word {
	case "万":
		return 10_000
	case "千":
		return 1_000
	case "百":
		return 100
	}
	return 1
}

func boundOf(word string) Bound {
	switch word {
	case "以上", "起", "不低于":
		return Least
	case "以下", "以内", "之内", "不超过":
		return Most
	}
	return About
}
