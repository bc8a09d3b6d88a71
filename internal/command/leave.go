package command

import (
	"context"
	"regexp"
	"strconv"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/workday"
)

const leaveExample = "请写明起止日期和代班人，例如：请假 3月1日至3月5日 由李四代"

var (
	until   = regexp.MustCompile(`^[ ]*(?:至|到|-|—|~|～|－)+[ ]*`)
	lastDay = regexp.MustCompile(`^([0-9]{1,2})(?:日|号)`)
	forDays = regexp.MustCompile(`([0-9]{1,3})天`)
)

// takeLeave (请假) writes down who stands in for the person from one day to another.
func takeLeave(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	said := x.s[x.begins:]
	from, last, err := t.days(said)
	if err != nil {
		return nil, err
	}
	who, ok, err := t.somebody(ctx, x, x.begins)
	switch {
	case err != nil:
		return nil, err
	case !ok || who.ID == 0:
		return nil, fault.New(fault.Invalid, "没有读到代班人。"+leaveExample)
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		by := t.by(a)
		if err := a.TakeLeave(by, who.ID, from, last); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/leave", away{Who: t.other.Name, Deputy: reg.Called(who.ID), From: from, Until: last})
	}, nil
}

// away is what the answers about a leave tell. Who is "" when it is the person's own.
type away struct {
	Who, Deputy string
	From, Until workday.Day
	Ended       bool
}

// days reads the first and the last day of a leave: 3月1日至3月5日, 3月1日至5日, 明天起3天, 下周一.
func (t *turn) days(said string) (from, last workday.Day, err error) {
	d, ok, err := t.deadline(said, 0)
	switch {
	case err != nil:
		return 0, 0, err
	case !ok && forDays.MatchString(said):
		d.on = t.today
	case !ok || d.on == 0:
		return 0, 0, fault.New(fault.Invalid, "没有读到起止日期。"+leaveExample)
	}
	from, last = d.on, d.on
	rest := said[d.at.End:]
	n := forDays.FindStringSubmatch(rest)
	switch at := until.FindString(rest); {
	case at != "":
		if last, err = t.lastDay(rest[len(at):], from); err != nil {
			return 0, 0, err
		}
	case n != nil:
		days, _ := strconv.Atoi(n[1])
		last = from.AddDays(max(days, 1) - 1)
	}
	if from.Sub(t.today) > nextYears && !strings.Contains(said[d.at.Start:d.at.End], "年") {
		return 0, 0, fault.Newf(fault.Invalid, "“%s”今年已经过了，请写明年份或改期。", said[d.at.Start:d.at.End])
	}
	return from, last, nil
}

// lastDay reads the day behind 至: a whole one, or one of the first day's month.
func (t *turn) lastDay(rest string, from workday.Day) (workday.Day, error) {
	if m := lastDay.FindStringSubmatch(rest); m != nil {
		day, _ := strconv.Atoi(m[1])
		d, err := workday.ParseDay(workday.NewDay(from.Year(), from.Month(), day).String())
		if err != nil {
			return 0, fault.Newf(fault.Invalid, "没有%d月%d日这一天，请核对日期后重发。", from.Month(), day)
		}
		return d, nil
	}
	d, ok, err := t.deadline(rest, 0)
	switch {
	case err != nil:
		return 0, err
	case !ok || d.on == 0:
		return 0, fault.New(fault.Invalid, "没有读到结束日期。"+leaveExample)
	}
	if strings.Contains(rest[d.at.Start:d.at.End], "年") {
		return d.on, nil
	}
	year := from.Year()
	if d.on.Month()+6 < from.Month() { // 12月30日至1月2日
		year++
	}
	on, err := workday.ParseDay(workday.NewDay(year, d.on.Month(), d.on.Day()).String())
	if err != nil {
		return 0, fault.Newf(fault.Invalid, "没有%d年%d月%d日这一天，请核对日期后重发。", year, d.on.Month(), d.on.Day())
	}
	return on, nil
}

// endLeave (销假) ends what is left of a leave.
func endLeave(ctx context.Context, t *turn, _ intent) (step, error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		l, err := a.EndLeave(t.by(a))
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/leave", away{Who: t.other.Name, Deputy: reg.Called(l.DeputyID), From: l.FromOn, Until: l.UntilOn, Ended: true})
	}, nil
}
