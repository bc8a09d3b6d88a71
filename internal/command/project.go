package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// project (项目) shows one project: to the group if the group may see it, else to the person.
func project(ctx context.Context, t *turn, in intent) (step, error) {
	if p := in.project; !p.named && len(p.options) == 0 && p.heard == "" {
		if rest := in.script.without(in.script.begins, nil); rest != "" {
			in.project = pick{heard: rest} // never the place's own project in its stead
		}
	}
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	who := t.person
	if t.Incoming.ChatID != "" && ledger.Entitled(t.group, &p) {
		who = t.group
	}
	card, err := t.View.Project(ctx, who, p.ID)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/project", card)
	}, nil
}
