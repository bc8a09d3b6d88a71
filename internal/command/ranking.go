package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// ranking (排名) shows the last ranking, or of it what may be seen here.
func ranking(ctx context.Context, t *turn, _ intent) (step, error) {
	who, aside := t.person, t.Incoming.ChatID != ""
	if g := t.group.Group; g != nil && (ledger.Entitled(t.group, nil) || g.Class == ledger.GroupUnit) {
		who, aside = t.group, false
	}
	r, err := t.View.Ranking(ctx, who)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if aside {
			if _, err := t.hush(a, ledger.Project{}); err != nil {
				return chat.Message{}, err
			}
		}
		return t.Words.Say("reply/ranking", r)
	}, nil
}
