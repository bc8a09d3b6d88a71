package command

import (
	"context"
	"strings"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// handUp (上报) hands a problem up a level, with what was tried.
func handUp(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool {
		return m.State == ledger.Open && ledger.Kinds[m.Kind].Levels
	})
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("上报", m, "reply/handup", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.HandUp(by, m.ID, m.rest)
	}), nil
}

// handsUp gives an answer to the notice of one problem, 上报 已协调两次, the problem's number: without one the
// same word begins a report.
func (t *turn) handsUp(said string) (command string, ok bool) {
	m, one := t.Context.Matter()
	rest, begins := strings.CutPrefix(t.fold.Fold(said), "上报")
	if !one || !begins || t.Context.Strength < desk.Quoted || !ledger.Kinds[m.Kind].Levels || hasFigure(rest) || codeOf(newScript(t.fold, said)) != "" {
		return said, false
	}
	if x := newScript(t.fold, said); len(t.scope().whole(x, 0)) > 0 {
		return said, false // 上报 华兴 主体封顶
	}
	return "上报 " + m.Code + " " + strings.TrimLeft(rest, separators), true
}
