package command

import (
	"cmp"
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// evidence (证据) tells the inspection office what can be proven of a matter, and how to get the pack.
func evidence(ctx context.Context, t *turn, in intent) (step, error) {
	if !inspects(t) {
		return nil, fault.Newf(fault.Forbidden, "证据由督查室调取。要看办理经过，请发：经过 %s", cmp.Or(codeOf(in.script), "J0012"))
	}
	if m, ok := t.Context.Matter(); ok && codeOf(in.script) == "" && t.matter == "" {
		t.matter = m.Code
	}
	m, ask, err := t.commitment(ctx, in, func(ledger.Commitment) bool { return true })
	if err != nil || ask != nil {
		return ask, err
	}
	ev, err := t.View.Evidence(ctx, m.Matter)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.confide(a); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/evidence", ev)
	}, nil
}
