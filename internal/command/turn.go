package command

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// step carries out inside the transaction what was understood outside of it. It may run again.
type step func(a *desk.Acts) (chat.Message, error)

// turn is one message with all that is known around it.
type turn struct {
	*Command
	desk.Taken
	person ledger.Viewer
	group  ledger.Viewer // Group nil: private, or a group that is not bound
	names  *names
	today  workday.Day
	about  []ledger.ProjectID // that the step will write, as far as is known

	pending *question         // what was asked before and waits for this
	chosen  *ledger.Project   // the answer to a question which project was meant
	matter  string            // the answer to a question which matter was meant: its number
	who     []ledger.PersonID // the answers to questions who was meant of those called alike
	subject ledger.Project    // the one project the step is about; ID 0 before it is known
	other   ledger.Person     // on whose behalf it is said; ID 0: the person's own
	ahead   string            // the words that say so, taken off what was said
}

// maxSaid is the longest message read, in characters: a text at its limit and the words around it.
const maxSaid = ledger.MaxText + 200

// prepare reads all that the answer needs and gives the step that makes it.
func (t *turn) prepare(ctx context.Context) (step, error) {
	do, err := t.prepared(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		m, err := do(a)
		return m, t.ofProject(err)
	}, nil
}

func (t *turn) prepared(ctx context.Context) (step, error) {
	switch kind := t.Incoming.Kind; {
	case kind == chat.Joined:
		return t.joined(), nil
	case kind == chat.Renamed:
		return silently(func(a *desk.Acts) error { return a.Renamed(t.Incoming) }), nil
	case t.Incoming.UserID == "":
		return t.outsider(), nil
	case t.Person.ID == 0:
		t.Log.Info("somebody unknown wrote", "platform", t.Incoming.Platform, "user", t.Incoming.UserID)
		return t.unknown(), nil
	}
	if err := t.gather(ctx); err != nil {
		return nil, err
	}
	if do, err := t.pictured(ctx); do != nil || err != nil {
		return do, err
	}
	if err := t.unreadable(); err != nil {
		return nil, err
	}
	if t.Incoming.Kind == chat.Enter {
		return t.say("reply/help", t.menu("")), nil
	}
	if do, err := t.answered(ctx); do != nil || err != nil {
		return do, err
	}
	do, err := t.read(ctx, t.Incoming.Text)
	if err != nil {
		return nil, err
	}
	return t.forgetting(do), nil
}

// gather takes over who may see what here.
func (t *turn) gather(ctx context.Context) (err error) {
	if t.names, err = t.register(ctx, t.Stamp); err != nil {
		return err
	}
	t.person, t.group = t.Sees, t.Shows
	t.pending, err = t.asked()
	return err
}

// unreadable says of a message without words what to send instead.
func (t *turn) unreadable() error {
	in := t.Incoming
	if in.Edited != "" {
		return fault.Newf(fault.Invalid, "这条消息已按修改前的“%s”处理，修改后的内容没有记录。如需更正，请另发一条，例如：更正 56%%", clip(in.Edited, 40))
	}
	example := "，请打字发送，例如：" + t.example("报 %s 65% 主体结构封顶")
	switch {
	case in.Kind == chat.Enter:
		return nil
	case in.Kind == chat.Picture:
		return fault.New(fault.Invalid, "照片已收到，还需要一句说明"+example)
	case in.Kind == chat.Other && slices.ContainsFunc(in.Media, func(m chat.Media) bool { return m.Kind == "voice" }):
		return fault.New(fault.Invalid, "抱歉，这段语音没有听清"+example)
	case in.Kind == chat.Other:
		return fault.New(fault.Invalid, "抱歉，暂时只能读文字"+example)
	}
	if n := utf8.RuneCountInString(in.Text); n > maxSaid {
		return fault.Newf(fault.Invalid, "消息有%d字，太长了，请精简到%d字以内再发，例如：%s", n, ledger.MaxText, t.example("报 %s 65% 主体结构封顶"))
	}
	if x := newScript(t.fold, in.Text); len(x.marks) == 0 && x.s != "?" {
		return fault.New(fault.Invalid, "没有读到文字"+example)
	}
	return nil
}

// example fills a project of the person's own into an example; in a group one that the group may see.
func (t *turn) example(format string) string {
	if p := t.sole(); p >= 0 {
		return fill(format, t.names.projects[p].Name)
	}
	for i := range t.names.projects {
		p := &t.names.projects[i]
		if ledger.MayReport(t.person, p) && (t.Incoming.ChatID == "" || ledger.Entitled(t.group, p)) {
			return fill(format, p.Name)
		}
	}
	return fill(format, "某某项目")
}

// read understands a message and gives the step of its verb; where two are called by a name in it, the one
// that asks who is meant.
func (t *turn) read(ctx context.Context, said string) (step, error) {
	do, err := t.understood(ctx, said)
	var same sameName
	if errors.As(err, &same) {
		return t.chooseWho(said, same), nil
	}
	return do, err
}

func (t *turn) understood(ctx context.Context, said string) (step, error) {
	said, err := t.behalf(ctx, said)
	if err != nil {
		return nil, err
	}
	r, sc := t.reader(), t.scope()
	said, do, err := t.inContext(ctx, r.phrased(t.fold, said))
	if do != nil || err != nil {
		return do, err
	}
	x := newScript(t.fold, said)
	if v := x.readVerb(r.verbs, sc); t.chosen == nil && (v == nil || v.name == "报") {
		if parts := sc.several(x); parts != nil {
			return t.reportAll(r, parts)
		}
	}
	in := r.understand(x, sc)
	if t.chosen != nil {
		in.project = pick{id: t.chosen.ID, named: true, spans: in.project.spans}
	}
	if t.remarks(in) {
		in.verb = lookUp(t.verbs, "批示")
	}
	if t.seeks(in) {
		in.verb = lookUp(t.verbs, "资源")
	}
	if in.verb == nil {
		return t.lost(in), nil
	}
	if err := t.recalls(ctx, &in); err != nil {
		return nil, err
	}
	return in.verb.do(ctx, t, in)
}

// by makes the actor of the message.
func (t *turn) by(a *desk.Acts) ledger.Actor {
	by := a.By(t.Person.ID)
	if t.other.ID != t.Person.ID {
		by.For = t.other.ID
	}
	return by
}

// scope says which projects may be named here: those the person may see, and those the group may.
func (t *turn) scope() scope {
	sc := scope{names: t.names, sole: t.sole(), sees: t.sees}
	if t.group.Group != nil {
		sc.near = func(i int) bool { return ledger.Entitled(t.group, &t.names.projects[i]) }
	}
	if t.chosen != nil {
		only := t.names.index[t.chosen.ID]
		sc.sole, sc.sees, sc.near = -1, func(i int) bool { return i == only }, nil
	}
	return sc
}

func (t *turn) sees(i int) bool {
	p := &t.names.projects[i]
	return ledger.Entitled(t.person, p) || ledger.Entitled(t.group, p)
}

// sole gives the project that is meant when none is named: the one of the notice that is answered, the
// one the group is bound to, or in private the only one the person reports on; -1 for none.
func (t *turn) sole() int {
	if i := t.pointed(); i >= 0 {
		return i
	}
	if t.group.Group != nil && t.group.Group.Class == ledger.GroupTaskForce && len(t.group.Bound) == 1 {
		for id := range t.group.Bound {
			if i, ok := t.names.index[id]; ok {
				return i
			}
		}
	}
	if t.Incoming.ChatID != "" {
		return -1
	}
	if own := t.reportable(2); len(own) == 1 {
		return t.names.index[own[0].ID]
	}
	return -1
}

// reportable gives up to limit projects the person may report on, in order of code.
func (t *turn) reportable(limit int) []ledger.Project {
	var out []ledger.Project
	for i := range t.names.projects {
		if p := &t.names.projects[i]; len(out) < limit && ledger.MayReport(t.person, p) {
			out = append(out, *p)
		}
	}
	return out
}

// hush sends the answer privately when the group may not know of one of the projects.
func (t *turn) hush(a *desk.Acts, projects ...ledger.Project) (private bool, err error) {
	if len(projects) == 1 {
		t.subject = projects[0]
	}
	if t.Incoming.ChatID == "" {
		return false, nil
	}
	for i := range projects {
		if !ledger.Entitled(t.group, &projects[i]) {
			line, err := t.Words.Say("reply/aside", nil)
			a.Privately()
			a.Meanwhile(line)
			return true, err
		}
	}
	return false, nil
}

// hears gives who will read an answer about the project: the group if it may know of it, else the person alone.
func (t *turn) hears(p ledger.Project) ledger.Viewer {
	if ledger.Entitled(t.group, &p) {
		return t.group
	}
	return t.person
}

// refused makes a step of a refusal that names the project: it stays out of a group that may not know of it.
func (t *turn) refused(p ledger.Project, err error) step {
	return func(a *desk.Acts) (chat.Message, error) {
		if _, hushed := t.hush(a, p); hushed != nil {
			return chat.Message{}, hushed
		}
		return chat.Message{}, err
	}
}

// ofProject says in a group of several projects which one a refusal is about.
func (t *turn) ofProject(err error) error {
	p, code := t.subject, fault.CodeOf(err)
	several := t.group.Group != nil && (t.group.Group.Class != ledger.GroupTaskForce || len(t.group.Bound) > 1)
	if !several || p.ID == 0 || code == "" || code == fault.Internal || !ledger.Entitled(t.group, &p) || strings.Contains(fault.Sentence(err), p.Name) {
		return err
	}
	return fault.Newf(code, "%s：%s", p.Name, fault.Sentence(err))
}

// say makes a step of words alone.
func (t *turn) say(template string, data any) step {
	return func(*desk.Acts) (chat.Message, error) { return t.Words.Say(template, data) }
}

// project gives the one project a message is about, or the step that asks for it, or why there is none.
func (t *turn) project(in intent) (ledger.Project, step, error) {
	switch p := in.project; {
	case p.id != 0:
		return t.names.projects[t.names.index[p.id]], nil, nil
	case len(p.options) > 0:
		return ledger.Project{}, t.choose(in, p.options), nil
	case p.heard != "":
		return ledger.Project{}, nil, fault.Newf(fault.NotFound, "没有找到“%s”这个项目，请核对名称或编号后再发，例如：%s", clip(p.heard, 20), t.example(in.verb.example))
	}
	if near := t.answering(); len(near) > 1 {
		return ledger.Project{}, t.choose(in, near), nil
	}
	if own := t.reportable(maxOptions + 1); len(own) > 0 && len(own) <= maxOptions {
		ids := make([]ledger.ProjectID, len(own))
		for i, p := range own {
			ids[i] = p.ID
		}
		return ledger.Project{}, t.choose(in, ids), nil
	}
	return ledger.Project{}, t.nameIt(in), nil
}

// known refuses an act on a project which the group may see and the person may not.
func (t *turn) known(p ledger.Project) error {
	if !ledger.Entitled(t.person, &p) && ledger.Entitled(t.group, &p) {
		return fault.Newf(fault.Forbidden, "您不在%s的报送名单中，请由其联络员或专班成员办理，或联系项目办。", p.Name)
	}
	return nil
}
