package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// overdue (逾期) lists what is overdue: in a group what the group may see, in private what the person
// may. A group that may see nothing is answered in private.
func overdue(ctx context.Context, t *turn, _ intent) (step, error) {
	who, aside := t.person, t.Incoming.ChatID != ""
	if t.group.Group != nil {
		who, aside = t.group, false
	}
	late, err := t.View.Overdue(ctx, who)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if aside {
			if _, err := t.hush(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		return t.Words.Say("reply/overdue", late)
	}, nil
}
