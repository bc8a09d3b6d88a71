package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// unreported (未报) lists who has not reported for the period: in a group what the group may see, in
// private what the person may.
func unreported(ctx context.Context, t *turn, _ intent) (step, error) {
	who, aside := t.person, t.Incoming.ChatID != ""
	if t.group.Group != nil {
		who, aside = t.group, false
	}
	s, err := t.View.Silent(ctx, who)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if aside {
			if _, err := t.hush(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		return t.Words.Say("reply/unreported", s)
	}, nil
}
