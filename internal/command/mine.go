package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
)

// mine (我的) lists the person's own projects, worst first.
func mine(ctx context.Context, t *turn, _ intent) (step, error) {
	lines, err := t.View.Mine(ctx, t.person)
	if err != nil {
		return nil, err
	}
	loose, err := t.View.Loose(ctx, t.person)
	if err != nil {
		return nil, err
	}
	if len(lines)+len(loose) == 0 {
		return nil, fault.New(fault.NotFound, "您名下还没有项目。如有遗漏，请联系项目办。")
	}
	projects := make([]ledger.Project, len(lines), len(lines)+1)
	for i, l := range lines {
		projects[i] = l.Project
	}
	if len(loose) > 0 {
		projects = append(projects, ledger.Project{}) // of no project: for no group
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, projects...); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/mine", struct {
			Lines []view.Line
			Loose []view.Matter
		}{lines, loose})
	}, nil
}
