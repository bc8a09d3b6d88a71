package app

import (
	"context"
	"time"

	"duban/internal/clock"
	"duban/internal/jobs"
	"duban/internal/period"
	"duban/internal/workday"
)

// Planned lists what runs when, for the command line and the demo.
func (a *App) Planned(from, to time.Time) []jobs.Planned { return a.jobs.Planned(from, to) }

// NextWorkday gives 08:40 of the next working day: the daily look is just over.
func (a *App) NextWorkday(now time.Time) time.Time {
	day := workday.DayOf(now)
	if t := day.At(8, 40, clock.Shanghai); a.calendar.IsWorkday(day) && now.Before(t) {
		return t
	}
	return a.calendar.Next(day.AddDays(1)).At(8, 40, clock.Shanghai)
}

// NextJob gives the moment of the next job that may tell somebody something.
func (a *App) NextJob(now time.Time) time.Time {
	for _, p := range a.jobs.Planned(now, now.AddDate(0, 0, 30)) {
		if !p.Silent {
			return p.Moment
		}
	}
	return now
}

// PeriodPublished gives the moment just after the next circular goes out.
func (a *App) PeriodPublished(now time.Time) time.Time {
	for p := a.mode.Of(workday.DayOf(now)).Prev(); ; p = p.Next() {
		if t := period.Plan(p, a.calendar).Publish.At(9, 20, clock.Shanghai); t.After(now) {
			return t
		}
	}
}

// Today says what day it is: whether it is worked, the holiday it belongs to ("" for none), its period.
func (a *App) Today(now time.Time) (worked bool, holiday string, p period.Period) {
	day := workday.DayOf(now)
	holiday, _ = a.calendar.Holiday(day)
	return a.calendar.IsWorkday(day), holiday, a.mode.Of(day)
}

// Tick does all that can be done at this moment: what came in, what time brings, what is to go out.
func (a *App) Tick(ctx context.Context) error {
	for {
		handled, err := a.command.Tick(ctx)
		if err != nil {
			return err
		}
		if err := a.jobs.Tick(ctx); err != nil {
			return err
		}
		sent, err := a.outbox.Tick(ctx)
		if err != nil {
			return err
		}
		told, err := a.quota(ctx)
		if err != nil {
			return err
		}
		if handled+sent == 0 && !told {
			_, err := a.sealer.Seal(ctx)
			return err
		}
	}
}

// Next gives the first moment after now, up to last, at which Tick has something to do; zero for none.
func (a *App) Next(ctx context.Context, last time.Time) (time.Time, error) {
	var next time.Time
	if planned := a.jobs.Planned(a.Clock.Now(), last); len(planned) > 0 {
		next = planned[0].Moment
	}
	at, err := a.Store.NextDelivery(ctx, a.District.ID)
	if err != nil {
		return next, err
	}
	if at != 0 && (next.IsZero() || at.Time().Before(next)) {
		next = at.Time()
	}
	return next, nil
}
