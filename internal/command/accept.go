package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// accept (销号) closes what was reported done.
func accept(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, waiting)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("销号", m, "reply/accepted", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Accept(by, m.ID)
	}), nil
}
