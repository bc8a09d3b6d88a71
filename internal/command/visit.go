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
	"duban/internal/zh"
)

// told begins what an enterprise told as a problem.
var told = regexp.MustCompile(`(?:企业|公司|该企业)?(?:反映|反应|提出|提到|存在|诉说|希望解决|需协调解决|需要协调|需协调)(?:的)?(?:问题|困难)?(?:是|有)?[:： ,，]*`)

// nothingTold are words after it that tell of no problem.
var nothingTold = regexp.MustCompile(`^(?:无|没有|暂无|良好|正常|较好|很好)`)

// wentTo is what the answer to a visit tells.
type wentTo struct {
	V     ledger.Visit
	M     *ledger.Commitment
	Owner string
	Owed  []ledger.Commitment // what recurs and was closed by it
}

// visit (走访) writes down a visit to an enterprise: who was seen first, and behind 反映 the problem it told of.
func visit(ctx context.Context, t *turn, in intent) (step, error) {
	r, err := t.visitIn(ctx, in.script)
	if err != nil {
		return nil, err
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.aside(a); err != nil {
			return chat.Message{}, err
		}
		v, m, owed, err := a.Visit(t.by(a), r)
		if err != nil {
			return chat.Message{}, err
		}
		out := wentTo{V: v, M: m, Owed: owed}
		if m != nil {
			out.Owner = reg.Called(m.OwnerID)
		}
		return t.Words.Say("reply/visit", out)
	}, nil
}

func (t *turn) visitIn(ctx context.Context, x script) (desk.Visit, error) {
	var r desk.Visit
	var spans []zh.Span
	who, ok, err := t.somebody(ctx, x, x.begins)
	if err != nil {
		return r, err
	}
	if ok && who.at.Start > x.begins {
		r.To, r.Unit = who.ID, who.unit.ID
		end := who.at.End
		for _, tail := range []string{"负责解决", "协调解决", "负责", "解决", "办理", "牵头"} {
			if strings.HasPrefix(x.s[end:], tail) {
				end += len(tail)
				break
			}
		}
		spans = append(spans, zh.Span{Start: asksOf.FindStringIndex(x.s[:who.at.Start])[0], End: end})
	}
	if d, ok := zh.Date(x.s[x.begins:], ymd(t.today)); ok && d.Start < len("在企业") {
		if d.Impossible {
			return r, fault.Newf(fault.Invalid, "没有%s这一天，请核对日期后重发。", x.s[x.begins:][d.Start:d.End])
		}
		r.On = day(d.YMD)
		if r.On.Sub(t.today) > 60 { // a visit is over: 1月5日 is this year's, though a deadline were the next one's
			r.On = workday.NewDay(r.On.Year()-1, r.On.Month(), r.On.Day())
		}
		spans = append(spans, zh.Span{Start: x.begins + d.Start, End: x.begins + d.End})
	}
	r.Text = x.without(x.begins, spans)
	text := t.fold.Fold(r.Text)
	if at := told.FindStringIndex(text); at != nil {
		rest := strings.Trim(text[at[1]:], trimmed)
		if rest == "" {
			return r, fault.New(fault.Invalid, "没有读到反映的问题，例如：走访 某某公司 反映用工紧缺")
		}
		if !nothingTold.MatchString(rest) {
			r.Problem = rest
		}
		text = text[:at[0]]
	}
	r.Enterprise = enterpriseIn(text)
	r.Likeness = ledger.Likeness(t.fold.Key(r.Enterprise))
	return r, nil
}

// visitCounts (走访统计) shows how many enterprises were seen, and what came of it.
func visitCounts(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.wide(), "reply/visits", t.View.Visits)
}

// request (诉求) puts what an enterprise asks for on the ledger.
func request(ctx context.Context, t *turn, in intent) (step, error) {
	x := in.script
	var p ledger.Project
	if in.project.named {
		p = t.names.projects[t.names.index[in.project.id]]
	} else if len(in.project.options) > 0 {
		return t.choose(in, in.project.options), nil
	}
	who, ok, err := t.somebody(ctx, x, x.begins)
	if err != nil {
		return nil, err
	}
	if !ok || who.at.Start == x.begins {
		who = someone{}
	}
	var spans []zh.Span
	if p.ID != 0 {
		spans = x.apartFrom(in.project.spans)
	}
	text := x.without(x.begins, spans)
	term, spoken, err := t.deadline(text, 0)
	switch {
	case err != nil:
		return nil, err
	case text == "":
		return nil, fault.New(fault.Invalid, "请写明企业和诉求，例如：诉求 华兴 用电容量不足，申请增容")
	case spoken && len(term.choices) > 0:
		return nil, fault.New(fault.Invalid, "期限有两种理解，请写明日期，例如：3月20日前")
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if p.ID == 0 {
			if err := t.aside(a); err != nil {
				return chat.Message{}, err
			}
		} else if _, err := t.hush(a, p); err != nil {
			return chat.Message{}, err
		}
		m, err := a.Request(t.by(a), p.ID, text, who.ID, who.unit.ID, term.on)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/request", assigned{M: m, P: p, Owner: reg.Called(m.OwnerID), Spoken: spoken})
	}, nil
}
