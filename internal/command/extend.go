package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
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
	d, ok, err := t.deadline(m.rest, m.DueOn)
	if err != nil {
		return nil, err
	}
	if ok {
		m.rest = reasonBeside(m.rest, d.at)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		if !ok {
			return t.ask(a, private, question{Kind: askMore, Said: "延期 " + m.Code + " " + m.rest}, "reply/extend", struct {
				Code string
				Days []workday.Day
			}{m.Code, t.laterDays(m)})
		}
		if len(d.choices) > 0 {
			return t.chooseDay(d.choices, func(on workday.Day) string {
				return strings.TrimSpace("延期 " + m.Code + " " + on.String() + " " + m.rest)
			})
		}
		x, err := a.AskExtension(t.by(a), m.ID, d.on, m.rest)
		if err != nil {
			return t.orMore(a, "延期 "+m.Code+" "+d.on.String(), m.rest, private, err)
		}
		return t.Words.Say("reply/extension", struct {
			M ledger.Commitment
			P ledger.Project
			X ledger.Extension
		}{m.Commitment, m.Project, x})
	}, nil
}

// laterDays are days to choose from: a week, two and four of working days after the due day or today,
// as far as the project's own day allows.
func (t *turn) laterDays(m about) (days []workday.Day) {
	if m.Kind == ledger.Filing || m.Kind == ledger.Reply {
		return nil
	}
	for _, n := range []int{5, 10, 20} {
		if on := t.View.Calendar.After(max(m.DueOn, t.today), n); m.Project.TargetOn == 0 || on <= m.Project.TargetOn {
			days = append(days, on)
		}
	}
	return days
}

// moving are words that lead to or follow a day and are no reason.
var (
	movingTo = regexp.MustCompile(`(?:申请|请求|想|要|能|能不能|可以|预计|计划|争取|大概|估计|最快|需要|得)*(?:延期|延长|延后|延|推迟|推后|顺延|改|放|拖|宽限|展期|再给|再要|给|再)?(?:到|至|为)?[ ]*$`)
	movedOn  = regexp.MustCompile(`^[ ]*(?:左右|之前)?(?:才|就|可以|可|能|应该)*(?:能|办好|办完|完成|好|搞定|弄好|办结|到位|取得|拿到|解决)*[了吧]?`)
)

// reasonBeside gives what is said around the day: 延期到4月30日,因图审未完成 leaves 因图审未完成.
func reasonBeside(s string, day zh.Span) string {
	front := movingTo.ReplaceAllString(s[:day.Start], "")
	after := movedOn.ReplaceAllString(s[day.End:], "")
	return strings.Trim(strings.Trim(front, trimmed)+" "+strings.Trim(after, trimmed), trimmed)
}
