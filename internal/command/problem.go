package command

import (
	"context"
	"regexp"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
)

var noProblem = regexp.MustCompile(`^(?:无|暂无|没有|没|没有问题|无问题|已解决|解决了|不大)?[。.!！]*$`)

// problem (问题) puts a problem on a project's ledger.
func problem(_ context.Context, t *turn, in intent) (step, error) {
	x := in.script
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
		return t.Words.Say("reply/problem", verdict{M: m, P: p, Rest: text})
	}, nil
}
