package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// waive (容错) closes a commitment without fault.
func waive(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(ledger.Commitment) bool { return true })
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("容错", m, "reply/waived", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Waive(by, m.ID, m.rest)
	}), nil
}
