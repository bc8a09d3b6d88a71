// Package watch is the hand that acts when time passes (floor 3): the daily look that reminds, warns
// and orders; the call for reports before a cut-off; the cut-off itself. It asks the law what is due,
// writes with the store's pen, and words what it caused when that is sent. It decides nothing itself,
// keeps no clock and no schedule: each act is told the moment at which it should happen.
package watch

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// batch is how many rows one transaction carries.
const batch = 500

// CutOffHour is the hour of the cut-off day at which the ledger is frozen.
const CutOffHour = period.CutOffHour

// Options are what Watch needs; PublicURL may be "": then no form is offered.
type Options struct {
	Store      *store.Store
	District   ledger.DistrictID
	Clock      clock.Clock
	Calendar   *workday.Calendar
	Mode       period.Mode
	Rules      ledger.Rules
	StyleRules ledger.StyleRules
	Recurring  []ledger.Recurring // those in force
	Words      *words.Words
	PublicURL  string

	MeetingKinds []ledger.MeetingKind
}

// Watch acts for one district.
type Watch struct{ Options }

// New makes the watch.
func New(o Options) *Watch {
	o.PublicURL = strings.TrimRight(o.PublicURL, "/")
	return &Watch{o}
}

// Causes are the first words of the causes of deliveries this package composes.
var Causes = []string{"look", "contests", "calendar", "quota", "head", "style", "forecast", "callin"}

// Compose words a delivery the watch caused, from the rows of now.
func (w *Watch) Compose(ctx context.Context, d store.Delivery, v ledger.Viewer) (words.Letter, error) {
	what, of, _ := strings.Cut(d.Cause, ":")
	switch what {
	case "look":
		return w.composeLook(ctx, d, v)
	case "contests":
		return w.composeContests(ctx, v)
	case "calendar":
		return w.composeCalendar(of, v)
	case "quota":
		return w.composeQuota(ctx, of, v)
	case "head":
		return w.composeHead(ctx, of, v)
	case "style":
		return w.composeStyle(ctx, of, v)
	case "forecast":
		return w.composeForecast(ctx, of, d, v)
	case "callin":
		return w.composeCallIn(ctx, of, d, v)
	}
	return words.Letter{}, fmt.Errorf("compose %s: not a cause of the watch", d.Cause)
}

// today is the day a moment lies in.
func today(moment time.Time) workday.Day { return workday.DayOf(moment.In(clock.Shanghai)) }

// form is the address of the report form of a project, "" where there is none.
func (w *Watch) form(p ledger.Project) string {
	if w.PublicURL == "" || p.ID == 0 {
		return ""
	}
	return w.PublicURL + "/report/" + p.Code
}

// unknown words that dates were reckoned without the calendar of their year, or "".
func unknown(cal *workday.Calendar, days ...workday.Day) string {
	year := 0
	for _, d := range days {
		if d != 0 && !cal.Known(d.Year()) && (year == 0 || d.Year() < year) {
			year = d.Year()
		}
	}
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%d年节假日安排尚未录入，按周末推算", year)
}
