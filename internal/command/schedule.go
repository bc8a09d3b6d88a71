package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/workday"
	"duban/internal/zh"
)

// ofOne makes the step of an act on one project: the answer, and a refusal that names it, stay out of a group that may
// not know of it.
func (t *turn) ofOne(p ledger.Project, template string, do func(a *desk.Acts) (any, error)) step {
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		told, err := do(a)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, told)
	}
}

// named1 gives the project a message names and the rest of its words.
func (t *turn) named1(in intent) (p ledger.Project, rest string, ask step, err error) {
	p, ask, err = t.project(in)
	if err != nil || ask != nil {
		return p, "", ask, err
	}
	return p, in.script.without(in.script.begins, in.script.apartFrom(in.project.spans)), nil, t.known(p)
}

// backwards (倒排) drafts a project's nodes from the day it is to be finished; without a day from its own.
func backwards(_ context.Context, t *turn, in intent) (step, error) {
	p, rest, ask, err := t.named1(in)
	if err != nil || ask != nil {
		return ask, err
	}
	term, spoken, err := t.deadline(rest, 0)
	if err != nil {
		return t.refused(p, err), nil
	}
	target := term.on
	if !spoken {
		target = p.TargetOn
	}
	if target == 0 && len(term.choices) == 0 {
		return t.refused(p, fault.Newf(fault.Invalid, "请写明目标日期，例如：倒排 %s %d年12月31日", p.Name, t.today.Year())), nil
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if len(term.choices) > 0 {
			return t.chooseDay(term.choices, func(on workday.Day) string { return t.ahead + "倒排 " + p.Code + " " + on.String() })
		}
		return t.ofOne(p, "reply/schedule", func(a *desk.Acts) (any, error) { return a.Schedule(t.by(a), p.ID, target) })(a)
	}, nil
}

// lineNumber begins what says which line of a draft gets another day.
var lineNumber = regexp.MustCompile(`^第?[ ]*([0-9]{1,2}|[一二三四五六七八九十]{1,3})[ ]*(?:项|条|个|行|号)?(?:节点)?[ ,，:：]*(?:改|调|移|推)?(?:为|到|至|成)?`)

// redate (改排期) gives one line of a draft another day.
func redate(_ context.Context, t *turn, in intent) (step, error) {
	p, rest, ask, err := t.named1(in)
	if err != nil || ask != nil {
		return ask, err
	}
	rest = t.fold.Fold(rest)
	m := lineNumber.FindStringSubmatch(rest)
	example := "例如：改排期 " + p.Name + " 2 5月6日"
	if m == nil {
		return t.refused(p, fault.New(fault.Invalid, "请写明改第几项、改到哪一天，"+example)), nil
	}
	no, _, _ := zh.Number(m[1])
	term, ok, err := t.deadline(rest[len(m[0]):], 0)
	switch {
	case err != nil:
		return t.refused(p, err), nil
	case !ok || term.on == 0:
		return t.refused(p, fault.New(fault.Invalid, "请写明改到哪一天，"+example)), nil
	}
	return t.ofOne(p, "reply/schedule", func(a *desk.Acts) (any, error) {
		return a.Redate(t.by(a), p.ID, int(no.Value/10_000), term.on)
	}), nil
}

// verdictOnDraft is yes or no to a draft that was replied to, with the reason of a no.
var verdictOnDraft = regexp.MustCompile(`^(不同意|不批准|退回|驳回|同意|批准|可以|通过)(?:排期)?(?:[,，。.!！ ]+(.*)|了)?$`)

// decidesDraft puts the words with which a notice of a draft was replied to into those of its verbs.
func (t *turn) decidesDraft(said string) (command string, ok bool) {
	id, ok := t.Context.Draft()
	i, known := t.names.index[id]
	m := verdictOnDraft.FindStringSubmatch(strings.TrimSpace(t.fold.Fold(said)))
	if !ok || !known || m == nil || t.Context.Strength != desk.Quoted {
		return "", false
	}
	verb := "同意排期 "
	if strings.HasPrefix(m[1], "不") || m[1] == "退回" || m[1] == "驳回" {
		verb = "退回排期 "
	}
	return verb + t.names.projects[i].Code + " " + m[2], true
}

// grantSchedule (同意排期) makes a draft count.
func grantSchedule(_ context.Context, t *turn, in intent) (step, error) {
	p, _, ask, err := t.named1(in)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.ofOne(p, "reply/scheduled", func(a *desk.Acts) (any, error) { return a.GrantSchedule(t.by(a), p.ID) }), nil
}

// denySchedule (退回排期) sends a draft back; words that are missing are asked for.
func denySchedule(_ context.Context, t *turn, in intent) (step, error) {
	p, rest, ask, err := t.named1(in)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		d, err := a.DenySchedule(t.by(a), p.ID, rest)
		if err != nil {
			return t.orMore(a, "退回排期 "+p.Code, rest, private, err)
		}
		return t.Words.Say("reply/unscheduled", d)
	}, nil
}

// timetable (时间表) shows all nodes of a project and the way of its stages.
func timetable(ctx context.Context, t *turn, in intent) (step, error) {
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	who := t.person
	if !ledger.Entitled(who, &p) {
		who = t.group
	}
	table, err := t.View.Timetable(ctx, who, p.ID)
	if err != nil {
		return nil, err
	}
	return t.ofOne(p, "reply/timetable", func(*desk.Acts) (any, error) { return table, nil }), nil
}

// stage (阶段) takes a project to another stage, or without one shows the way it came.
func stage(ctx context.Context, t *turn, in intent) (step, error) {
	p, rest, ask, err := t.named1(in)
	if err != nil || ask != nil {
		return ask, err
	}
	if rest == "" {
		return timetable(ctx, t, in)
	}
	said, err := t.stageSaid(rest)
	if err != nil {
		return t.refused(p, err), nil
	}
	return t.ofOne(p, "reply/stage", func(a *desk.Acts) (any, error) { return a.MoveStage(t.by(a), p.ID, said) }), nil
}

// moved are words around a stage that say no reason.
var moved = regexp.MustCompile(`(?:已经|已于|已|进入|转为|变更为|改为|退回到?|转|到|于|了|阶段|确认|在)`)

// stageSaid reads the stage, the day it was reached, and why.
func (t *turn) stageSaid(rest string) (said ledger.StageSaid, err error) {
	rest = t.fold.Fold(rest)
	at := len(rest)
	for _, s := range ledger.Stages {
		if i := strings.Index(rest, string(s)); i >= 0 && i < at {
			at, said.To = i, s
		}
	}
	if said.To == "" {
		said.To = ledger.Stage(clip(rest, 10))
		return said, nil
	}
	rest = rest[:at] + rest[at+len(said.To):]
	said.Sure = strings.Contains(rest, "确认")
	if f, ok := zh.Date(rest, ymd(t.today)); ok {
		said.On = day(f.YMD)
		switch {
		case f.Impossible:
			return said, fault.Newf(fault.Invalid, "没有%s这一天，请核对日期后重发，例如：阶段 华兴 开工 3月5日", rest[f.Start:f.End])
		case f.Rolled && said.On > t.today:
			said.On = workday.NewDay(f.Year-1, f.Month, f.Day)
		}
		rest = rest[:f.Start] + rest[f.End:]
	}
	said.Reason = strings.Trim(moved.ReplaceAllString(rest, " "), trimmed)
	return said, nil
}

// conversion (转化率) shows how many projects came from one stage to the next.
func conversion(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/conversion", func(ctx context.Context, who ledger.Viewer) (view.Conversion, error) {
		return t.View.Conversion(ctx, who)
	})
}
