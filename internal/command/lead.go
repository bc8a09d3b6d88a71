package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/view"
	"duban/internal/zh"
)

var (
	// another says that a lead of a known enterprise is about something else.
	another = regexp.MustCompile(`[,，。 ]*(?:属|是|为)?另(?:外)?(?:一|1)个?项目[。 ]*`)
	contact = regexp.MustCompile(`联系(?:人|方式|电话)?[:： ]*([^,，。;；]{2,30}?)(?:[,，。;；]|[ ]+(?:给|转|交|请)|$)`)
	phone   = regexp.MustCompile(`1[0-9]{10}`)
	// company ends the name of an enterprise where something else follows without a blank.
	company = regexp.MustCompile(`^(.{2,40}?(?:有限责任公司|股份有限公司|有限公司|集团公司|公司|集团|企业|厂|研究院|大学))`)
	newName = regexp.MustCompile(`^(?:新建|新设|新增)?(?:项目)?[:： ]*`)
)

// leadEntered is what the answers about a lead tell.
type leadEntered struct {
	M    ledger.Commitment
	L    view.LeadLine
	P    ledger.Project
	Rest string
	Made bool // a new project was made of it
}

// lead (线索) enters a lead, or alone lists those there are.
func lead(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if strings.Trim(x.s[x.begins:], trimmed) == "" {
		return listing(ctx, t, t.wide(), "reply/leads", t.View.Leads)
	}
	l, err := t.leadIn(ctx, x)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		m, p, err := a.EnterLead(t.by(a), l)
		if err != nil {
			return chat.Message{}, err
		}
		return t.saidLead(ctx, "reply/lead", m, p, leadEntered{})
	}, nil
}

// wide reports whether this is a group that may see the whole district.
func (t *turn) wide() bool { return t.Incoming.ChatID != "" && ledger.Entitled(t.group, nil) }

// leadIn reads a lead: the enterprise first, then what it wants, with an amount, a contact and the platform.
func (t *turn) leadIn(ctx context.Context, x script) (desk.Lead, error) {
	l := desk.Lead{Another: another.MatchString(x.s[x.begins:])}
	who, ok, err := t.somebody(ctx, x, x.begins)
	if err != nil {
		return l, err
	}
	var spans []zh.Span
	if ok && who.at.Start > x.begins { // 给临港园, not the name at the head
		l.To, l.Unit = who.ID, who.unit.ID
		before := asksOf.FindStringIndex(x.s[:who.at.Start])
		spans = append(spans, zh.Span{Start: before[0], End: who.at.End})
	}
	if at := another.FindStringIndex(x.s[x.begins:]); at != nil {
		spans = append(spans, zh.Span{Start: x.begins + at[0], End: x.begins + at[1]})
	}
	l.Text = x.without(x.begins, spans)
	text := t.fold.Fold(l.Text)
	if money, ok := zh.Money(text); ok {
		if money.Vague {
			return l, fault.New(fault.Invalid, "投资额是个范围，请写一个数，例如：拟投2亿元")
		}
		l.Amount = ledger.Money(money.Yuan)
	}
	if m := contact.FindStringSubmatch(text); m != nil {
		l.Contact = strings.Trim(m[1], trimmed)
	} else if p := phone.FindString(text); p != "" {
		l.Contact = p
	}
	l.Enterprise = enterpriseIn(text)
	l.Likeness = ledger.Likeness(t.fold.Key(l.Enterprise))
	return l, nil
}

// enterpriseIn gives the name at the head of what was said, "" when there is none.
func enterpriseIn(s string) string {
	head := strings.Trim(s, trimmed)
	if i := strings.IndexAny(head, " ,，。;；:："); i >= 0 {
		head = head[:i]
	}
	if m := company.FindStringSubmatch(head); m != nil {
		head = m[1]
	}
	if n := len([]rune(head)); n < 2 || n > 60 || hasFigure(head) {
		return ""
	}
	return head
}

// saidLead words what became of a lead.
func (t *turn) saidLead(ctx context.Context, template string, m ledger.Commitment, p ledger.Prospect, e leadEntered) (chat.Message, error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return chat.Message{}, err
	}
	e.M, e.L = m, view.LeadLine{L: p, Unit: reg.Short(m.UnitID), Owner: reg.Called(m.OwnerID)}
	if p.FirstUnitID != p.UnitID {
		e.L.First = reg.Short(p.FirstUnitID)
	}
	return t.Words.Say(template, e)
}

// living are leads that may still be acted on.
func living(m ledger.Commitment) bool { return m.Kind == ledger.Lead && m.State == ledger.Open }

// answerLead (反馈) says how a lead stands. Where no lead is meant it is a report in other words.
func answerLead(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	if p := t.scope().find(x, x.first(x.begins), nil); codeOf(x) == "" && t.matter == "" && (p.named || hasFigure(x.s[x.begins:])) {
		return t.read(ctx, x.typed(x.begins, len(x.s)))
	}
	m, ask, err := t.commitment(ctx, in, living)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.answerTo(ctx, m), nil
}

func (t *turn) answerTo(ctx context.Context, m about) step {
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		now, p, err := a.AnswerLead(t.by(a), m.ID, m.rest)
		if err != nil {
			return t.orMore(a, "反馈 "+m.Code, m.rest, t.Incoming.ChatID != "", err)
		}
		return t.saidLead(ctx, "reply/leadback", now, p, leadEntered{Rest: m.rest})
	}
}

// moveLead (转平台) gives a lead to another platform.
func moveLead(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, living)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.moveTo(ctx, m)
}

func (t *turn) moveTo(ctx context.Context, m about) (step, error) {
	x := newScript(t.fold, m.rest)
	who, ok, err := t.somebody(ctx, x, 0)
	switch {
	case err != nil:
		return nil, err
	case !ok:
		return nil, fault.Newf(fault.Invalid, "请写明转给哪个平台和理由，例如：转平台 %s 给高新区 本园区没有环评容量", m.Code)
	}
	before := giving.ReplaceAllString(strings.TrimRight(x.typed(0, who.at.Start), trimmed), "")
	why := strings.Trim(strings.Trim(before, trimmed)+" "+strings.Trim(x.typed(who.at.End, len(x.s)), trimmed), trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		now, p, err := a.MoveLead(t.by(a), m.ID, who.ID, who.unit.ID, why)
		if err != nil {
			return t.orMore(a, "转平台 "+m.Code+" 给"+x.typed(who.at.Start, who.at.End), why, t.Incoming.ChatID != "", err)
		}
		return t.saidLead(ctx, "reply/leadmove", now, p, leadEntered{Rest: why})
	}, nil
}

// convertLead (转项目) makes a project of a lead, or ties it to the one that is named.
func convertLead(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, living)
	if err != nil || ask != nil {
		return ask, err
	}
	x := newScript(t.fold, m.rest)
	name := strings.Trim(newName.ReplaceAllString(m.rest, ""), trimmed)
	var project ledger.ProjectID
	if !strings.HasPrefix(m.rest, "新") {
		p := t.scope().find(x, 0, nil)
		if !p.named {
			return nil, fault.Newf(fault.Invalid, "请写明转为哪个项目；还没有这个项目的，请写“新建”和项目名称，例如：转项目 %s 新建 某某电子PCB项目", m.Code)
		}
		project = p.id
	} else if n := len([]rune(name)); n < 4 || n > 60 {
		return nil, fault.Newf(fault.Invalid, "项目名称须在4到60个字之间。例如：转项目 %s 新建 某某电子PCB项目", m.Code)
	} else if t.taken(name) {
		return nil, fault.Newf(fault.Conflict, "已有叫“%s”的项目。线索要并入这个项目的，请发：转项目 %s %s", name, m.Code, name)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		now, p, err := a.ConvertLead(t.by(a), m.ID, project, name)
		if err != nil {
			return chat.Message{}, err
		}
		return t.saidLead(ctx, "reply/leadproject", now, ledger.Prospect{}, leadEntered{P: p, Made: project == 0})
	}, nil
}

// taken reports whether a project is called so.
func (t *turn) taken(name string) bool {
	k := t.fold.Key(name)
	for i := range t.names.calls {
		if string(t.names.calls[i].key) == k {
			return true
		}
	}
	return false
}

// leadCounts (线索统计) shows what units did with leads.
func leadCounts(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.wide(), "reply/leadcounts", t.View.LeadCounts)
}

// aboutLead takes words under a lead's notice for the answer to it.
func (t *turn) aboutLead(said string) (string, bool) {
	m, ok := t.Context.Matter()
	x := newScript(t.fold, said)
	if !ok || t.Context.Strength < desk.Quoted || !ledger.Kinds[m.Kind].Answered() || t.Incoming.Kind != chat.Text || len(x.marks) < 4 {
		return "", false
	}
	if code, _, _ := x.code(); code != "" || x.readVerb(t.verbs, t.scope()) != nil || asks.MatchString(x.s) {
		return "", false
	}
	return "反馈 " + m.Code + " " + said, true
}
