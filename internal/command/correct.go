package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/zh"
)

// correct (更正) puts a report in the place of the one of a receipt, or of the person's latest.
func correct(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	receipt, spans := "", []zh.Span{}
	if at := receiptShape.FindStringIndex(x.s[x.begins:]); at != nil {
		receipt = x.s[x.begins+at[0] : x.begins+at[1]]
		spans = append(spans, zh.Span{Start: x.begins + at[0], End: x.begins + at[1]})
	}
	was, err := t.View.ReportToCorrect(ctx, t.person, receipt)
	if err != nil {
		return nil, err
	}
	if other := t.elsewhere(x, was.Project); other != "" {
		return nil, fault.Newf(fault.Invalid, "回执%s报的是%s，不是%s。如报错了项目，请先发：撤回 %s，再重新报送。", was.Receipt, was.Project.Name, other, was.Receipt)
	}
	if i, ok := t.names.index[was.Project.ID]; ok {
		t.chosen = &t.names.projects[i]
	} else {
		return nil, fault.Newf(fault.Conflict, "%s已不在名册中，不能更正。", was.Project.Name)
	}
	again := reader{verbs: t.verbs, today: ymd(t.today)}.understand(newScript(t.fold, "报 "+x.without(x.begins, spans)), t.scope())
	q := question{Project: was.Project.ID, Said: t.ahead + x.raw, Report: &again.said, Corrects: was.Receipt, For: t.other.ID, ForName: t.other.Name}
	switch {
	case again.refuse != "":
		return t.refused(was.Project, fault.New(fault.Invalid, again.refuse)), nil
	case again.said.Progress == nil && again.said.Invested == nil && again.said.Text == "":
		return t.wanting("更正 "+was.Receipt, was.Project, "请写明更正后的内容，例如：更正 "+was.Receipt+" 56%"), nil
	case again.confirm == "":
		photos, lost := t.photos(ctx)
		return t.writes(q, photos, lost), nil
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, was.Project)
		if err != nil {
			return chat.Message{}, err
		}
		q.Kind = askConfirm
		return t.ask(a, private, q, "reply/confirm", struct{ Name, What string }{was.Project.Name, again.confirm})
	}, nil
}

// elsewhere gives the name of another project that a correction names.
func (t *turn) elsewhere(x script, was ledger.Project) string {
	sc := scope{names: t.names, sole: -1, sees: t.sees}
	p := sc.settle(x, sc.whole(x, x.first(x.begins)))
	if p.id == 0 || p.id == was.ID {
		return ""
	}
	return t.names.projects[t.names.index[p.id]].Name
}

// wanting asks for words that are missing.
func (t *turn) wanting(head string, p ledger.Project, sentence string) step {
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		return t.ask(a, private, question{Kind: askMore, Said: t.ahead + head}, "reply/line", sentence)
	}
}
