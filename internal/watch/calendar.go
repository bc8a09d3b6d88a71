package watch

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// askCalendar tells the office from 1 December on, on the first working day of each week, that the
// statutory calendar of the next year is not there: until it is, days of that year are not guessed.
func (w *Watch) askCalendar(ctx context.Context, day workday.Day, at clock.Instant, district ledger.Roster) error {
	next := day.Year() + 1
	if day.Month() != 12 || w.Calendar.Known(next) || day != w.firstOfWeek(day) {
		return nil
	}
	var out ledger.Outcome
	for _, to := range ledger.OfficeAudience(district) {
		out.Notices = append(out.Notices, ledger.Notice{Cause: fmt.Sprintf("calendar:%d:%s", next, day), To: to, Rank: ledger.RankReminder, Due: at})
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		_, err := tx.Apply(out)
		return err
	})
}

// firstOfWeek is the first working day of the week of a day in December, days before December left out.
func (w *Watch) firstOfWeek(day workday.Day) workday.Day {
	monday := day.AddDays(-(int(day.Weekday()) + 6) % 7)
	return w.Calendar.Next(max(monday, workday.NewDay(day.Year(), 12, 1)))
}

// composeCalendar words it: "calendar:2027:2026-12-01".
func (w *Watch) composeCalendar(of string, v ledger.Viewer) (words.Letter, error) {
	digits, _, _ := strings.Cut(of, ":")
	year, err := strconv.Atoi(digits)
	switch {
	case err != nil:
		return words.Letter{}, fmt.Errorf("read the year of a calendar: %w", err)
	case w.Calendar.Known(year):
		return words.Letter{Drop: "节假日安排已录入"}, nil
	case v.Group == nil || v.Group.Class != ledger.GroupOffice:
		return words.Letter{Drop: "群已不是项目办群"}, nil
	}
	var l words.Letter
	l.Message, err = w.Words.Say("notice/calendar", year)
	return l, err
}
