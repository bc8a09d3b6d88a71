package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
)

// suspend (暂停) stops a project's clocks.
func suspend(_ context.Context, t *turn, in intent) (step, error) {
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	reason := in.script.without(in.script.begins, in.script.apartFrom(in.project.spans))
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		now, err := a.Suspend(a.By(t.Person.ID), p.ID, reason)
		if err != nil {
			return t.orMore(a, "暂停 "+p.Code, reason, private, err)
		}
		return t.Words.Say("reply/suspended", now)
	}, nil
}
