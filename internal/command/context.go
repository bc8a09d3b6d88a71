package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/view"
)

// Answers to a notice name nothing: 已完成, 下周五能好. What they are about is told by the card that was
// pressed or the message that was replied to; what was merely sent last is asked about.

var (
	// isDone is an answer that the matter is done; what proves it may follow.
	isDone = regexp.MustCompile(`^(?:报告|领导|您好|[,， ])*(?:这个|这项|这件|该|此|我们|我|项目|问题|事项|节点|任务)*(?:已经|已|都|全部|均)*(?:办理|整改|处理|落实)?(?:完成|办完|办好|办结|办妥|办掉|解决|搞定|弄好|做完|做好|落实|整改|到位|取得|拿到|办下来|处理好|处理完|验收通过)(?:到位|完成|好|完|完毕)?(?:了|啦)?(?:[,，。!！ \n]|$)`)
	// bare is such an answer with nothing else: no news of any project.
	bare = regexp.MustCompile(`^(?:已经|已|都|全部)*(?:完成|办完|办好|办结|办妥|解决|搞定|整改到位|整改完成|落实到位)(?:了|啦)?[。.!！~]*$`)
	// unable is an answer that the matter cannot be done in time.
	unable = regexp.MustCompile(`办不完|办不好|完不成|完成不了|来不及|搞不定|赶不上|延到|延期|推迟|顺延|延后|延至|宽限|要等|再给`)
	// hopeful makes a day in an answer the day by which the matter will be done.
	hopeful = regexp.MustCompile(`能|可以|可|预计|争取|才|完成|办好|办完|办结|解决|搞定|弄好|到位|搞好|取得|拿到|好`)
	// unreasoned are words that give no reason for a later day.
	unreasoned = regexp.MustCompile(`(?:现在|目前|这个|这项|我们|实在|恐怕|可能|应该|预计)*(?:办不完|办不好|完不成|完成不了|来不及|搞不定|赶不上)(?:了|啊)?[,，。 ]*`)
)

// inContext puts an answer to a notice into the words of a verb, with the number of the matter it is
// about; anything else stays as it is. do is the step that asks which matter is meant.
func (t *turn) inContext(ctx context.Context, said string) (same string, do step, err error) {
	if command, ok := t.decidesDraft(said); ok {
		return command, nil, nil
	}
	if command, ok := t.recurs(said); ok {
		return command, nil, nil
	}
	said = t.receipted(said)
	if command, ok := t.handsUp(said); ok {
		return command, nil, nil
	}
	if command, ok := t.aboutLead(said); ok {
		return command, nil, nil
	}
	command, ok := t.asAnswer(said)
	if !ok {
		return said, nil, nil
	}
	c := t.Context
	if c.Strength < desk.Worded {
		if c, err = t.Desk.Latest(ctx, t.Taken); err != nil {
			return said, nil, err
		}
	}
	var open []ledger.Commitment
	for _, m := range c.Matters {
		if (stillOwed(m) || len(c.Matters) == 1 && c.Strength >= desk.Worded) && (!ledger.Kinds[m.Kind].Fixed || !strings.HasPrefix(command, "延期")) {
			open = append(open, m)
		}
	}
	switch {
	case len(open) == 0 && bare.MatchString(t.fold.Fold(said)):
		return command, nil, nil // which one is asked by the verb
	case len(open) == 0:
		return said, nil, nil
	case len(open) == 1 && c.Strength >= desk.Worded:
		verb, rest, _ := strings.Cut(command, " ")
		if open[0].Kind == ledger.Reply {
			verb = "回复"
		}
		return verb + " " + open[0].Code + " " + rest, nil, nil
	}
	do, err = t.whichOf(ctx, command, open)
	return said, do, err
}

// whichOf asks which of the matters an answer is about.
func (t *turn) whichOf(ctx context.Context, command string, open []ledger.Commitment) (step, error) {
	var all []view.Matter
	for _, m := range open[:min(len(open), maxOptions)] {
		known, err := t.byCode(ctx, m.Code)
		if err != nil {
			return nil, err
		}
		all = append(all, known)
	}
	return t.whichMatter(intent{script: newScript(t.fold, command)}, all), nil
}

// asAnswer puts the words of an answer into those of a verb, still without the matter's number.
func (t *turn) asAnswer(said string) (command string, ok bool) {
	if t.chosen != nil || t.matter != "" {
		return "", false
	}
	sc := t.scope()
	x := newScript(t.fold, said)
	if x.readVerb(t.verbs, sc) != nil || len([]rune(x.s)) > 200 || hasFigure(x.s) || asks.MatchString(x.s) {
		return "", false
	}
	if code, _, _ := x.code(); code != "" || len(sc.whole(x, 0)) > 0 {
		return "", false
	}
	switch _, dated, err := t.deadline(x.s, 0); {
	case (dated || err != nil) && (unable.MatchString(x.s) || hopeful.MatchString(x.s)) && !isDone.MatchString(x.s):
		return "延期 " + strings.TrimSpace(unreasoned.ReplaceAllString(said, "")), true
	case unable.MatchString(x.s) && !dated:
		return "延期 " + strings.TrimSpace(unreasoned.ReplaceAllString(said, "")), true
	case isDone.MatchString(x.s) && !denied.MatchString(x.s):
		return "办结 " + said, true
	}
	return "", false
}

// receipted gives a correction or a withdrawal the receipt of the report that was replied to.
func (t *turn) receipted(said string) string {
	if len(t.Context.Reports) != 1 || receiptShape.MatchString(said) {
		return said
	}
	for _, verb := range []string{"更正", "撤回"} {
		if rest, ok := strings.CutPrefix(said, verb); ok && (rest == "" || strings.HasPrefix(rest, " ")) {
			return verb + " " + t.Context.Reports[0].Receipt + rest
		}
	}
	return said
}

// pointed gives the project that is meant when none is named, as the card that was pressed or the message
// that was replied to tells it; -1 for none.
func (t *turn) pointed() int {
	p, ok := t.Context.Project()
	if !ok || t.Context.Strength < desk.Worded {
		return -1
	}
	if i, ok := t.names.index[p.ID]; ok && t.sees(i) {
		return i
	}
	return -1
}

// recalls offers the project of the last notice to a report that names none.
func (t *turn) recalls(ctx context.Context, in *intent) error {
	p := &in.project
	if in.verb == nil || in.verb.name != "报" || in.refuse != "" || t.chosen != nil || p.id != 0 || len(p.options) > 0 || p.heard != "" {
		return nil
	}
	if len(t.reportable(maxOptions+1)) <= maxOptions {
		return nil // all of them are offered
	}
	c, err := t.Desk.Latest(ctx, t.Taken)
	if err != nil {
		return err
	}
	if last, ok := c.Project(); ok {
		if i, ok := t.names.index[last.ID]; ok && ledger.MayReport(t.person, &t.names.projects[i]) {
			p.options = []ledger.ProjectID{last.ID}
		}
	}
	return nil
}

// answering gives the projects of the notice that is answered which the person may report on.
func (t *turn) answering() []ledger.ProjectID {
	var out []ledger.ProjectID
	for _, p := range t.Context.Projects {
		if i, ok := t.names.index[p.ID]; ok && len(out) < maxOptions && ledger.MayReport(t.person, &t.names.projects[i]) {
			out = append(out, p.ID)
		}
	}
	return out
}
