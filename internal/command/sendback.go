package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// sendBack (退回) opens it again.
func sendBack(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, waiting)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("退回", m, "reply/sentback", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.SendBack(by, m.ID, m.rest)
	}), nil
}
