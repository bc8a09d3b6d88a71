package period

import (
	"time"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Schedule says on which days a period is worked on. All four are working days, each later than
// the one before it.
type Schedule struct {
	// CallInFirst and CallInLast are the days units that have not reported are asked (要账): the
	// third and the last working day before the cut-off.
	CallInFirst, CallInLast workday.Day
	// CutOff is the day at the end of which the ledger is frozen for the period: its last day, or
	// the first working day after it if that is a day off.
	CutOff workday.Day
	// Publish is the day of the circular (通报): the first working day after the cut-off.
	Publish workday.Day
	// UnknownYear is the earliest year the days touch that the calendar has no data for, 0 if there
	// is none. The days then count weekends only and whoever shows them says so.
	UnknownYear int
}

// CutOffHour is the hour of the cut-off day at which the ledger is frozen.
const CutOffHour = 18

const (
	callInFirst = 3 // working days before the cut-off
	callInLast  = 1
)

// Plan gives the days of p. A cut-off on a day off moves later, never earlier: no unit may be
// listed as silent for a day it was not at work. The zero Period gives the zero Schedule.
func Plan(p Period, cal *workday.Calendar) Schedule {
	if p.Mode == nil {
		return Schedule{}
	}
	cut := cal.Next(p.End)
	s := Schedule{
		CallInFirst: cal.Before(cut, callInFirst),
		CallInLast:  cal.Before(cut, callInLast),
		CutOff:      cut,
		Publish:     cal.After(cut, 1),
	}
	for year := min(p.Start, s.CallInFirst).Year(); year <= s.Publish.Year(); year++ {
		if !cal.Known(year) {
			s.UnknownYear = year
			break
		}
	}
	return s
}

// Closes gives the moment at which p is cut off; a report made at that very moment still counts for it.
func Closes(p Period, cal *workday.Calendar) time.Time {
	return Plan(p, cal).CutOff.At(CutOffHour, 0, clock.Shanghai)
}

// Collecting gives the period a report made at the moment counts for: the first that is not cut off
// yet. On the evening of a cut-off day that is the next period; while a holiday holds up the cut-off it
// is the one before.
func Collecting(m Mode, cal *workday.Calendar, at time.Time) Period {
	p := m.Of(workday.DayOf(at.In(clock.Shanghai)))
	for p.Mode != nil && Closes(p, cal).Before(at) {
		p = p.Next()
	}
	for p.Mode != nil && !Closes(p.Prev(), cal).Before(at) {
		p = p.Prev()
	}
	return p
}
