package command

import (
	"context"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
	"duban/internal/zh"
)

// extend (延期) asks for a later day.
func extend(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, stillOwed)
	if err != nil || ask != nil {
		return ask, err
	}
	today := zh.YMD{Year: t.today.Year(), Month: t.today.Month(), Day: t.today.Day()}
	date, ok := zh.Date(m.rest, today)
	to := workday.NewDay(date.Year, date.Month, date.Day)
	if ok && to == 0 {
		return nil, fault.Newf(fault.Invalid, "没有%s这一天，请核对日期后重发，例如：延期 %s 4月30日 图审未完成", m.rest[date.Start:date.End], m.Code)
	}
	if ok {
		m.rest = reasonBeside(m.rest, date.Span)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		if !ok {
			return t.orMore(a, "延期 "+m.Code+" "+m.rest, "", private,
				fault.Newf(fault.Invalid, "请写明%s延期到哪一天和理由，例如：4月30日 图审未完成", m.Code))
		}
		x, err := a.AskExtension(a.By(t.Person.ID), m.ID, to, m.rest)
		if err != nil {
			return t.orMore(a, "延期 "+m.Code+" "+to.String(), m.rest, private, err)
		}
		return t.Words.Say("reply/extension", struct {
			M ledger.Commitment
			P ledger.Project
			X ledger.Extension
		}{m.Commitment, m.Project, x})
	}, nil
}

// reasonBeside gives what is said around the day: 延期到4月30日,因图审未完成 leaves 因图审未完成.
func reasonBeside(s string, day zh.Span) string {
	before := strings.TrimRight(strings.Trim(s[:day.Start], trimmed), "到至为")
	after := strings.Trim(s[day.End:], trimmed)
	return strings.Trim(strings.TrimSuffix(before, "延期")+" "+after, trimmed)
}
