package workday

import "time"

// The working hours within which something that is due in hours is reckoned.
const (
	opens  = 8*time.Hour + 30*time.Minute
	closes = 17*time.Hour + 30*time.Minute
)

// AfterHours gives the moment that lies so many working hours (8:30 to 17:30 on working days) after from. What
// comes in outside of them counts from the next opening.
func (c *Calendar) AfterHours(from time.Time, hours int) time.Time {
	day, left := DayOf(from), time.Duration(hours)*time.Hour
	at := from.Sub(day.At(0, 0, from.Location()))
	switch {
	case !c.IsWorkday(day) || at >= closes:
		day, at = c.After(day, 1), opens
	case at < opens:
		at = opens
	}
	for left > closes-at {
		left -= closes - at
		day, at = c.After(day, 1), opens
	}
	return day.At(0, 0, from.Location()).Add(at + left)
}
