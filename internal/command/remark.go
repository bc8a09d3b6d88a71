package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/workday"
)

// urging begins what a leader says when something is to be done.
var urging = regexp.MustCompile(`^(?:请|让|责成|要求|务必|抓紧|尽快|加快|限|督促|安排|由|必须|立即)`)

// enquiry begins what only sounds like it.
var enquiry = regexp.MustCompile(`^(?:请问|请教|请假|请示)`)

// nextYears is how many days ahead a day without its year is taken for one that is over, not for next year's.
const nextYears = 300

// assigned is what the answer to a remark tells.
type assigned struct {
	M       ledger.Commitment
	P       ledger.Project
	Owner   string
	Spoken  bool // the day was said, not the rules'
	Raiser  string
	Himself bool // the leader said it, nobody on behalf
}

// remarks reports whether a message without a verb is a leader's remark: it urges somebody, or it answers a
// notice, and what it is about is known.
func (t *turn) remarks(in intent) bool {
	said := strings.TrimLeft(in.script.s[min(in.script.begins, len(in.script.s)):], trimmed)
	switch {
	case in.script.ours, !t.Person.Has(ledger.RoleLeader, ledger.RoleDistrictLeader), t.Person.Has(ledger.RoleOffice):
		return false
	case enquiry.MatchString(said), asks.MatchString(said), courtesy.MatchString(said) && len(in.script.marks) < 8:
		return false
	case urging.MatchString(said):
		return true
	}
	i := in.project.id
	if i != 0 && urging.MatchString(strings.TrimLeft(in.script.without(in.script.begins, in.script.apartFrom(in.project.spans)), trimmed)) {
		return true
	}
	return t.Context.Strength >= desk.Worded && t.Incoming.Kind == chat.Text && len(in.script.marks) >= 4 && in.verb == nil
}

// remark (批示) makes what a leader says an assigned matter.
func remark(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if from, begins, ok := x.arises(); ok {
		return register(ctx, t, in, from, begins)
	}
	sc := t.scope()
	if !in.project.named && t.chosen == nil {
		if in.project = sc.find(x, x.first(x.begins), nil); !in.project.named && len(in.project.options) == 0 {
			in.project = pick{}
		}
	}
	r := desk.Remark{Text: x.without(x.begins, x.apartFrom(in.project.spans))}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	who, named, err := t.somebody(ctx, x, x.begins)
	if err != nil {
		return nil, err
	}
	if named {
		r.To, r.Unit = who.ID, who.unit.ID
	}
	if err := t.gone(x, reg, who, named); err != nil {
		return nil, err
	}
	p, ask, err := t.remarked(in, &r, named)
	if err != nil || ask != nil {
		return ask, err
	}
	term, spoken, err := t.deadline(r.Text, 0)
	if err != nil {
		return nil, err
	}
	if said := r.Text[term.at.Start:term.at.End]; spoken && term.on.Sub(t.today) > nextYears && !strings.Contains(said, "年") {
		return nil, fault.Newf(fault.Invalid, "“%s”今年已经过了，请写明年份或改期，例如：%d年%s", said, term.on.Year(), said)
	}
	r.Due = term.on
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		if len(term.choices) > 0 {
			return t.chooseDay(term.choices, func(on workday.Day) string {
				return t.ahead + "批示 " + p.Code + " " + r.Text[:term.at.Start] + on.Chinese() + r.Text[term.at.End:]
			})
		}
		m, err := a.Assign(t.by(a), r)
		if err != nil {
			return t.orMore(a, t.ahead+"批示 "+p.Code, r.Text, private, err)
		}
		return t.Words.Say("reply/assigned", assigned{m, p, reg.Called(m.OwnerID), spoken, reg.Called(m.RaisedBy), m.RaisedBy == t.Person.ID})
	}, nil
}

// remarked finds what a remark is about: the project it names, that of the notice it answers, that of the
// group, or with somebody named none. ask is the step that asks which.
func (t *turn) remarked(in intent, r *desk.Remark, named bool) (p ledger.Project, ask step, err error) {
	if !in.script.ours {
		in.script.raw = "批示 " + in.script.raw // read again by itself, it is no answer to a notice any more
	}
	m, matter := t.Context.Matter()
	one, sure := t.Context.Project()
	switch {
	case in.project.id != 0:
		p = t.names.projects[t.names.index[in.project.id]]
	case len(in.project.options) > 0:
		return p, t.choose(in, in.project.options), nil
	case t.Context.Strength >= desk.Quoted && sure:
		if p = one; matter {
			r.Text += "（" + m.Code + "）"
			if !named {
				r.To = m.OwnerID
			}
		}
	case t.Context.Strength >= desk.Quoted && len(t.Context.Projects) > 1:
		ids := make([]ledger.ProjectID, len(t.Context.Projects))
		for i, p := range t.Context.Projects {
			ids[i] = p.ID
		}
		return p, t.choose(in, ids), nil
	case t.Context.Strength != desk.Worded && t.sole() >= 0: // of mere words it is asked
		p = t.names.projects[t.sole()]
	case named && (t.Person.Has(ledger.RoleDistrictLeader) || t.other.Has(ledger.RoleDistrictLeader)):
	default:
		own := t.led(maxOptions + 1)
		switch {
		case len(own) == 1 && t.Person.Has(ledger.RoleLeader): // the leader's only project; the answer names it
			p = t.names.projects[t.names.index[own[0]]]
			r.Project = p.ID
			return p, nil, nil
		case len(own) > 0 && len(own) <= maxOptions:
			return p, t.choose(in, own), nil
		}
		return p, nil, fault.New(fault.Invalid, "请写明是哪个项目，例如："+t.example("批示 %s 请王敏4月底前完成清表"))
	}
	r.Project = p.ID
	return p, nil, nil
}

// led gives up to limit projects the person leads.
func (t *turn) led(limit int) []ledger.ProjectID {
	var out []ledger.ProjectID
	for i := range t.names.projects {
		if p := &t.names.projects[i]; p.LeaderID == t.Person.ID && len(out) < limit {
			out = append(out, p.ID)
		}
	}
	return out
}
