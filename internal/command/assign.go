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

// fromSource is what an assigned matter arose from, with its number: 人大建议12号, 政协提案〔2026〕第3号.
var fromSource = regexp.MustCompile(`^(?:(人大代表建议|人大建议|代表建议)|(政协委员提案|政协提案|委员提案)|(领导交办)|(会议交办|会议议定))[ :：,，]*(?:第)?((?:[〔\[(（][0-9]{4}[〕\])）]|[0-9]{4}年)?[ ]*第?[ ]*[0-9]{1,5}[ ]*号)?[ :：,，]*`)

// sourceOf names the groups of fromSource.
var sourceOf = []string{1: "人大建议", 2: "政协提案", 3: "领导交办", 4: "会议"}

// arises reads what a matter arose from where the words begin with it, and where they go on.
func (x script) arises() (from ledger.Origin, begins int, ok bool) {
	m := fromSource.FindStringSubmatchIndex(x.s[x.begins:])
	if m == nil {
		return from, 0, false
	}
	for i, source := range sourceOf {
		if i > 0 && m[2*i] >= 0 {
			from.Source = source
		}
	}
	if m[10] >= 0 {
		from.No = strings.NewReplacer(" ", "", "第", "").Replace(x.s[x.begins:][m[10]:m[11]])
	}
	return from, x.begins + m[1], true
}

// register (交办) puts down what others asked for: with whom it lies and by when it is to be answered must be
// said. It is on a project only when one is named in full.
func register(ctx context.Context, t *turn, in intent, from ledger.Origin, begins int) (step, error) {
	x := in.script
	x.begins = begins
	r := desk.Remark{Text: x.without(x.begins, nil), From: from}
	sc := t.scope()
	var p ledger.Project
	if hit := sc.settle(x, sc.whole(x, x.first(x.begins))); hit.id != 0 {
		p = t.names.projects[t.names.index[hit.id]]
		r.Project = p.ID
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	who, named, err := t.somebody(ctx, x, x.begins)
	if err != nil {
		return nil, err
	}
	if err := t.gone(x, reg, who, named); err != nil {
		return nil, err
	}
	r.To, r.Unit = who.ID, who.unit.ID
	term, spoken, err := t.deadline(r.Text, 0)
	switch example := "例如：交办 " + from.String() + " 关于增设公交站点 请住建局王敏6月30日前答复"; {
	case err != nil:
		return nil, err
	case r.Text == "":
		return nil, fault.New(fault.Invalid, "请写明交办什么、由谁办理、何时答复，"+example)
	case !named:
		return nil, fault.New(fault.Invalid, "请写明由哪个单位、谁办理，"+example)
	case !spoken:
		return nil, fault.New(fault.Invalid, "请写明何时答复，"+example)
	}
	r.Due = term.on
	return func(a *desk.Acts) (chat.Message, error) {
		if p.ID != 0 || !ledger.Entitled(t.group, nil) {
			if _, err := t.hush(a, p); err != nil {
				return chat.Message{}, err
			}
		}
		if len(term.choices) > 0 {
			return t.chooseDay(term.choices, func(on workday.Day) string {
				return t.ahead + "交办 " + from.String() + " " + r.Text[:term.at.Start] + on.Chinese() + r.Text[term.at.End:]
			})
		}
		m, err := a.Assign(t.by(a), r)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/assigned", assigned{m, p, reg.Called(m.OwnerID), spoken, reg.Called(m.RaisedBy), m.RaisedBy == t.Person.ID})
	}, nil
}
