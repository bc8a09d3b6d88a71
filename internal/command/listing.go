package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// listing answers with a list that read gives: where here is true what the group may see, else what the
// person may, in private.
func listing[T any](ctx context.Context, t *turn, here bool, template string, read func(context.Context, ledger.Viewer) (T, error)) (step, error) {
	who, aside := t.person, t.Incoming.ChatID != ""
	if here {
		who, aside = t.group, false
	}
	list, err := read(ctx, who)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if aside {
			if _, err := t.hush(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		return t.Words.Say(template, list)
	}, nil
}
