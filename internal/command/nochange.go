package command

import (
	"context"
	"fmt"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// noChange (无变化) reports that all is as it was.
func noChange(_ context.Context, t *turn, in intent) (step, error) {
	x := in.script
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	if err := t.known(p); err != nil {
		return nil, err
	}
	why := x.without(x.begins, x.apartFrom(in.project.spans))
	return t.unchanged(p, why), nil
}

func (t *turn) unchanged(p ledger.Project, why string) step {
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		u, now, err := a.NoChange(t.by(a), p.ID, why, "chat")
		switch {
		case fault.CodeOf(err) == fault.Invalid:
			return t.ask(a, private, question{Kind: askMore, Said: t.ahead + "无变化 " + p.Code}, "reply/line", fault.Sentence(err))
		case err != nil:
			return chat.Message{}, err
		}
		return t.told("reply/nochange", now, u)
	}
}

// reportTold is what an answer tells of a report beside its figures.
type reportTold struct {
	P      ledger.Project
	U      ledger.Update
	Period string
	For    string // on whose behalf, "" for oneself
	By     string
}

func (t *turn) told(template string, p ledger.Project, u ledger.Update) (chat.Message, error) {
	m, err := t.Words.Say(template, reportTold{p, u, t.periodName(u.Period), t.other.Name, t.Person.Name})
	if err != nil {
		return m, fmt.Errorf("tell of report %s: %w", u.Receipt, err)
	}
	return m, nil
}
