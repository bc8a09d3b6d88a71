package command

import (
	"context"
	"regexp"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
)

var receiptShape = regexp.MustCompile(`[0-9]{6}-[0-9]{1,6}`)

// withdraw (撤回) takes back a report by its receipt, or the person's latest one.
func withdraw(ctx context.Context, t *turn, in intent) (step, error) {
	if codeOf(in.script) != "" {
		return recall(ctx, t, in)
	}
	rest := in.script.without(in.script.begins, nil)
	receipt := receiptShape.FindString(in.script.s[in.script.begins:])
	if rest != "" && receipt == "" {
		return nil, fault.New(fault.Invalid, "撤回请写回执号，或只发“撤回”收回您最近一次报送，例如：撤回 260305-012")
	}
	return func(a *desk.Acts) (chat.Message, error) {
		u, p, err := a.Withdraw(t.by(a), receipt)
		if p.ID != 0 {
			if _, err := t.hush(a, p); err != nil {
				return chat.Message{}, err
			}
		}
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/withdrawn", struct {
			P ledger.Project
			U ledger.Update
		}{p, u})
	}, nil
}

// recall (撤回) takes a matter or a problem back by whoever raised it.
func recall(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("撤回", m, "reply/recalled", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Recall(by, m.ID)
	}), nil
}
