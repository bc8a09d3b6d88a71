package workday_test

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"duban/config"
	"duban/internal/workday"

	"github.com/bastengao/chinese-holidays-go/holidays"
)

func shipped(t *testing.T) *workday.Calendar {
	t.Helper()
	folder, err := fs.Sub(config.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return cal
}

// The shipped data and a second, independent collection agree on every day.
func TestShippedDataAgreesWithSecondSource(t *testing.T) {
	cal := shipped(t)
	if want := []int{2021, 2022, 2023, 2024, 2025, 2026}; !slices.Equal(cal.Years(), want) {
		t.Fatalf("years %v, want %v", cal.Years(), want)
	}
	second, err := holidays.BundleQueryer()
	if err != nil {
		t.Fatal(err)
	}
	zone := time.FixedZone("UTC+8", 8*60*60)
	for d := workday.Day(20210101); d <= 20261231; d = d.AddDays(1) {
		want, err := second.IsWorkingday(d.At(12, 0, zone))
		if err != nil {
			t.Fatal(err)
		}
		if got := cal.IsWorkday(d); got != want {
			t.Errorf("%s: worked %v, the second source says %v", d, got, want)
		}
	}
	for _, y := range cal.Years() {
		if !strings.Contains(cal.Source(y), "国办发明电〔") {
			t.Errorf("%d: source %q names no notice", y, cal.Source(y))
		}
	}
}

func TestCalendar2026(t *testing.T) {
	cal := shipped(t)
	for day, want := range map[workday.Day]bool{
		20260101: false, 20260102: false, 20260104: true, // 元旦 and its make-up Sunday
		20260214: true, 20260215: false, 20260223: false, 20260224: true, 20260228: true, // 春节
		20260926: false, 20260920: true, 20261010: true, 20261011: false,
		0: false,
	} {
		if got := cal.IsWorkday(day); got != want {
			t.Errorf("%s: worked %v, want %v", day, got, want)
		}
	}
	if name, ok := cal.Holiday(20260223); name != "春节" || !ok {
		t.Errorf("20260223: %q %v", name, ok)
	}
	if name, ok := cal.Holiday(20260307); name != "" || ok {
		t.Errorf("an ordinary Saturday is holiday %q", name)
	}
	if got := cal.Count(20251231, 20261231); got != 248 {
		t.Errorf("2026 has %d working days, want 248", got)
	}
}

func TestSteps(t *testing.T) {
	cal := shipped(t)
	for _, c := range []struct {
		name string
		got  workday.Day
		want workday.Day
	}{
		{"a working day is its own next", cal.Next(20260105), 20260105},
		{"over the whole Spring Festival", cal.Next(20260215), 20260224},
		{"a make-up Saturday is a stop", cal.After(20260213, 1), 20260214},
		{"five working days over the festival", cal.After(20260213, 5), 20260227},
		{"from inside the festival", cal.After(20260218, 1), 20260224},
		{"zero is next", cal.After(20260218, 0), 20260224},
		{"below zero goes back", cal.After(20260224, -1), 20260214},
		{"three before National Day", cal.Before(20261001, 3), 20260928},
		{"zero before a day off", cal.Before(20261004, 0), 20260930},
		{"zero before a working day", cal.Before(20260930, 0), 20260930},
		{"below zero goes on", cal.Before(20260930, -1), 20261008},
		{"none stays none", cal.Next(0), 0},
		{"none after", cal.After(0, 3), 0},
		{"the end of days", cal.After(workday.LastDay, 3), workday.LastDay},
		{"the beginning of days", cal.Before(workday.FirstDay, 3), workday.FirstDay},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.name, c.got, c.want)
		}
	}
}

// Count is held to a plain day-by-day count, and the steps to Count.
func TestCountAndStepsAgree(t *testing.T) {
	cal := shipped(t)
	for from := workday.Day(20201215); from < 20270115; from = from.AddDays(3) {
		n := 0
		for to := from; to < from.AddDays(40); {
			if got := cal.Count(from, to); got != n {
				t.Fatalf("Count(%s, %s) = %d, want %d", from, to, got, n)
			}
			if got := cal.Count(to, from); got != -n {
				t.Fatalf("Count(%s, %s) = %d, want %d", to, from, got, -n)
			}
			if to = to.AddDays(1); cal.IsWorkday(to) {
				n++
				if got := cal.After(from, n); got != to {
					t.Fatalf("After(%s, %d) = %s, want %s", from, n, got, to)
				}
				if cal.IsWorkday(from) && cal.Before(to, n) != from {
					t.Fatalf("Before(%s, %d) = %s, want %s", to, n, cal.Before(to, n), from)
				}
			}
		}
	}
	if got := cal.Count(20260105, 0); got != 0 {
		t.Errorf("count to none: %d", got)
	}
}

func TestUnknownYear(t *testing.T) {
	cal := shipped(t)
	if cal.Known(2027) || cal.Source(2027) != "" || !cal.Known(2026) {
		t.Error("2027 has no notice yet")
	}
	if !cal.IsWorkday(20270101) || cal.IsWorkday(20270102) {
		t.Error("in an unknown year the plain week holds")
	}
}

const office = `{"year": 2026, "source": "区政府办通知", "rest": [{"day": "2026-03-02", "name": "区庆"}], "makeup": ["2026-03-01"]}`

func TestOfficeReplacesWholeYear(t *testing.T) {
	base, err := fs.Sub(config.Files, "calendar")
	if err != nil {
		t.Fatal(err)
	}
	cal, err := workday.Load(base, fstest.MapFS{"2026.json": {Data: []byte(office)}, "README.txt": {Data: []byte("x")}})
	if err != nil {
		t.Fatal(err)
	}
	if cal.IsWorkday(20260302) || !cal.IsWorkday(20260301) || !cal.IsWorkday(20260101) || cal.IsWorkday(20250101) || cal.Source(2026) != "区政府办通知" {
		t.Error("the office's year must replace the shipped one, and only that")
	}
}

func TestWrongFilesAreNamed(t *testing.T) {
	for want, data := range map[string]string{
		"file name says otherwise": strings.Replace(office, "2026", "2025", 1),
		"source is missing":        strings.Replace(office, "区政府办通知", "", 1),
		"lists no day":             `{"year": 2026, "source": "x", "rest": [], "makeup": []}`,
		"is not in 2026":           strings.Replace(office, "2026-03-02", "2027-03-02", 1),
		"no date":                  strings.Replace(office, "2026-03-02", "", 1),
		"not a date":               strings.Replace(office, "2026-03-02", "2026-02-30", 1),
		"has no name":              strings.Replace(office, "区庆", "", 1),
		"listed twice":             strings.Replace(office, "2026-03-01", "2026-03-02", 1),
		"no Saturday or Sunday":    strings.Replace(office, "2026-03-01", "2026-03-03", 1),
		"unknown field":            strings.Replace(office, "makeup", "makeUps", 1),
		"more than one year":       office + office,
		"unexpected EOF":           office[:40],
	} {
		_, err := workday.Load(fstest.MapFS{"2026.json": {Data: []byte(data)}})
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "2026.json") {
			t.Errorf("want an error with %q that names the file, got %v", want, err)
		}
	}
	if cal, err := workday.Load(fstest.MapFS{}); err != nil || cal.Known(2026) {
		t.Errorf("an empty folder: %v", err)
	}
}

func TestBegins(t *testing.T) {
	c := shipped(t)
	for _, k := range []struct {
		holiday string
		year    int
		want    workday.Day
	}{
		{"春节", 2026, 20260215}, {"国庆节", 2026, 20261001}, {"元旦", 2026, 20260101}, {"元旦", 2023, 20221231},
		{"春节", 2099, 0}, {"端阳", 2026, 0},
	} {
		if d, ok := c.Begins(k.holiday, k.year); d != k.want || ok != (k.want != 0) {
			t.Errorf("%s %d begins on %s, %v", k.holiday, k.year, d, ok)
		}
	}
}
