package ledger

import (
	"fmt"
	"strconv"

	"duban/internal/workday"
)

// LookBack says how far back an offence makes another the second: "year" is the calendar year, "60d" so many
// working days, "6m" so many months.
type LookBack string

// ThisYear looks back to the first of January.
const ThisYear LookBack = "year"

// since gives the first day that counts.
func (l LookBack) since(today workday.Day, cal *workday.Calendar) workday.Day {
	n, unit := l.parse()
	switch unit {
	case 'd':
		return cal.Before(today, n)
	case 'm':
		return monthsBefore(today, n)
	}
	return workday.NewDay(today.Year(), 1, 1)
}

// monthsBefore gives the same day n months earlier, or the last of that month.
func monthsBefore(d workday.Day, n int) workday.Day {
	months := d.Year()*12 + d.Month() - 1 - n
	first := workday.NewDay(months/12, months%12+1, 1)
	next := workday.NewDay((months+1)/12, (months+1)%12+1, 1)
	return first.AddDays(min(d.Day(), next.Sub(first)) - 1)
}

// parse takes the number and its unit apart; 0 is the calendar year.
func (l LookBack) parse() (n int, unit byte) {
	if len(l) < 2 {
		return 0, 0
	}
	n, err := strconv.Atoi(string(l[:len(l)-1]))
	if err != nil {
		return 0, 0
	}
	return n, l[len(l)-1]
}

func (l LookBack) validate() error {
	n, unit := l.parse()
	switch {
	case l == ThisYear, unit == 'd' && n >= 1 && n <= 500, unit == 'm' && n >= 1 && n <= 24:
		return nil
	}
	return fmt.Errorf("rules: look_back is %q; write year, working days from 1d to 500d, or months from 1m to 24m", string(l))
}
