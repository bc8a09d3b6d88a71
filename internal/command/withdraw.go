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
func withdraw(_ context.Context, t *turn, in intent) (step, error) {
	rest := in.script.without(in.script.begins, nil)
	receipt := receiptShape.FindString(in.script.s[in.script.begins:])
	if rest != "" && receipt == "" {
		return nil, fault.New(fault.Invalid, "撤回请写回执号，或只发“撤回”收回您最近一次报送，例如：撤回 260305-012")
	}
	return func(a *desk.Acts) (chat.Message, error) {
		u, p, err := a.Withdraw(a.By(t.Person.ID), receipt)
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
