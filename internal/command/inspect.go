package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/zh"
)

// inspect (核查) puts down what was seen on a site: 核查 华兴 52% 现场仅完成三层, with photos or without.
func inspect(ctx context.Context, t *turn, in intent) (step, error) {
	p, ask, err := t.project(in)
	if err != nil || ask != nil {
		return ask, err
	}
	x := in.script
	masked := mask(x.s, append([]zh.Span{{Start: 0, End: x.begins}}, in.project.spans...))
	share, ok := zh.Percent(masked)
	switch {
	case !ok:
		return nil, fault.Newf(fault.Invalid, "请写明现场核定的形象进度，例如：核查 %s 52%% 现场仅完成三层", p.Name)
	case share.Vague:
		return nil, fault.Newf(fault.Invalid, "“%s”是个范围，请写一个数，例如：核查 %s 52%% 现场仅完成三层", masked[share.Start:share.End], p.Name)
	}
	read := ledger.Percent(min(max(share.Hundredths, -1_000_000), 1_000_000))
	text := x.without(x.begins, append(x.apartFrom(in.project.spans), share.Span))
	photos, lost := t.photos(ctx)
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, p)
		if err != nil {
			return chat.Message{}, err
		}
		hashes, err := keep(a, photos)
		if err != nil {
			return chat.Message{}, err
		}
		r, m, err := a.Inspect(t.by(a), p.ID, read, text, hashes)
		if err != nil {
			return t.orMore(a, "核查 "+p.Code+" "+read.String(), text, private, err)
		}
		return t.Words.Say("reply/inspected", struct {
			R     ledger.Reading
			P     ledger.Project
			M     *ledger.Commitment
			Owner string
			Lost  string
		}{r, p, m, t.ownerOf(ctx, m), lost})
	}, nil
}

// ownerOf names who has to move a matter, "" for none.
func (t *turn) ownerOf(ctx context.Context, m *ledger.Commitment) string {
	reg, err := t.View.People(ctx)
	if err != nil || m == nil {
		return ""
	}
	return reg.Called(m.OwnerID)
}
