package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// groups (群清单) shows the office which groups there are, what they are about and whether they are reached.
func groups(ctx context.Context, t *turn, _ intent) (step, error) {
	all, err := t.View.Groups(ctx, t.person)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if t.Incoming.ChatID != "" && !ledger.Entitled(t.group, nil) {
			if _, err := t.hush(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		return t.Words.Say("reply/groups", all)
	}, nil
}
