package workday_test

import (
	"testing"
	"time"
)

func TestAfterHours(t *testing.T) {
	cal := shipped(t)
	zone := time.FixedZone("CST", 8*3600)
	for _, c := range []struct {
		from  string
		hours int
		want  string
	}{
		{"2026-03-02 09:00", 0, "2026-03-02 09:00"},
		{"2026-03-02 09:00", 4, "2026-03-02 13:00"},
		{"2026-03-02 09:00", 18, "2026-03-04 09:00"}, // two working days of nine hours
		{"2026-03-02 07:00", 1, "2026-03-02 09:30"},
		{"2026-03-02 17:00", 1, "2026-03-03 09:00"},
		{"2026-03-02 17:30", 1, "2026-03-03 09:30"},
		{"2026-03-02 22:00", 9, "2026-03-03 17:30"}, // the last minute still belongs to the day
		{"2026-03-06 16:30", 2, "2026-03-09 09:30"}, // over a weekend
		{"2026-02-14 10:00", 9, "2026-02-24 10:00"}, // a make-up Saturday, then the Spring Festival
		{"2026-02-18 10:00", 1, "2026-02-24 09:30"},
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.from, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.AfterHours(at, c.hours).Format("2006-01-02 15:04"); got != c.want {
			t.Errorf("%s and %d hours: %s, want %s", c.from, c.hours, got, c.want)
		}
	}
}
