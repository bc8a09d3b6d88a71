package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
)

// oversight (督查台账) lists what stands open with the inspection office, to it alone.
func oversight(ctx context.Context, t *turn, _ intent) (step, error) {
	if !inspects(t) {
		return nil, fault.New(fault.Forbidden, "督查台账由督查室查看。要看逾期事项，请发：逾期")
	}
	found, err := t.View.Oversight(ctx)
	if err != nil {
		return nil, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if err := t.confide(a); err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/oversight", found)
	}, nil
}
