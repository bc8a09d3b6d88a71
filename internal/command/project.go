package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// project (项目) shows one project.
func project(ctx context.Context, t *turn, in intent) (step, error) {
	return aboutProject(ctx, t, in, "reply/project", t.View.Project)
}

// foretell (预测) shows when the next nodes of a project are expected.
func foretell(ctx context.Context, t *turn, in intent) (step, error) {
	return aboutProject(ctx, t, in, "reply/forecast", t.View.Forecast)
}

// aboutProject answers with what read gives of the project named: to the group if the group may see it,
// else to the person in private.
func aboutProject[T any](ctx context.Context, t *turn, in intent, template string, read func(context.Context, ledger.Viewer, ledger.ProjectID) (T, error)) (step, error) {
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
	shown, err := read(ctx, who, p.ID)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, shown)
	}, nil
}
