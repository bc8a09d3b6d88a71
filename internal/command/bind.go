package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// binding is what the answer to 绑定 and 解绑 tells.
type binding struct {
	G        ledger.Group
	Projects []ledger.Project
}

// bind (绑定) makes projects this group's own.
func bind(_ context.Context, t *turn, in intent) (step, error) {
	return t.binds(in, "reply/bound", (*desk.Acts).Bind)
}

// binds finds every project that is named; one that is named by a part is asked about like anywhere.
func (t *turn) binds(in intent, template string, do func(*desk.Acts, ledger.Actor, chat.Incoming, []ledger.ProjectID) (ledger.Group, error)) (step, error) {
	var b binding
	x := in.script
	if keeps(t) && t.Incoming.ChatID != "" && x.without(x.begins, nil) != "" {
		sc := t.scope()
		for _, h := range longest(x, sc.whole(x, x.first(x.begins))) {
			if p := t.names.projects[h.project]; !b.has(p) {
				b.Projects = append(b.Projects, p)
			}
		}
		if len(b.Projects) == 0 || t.chosen != nil {
			p, ask, err := t.project(in)
			if err != nil || ask != nil {
				return ask, err
			}
			b.Projects = []ledger.Project{p}
		}
	}
	return func(a *desk.Acts) (chat.Message, error) {
		ids := make([]ledger.ProjectID, len(b.Projects))
		for i, p := range b.Projects {
			ids[i] = p.ID
		}
		g, err := do(a, a.By(t.Person.ID), t.Incoming, ids)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say(template, binding{g, b.Projects})
	}, nil
}

func (b binding) has(p ledger.Project) bool {
	for _, q := range b.Projects {
		if q.ID == p.ID {
			return true
		}
	}
	return false
}
