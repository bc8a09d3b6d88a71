package command

import (
	"context"
	"slices"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

// about is a commitment a message names, and what else it says.
type about struct {
	view.Matter
	rest string // the words without verb, number, title and project
}

// commitment finds the commitment a message is about: by its number, by the answer to a question, or
// by a title that fits only one of those the verb may mean. ask is the step that asks which.
func (t *turn) commitment(ctx context.Context, in intent, fits func(ledger.Commitment) bool) (m about, ask step, err error) {
	x := in.script
	code, start, end := x.code()
	if t.matter != "" {
		code = t.matter
	}
	if code != "" {
		m.Matter, err = t.byCode(ctx, code)
		spans := []zh.Span{{Start: start, End: end}}
		if start == 0 && end == 0 {
			spans = t.titleIn(x, m.Matter)
		}
		m.rest = x.without(x.begins, append(spans, t.namedSpans(x, m.Project)...))
		return m, nil, err
	}
	all, err := t.matters(ctx)
	if err != nil {
		return m, nil, err
	}
	all = slices.DeleteFunc(all, func(m view.Matter) bool { return !fits(m.Commitment) })
	p := t.scope().find(x, x.first(x.begins), nil)
	switch {
	case p.named:
		all = slices.DeleteFunc(all, func(m view.Matter) bool { return m.ProjectID != p.id })
	case t.group.Group != nil:
		if near := slices.DeleteFunc(slices.Clone(all), func(m view.Matter) bool { return !ledger.Entitled(t.group, &m.Project) }); len(near) > 0 {
			all = near
		}
	}
	found := t.titled(x, all)
	switch {
	case len(found) == 1:
		m.Matter = found[0]
		m.rest = x.without(x.begins, append(t.titleIn(x, m.Matter), t.namedSpans(x, m.Project)...))
		return m, nil, nil
	case len(found) > 1:
		return m, t.whichMatter(in, found), nil
	case len(all) > 0 && len(all) <= maxOptions:
		return m, t.whichMatter(in, all), nil
	}
	return m, nil, fault.Newf(fault.Invalid, "请写明事项编号，例如：%s", t.example(in.verb.example))
}

// byCode finds a commitment the person, or the group, may know of.
func (t *turn) byCode(ctx context.Context, code string) (view.Matter, error) {
	m, err := t.View.MatterByCode(ctx, t.person, code)
	if fault.CodeOf(err) == fault.NotFound && t.group.Group != nil {
		if m, err := t.View.MatterByCode(ctx, t.group, code); err == nil {
			return m, t.known(m.Project)
		}
	}
	return m, err
}

// matters gives the open matters of what may be named here.
func (t *turn) matters(ctx context.Context) ([]view.Matter, error) {
	all, err := t.View.Matters(ctx, t.person)
	if err != nil || t.group.Group == nil {
		return all, err
	}
	near, err := t.View.Matters(ctx, t.group)
	for _, m := range near {
		if !slices.ContainsFunc(all, func(n view.Matter) bool { return n.ID == m.ID }) {
			all = append(all, m)
		}
	}
	return all, err
}

// titled gives the matters whose title a message holds, or of whose title it holds a stretch.
func (t *turn) titled(x script, all []view.Matter) []view.Matter {
	said := key(x.marks[x.first(x.begins):])
	var whole, piece []view.Matter
	for _, m := range all {
		title := t.fold.Key(m.Title)
		switch {
		case title != "" && strings.Contains(said, title):
			whole = append(whole, m)
		case len(t.titleIn(x, m)) > 0:
			piece = append(piece, m)
		}
	}
	if len(whole) > 0 {
		return whole
	}
	return piece
}

// titleIn gives where a message names the title: all of it, or a stretch between blanks and figures
// that is a part of it of three characters or more, or much like it.
func (t *turn) titleIn(x script, m view.Matter) []zh.Span {
	title := t.fold.Key(m.Title)
	words := []rune(title)
	for i := x.first(x.begins); len(words) > 0 && i+len(words) <= len(x.marks); i++ {
		if sameRunes(words, x.marks[i:]) {
			return []zh.Span{{Start: x.marks[i].at, End: x.marks[i+len(words)-1].end}}
		}
	}
	for _, seg := range segments(x, x.first(x.begins), nil) {
		k := key(x.marks[seg.start:seg.end])
		if len([]rune(k)) >= 3 && strings.Contains(title, k) || zh.Dice(k, title) >= 0.6 {
			return []zh.Span{{Start: x.marks[seg.start].at, End: x.marks[seg.end-1].end}}
		}
	}
	return nil
}

// namedSpans gives where a message names the project at the beginning of a clause.
func (t *turn) namedSpans(x script, p ledger.Project) []zh.Span {
	i, ok := t.names.index[p.ID]
	if !ok {
		return nil
	}
	sc := scope{names: t.names, sole: -1, sees: func(j int) bool { return j == i }}
	found := sc.settle(x, sc.whole(x, x.first(x.begins)))
	return x.apartFrom(found.spans)
}

// whichMatter asks which commitment is meant.
func (t *turn) whichMatter(in intent, all []view.Matter) step {
	all = all[:min(len(all), maxOptions)]
	q := question{Kind: askWhich, Said: t.ahead + in.script.raw}
	var projects []ledger.Project
	for _, m := range all {
		q.Matters = append(q.Matters, m.Code)
		projects = append(projects, m.Project)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, projects...)
		if err != nil {
			return chat.Message{}, err
		}
		return t.ask(a, private, q, "reply/which", all)
	}
}

// verdict is what the answer to an act on a commitment tells.
type verdict struct {
	M    ledger.Commitment
	P    ledger.Project
	Rest string
}

// act makes the step of an act on a commitment: the answer stays out of a group that may not know of
// it, and words that are missing are asked for.
func (t *turn) act(verb string, m about, template string, do func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error)) step {
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		now, err := do(a, t.by(a))
		if err != nil {
			return t.missing(a, verb, m, private, err)
		}
		return t.Words.Say(template, verdict{M: now, P: m.Project, Rest: m.rest})
	}
}

// missing asks for the words an act on a commitment still needs, or refuses it.
func (t *turn) missing(a *desk.Acts, verb string, m about, private bool, err error) (chat.Message, error) {
	if reasoned[verb] && m.rest == "" && fault.CodeOf(err) == fault.Invalid {
		return t.ask(a, private, question{Kind: askMore, Said: t.ahead + verb + " " + m.Code}, "reply/reasons",
			struct{ Ask, Verb, Code string }{fault.Sentence(t.ofProject(err)), verb, m.Code})
	}
	return t.orMore(a, verb+" "+m.Code, m.rest, private, err)
}

// reasoned are the verbs whose reason is offered to be picked from the usual ones.
var reasoned = map[string]bool{"退回": true, "不同意": true, "不接收": true, "维持": true, "撤销预警": true, "申诉": true}

// stillOwed are commitments that somebody may report done.
func stillOwed(m ledger.Commitment) bool {
	return m.State == ledger.Open && !ledger.Kinds[m.Kind].Closes
}

// waiting are commitments that were reported done.
func waiting(m ledger.Commitment) bool { return m.State == ledger.Reported }
