package command

import (
	"context"
	"regexp"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// history (经过) tells what happened to a matter, line by line, or to a whole project, page by page.
func history(ctx context.Context, t *turn, in intent) (step, error) {
	if page, ok := t.wholeProject(in); ok {
		p, ask, err := t.project(in)
		if err != nil || ask != nil {
			return ask, err
		}
		return t.projectHistory(ctx, p, page)
	}
	if err := t.nothingNamed(ctx, in); err != nil {
		return nil, err
	}
	if m, ok := t.Context.Matter(); ok && codeOf(in.script) == "" && t.matter == "" {
		t.matter = m.Code
	}
	m, ask, err := t.commitment(ctx, in, func(ledger.Commitment) bool { return true })
	if err != nil || ask != nil {
		return ask, err
	}
	h, err := t.View.History(ctx, t.hears(m.Project), m.Matter)
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

// onlyPage is what may stand beside the name of a project whose history is asked for.
var onlyPage = regexp.MustCompile(`^(?:第[ ]*([0-9]{1,3}|[一二三四五六七八九十]+)[ ]*页)?$`)

// wholeProject reports whether the history of a project is asked for, not of a matter: a project is named and
// nothing else but the page.
func (t *turn) wholeProject(in intent) (page int, ok bool) {
	p := in.project
	if codeOf(in.script) != "" || t.matter != "" || !p.named && len(p.options) == 0 {
		return 0, false
	}
	m := onlyPage.FindStringSubmatch(t.fold.Fold(in.script.without(in.script.begins, in.script.apartFrom(p.spans))))
	if m == nil {
		return 0, false
	}
	if n, _, ok := zh.Number(m[1]); ok && n.Value >= 10_000 {
		return int(n.Value / 10_000), true
	}
	return 1, true
}

// nothingNamed refuses words that name neither a project nor a matter.
func (t *turn) nothingNamed(ctx context.Context, in intent) error {
	rest := in.script.without(in.script.begins, nil)
	if rest == "" || codeOf(in.script) != "" || t.matter != "" || in.project.named {
		return nil
	}
	all, err := t.matters(ctx)
	if err != nil || len(t.titled(in.script, all)) > 0 {
		return err
	}
	return fault.Newf(fault.NotFound, "没有找到“%s”这个项目或事项，请核对名称或编号后再发，例如：%s", clip(rest, 20), t.example(in.verb.example))
}

func (t *turn) projectHistory(ctx context.Context, p ledger.Project, page int) (step, error) {
	h, err := t.View.ProjectHistory(ctx, t.hears(p), p, page)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/history_project", struct {
			view.ProjectHistory
			Next int
		}{h, h.Page + 1})
	}, nil
}
