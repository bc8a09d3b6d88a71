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
)

// Period is one stretch of days, both ends included. Periods compare with ==.
type Period struct {
	Mode       Mode
	Start, End workday.Day
	// Key is unique within its mode and sorts by time: "2026-03a", "2026-03b", "F2026-03-02".
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

func (Fortnight) name(p Period) string {
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

// Parse gives the period of the mode whose key it is; ok is false if the mode has none of that key
// (a key of the other mode, or of another anchor).
func Parse(m Mode, key string) (p Period, ok bool) {
	day := strings.TrimPrefix(key, "F")
	if month, half := strings.CutSuffix(key, "a"); half {
		day = month + "-01"
	} else if month, half := strings.CutSuffix(key, "b"); half {
		day = month + "-16"
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
