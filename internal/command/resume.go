package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
)

// resume (恢复) starts a project's clocks again.
func resume(_ context.Context, t *turn, in intent) (step, error) {
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		now, err := a.Resume(a.By(t.Person.ID), p.ID)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/resumed", now)
	}, nil
}
