package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// reopen (重新打开) takes the acceptance of a matter back.
func reopen(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("重新打开", m, "reply/reopened", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Reopen(by, m.ID, m.rest)
	}), nil
}
