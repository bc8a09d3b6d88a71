package workday

import (
	"slices"
	"sort"
)

// Calendar says which days are worked. It never changes once loaded and may be shared freely.
// In a year without data Saturdays and Sundays are off and nothing else is: whoever shows or acts
// on such a day asks Known and says so.
type Calendar struct {
	sources map[int]string
	names   map[Day]string
	makeUp  map[Day]bool
	shifts  []shift // days that differ from the plain week, by day
}

// shift is a day off on a weekday (-1) or a worked weekend day (+1); sum is the total up to here.
type shift struct {
	day     Day
	by, sum int
}

// IsWorkday reports whether d is worked. None is not.
func (c *Calendar) IsWorkday(d Day) bool {
	if d == 0 {
		return false
	}
	if weekend(d) {
		return c.makeUp[d]
	}
	_, off := c.names[d]
	return !off
}

// Holiday gives the name of the statutory holiday d belongs to, days off by 调休 included. An
// ordinary weekend is no holiday.
func (c *Calendar) Holiday(d Day) (name string, ok bool) {
	name, ok = c.names[d]
	return name, ok
}

// Begins gives the first day off of a statutory holiday in the year (春节, 国庆节; 元旦 may begin in the
// last days of the year before); false when there is no data for it.
func (c *Calendar) Begins(holiday string, year int) (Day, bool) {
	if !c.Known(year) {
		return 0, false
	}
	for d, last := NewDay(year-1, 12, 28), NewDay(year, 12, 28); d <= last; d = d.AddDays(1) {
		if c.names[d] == holiday {
			return d, true
		}
	}
	return 0, false
}

// Known reports whether there is data for the year.
func (c *Calendar) Known(year int) bool { return c.sources[year] != "" }

// Source gives the notice the year's data follow, "" for a year that is not known.
func (c *Calendar) Source(year int) string { return c.sources[year] }

// Years gives the years that are known, in order.
func (c *Calendar) Years() []int {
	years := make([]int, 0, len(c.sources))
	for y := range c.sources {
		years = append(years, y)
	}
	slices.Sort(years)
	return years
}

// Next gives d if it is worked, else the first working day after it.
func (c *Calendar) Next(d Day) Day { return c.settle(d, 1) }

// After gives the nth working day after d, d itself not counted; with n = 0 it is Next, with n
// below zero it is Before. "5 个工作日内" of d is After(d, 5).
func (c *Calendar) After(d Day, n int) Day {
	if n < 0 {
		return c.Before(d, -n)
	}
	if n == 0 {
		return c.Next(d)
	}
	return c.walk(d, n, 1)
}

// Before gives the nth working day before d, d itself not counted; with n = 0 it is d if worked,
// else the last working day before it; with n below zero it is After.
func (c *Calendar) Before(d Day, n int) Day {
	if n < 0 {
		return c.After(d, -n)
	}
	if n == 0 {
		return c.settle(d, -1)
	}
	return c.walk(d, n, -1)
}

// Count gives the working days after from up to and including to; below zero if to is earlier,
// 0 if either is none. It costs the same however far apart they are.
func (c *Calendar) Count(from, to Day) int {
	switch {
	case from == 0 || to == 0:
		return 0
	case to < from:
		return -c.Count(to, from)
	}
	return weekdays(from, to) + c.shifted(to) - c.shifted(from)
}

// settle goes from d in steps of one day until a day is worked.
func (c *Calendar) settle(d Day, step int) Day {
	for d != 0 && !c.IsWorkday(d) && d != edge(step) {
		d = d.AddDays(step)
	}
	return d
}

// walk takes n working days from d.
func (c *Calendar) walk(d Day, n, step int) Day {
	for ; d != 0 && n > 0 && d != edge(step); n-- {
		d = c.settle(d.AddDays(step), step)
	}
	return d
}

// shifted sums the shifts up to and including d.
func (c *Calendar) shifted(d Day) int {
	i := sort.Search(len(c.shifts), func(i int) bool { return c.shifts[i].day > d })
	if i == 0 {
		return 0
	}
	return c.shifts[i-1].sum
}

// weekdays counts Mondays to Fridays after from up to and including to.
func weekdays(from, to Day) int {
	days := to.Sub(from)
	n := days / 7 * 5
	for i := range days % 7 {
		if !weekend(to.AddDays(-i)) {
			n++
		}
	}
	return n
}

// edge is where reckoning in this direction ends.
func edge(step int) Day {
	if step < 0 {
		return FirstDay
	}
	return LastDay
}
