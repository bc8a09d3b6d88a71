package command

import (
	"context"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// suspend (暂停) asks that a project's clocks be stopped.
func suspend(_ context.Context, t *turn, in intent) (step, error) {
	return t.pause(in, "暂停", false)
}

// resume (恢复) asks that they be started again.
func resume(_ context.Context, t *turn, in intent) (step, error) { return t.pause(in, "恢复", true) }

func (t *turn) pause(in intent, verb string, resumes bool) (step, error) {
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
		x, err := a.AskPause(t.by(a), p.ID, resumes, reason)
		if err != nil {
			return t.orMore(a, verb+" "+p.Code, reason, private, err)
		}
		return t.Words.Say("reply/pauseasked", struct {
			P ledger.Project
			X ledger.Suspension
		}{p, x})
	}, nil
}

// grantPause (同意暂停, 同意恢复) does what was asked for.
func grantPause(_ context.Context, t *turn, in intent) (step, error) {
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		now, err := a.GrantPause(t.by(a), p.ID)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/paused", now)
	}, nil
}

// denyPause (不同意暂停, 不同意恢复) leaves things as they are.
func denyPause(_ context.Context, t *turn, in intent) (step, error) {
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
		now, err := a.DenyPause(t.by(a), p.ID, reason)
		if err != nil {
			return t.orMore(a, "不同意暂停 "+p.Code, reason, private, err)
		}
		return t.Words.Say("reply/paused", now)
	}, nil
}

// pausing reports whether the message answers a request to suspend a project or to let it go on.
func (t *turn) pausing() bool {
	of := t.Context.Notice.Cause
	return strings.HasPrefix(of, "suspend:asked:") || strings.HasPrefix(of, "resume:asked:")
}
