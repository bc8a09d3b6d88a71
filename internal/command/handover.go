package command

import (
	"context"
	"regexp"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/view"
)

var (
	giving = regexp.MustCompile(`(?:应该|应当|应|请|这|它|那)*(?:转交|转给|交给|交由|给|由|是|归|转)+$`)
	given  = regexp.MustCompile(`^(?:的|负责|办理|管|处理|来办|办)+`)
)

// passing is what the answers about a handover tell.
type passing struct {
	M        ledger.Commitment
	P        ledger.Project
	H        ledger.Handover
	To, From string
	Rest     string
}

// handOver (转交) proposes that a matter shall be somebody else's.
func handOver(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool {
		return m.State == ledger.Open && !ledger.Kinds[m.Kind].Fixed && t.person.Is(m.OwnerID)
	})
	if err != nil || ask != nil {
		return ask, err
	}
	if ledger.Kinds[m.Kind].Answered() {
		return t.moveTo(ctx, m)
	}
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	x := newScript(t.fold, m.rest)
	who, ok, err := t.somebody(ctx, x, 0)
	switch {
	case err != nil:
		return nil, err
	case !ok || who.ID == 0:
		return t.wanting("转交 "+m.Code+" "+m.rest, m.Project, "请写明"+m.Code+"转交给谁和理由，例如：给王敏 该手续由其科室办理"), nil
	}
	before := giving.ReplaceAllString(strings.TrimRight(x.typed(0, who.at.Start), trimmed), "")
	after := given.ReplaceAllString(x.typed(who.at.End, len(x.s)), "")
	why := strings.Trim(strings.Trim(before, trimmed)+" "+strings.Trim(after, trimmed), trimmed)
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		now, h, err := a.HandOver(t.by(a), m.ID, who.ID, why)
		if err != nil {
			return t.orMore(a, "转交 "+m.Code+" 给"+x.typed(who.at.Start, who.at.End), why, private, err)
		}
		return t.passed(reg, about{Matter: m.Matter, rest: why}, now, h)
	}, nil
}

// takeOver (接收) confirms a handover.
func takeOver(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.decides(ctx, m, "接收", func(a *desk.Acts) (ledger.Commitment, ledger.Handover, error) {
		return a.TakeOver(t.by(a), m.ID)
	})
}

// refuseOver (不接收) leaves a matter where it is.
func refuseOver(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.decides(ctx, m, "不接收", func(a *desk.Acts) (ledger.Commitment, ledger.Handover, error) {
		return a.RefuseHandOver(t.by(a), m.ID, m.rest)
	})
}

func (t *turn) decides(ctx context.Context, m about, verb string, do func(*desk.Acts) (ledger.Commitment, ledger.Handover, error)) (step, error) {
	reg, err := t.View.People(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		now, h, err := do(a)
		if err != nil {
			return t.missing(a, verb, m, private, err)
		}
		return t.passed(reg, m, now, h)
	}, nil
}

// passed words what became of a handover.
func (t *turn) passed(reg view.People, m about, now ledger.Commitment, h ledger.Handover) (chat.Message, error) {
	if h.ID == 0 { // it was handed to and fro too often
		return t.Words.Say("reply/bounced", verdict{M: now, P: m.Project, Rest: m.rest})
	}
	return t.Words.Say("reply/handover", passing{now, m.Project, h, reg.Called(h.ToID), reg.Called(h.FromID), m.rest})
}
