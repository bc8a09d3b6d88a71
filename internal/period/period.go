// Package period cuts time into the rhythm of the office (半月一要账、一排名、一通报) and says on which
// days of a period what happens (floor 1). It stands on clock and workday alone, is pure, and must not know
// what is called in, ranked or circulated.
package period

import (
	"fmt"
	"strings"

	"duban/internal/workday"
)

// Mode is a way to cut time into periods without gap or overlap.
type Mode interface {
	// Of gives the period d lies in; none gives the zero Period.
	Of(d workday.Day) Period
	// name says the period as people do, without the year.
	name(p Period) string
}

var (
	_ Mode = Fortnight{}
	_ Mode = HalfMonth{}
	_ Mode = Week{}
	_ Mode = Month{}
)

// Period is one stretch of days, both ends included. Periods compare with ==.
type Period struct {
	Mode       Mode
	Start, End workday.Day
	// Key is unique within its mode and sorts by time: "2026-03a", "2026-03b", "F2026-03-02", "W2026-03-02", "2026-03".
	Key string
}

// Fortnight is a period of 14 days, one of which begins on Anchor. The anchor, not the moment a
// process started, fixes the parity; any of its periods' first days gives the same periods.
type Fortnight struct{ Anchor workday.Day }

// fortnight is the length in days.
const fortnight = 14

// Of counts whole fortnights from the anchor, backwards too. Without an anchor there is no period.
func (f Fortnight) Of(d workday.Day) Period {
	if d == 0 || f.Anchor == 0 {
		return Period{}
	}
	into := d.Sub(f.Anchor) % fortnight
	if into < 0 {
		into += fortnight
	}
	start := d.AddDays(-into)
	return Period{Mode: f, Start: start, End: start.AddDays(fortnight - 1), Key: "F" + start.String()}
}

func (Fortnight) name(p Period) string { return stretch(p) }

// stretch says a period by its first and last day.
func stretch(p Period) string {
	if p.Start.Month() == p.End.Month() {
		return fmt.Sprintf("%s—%d日", p.Start.Chinese(), p.End.Day())
	}
	return p.Start.Chinese() + "—" + p.End.Chinese()
}

// HalfMonth is a period from the 1st to the 15th or from the 16th to the end of the month.
type HalfMonth struct{}

// Of gives the half of the month d lies in.
func (h HalfMonth) Of(d workday.Day) Period {
	if d == 0 {
		return Period{}
	}
	month := d.String()[:len("2026-03")]
	if d.Day() <= 15 {
		return Period{Mode: h, Start: d.AddDays(1 - d.Day()), End: d.AddDays(15 - d.Day()), Key: month + "a"}
	}
	start := d.AddDays(16 - d.Day())
	next := start.AddDays(16) // lies in the next month however long this one is
	return Period{Mode: h, Start: start, End: next.AddDays(-next.Day()), Key: month + "b"}
}

func (HalfMonth) name(p Period) string {
	if p.Start.Day() == 1 {
		return fmt.Sprintf("%d月上半月", p.Start.Month())
	}
	return fmt.Sprintf("%d月下半月", p.Start.Month())
}

// Week is a period from Monday to Sunday.
type Week struct{}

// Of gives the week d lies in.
func (w Week) Of(d workday.Day) Period {
	if d == 0 {
		return Period{}
	}
	start := d.AddDays(-(int(d.Weekday()) + 6) % 7)
	return Period{Mode: w, Start: start, End: start.AddDays(6), Key: "W" + start.String()}
}

func (Week) name(p Period) string { return stretch(p) }

// Month is a period from the 1st to the end of the month.
type Month struct{}

// Of gives the month d lies in.
func (m Month) Of(d workday.Day) Period {
	if d == 0 {
		return Period{}
	}
	start := d.AddDays(1 - d.Day())
	next := start.AddDays(31) // lies in the next month however long this one is
	return Period{Mode: m, Start: start, End: next.AddDays(-next.Day()), Key: d.String()[:len("2026-03")]}
}

func (Month) name(p Period) string { return fmt.Sprintf("%d月", p.Start.Month()) }

// Every gives the mode of what comes every "week", "month" or "period", which is m.
func Every(every string, m Mode) Mode {
	switch every {
	case "week":
		return Week{}
	case "month":
		return Month{}
	}
	return m
}

// Parse gives the period of the mode whose key it is; ok is false if the mode has none of that key
// (a key of the other mode, or of another anchor).
func Parse(m Mode, key string) (p Period, ok bool) {
	day := strings.TrimPrefix(strings.TrimPrefix(key, "F"), "W")
	if month, half := strings.CutSuffix(key, "a"); half {
		day = month + "-01"
	} else if month, half := strings.CutSuffix(key, "b"); half {
		day = month + "-16"
	} else if len(key) == len("2026-03") {
		day = key + "-01"
	}
	d, err := workday.ParseDay(day)
	if err != nil {
		return Period{}, false
	}
	if p = m.Of(d); p.Key != key {
		return Period{}, false
	}
	return p, true
}

// Prev gives the period before. The zero Period has none but itself.
func (p Period) Prev() Period {
	if p.Mode == nil {
		return p
	}
	return p.Mode.Of(p.Start.AddDays(-1))
}

// Next gives the period after. The zero Period has none but itself.
func (p Period) Next() Period {
	if p.Mode == nil {
		return p
	}
	return p.Mode.Of(p.End.AddDays(1))
}

// Contains reports whether d lies in the period.
func (p Period) Contains(d workday.Day) bool { return p.Start <= d && d <= p.End && d != 0 }

// Name says the period as people do: "3月上半月", "3月2日—15日". "" for the zero Period.
func (p Period) Name() string {
	if p.Mode == nil {
		return ""
	}
	return p.Mode.name(p)
}

// FullName is Name with the year the period begins in, for titles: "2026年3月上半月".
func (p Period) FullName() string {
	if p.Mode == nil {
		return ""
	}
	return fmt.Sprintf("%d年%s", p.Start.Year(), p.Name())
}
