package watch

import (
	"context"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// Meetings (会议) does what is due for meetings on a working day: it convenes the next one of each kind that
// repeats, sends the agendas of those on the next working day or before, reminds the members of reviews, and
// closes reviews whose day is over.
func (w *Watch) Meetings(ctx context.Context, moment time.Time) error {
	day := today(moment)
	for _, k := range w.MeetingKinds {
		if err := w.convene(ctx, k, day, moment); err != nil {
			return err
		}
	}
	near, err := w.Store.MeetingsBetween(ctx, w.District, day.AddDays(-reviewsBack), w.Calendar.After(day, 1))
	if err != nil {
		return err
	}
	for _, m := range near {
		if err := w.prepare(ctx, m, day, clock.At(moment)); err != nil {
			return fmt.Errorf("prepare %s: %w", m.Code, err)
		}
	}
	return nil
}

// reviewsBack is how many days back a review is looked for that is over and not closed: longer than any holiday.
const reviewsBack = 60

// convene makes the next meeting of a kind, unless it is there.
func (w *Watch) convene(ctx context.Context, k ledger.MeetingKind, day workday.Day, moment time.Time) error {
	slot, on := w.next(k, day)
	if on == 0 {
		return nil
	}
	_, found, err := w.Store.MeetingIn(ctx, w.District, slot)
	if err != nil || found {
		return err
	}
	hour, minute := k.Time()
	m := ledger.Meeting{DistrictID: w.District, Kind: k.Name, Slot: slot, On: on, StartAt: clock.At(on.At(hour, minute, clock.Shanghai))}
	by := ledger.Actor{At: clock.At(moment), Today: day}
	out, err := ledger.Convene(m, nil, by)
	if err != nil {
		return err
	}
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		if _, found, err := tx.Reads().MeetingIn(ctx, w.District, slot); err != nil || found {
			return err // another replica was quicker
		}
		written, err := tx.Apply(out)
		if err != nil {
			return err
		}
		_, err = tx.Apply(ledger.Convened(written.Met[0], nil, by))
		return err
	})
}

// next gives the first meeting of a kind after the day, and what it is the one meeting of: a week, a month or a
// period. On a day off it moves to the next working day; a week or a month that has none left goes without.
func (w *Watch) next(k ledger.MeetingKind, day workday.Day) (slot string, on workday.Day) {
	first := day.AddDays(1)
	switch k.Every {
	case ledger.Weekly:
		monday := day.AddDays(-(int(day.Weekday()) + 6) % 7)
		for week := range 12 {
			begin := monday.AddDays(7 * week)
			if d := w.Calendar.Next(begin.AddDays(k.On - 1)); d >= first && d < begin.AddDays(7) {
				return fmt.Sprintf("week:%s:%s", begin, k.Name), d
			}
		}
	case ledger.Monthly:
		for month := range 4 {
			begin := workday.NewDay(day.Year()+(day.Month()+month-1)/12, (day.Month()+month-1)%12+1, 1)
			if d := w.Calendar.Next(begin.AddDays(k.On - 1)); d >= first && d.Month() == begin.Month() {
				return fmt.Sprintf("month:%s:%s", begin, k.Name), d
			}
		}
	case ledger.EachTime:
		for p := w.Mode.Of(day).Prev(); p.Mode != nil && p.Start <= day.AddDays(62); p = p.Next() {
			if d := period.Plan(p, w.Calendar).Publish; d >= first {
				return fmt.Sprintf("period:%s:%s", p.Key, k.Name), d
			}
		}
	}
	return "", 0
}

// prepare does what is due for one meeting.
func (w *Watch) prepare(ctx context.Context, m ledger.Meeting, day workday.Day, at clock.Instant) error {
	switch {
	case m.State != ledger.MeetingCalled:
		return nil
	case m.Online:
		return w.review(ctx, m, day, at)
	case m.FrozenAt != 0 || m.On < day || m.StartAt <= at:
		return nil // sent, or over
	}
	var kind ledger.MeetingKind
	for _, k := range w.MeetingKinds {
		if k.Name == m.Kind {
			kind = k
		}
	}
	b, err := w.Store.AgendaBasis(ctx, w.District, m)
	if err != nil {
		return err
	}
	items := ledger.Agenda(kind, m, b, w.Rules, w.Calendar, day)
	to := ledger.MeetingAudience(kind, m, b, items)
	return w.apply(ctx, ledger.FreezeAgenda(m, items, to, ledger.Actor{At: at, Today: day}))
}

// review reminds the members of a review on the working day before its last day, and closes it behind it.
func (w *Watch) review(ctx context.Context, m ledger.Meeting, day workday.Day, at clock.Instant) error {
	opinions, err := w.Store.OpinionsOf(ctx, w.District, m.ID)
	if err != nil {
		return err
	}
	switch {
	case m.On >= day && m.FrozenAt == 0 && workday.DayOf(m.CreatedAt.Time()) < day:
		return w.apply(ctx, ledger.RemindReview(m, opinions, at))
	case m.On >= day:
		return nil
	}
	district, err := w.Store.Roster(ctx, w.District, m.ProjectID)
	if err != nil {
		return err
	}
	to := ledger.OfficeAudience(district)
	for _, o := range opinions {
		to = append(to, ledger.Recipient{Person: o.PersonID})
	}
	return w.apply(ctx, ledger.CloseReview(m, to, at))
}

func (w *Watch) apply(ctx context.Context, out ledger.Outcome) error {
	return w.Store.Write(ctx, w.District, func(tx *store.Tx) error {
		_, err := tx.Apply(out)
		return err
	})
}
