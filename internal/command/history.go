package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// history (经过) tells what happened to a matter, line by line.
func history(ctx context.Context, t *turn, in intent) (step, error) {
	if m, ok := t.Context.Matter(); ok && codeOf(in.script) == "" && t.matter == "" {
		t.matter = m.Code
	}
	m, ask, err := t.commitment(ctx, in, func(ledger.Commitment) bool { return true })
	if err != nil || ask != nil {
		return ask, err
	}
	h, err := t.View.History(ctx, m.Matter)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, m.Project); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/history", h)
	}, nil
}
