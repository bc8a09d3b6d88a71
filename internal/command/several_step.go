package command

import (
	"fmt"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/zh"
)

// entry is one report of a message with several.
type entry struct {
	chunk
	in intent
	p  ledger.Project
	// Why the report cannot be taken as it is; "" when it can.
	why string
	ask *question // how the first such entry is asked about; nil when it must be said anew
}

// list is what the answer to a message with several reports tells.
type list struct {
	Done  []echo
	Left  []left
	Asked bool // the first of Left is asked about: the answer goes on
	Open  *question
	Picks []option
	Lost  string
	By    string // who reports, where it is on another's behalf
}

// left is a report that was not taken, and why.
type left struct{ What, Why string }

// reportAll takes the reports of a message with several: those that are sure are written together, each
// with its receipt; of the others the first is asked about, and all are named. A report nobody has
// doubts about does not wait for one that somebody must clear up.
func (t *turn) reportAll(r reader, parts []chunk) (step, error) {
	if len(parts) > maxReports {
		return nil, fault.Newf(fault.Invalid, "一条消息最多报%d个项目，这条有%d个，请分几条发送。", maxReports, len(parts))
	}
	var all []entry
	for _, c := range parts {
		e := entry{chunk: c}
		sc := t.scope()
		sc.sole = -1
		e.in = r.understand(newScript(t.fold, c.text), sc)
		t.weigh(&e)
		all = append(all, e)
	}
	onceEach(all)
	return t.writesAll(all), nil
}

// weigh says what is not sure about an entry.
func (t *turn) weigh(e *entry) {
	in := e.in
	switch pick := in.project; {
	case in.verb == nil || in.verb.name != "报":
		e.why = "没有读到进度或说明"
	case in.refuse != "":
		e.why = in.refuse
	case pick.id != 0:
		e.p = t.names.projects[t.names.index[pick.id]]
		e.clear(t)
	case len(pick.options) > 0:
		ids := pick.options[:min(len(pick.options), maxOptions)]
		e.why, e.ask = "请确认是哪个项目", &question{Kind: askWhich, Said: t.ahead + e.text, Projects: ids}
	case pick.heard != "":
		e.why = fmt.Sprintf("没有找到“%s”这个项目", clip(pick.heard, 20))
	default:
		e.why = "没有写明项目"
	}
}

// clear looks at an entry whose project is known.
func (e *entry) clear(t *turn) {
	switch err := t.known(e.p); {
	case err != nil:
		e.why = fault.Sentence(err)
	case e.in.said.Progress == nil && e.in.said.Invested == nil && e.in.said.Text == "":
		e.why = "没有读到进度或说明"
	case e.in.confirm != "":
		e.why = e.in.confirm + "，对吗？"
		e.ask = &question{Kind: askConfirm, Said: t.ahead + e.text, Project: e.p.ID, Report: &e.in.said, For: t.other.ID, ForName: t.other.Name}
	}
}

// onceEach leaves out every entry on a project that a message reports on twice.
func onceEach(all []entry) {
	count := map[ledger.ProjectID]int{}
	for _, e := range all {
		count[e.p.ID]++
	}
	for i := range all {
		if e := &all[i]; e.p.ID != 0 && count[e.p.ID] > 1 {
			e.why, e.ask = "同一项目在本条中出现了两次，请只报一次", nil
		}
	}
}

func (t *turn) writesAll(all []entry) step {
	for _, e := range all {
		if e.p.ID != 0 {
			t.about = append(t.about, e.p.ID)
		}
	}
	return func(a *desk.Acts) (chat.Message, error) {
		out := list{By: t.Person.Name}
		var shown []ledger.Project
		if len(t.Incoming.Media) > 0 {
			out.Lost = "照片没有归到项目，请随单个项目的进展再发一次。"
		}
		for _, e := range all {
			if e.p.ID != 0 {
				shown = append(shown, e.p)
			}
			if e.why == "" {
				done, doubt, err := t.reportOne(a, e)
				switch {
				case err != nil:
					return chat.Message{}, err
				case doubt == nil:
					out.Done = append(out.Done, done)
					continue
				}
				e.why, e.ask = doubt.why, doubt.ask
			}
			out.leave(t, e)
		}
		if out.Open != nil {
			for _, id := range out.Open.Projects {
				shown = append(shown, t.names.projects[t.names.index[id]])
			}
		}
		private, err := t.hush(a, shown...)
		if err != nil {
			return chat.Message{}, err
		}
		if out.Open == nil {
			return t.Words.Say("reply/several", out)
		}
		return t.ask(a, private, *out.Open, "reply/several", out)
	}
}

// leave puts an entry on the list of those that were not taken.
func (l *list) leave(t *turn, e entry) {
	what := e.folded
	if l.Open == nil && e.ask != nil {
		l.Open, l.Asked = e.ask, true
		for _, id := range e.ask.Projects {
			p := t.names.projects[t.names.index[id]]
			l.Picks = append(l.Picks, option{p.Code, p.Name})
		}
		l.Left = append([]left{{what, e.why}}, l.Left...)
		return
	}
	l.Left = append(l.Left, left{what, e.why})
}

// reportOne reports one entry; what the law takes for a slip, or refuses, comes back as a doubt.
func (t *turn) reportOne(a *desk.Acts, e entry) (done echo, doubt *entry, err error) {
	u, p, err := a.Report(t.by(a), e.p.ID, e.in.said)
	switch fault.CodeOf(err) {
	case "":
		done.U, done.P, done.For = u, p, t.other.Name
		return done, nil, done.remember()
	case fault.Ambiguous:
		q := question{Kind: askSure, Said: t.ahead + e.text, Project: e.p.ID, Version: p.Version, Report: &e.in.said, For: t.other.ID, ForName: t.other.Name}
		return done, &entry{why: fault.Sentence(err), ask: &q}, nil
	case fault.Invalid, fault.Forbidden, fault.NotFound:
		return done, &entry{why: fault.Sentence(err)}, nil
	}
	return done, nil, err
}

// reader knows the verbs and the day.
func (t *turn) reader() reader {
	y, m, d := t.today.Year(), t.today.Month(), t.today.Day()
	return reader{verbs: t.verbs, today: zh.YMD{Year: y, Month: m, Day: d}}
}
