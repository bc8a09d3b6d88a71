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
	"duban/internal/workday"
	"duban/internal/zh"
)

// recurring gives the verbs of what recurs: one to answer it, one to read the answers, one to see who has not.
func recurring(rules []ledger.Recurring) []verb {
	var out []verb
	for _, r := range rules {
		says := append([]string{r.Name}, r.Says...)
		if r.None != "" {
			says = append(says, r.None)
		}
		kind := ledger.Kinds[r.Kind].Word
		out = append(out,
			verb{name: r.Name, says: says, project: r.Who == ledger.OwedByProjects, example: r.Say("%s"), line: kind + r.Name, may: owesRecurring(r), do: forRule(r, files)},
			verb{name: "未报" + r.Name, topic: "查询", says: around(says, "未报", "谁没报", "谁未报", "哪些没报"), alone: true, example: "未报" + r.Name, may: oversees, do: forRule(r, unfiled)},
			verb{name: r.Name + "汇总", topic: "查询", says: around(says, "汇总", "查"), alone: true, example: r.Name + "汇总", line: "看本期" + r.Name, may: oversees, do: forRule(r, filedRound)},
		)
	}
	if len(out) > 0 {
		out = append(out, verb{name: "改报", topic: "办理", says: []string{"改报", "更正报送内容"}, matter: true, example: "改报 R0001 拜访4家企业", line: "更正已报的定期报送", may: anyone, do: refile})
	}
	return out
}

// around gives the words with each of the others before and behind them.
func around(words []string, others ...string) []string {
	var out []string
	for _, w := range words {
		for _, o := range others {
			out = append(out, o+w, o+" "+w, w+o, w+" "+o)
		}
	}
	return out
}

// forRule makes the act of a verb for a rule.
func forRule(r ledger.Recurring, do func(context.Context, *turn, ledger.Recurring, intent) (step, error)) func(context.Context, *turn, intent) (step, error) {
	return func(ctx context.Context, t *turn, in intent) (step, error) { return do(ctx, t, r, in) }
}

// owesRecurring says to whom it is offered.
func owesRecurring(r ledger.Recurring) func(*turn) bool {
	switch r.Who {
	case ledger.OwedByProjects:
		return reports
	case ledger.OwedByOffice:
		return keeps
	case ledger.OwedByUnits:
		return func(t *turn) bool { return t.Person.Has(ledger.RoleLiaison, ledger.RoleUnitHead) && t.fits(r.Units) }
	}
	return func(t *turn) bool { return r.Fits(t.Person, t.unitKind()) }
}

// unitKind gives the kind of the person's unit.
func (t *turn) unitKind() ledger.UnitKind { return t.names.units[t.Person.UnitID] }

func (t *turn) fits(kinds []ledger.UnitKind) bool {
	return len(kinds) == 0 || slices.Contains(kinds, t.unitKind())
}

// files (定期报送、履职) takes the answer to what recurs.
func files(ctx context.Context, t *turn, r ledger.Recurring, in intent) (step, error) {
	x := in.script
	code, spans := t.recurrenceCode(x, r)
	var p ledger.Project
	if r.Who == ledger.OwedByProjects && code == "" {
		var ask step
		var err error
		if p, ask, err = t.project(in); err != nil || ask != nil {
			return ask, err
		}
		if err := t.known(p); err != nil {
			return nil, err
		}
		spans = x.apartFrom(in.project.spans)
	}
	said := ledger.Filed{}
	if r.Dated {
		on, at, err := t.happened(x, r)
		if err != nil {
			return nil, err
		}
		said.On, spans = on, append(spans, at...)
	}
	said.Text = x.without(x.begins, spans)
	if said.Text == "" && strings.Trim(x.s, trimmed) == r.None {
		said.Text = r.None
	}
	if r.Figures {
		return t.figures(ctx, r, code, said.Text)
	}
	if r.Plan != "" {
		said.Text, said.Plan = parts(said.Text, r.Plan)
	}
	return t.filing(ctx, r, code, p, said)
}

// recurs puts the words with which a notice of what recurs was replied to into those of its verb.
func (t *turn) recurs(said string) (command string, ok bool) {
	m, one := t.Context.Matter()
	x := newScript(t.fold, said)
	if !one || t.Context.Strength != desk.Quoted || x.readVerb(t.verbs, t.scope()) != nil || courtesy.MatchString(x.s) || asks.MatchString(x.s) {
		return "", false
	}
	for _, r := range t.View.Recurring {
		if r.Name == m.Source {
			return r.Name + " " + m.Code + " " + said, true
		}
	}
	return "", false
}

// parts cuts what was said at the word that leads to the plan.
func parts(text, word string) (came, plan string) {
	came, plan, _ = strings.Cut(text, word)
	return strings.Trim(came, trimmed), strings.Trim(plan, trimmed)
}

// recurrenceCode gives the number of what is answered, if the message names one of the kind.
func (t *turn) recurrenceCode(x script, r ledger.Recurring) (string, []zh.Span) {
	code, start, end := x.code()
	if !strings.HasPrefix(code, ledger.Kinds[r.Kind].Prefix) {
		return "", nil
	}
	return code, []zh.Span{{Start: start, End: end}}
}

// happened gives the day on which a duty was done, 0 when none is said, and where it stands.
func (t *turn) happened(x script, r ledger.Recurring) (workday.Day, []zh.Span, error) {
	f, ok := zh.Date(x.s[x.begins:], ymd(t.today))
	at := []zh.Span{{Start: x.begins + f.Start, End: x.begins + f.End}}
	switch {
	case !ok:
		return 0, nil, nil
	case f.Impossible:
		return 0, nil, fault.Newf(fault.Invalid, "没有%s这一天，请核对日期后重发，例如：%s", x.s[at[0].Start:at[0].End], t.example(r.Say("%s")))
	case f.Rolled && day(f.YMD) > t.today: // it is over: nobody says it of next year
		return workday.NewDay(f.Year-1, f.Month, f.Day), at, nil
	}
	return day(f.YMD), at, nil
}

// refile (改报) puts another answer in the place of the one that was given.
func refile(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	code, start, end := x.code()
	if code == "" {
		return nil, fault.New(fault.Invalid, "请写明编号和更正后的内容，例如：改报 R0001 拜访4家企业")
	}
	m, err := t.byCode(ctx, code)
	if err != nil {
		return nil, err
	}
	said := ledger.Filed{Text: x.without(x.begins, []zh.Span{{Start: start, End: end}})}
	for _, r := range t.View.Recurring {
		if r.Plan != "" && strings.Contains(said.Text, r.Plan) {
			said.Text, said.Plan = parts(said.Text, r.Plan)
		}
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, m.Project); err != nil {
			return chat.Message{}, err
		}
		done, r, err := a.Refile(t.by(a), code, said)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/refiled", filed{done, r, r.Say(done.P.Name)})
	}, nil
}

// filed is what the answer to a filing tells.
type filed struct {
	desk.Answered
	R   ledger.Recurring
	Say string // how what is still owed is answered
}

// filing makes the step that takes it. Where nothing was said, the words are asked for; of what is measured by a
// plan, the plan of the window before is shown with it.
func (t *turn) filing(ctx context.Context, r ledger.Recurring, code string, p ledger.Project, said ledger.Filed) (step, error) {
	planned := ""
	if r.Plan != "" && said.Text == "" && p.ID != 0 {
		var err error
		if planned, err = t.View.Planned(ctx, r, p.ID); err != nil {
			return nil, err
		}
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		done, err := a.File(t.by(a), r, code, p.ID, said)
		if fault.CodeOf(err) == fault.Invalid && said.Text == "" {
			q := question{Kind: askMore, Said: t.ahead + strings.TrimSpace(r.Name+" "+code+p.Code)}
			return t.ask(a, private, q, "reply/filing", struct{ Planned, Ask string }{planned, fault.Sentence(err)})
		}
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/filed", filed{done, r, r.Say(done.P.Name)})
	}, nil
}

// figures shows the ledger's own figures of the month before, and files them once somebody says that they are right.
func (t *turn) figures(ctx context.Context, r ledger.Recurring, code, remark string) (step, error) {
	d, err := t.View.Dispatch(ctx, t.person)
	if err != nil {
		return nil, err
	}
	shown, err := t.Words.Say("reply/dispatch", struct {
		view.Dispatch
		R ledger.Recurring
	}{d, r})
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, ledger.Project{}); err != nil {
			return chat.Message{}, err
		}
		if remark == "" {
			return shown, nil
		}
		done, err := a.File(t.by(a), r, code, 0, ledger.Filed{Text: strings.Join(append(shown.Rows, remark), "；")})
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/filed", filed{done, r, r.Say("")})
	}, nil
}

// unfiled (未报招商动态) lists who has not answered; filedRound (招商动态汇总) what was answered.
func unfiled(ctx context.Context, t *turn, r ledger.Recurring, _ intent) (step, error) {
	return t.round(ctx, r, "reply/unfiled")
}

func filedRound(ctx context.Context, t *turn, r ledger.Recurring, _ intent) (step, error) {
	return t.round(ctx, r, "reply/round")
}

func (t *turn) round(ctx context.Context, r ledger.Recurring, template string) (step, error) {
	return listing(ctx, t, t.group.Group != nil, template, func(ctx context.Context, who ledger.Viewer) (view.Round, error) {
		return t.View.Round(ctx, who, r)
	})
}
