package workday

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// yearFile is one calendar file. Only what differs from the plain week counts, but a rest day may
// be listed on a weekend too, so that the holiday has its name.
type yearFile struct {
	Year   int    `json:"year"`
	Source string `json:"source"`
	Rest   []struct {
		Day  Day    `json:"day"`
		Name string `json:"name"`
	} `json:"rest"`
	MakeUp []Day `json:"makeup"`
}

// Load reads every YYYY.json at the root of each folder. A later folder replaces whole years of an
// earlier one: first the data that ships with duban, then the office's own. A folder may be empty;
// a file that is wrong is an error that names it, for a wrong calendar is worse than none.
func Load(folders ...fs.FS) (*Calendar, error) {
	years := map[int]yearFile{}
	for _, folder := range folders {
		names, err := fs.Glob(folder, "*.json")
		if err != nil {
			return nil, fmt.Errorf("list calendar files: %w", err)
		}
		for _, name := range names {
			y, err := readYear(folder, name)
			if err != nil {
				return nil, fmt.Errorf("calendar file %s: %w", name, err)
			}
			years[y.Year] = y
		}
	}
	return build(years), nil
}

func readYear(folder fs.FS, name string) (yearFile, error) {
	var y yearFile
	raw, err := fs.ReadFile(folder, name)
	if err != nil {
		return y, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&y); err != nil {
		return y, err
	}
	if dec.More() {
		return y, fmt.Errorf("holds more than one year")
	}
	return y, y.check(name)
}

// check refuses what would silently bend the calendar: a day of another year, a day listed twice,
// a make-up day on a weekday, a year without its notice.
func (y yearFile) check(name string) error {
	if strings.TrimSuffix(path.Base(name), ".json") != strconv.Itoa(y.Year) {
		return fmt.Errorf("year is %d, the file name says otherwise", y.Year)
	}
	if y.Source == "" {
		return fmt.Errorf("source is missing: name the notice the days come from")
	}
	if len(y.Rest) == 0 {
		return fmt.Errorf("rest lists no day: leave the file out until the notice is published")
	}
	seen := map[Day]bool{}
	once := func(list string, d Day) error {
		if d == 0 {
			return fmt.Errorf("%s: an entry has no date", list)
		}
		if d.Year() != y.Year {
			return fmt.Errorf("%s: %s is not in %d", list, d, y.Year)
		}
		if seen[d] {
			return fmt.Errorf("%s: %s is listed twice", list, d)
		}
		seen[d] = true
		return nil
	}
	for _, r := range y.Rest {
		if err := once("rest", r.Day); err != nil {
			return err
		}
		if r.Name == "" {
			return fmt.Errorf("rest: %s has no name", r.Day)
		}
	}
	for _, d := range y.MakeUp {
		if err := once("makeup", d); err != nil {
			return err
		}
		if !weekend(d) {
			return fmt.Errorf("makeup: %s is no Saturday or Sunday, it is worked anyway", d)
		}
	}
	return nil
}

func build(years map[int]yearFile) *Calendar {
	c := &Calendar{sources: map[int]string{}, names: map[Day]string{}, makeUp: map[Day]bool{}}
	for year, y := range years {
		c.sources[year] = y.Source
		for _, r := range y.Rest {
			c.names[r.Day] = r.Name
			if !weekend(r.Day) {
				c.shifts = append(c.shifts, shift{day: r.Day, by: -1})
			}
		}
		for _, d := range y.MakeUp {
			c.makeUp[d] = true
			c.shifts = append(c.shifts, shift{day: d, by: 1})
		}
	}
	slices.SortFunc(c.shifts, func(a, b shift) int { return int(a.day) - int(b.day) })
	sum := 0
	for i := range c.shifts {
		sum += c.shifts[i].by
		c.shifts[i].sum = sum
	}
	return c
}

func weekend(d Day) bool {
	w := d.Weekday()
	return w == time.Saturday || w == time.Sunday
}
