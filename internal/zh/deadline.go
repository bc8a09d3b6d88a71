package zh

import "regexp"

// Days is what a spoken deadline asks of the office's calendar.
type Days interface {
	// Worked reports whether the day is a working day.
	Worked(d YMD) bool
	// Holiday gives the first day off of the statutory holiday (春节, 国庆节) in the year; false when
	// the year's days off are not announced.
	Holiday(name string, year int) (first YMD, ok bool)
	// Meeting gives the day of the first fortnightly meeting (推进会) after the day.
	Meeting(after YMD) YMD
}

// Term is the day by which something is to be done, as somebody said it. The day itself counts,
// with or without 前.
type Term struct {
	Found
	// Choices are the days it may mean where it names no single one (明后天, 4月前): ask. The first of
	// them is also in YMD.
	Choices []YMD
	// Unannounced names the holiday whose days off are not known yet (2027年春节): ask for a date.
	Unannounced string
	// Length marks a stretch of time said alone (再给两周): YMD counts it from today. Whoever moves a
	// day that is set counts it from there, by From.
	Length bool
	span   stretch
}

// From counts the term from another day than today, if it is a Length; else it gives YMD.
func (t Term) From(d YMD, days Days) YMD {
	if !t.Length {
		return t.YMD
	}
	return t.span.after(d, days)
}

// termForm is one way to say a deadline.
type termForm struct {
	re   *regexp.Regexp
	read func(part map[string]string, t *Term, c calendarOf) bool
}

// calendarOf is what a term depends on beside its own words.
type calendarOf struct {
	Days
	today YMD
	text  string
}

var before = regexp.MustCompile(`^(?:下班|天黑|晚上|上午|中午|下午)?(?:之前|以前|前|以内|之内|內|内)`)

// Deadline finds the first deadline in s: every date of Date, and beside it 下周五, 本周内, 月中, 下月中旬,
// 15号前, 本季度末, 上半年, 年内, 三年内, 一周内, 3个工作日内, “十一”前, 春节前, 下次推进会前, 明后天.
// 每周五 is none. What names no single day comes with Choices or Unannounced.
func Deadline(s string, today YMD, days Days) (t Term, ok bool) {
	if f, found := Date(s, today); found {
		t, ok = Term{Found: f}, true
	}
	for _, form := range termForms {
		u, found := form.first(s, calendarOf{days, today, s})
		if found && (!ok || u.Start < t.Start || u.Start == t.Start && u.End > t.End) {
			t, ok = u, true
		}
	}
	if ok && !t.Until {
		if at := before.FindStringIndex(s[t.End:]); at != nil {
			t.Until, t.End = true, t.End+at[1]
		}
	}
	return t, ok
}

var termForms = joined(weekForms, monthForms, lengthForms, feastForms)

func joined(all ...[]termForm) (out []termForm) {
	for _, forms := range all {
		out = append(out, forms...)
	}
	return out
}

func (form termForm) first(s string, c calendarOf) (Term, bool) {
	for at := 0; at < len(s); {
		m := form.re.FindStringSubmatchIndex(s[at:])
		if m == nil {
			return Term{}, false
		}
		t := Term{Found: Found{Span: Span{at + m[0], at + m[1]}}}
		part := map[string]string{}
		for i, name := range form.re.SubexpNames() {
			if name != "" && m[2*i] >= 0 {
				part[name] = s[at+m[2*i] : at+m[2*i+1]]
			}
		}
		_, size := runeAt(s, t.Start)
		at = t.Start + size
		if r := runeBefore(s, t.Start); r == '每' || r == '各' || r == '上' || !form.read(part, &t, c) {
			continue
		}
		if len(t.Choices) > 0 {
			t.YMD = t.Choices[0]
		}
		return t, true
	}
	return Term{}, false
}
