package zh

import "math"

// numeral is a number being read: sections up to 千 are gathered, 万 and 亿 close them.
type numeral struct {
	s     string
	at    int // where the reading is
	taken int // the end of what is certainly part of the number

	total   int64 // closed by 万 or 亿, in ten-thousandths
	section int64 // closed by 十 百 千
	run     run   // digits not yet closed
	hasRun  bool
	last    int  // power of the last unit, 0 before the first
	low     int  // a small unit must be below this
	wan, yi bool // 万 since the last 亿; 亿
	zero    bool // 零 since the last unit: what follows is units, not the next lower power
	vague   bool
	broken  bool // too long or too large
}

// run is a row of digits: value is mantissa divided by ten to the power places.
type run struct {
	mantissa int64
	places   int
	digits   int
	chinese  bool
}

// maxDigits bounds a row of digits, places included; more than that is an account number.
const maxDigits = 15

// readNumber reads the number that startsNumber saw at i. n.End is beyond i also when ok is false.
func readNumber(s string, i int) (n Num, ok bool) {
	start, sign := i, int64(1)
	if r, size := runeAt(s, i); r == '-' || r == '负' || r == '負' {
		i, sign = i+size, -1
	}
	m := numeral{s: s, at: i, taken: i, low: 4}
	for m.step() {
	}
	value := m.finish()
	n = Num{Value: sign * value, Vague: m.vague, Span: Span{start, m.taken}}
	switch {
	case m.wan:
		n.Unit = "万"
	case m.yi:
		n.Unit = "亿"
	}
	return n, !m.broken
}

// step takes the next digits or unit; false when the number is over.
func (m *numeral) step() bool {
	r, size := runeAt(m.s, m.at)
	_, arabic := arabicDigit(r)
	digit, chinese := chineseDigit(r)
	switch {
	case m.hasRun && !arabic && !chinese:
		return m.unitAfterRun()
	case m.hasRun:
		return false
	case m.last == 1 && (r == '点' || r == '點'): // 二十点五
		m.run = run{chinese: true}
		if end := m.run.digitsAt(m.s, m.at+size); end > m.at+size {
			m.run.places, m.at, m.hasRun = m.run.digits, end, true
			return true
		}
		return false
	case chinese && digit == 0 && m.last > 0:
		m.zero = true
		m.at += size
		return true
	case arabic || chinese:
		m.run, m.at = readRun(m.s, m.at)
		m.hasRun = true
		m.broken = m.broken || m.run.digits > maxDigits
		if m.last == 0 {
			m.taken = m.at
		}
		return true
	}
	return m.unit(r, size)
}

// unitAfterRun looks for a unit behind digits, also behind a blank (1200 万) or a 个 (1.2个亿).
func (m *numeral) unitAfterRun() bool {
	at := m.at
	if !m.run.chinese {
		at = skipSpaces(m.s, at)
	}
	if end, ok := hasAny(m.s, at, "个", "個"); ok {
		if r, _ := runeAt(m.s, end); unitOf(r) == 8 {
			at = end
		}
	}
	r, size := runeAt(m.s, at)
	if unitOf(r) == 0 || at > m.at && unitOf(r) < 4 {
		return false
	}
	back := m.at
	m.at = at
	if !m.unit(r, size) {
		m.at = back
		return false
	}
	return true
}

// unit closes what was gathered with the unit r, if it can stand there: small units fall within a
// section, 万 and 亿 come once each.
func (m *numeral) unit(r rune, size int) bool {
	k := unitOf(r)
	switch {
	case k == 0, k < 4 && k >= m.low, k == 4 && m.wan, k == 8 && m.yi:
		return false
	case k == 1 && !m.hasRun: // 十二, 一百十五: the one is not said
		m.run, m.hasRun = run{mantissa: 1, digits: 1, chinese: true}, true
	case k < 4 && !m.hasRun, !m.hasRun && m.section == 0 && m.last != 4:
		return false
	}
	m.vague = m.vague || m.hasRun && m.run.chinese && m.run.digits > 1 && m.run.places == 0
	if k < 4 {
		m.section = m.sum(m.section, m.close(k))
		m.low = k
	} else {
		m.closeSection(k)
	}
	m.last, m.zero = k, false
	m.at += size
	m.taken = m.at
	return true
}

// closeSection multiplies what was gathered by 万 or 亿; 亿 takes an open 万 with it (一万亿).
func (m *numeral) closeSection(k int) {
	group := m.section
	if openWan := k == 8 && m.wan; m.hasRun && m.section == 0 && !openWan {
		group = m.close(k) // at once, so that 1.23456亿 keeps its places
	} else {
		if m.hasRun {
			group = m.sum(group, m.close(0))
		}
		if openWan {
			group, m.total = m.sum(group, m.total), 0
		}
		group = m.grow(group, k)
	}
	m.total = m.sum(m.total, group)
	m.section, m.low = 0, 4
	m.wan, m.yi = k == 4, m.yi || k == 8
}

// close gives the digits times ten to the power k and forgets them.
func (m *numeral) close(k int) int64 {
	m.hasRun = false
	v, ok := scaled(m.run.mantissa, k+4-m.run.places)
	m.broken = m.broken || !ok
	return v
}

func (m *numeral) grow(v int64, k int) int64 {
	v, ok := scaled(v, k)
	m.broken = m.broken || !ok
	return v
}

func (m *numeral) sum(a, b int64) int64 {
	if a > math.MaxInt64-b {
		m.broken = true
		return 0
	}
	return a + b
}

// finish closes the last digits and gives the value. Digits behind a unit belong to the number if
// they are Chinese (一万二, 一百零二); in 一亿二月 and in 1亿2 they begin something else.
func (m *numeral) finish() int64 {
	value := m.sum(m.total, m.section)
	if !m.hasRun {
		return value
	}
	if m.last == 0 {
		return m.close(0)
	}
	if m.run.chinese && m.run.places > 0 && m.run.digits-m.run.places <= 1 && (m.last == 1 || m.zero) {
		m.taken = m.at // 七十二点五
		return m.sum(value, m.close(0))
	}
	if !m.run.chinese || m.run.digits > 1 {
		return value
	}
	lower := 0
	if !m.zero && m.last > 1 {
		lower = m.last - 1
		if r, _ := runeAt(m.s, m.at); counter(r) {
			return value
		}
	}
	m.taken = m.at
	return m.sum(value, m.close(lower))
}

// counter reports whether r counts things, so that the digit before it is a number of its own.
func counter(r rune) bool {
	switch r {
	case '年', '月', '日', '号', '號', '季', '期', '个', '個', '项', '項', '处', '處', '家', '栋', '棟', '条', '條', '层', '層', '户', '戶', '人', '是', '、', '.':
		return true
	}
	return false
}

// readRun reads a row of digits of one script with its decimal point: 1,200.5 or 三点五. Commas
// count only between groups of three.
func readRun(s string, i int) (run, int) {
	first, _ := runeAt(s, i)
	_, chinese := chineseDigit(first)
	r := run{chinese: chinese}
	i = r.digitsAt(s, i)
	if !chinese {
		for lead := r.digits; lead <= 3 && grouped(s, i); {
			i = r.digitsAt(s, i+1)
		}
	}
	point, size := runeAt(s, i)
	if point == '.' && !chinese || chinese && (point == '点' || point == '點') {
		whole := r
		if after := r.digitsAt(s, i+size); after > i+size {
			r.places = r.digits - whole.digits
			return r, after
		}
	}
	return r, i
}

// digitsAt takes digits of the run's script from i on and gives the offset after them.
func (r *run) digitsAt(s string, i int) int {
	for i < len(s) {
		c, size := runeAt(s, i)
		d, ok := arabicDigit(c)
		if r.chinese {
			d, ok = chineseDigit(c)
		}
		if !ok {
			break
		}
		if r.digits++; r.digits <= maxDigits {
			r.mantissa = r.mantissa*10 + d
		}
		i += size
	}
	return i
}

// grouped reports whether a comma and exactly three digits stand at i.
func grouped(s string, i int) bool {
	if i >= len(s) || s[i] != ',' {
		return false
	}
	var r run
	r.digitsAt(s, i+1)
	return r.digits == 3
}
