package command

import (
	"context"
	"regexp"
	"slices"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

var noProblem = regexp.MustCompile(`^(?:无|暂无|没有|没|没有问题|无问题|已解决|解决了|不大)?[。.!！]*$`)

// problem (问题) puts a problem on a project's ledger.
func problem(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if x.classifies() {
		return classify(ctx, t, in)
	}
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	if err := t.known(p); err != nil {
		return nil, err
	}
	text := x.without(x.begins, x.apartFrom(in.project.spans))
	if text != "" && noProblem.MatchString(t.fold.Fold(text)) {
		return t.refused(p, fault.Newf(fault.Invalid, "没有读到问题的内容。有问题请写明，例如：问题 %s 施工许可证未办下来", p.Name)), nil
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		m, err := a.Raise(t.by(a), p.ID, text)
		if err != nil {
			return t.orMore(a, "问题 "+p.Code, text, private, err)
		}
		return t.Words.Say("reply/problem", t.raised(m, p, text))
	}, nil
}

// raised is what the answer to 问题 tells.
type raised struct {
	verdict
	Word     string   // what it was classified by, "" when nothing in it says what it is about
	Elements []string // to choose from
	Other    string   // one it was not taken for, to show how one is named
}

func (t *turn) raised(m ledger.Commitment, p ledger.Project, text string) raised {
	out := raised{verdict: verdict{M: m, P: p, Rest: text}, Elements: t.Desk.Elements.Names()}
	_, out.Word = t.Desk.Elements.Recognise(text)
	if i := slices.IndexFunc(out.Elements, func(name string) bool { return name != m.Element }); i >= 0 {
		out.Other = out.Elements[i]
	}
	return out
}
