package zh

import "strings"

// Percentage is a share as somebody wrote it.
type Percentage struct {
	// Hundredths of a percent: 65.5 % is 6550. It may be beyond 100 % or below zero; the rule is
	// the caller's.
	Hundredths int64
	// Vague marks a range or a rough figure (60%-70%, 七八成): the value is not to be relied on, ask.
	Vague bool
	Span
}

// Percent finds the first percentage in s: 65%, ６５％, 百分之六十五, 百分百, 六成五, 三分之二, 一半.
// 提高5个百分点 is a difference and none.
func Percent(s string) (p Percentage, ok bool) {
	if p, ok = fraction(s); ok {
		s = s[:p.Start] // only what stands before it comes first
	}
	eachNumber(s, func(n Num) bool {
		q, found := share(s, n)
		if found {
			q.Vague = n.Vague || q.Vague || continued(s, q.End)
			p, ok = q, true
		}
		return found
	})
	return p, ok
}

// share reads what follows a number and makes it a percentage.
func share(s string, n Num) (Percentage, bool) {
	r, size := runeAt(s, skipSpaces(s, n.End))
	switch {
	case r == '%' && n.Unit == "":
		return Percentage{Hundredths: hundredths(n.Value), Span: Span{n.Start, skipSpaces(s, n.End) + size}}, true
	case r == '成' && n.Unit == "":
		return tenths(s, n)
	case n.Value == one:
		return half(s, n)
	}
	if end, ok := hasAny(s, n.End, "分之"); ok && n.Value > 0 && startsNumber(s, end) {
		if top, ok := readNumber(s, end); ok {
			return ratio(top, n.Value, Span{n.Start, top.End})
		}
	}
	return Percentage{}, false
}

// tenths reads 六成, 六成五, 两成半, 6成5. Only one to ten can be tenths; 七八成 is a rough figure.
// 三成交 and 一成果 are other words.
func tenths(s string, n Num) (Percentage, bool) {
	end := n.End + len("成")
	rough := chineseAt(s, n.Start) && n.Value > 10*one && n.Value < 100*one
	_, word := hasAny(s, end, "交", "为", "為", "立", "员", "員", "功", "果", "效", "本", "熟", "片", "品", "型", "都")
	if word || n.Value <= 0 || n.Value > 10*one && !rough {
		return Percentage{}, false
	}
	p := Percentage{Hundredths: hundredths(n.Value) * 10, Vague: rough, Span: Span{n.Start, end}}
	r, size := runeAt(s, end)
	d, digit := arabicDigit(r)
	if chineseAt(s, n.Start) {
		d, digit = chineseDigit(r)
	}
	next, _ := runeAt(s, end+size)
	_, more := arabicDigit(next)
	switch {
	case n.Value >= 10*one || rough:
	case r == '半':
		p.Hundredths, p.End = p.Hundredths+500, end+size
	case digit && !more && !counter(next) && unitOf(next) == 0 && next != '%':
		p.Hundredths, p.End = p.Hundredths+d*100, end+size
	}
	return p, true
}

// chineseAt reports whether what stands at i is written in Chinese numerals.
func chineseAt(s string, i int) bool {
	r, _ := runeAt(s, i)
	_, ok := chineseDigit(r)
	return ok || unitOf(r) > 0
}

// half reads 一半, but not 另一半 and its like, which are the rest of something.
func half(s string, n Num) (Percentage, bool) {
	end, ok := hasAny(s, n.End, "半")
	switch runeBefore(s, n.Start) {
	case '另', '后', '後', '前', '剩', '下', '上':
		return Percentage{}, false
	}
	return Percentage{Hundredths: 5000, Span: Span{n.Start, end}}, ok && s[n.Start:n.End] == "一"
}

// parts are denominators that do not begin like a number.
var parts = []struct {
	word string
	of   int64
}{{"百分之", 100 * one}, {"千分之", 1000 * one}, {"万分之", 10_000 * one}, {"萬分之", 10_000 * one}, {"百分百", 0}}

// fraction finds the first 百分之六十五, 千分之五, 百分之百, 百分百.
func fraction(s string) (first Percentage, found bool) {
	for _, part := range parts {
		for at := 0; ; {
			i := strings.Index(s[at:], part.word)
			if i < 0 || found && at+i > first.Start {
				break
			}
			start := at + i
			at = start + len(part.word)
			if p, ok := numerator(s, Span{start, at}, part.of); ok {
				first, found = p, true
				break
			}
		}
	}
	return first, found
}

func numerator(s string, word Span, of int64) (Percentage, bool) {
	whole := Percentage{Hundredths: 10_000, Span: word}
	if of == 0 {
		return whole, true
	}
	if !startsNumber(s, word.End) {
		end, ok := hasAny(s, word.End, "百")
		whole.End = end
		return whole, ok && of == 100*one
	}
	n, ok := readNumber(s, word.End)
	if !ok {
		return Percentage{}, false
	}
	p, ok := ratio(n, of, Span{word.Start, n.End})
	p.Vague = p.Vague || continued(s, p.End)
	return p, ok
}

// ratio gives top in parts of bottom.
func ratio(top Num, bottom int64, at Span) (Percentage, bool) {
	v, ok := scaled(top.Value, 4)
	if top.Value < 0 || !ok {
		return Percentage{}, false
	}
	return Percentage{Hundredths: (v + bottom/2) / bottom, Vague: top.Vague, Span: at}, true
}

// hundredths rounds ten-thousandths to hundredths.
func hundredths(v int64) int64 {
	if v < 0 {
		return -hundredths(-v)
	}
	return v/100 + v%100/50
}
