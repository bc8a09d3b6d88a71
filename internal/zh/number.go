package zh

import (
	"math"
	"unicode/utf8"
)

// Num is a number as somebody wrote it.
type Num struct {
	// Value is in ten-thousandths: 1.5 is 15000. Further places are rounded.
	Value int64
	// Unit is the magnitude the number ends in: "亿", "万" or "". Value includes it.
	Unit string
	// Vague marks a figure that names no number: 七八, 二三十万. Whoever needs the number asks.
	Vague bool
	Span
}

// one is 1 in ten-thousandths.
const one = 10_000

// Number reads the number s begins with, blanks before it aside: 1.2, １２００, 1,200, 一千二百,
// 一万二, 3千万, 1亿2000万, 二〇二六, 负五. rest is what follows. There is none (ok false) if s begins
// otherwise or the number is beyond all reason.
func Number(s string) (n Num, rest string, ok bool) {
	at := skipSpaces(s, 0)
	if !startsNumber(s, at) {
		return Num{}, s, false
	}
	n, ok = readNumber(s, at)
	if !ok {
		return Num{}, s, false
	}
	return n, s[n.End:], true
}

// eachNumber offers every number in s, from left to right, until take is content. A number in the
// middle of another one is never offered.
func eachNumber(s string, take func(n Num) bool) {
	for i := 0; i < len(s); {
		if !startsNumber(s, i) {
			_, size := runeAt(s, i)
			i += size
			continue
		}
		n, ok := readNumber(s, i)
		if ok && !roughly(s, i) {
			n.Vague = n.Vague || ranged(s, n.Span)
			if take(n) {
				return
			}
		}
		i = n.End
	}
}

// startsNumber reports whether a number begins at i. A hyphen is a sign only after a blank: in
// "一医院-60%" and "60-70" it is none.
func startsNumber(s string, i int) bool {
	r, size := runeAt(s, i)
	if r == '负' || r == '負' || r == '-' && (i == 0 || runeBefore(s, i) == ' ') {
		r, _ = runeAt(s, i+size)
	}
	_, arabic := arabicDigit(r)
	_, chinese := chineseDigit(r)
	return arabic || chinese || unitOf(r) == 1
}

// roughly reports whether what stands before i makes the number mean nothing by itself: 几十万,
// 数百, 第三, the last part of 2026.3.15.
func roughly(s string, i int) bool {
	r, before := runeBefore(s, i), 0
	switch r {
	case '几', '幾', '数', '數', '第':
		return true
	case '.':
		_, size := utf8.DecodeLastRuneInString(s[:i])
		before = i - size
	}
	_, arabic := arabicDigit(runeBefore(s, before))
	return arabic
}

// ranged reports whether the number is the far end of a range: 60-70, 3000到5000, 60%~70%.
func ranged(s string, at Span) bool {
	if !isDash(runeBefore(s, at.Start)) {
		return false
	}
	_, size := utf8.DecodeLastRuneInString(s[:at.Start])
	r := runeBefore(s, at.Start-size)
	_, arabic := arabicDigit(r)
	_, chinese := chineseDigit(r)
	return arabic || chinese || unitOf(r) > 0 || r == '%' || r == '成' || r == '元'
}

// continued reports whether a range goes on at i: 60%-70%, 六成到七成.
func continued(s string, i int) bool {
	r, size := runeAt(s, i)
	return isDash(r) && startsNumber(s, i+size)
}

func isDash(r rune) bool {
	switch r {
	case '-', '~', '—', '–', '至', '到':
		return true
	}
	return false
}

func arabicDigit(r rune) (int64, bool) {
	if r >= '0' && r <= '9' {
		return int64(r - '0'), true
	}
	return 0, false
}

func chineseDigit(r rune) (int64, bool) {
	switch r {
	case '零', '〇':
		return 0, true
	case '一', '壹':
		return 1, true
	case '二', '两', '兩', '贰', '貳':
		return 2, true
	case '三', '叁', '參', '叄':
		return 3, true
	case '四', '肆':
		return 4, true
	case '五', '伍':
		return 5, true
	case '六', '陆', '陸':
		return 6, true
	case '七', '柒':
		return 7, true
	case '八', '捌':
		return 8, true
	case '九', '玖':
		return 9, true
	}
	return 0, false
}

// unitOf gives the power of ten a unit stands for, 0 if r is none.
func unitOf(r rune) int {
	switch r {
	case '十', '拾':
		return 1
	case '百', '佰':
		return 2
	case '千', '仟':
		return 3
	case '万', '萬':
		return 4
	case '亿', '億':
		return 8
	}
	return 0
}

// scaled gives v times ten to the power k, rounded half up where k is below zero; ok is false if
// it cannot be held.
func scaled(v int64, k int) (int64, bool) {
	for ; k > 0; k-- {
		if v > math.MaxInt64/10 {
			return 0, false
		}
		v *= 10
	}
	for ; k < -1; k++ {
		v /= 10
	}
	if k == -1 {
		v = (v + 5) / 10
	}
	return v, true
}
