package watch_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/ledger"
)

// TestMeetingsRepeat: the next meeting of a rhythm is convened once, on a working day; a week or a month that
// has none left goes without.
func TestMeetingsRepeat(t *testing.T) {
	for name, c := range map[string]struct {
		kind  ledger.MeetingKind
		looks []string // moments, in order
		want  string
	}{
		"every week": {ledger.MeetingKind{Name: "周例会", Every: ledger.Weekly, On: 1, At: "09:00"},
			[]string{"2026-03-02 16:05", "2026-03-03 16:05", "2026-03-06 16:05", "2026-03-09 16:05"}, "2026-03-09 09:00, 2026-03-16 09:00"},
		"a Monday off moves to Tuesday": {ledger.MeetingKind{Name: "周例会", Every: ledger.Weekly, On: 1, At: "09:00"},
			[]string{"2026-04-03 16:05"}, "2026-04-07 09:00"}, // 清明: 4 to 6 April
		"a week that is over goes without": {ledger.MeetingKind{Name: "周例会", Every: ledger.Weekly, On: 5, At: "09:00"},
			[]string{"2026-04-24 16:05"}, "2026-05-08 09:00"}, // 劳动节: 1 to 5 May, the 9th is worked
		"every month": {ledger.MeetingKind{Name: "月度协调会", Every: ledger.Monthly, On: 28, At: "15:30"},
			[]string{"2026-03-02 16:05", "2026-03-28 16:05"}, "2026-03-30 15:30"}, // 28 March is a Saturday
		"over the turn of the year": {ledger.MeetingKind{Name: "月度协调会", Every: ledger.Monthly, On: 5, At: "15:30"},
			[]string{"2025-12-05 16:05", "2025-12-08 16:05"}, "2026-01-05 15:30"},
		"with each circular": {ledger.MeetingKind{Name: "双周推进会", Every: ledger.EachTime, At: "10:00"},
			[]string{"2026-03-02 16:05", "2026-03-17 16:05"}, "2026-03-17 10:00, 2026-04-01 10:00"},
		"never by itself": {ledger.MeetingKind{Name: "联席会议"}, []string{"2026-03-02 16:05"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			each(t, "2025-12-01 08:00", func(w *world) {
				w.watch.MeetingKinds = []ledger.MeetingKind{c.kind}
				for _, at := range c.looks {
					for range 2 { // run again nothing comes twice
						w.clock.Set(moment(w.t, at))
						if err := w.watch.Meetings(w.t.Context(), moment(w.t, at)); err != nil {
							w.t.Fatal(err)
						}
					}
				}
				all, err := w.store.MeetingsBetween(w.t.Context(), w.district, 2025_01_01, 2027_01_01)
				if err != nil {
					w.t.Fatal(err)
				}
				var got []string
				for _, m := range all {
					got = append(got, m.StartAt.Time().Format("2006-01-02 15:04"))
				}
				if s := strings.Join(got, ", "); s != c.want {
					w.t.Errorf("convened %s, want %s", s, c.want)
				}
			})
		})
	}
}

// TestAgendaIsFrozenOnce: what an agenda says does not change once it is sent, and nobody gets it twice.
func TestAgendaIsFrozenOnce(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		w.watch.MeetingKinds = []ledger.MeetingKind{{Name: "周例会", Every: ledger.Weekly, On: 1, At: "09:00", Level: 1}}
		run := func(at string) {
			w.clock.Set(moment(w.t, at))
			if err := w.watch.Meetings(w.t.Context(), moment(w.t, at)); err != nil {
				w.t.Fatal(err)
			}
		}
		run("2026-03-05 16:05")
		m, found, err := w.store.MeetingIn(w.t.Context(), w.district, "week:2026-03-09:周例会")
		if err != nil || !found || m.FrozenAt != 0 {
			w.t.Fatalf("%+v, %v, %v", m, found, err)
		}
		run("2026-03-06 16:05")
		run("2026-03-06 16:05")
		m, _, err = w.store.MeetingIn(w.t.Context(), w.district, "week:2026-03-09:周例会")
		if err != nil || m.FrozenAt == 0 {
			w.t.Fatalf("not frozen on the working day before: %+v, %v", m, err)
		}
		told, err := w.store.ToldOfMeeting(w.t.Context(), w.district, m.ID)
		if err != nil || len(told) == 0 || len(slices.Compact(slices.Clone(told))) != len(told) {
			w.t.Errorf("told %v, %v", told, err)
		}
		history, err := w.store.History(w.t.Context(), w.district, m.Subject())
		if err != nil || fmt.Sprint(acts(history)) != "[meeting:called agenda]" {
			w.t.Errorf("history %v, %v", acts(history), err)
		}
	})
}

func acts(history []ledger.Entry) []string {
	var out []string
	for _, e := range history {
		out = append(out, e.Act)
	}
	return out
}
