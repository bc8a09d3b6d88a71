package command

import (
	"strings"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/period"
	"duban/internal/view"
	"duban/internal/workday"
	"duban/internal/zh"
)

// deadline is the day by which something is to be done, as somebody said it (下周五前, “十一”前).
type deadline struct {
	on      workday.Day   // 0 when choices must be asked about
	choices []workday.Day // the days that may be meant (明后天)
	at      zh.Span       // where it stands in what was said
}

// deadline finds the deadline in what somebody said: the one reader of days for every act that takes
// one. A length of time alone (再给两周) counts from the day from, or from today when from is 0. None is
// ok false; a day that cannot be told is a fault with what to write instead.
func (t *turn) deadline(s string, from workday.Day) (d deadline, ok bool, err error) {
	cal := office{t.View}
	term, ok := zh.Deadline(s, ymd(t.today), cal)
	if !ok {
		return d, false, nil
	}
	d.at = term.Span
	switch {
	case term.Unannounced != "":
		return d, true, fault.Newf(fault.Invalid, "%s放假安排还没有公布，请写具体日期，例如：4月30日前", term.Unannounced)
	case term.Impossible:
		return d, true, fault.Newf(fault.Invalid, "没有%s这一天，请核对日期后重发，例如：4月30日前", strings.TrimRight(s[term.Start:term.End], "之以前"))
	}
	for _, c := range term.Choices {
		d.choices = append(d.choices, day(c))
	}
	if len(d.choices) == 0 {
		d.on = day(term.From(ymd(max(from, t.today)), cal))
	}
	return d, true, nil
}

// chooseDay asks which of the days is meant; say words the whole command for one of them.
func (t *turn) chooseDay(choices []workday.Day, say func(on workday.Day) string) (chat.Message, error) {
	type option struct {
		On  workday.Day
		Say string
	}
	var out []option
	for _, on := range choices {
		out = append(out, option{on, say(on)})
	}
	return t.Words.Say("reply/chooseday", out)
}

func ymd(d workday.Day) zh.YMD { return zh.YMD{Year: d.Year(), Month: d.Month(), Day: d.Day()} }

func day(d zh.YMD) workday.Day { return workday.NewDay(d.Year, d.Month, d.Day) }

// office tells the reader of deadlines about the office's calendar.
type office struct{ *view.View }

var _ zh.Days = office{}

// Worked reports whether the day is a working day.
func (o office) Worked(d zh.YMD) bool { return o.Calendar.IsWorkday(day(d)) }

// Holiday gives the first day off of a statutory holiday.
func (o office) Holiday(name string, year int) (zh.YMD, bool) {
	d, ok := o.Calendar.Begins(name, year)
	return ymd(d), ok
}

// Meeting gives the day on which the next period is published, which is when the meeting is held.
func (o office) Meeting(after zh.YMD) zh.YMD {
	today := day(after)
	for p := o.Mode.Of(today).Prev(); p.Mode != nil; p = p.Next() {
		if on := period.Plan(p, o.Calendar).Publish; on > today {
			return ymd(on)
		}
	}
	return zh.YMD{}
}
