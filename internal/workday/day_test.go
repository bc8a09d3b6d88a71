package workday_test

import (
	"encoding/json"
	"testing"
	"time"

	"duban/internal/workday"
)

func TestParseDay(t *testing.T) {
	good := map[string]workday.Day{
		"2026-01-05": 20260105,
		"2024-02-29": 20240229,
		"1900-01-01": workday.FirstDay,
		"9999-12-31": workday.LastDay,
	}
	for text, want := range good {
		got, err := workday.ParseDay(text)
		if err != nil || got != want || got.String() != text {
			t.Errorf("ParseDay(%q) = %d %v, want %d", text, got, err, want)
		}
	}
	for _, text := range []string{"", "2026-02-29", "2026-02-30", "2026-13-01", "2026-00-10", "2026-1-5", "20260105", "2026/01/05",
		"2026-01-05 ", "0001-01-01", "1899-12-31", "２０２６-01-05", "2026-01-05T00:00:00Z"} {
		if got, err := workday.ParseDay(text); err == nil || got != 0 {
			t.Errorf("ParseDay(%q) = %d %v, want an error", text, got, err)
		}
	}
}

func TestNewDay(t *testing.T) {
	for _, c := range []struct {
		y, m, d int
		want    workday.Day
	}{
		{2026, 1, 5, 20260105}, {2024, 2, 29, 20240229}, {2026, 2, 29, 0}, {2026, 4, 31, 0}, {2026, 0, 1, 0}, {2026, 13, 1, 0}, {2026, 1, 0, 0}, {26, 1, 1, 0}, {10000, 1, 1, 0},
	} {
		if got := workday.NewDay(c.y, c.m, c.d); got != c.want {
			t.Errorf("NewDay(%d,%d,%d) = %d, want %d", c.y, c.m, c.d, got, c.want)
		}
	}
}

// The date is the one of the zone the time is shown in: late evening in London is tomorrow in Shanghai.
func TestDayOfAndAt(t *testing.T) {
	shanghai := time.FixedZone("UTC+8", 8*60*60)
	evening := time.Date(2026, 1, 4, 20, 30, 0, 0, time.UTC)
	if got := workday.DayOf(evening); got != 20260104 {
		t.Errorf("in UTC: %d", got)
	}
	if got := workday.DayOf(evening.In(shanghai)); got != 20260105 {
		t.Errorf("in Shanghai: %d", got)
	}
	if got := workday.DayOf(time.Time{}); got != 0 {
		t.Errorf("zero time: %d", got)
	}
	if got, want := workday.Day(20260105).At(8, 30, shanghai), time.Date(2026, 1, 5, 0, 30, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("At = %v, want %v", got, want)
	}
	if got := workday.Day(0).At(8, 30, shanghai); !got.IsZero() {
		t.Errorf("none At = %v", got)
	}
}

func TestDayReckoning(t *testing.T) {
	for _, c := range []struct {
		from workday.Day
		n    int
		want workday.Day
	}{
		{20260131, 1, 20260201}, {20240228, 1, 20240229}, {20240301, -1, 20240229}, {20251231, 1, 20260101}, {20260105, 0, 20260105},
		{20260105, 365, 20270105}, {workday.LastDay, 1, workday.LastDay}, {workday.FirstDay, -1, workday.FirstDay}, {workday.LastDay, 1 << 40, workday.LastDay},
		{20260105, -1 << 40, workday.FirstDay}, {0, 5, 0},
	} {
		if got := c.from.AddDays(c.n); got != c.want {
			t.Errorf("%d + %d = %d, want %d", c.from, c.n, got, c.want)
		}
	}
	for d, n := workday.Day(20200101), 0; d < 20280101; d, n = d.AddDays(1), n+1 {
		if got := d.Sub(20200101); got != n {
			t.Fatalf("%s is day %d, want %d", d, got, n)
		}
	}
	if got := workday.Day(20260105).Sub(0); got != 0 {
		t.Errorf("to none: %d", got)
	}
	if got := workday.Day(20260105).Weekday(); got != time.Monday {
		t.Errorf("weekday %s", got)
	}
}

func TestDayText(t *testing.T) {
	d := workday.Day(20260105)
	if d.Chinese() != "1月5日" || d.ChineseFull() != "2026年1月5日" || d.Year() != 2026 || d.Month() != 1 || d.Day() != 5 {
		t.Errorf("%s %s %d %d %d", d.Chinese(), d.ChineseFull(), d.Year(), d.Month(), d.Day())
	}
	if none := workday.Day(0); none.String() != "" || none.Chinese() != "" || none.ChineseFull() != "" {
		t.Errorf("none has text")
	}
	type box struct{ On, None workday.Day }
	out, err := json.Marshal(box{On: d})
	if err != nil || string(out) != `{"On":"2026-01-05","None":""}` {
		t.Fatalf("%s %v", out, err)
	}
	var back box
	if err := json.Unmarshal(out, &back); err != nil || back != (box{On: d}) {
		t.Errorf("%+v %v", back, err)
	}
	if err := json.Unmarshal([]byte(`{"On":"2026-02-30"}`), &back); err == nil {
		t.Error("2026-02-30 was taken")
	}
}
