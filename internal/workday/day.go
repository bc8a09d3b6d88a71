// Package workday knows days and which of them are worked (floor 0): the statutory calendar of
// mainland China with its make-up days (调休). It holds no zone and asks no clock: a caller hands in
// a Shanghai time or a day. It imports nothing of the house and guesses nothing: a year without
// data is Known to be unknown.
package workday

import (
	"fmt"
	"time"
)

// Day is a date as yyyymmdd (20260105); 0 means "none". It is kept as an integer in the database,
// so that no driver moves it across a zone, and two days compare with < and ==.
type Day int32

// The first and last day there is; reckoning stops there instead of wrapping round.
const (
	FirstDay Day = 1900_01_01
	LastDay  Day = 9999_12_31
)

// NewDay makes a day of year, month and day of the month; an impossible date (2月30日) or one
// before FirstDay or after LastDay gives 0.
func NewDay(year, month, day int) Day {
	if year < FirstDay.Year() || year > LastDay.Year() || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0
	}
	return Day(year*10000 + month*100 + day)
}

// DayOf gives the date t shows in its own zone: hand in Shanghai times. The zero time gives 0.
func DayOf(t time.Time) Day {
	if t.IsZero() {
		return 0
	}
	y, m, d := t.Date()
	return NewDay(y, int(m), d)
}

// ParseDay reads "2026-01-05" and nothing else; a date that cannot be is an error.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(time.DateOnly, s)
	d := DayOf(t)
	if err != nil || d == 0 {
		return 0, fmt.Errorf("workday: %.20q is not a date of the form 2026-01-05", s)
	}
	return d, nil
}

// Year gives the year.
func (d Day) Year() int { return int(d) / 10000 }

// Month gives the month, 1 to 12.
func (d Day) Month() int { return int(d) / 100 % 100 }

// Day gives the day of the month, from 1.
func (d Day) Day() int { return int(d) % 100 }

// Weekday gives the day of the week; of no meaning for 0.
func (d Day) Weekday() time.Weekday { return d.midnight().Weekday() }

// AddDays gives the day n days later, or earlier for n below zero, never beyond FirstDay and
// LastDay. None stays none.
func (d Day) AddDays(n int) Day {
	if d == 0 {
		return 0
	}
	switch left, past := LastDay.Sub(d), FirstDay.Sub(d); {
	case n >= left:
		return LastDay
	case n <= past:
		return FirstDay
	}
	return DayOf(d.midnight().AddDate(0, 0, n))
}

// Sub gives the days from other to d: 1 if d is the day after other. With none on either side it is 0.
func (d Day) Sub(other Day) int {
	if d == 0 || other == 0 {
		return 0
	}
	return int((d.midnight().Unix() - other.midnight().Unix()) / (24 * 60 * 60))
}

// At gives the moment of the day at hour:minute in loc. None gives the zero time.
func (d Day) At(hour, minute int, loc *time.Location) time.Time {
	if d == 0 {
		return time.Time{}
	}
	return time.Date(d.Year(), time.Month(d.Month()), d.Day(), hour, minute, 0, 0, loc)
}

// String gives "2026-01-05", or "" for none.
func (d Day) String() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year(), d.Month(), d.Day())
}

// Chinese gives "1月5日", or "" for none.
func (d Day) Chinese() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%d月%d日", d.Month(), d.Day())
}

// ChineseFull gives "2026年1月5日", or "" for none.
func (d Day) ChineseFull() string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%d年%s", d.Year(), d.Chinese())
}

// MarshalText gives what String gives; JSON and YAML use it.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote: a date, or nothing for none.
func (d *Day) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = 0
		return nil
	}
	read, err := ParseDay(string(text))
	if err != nil {
		return err
	}
	*d = read
	return nil
}

// midnight is the day in UTC, where every day has 24 hours.
func (d Day) midnight() time.Time { return d.At(0, 0, time.UTC) }

func daysIn(year, month int) int {
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}
