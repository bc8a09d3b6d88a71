package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// deny (不同意) leaves the due day as it is.
func deny(ctx context.Context, t *turn, in intent) (step, error) {
	if t.pausing() && codeOf(in.script) == "" {
		return denyPause(ctx, t, in)
	}
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("不同意", m, "reply/denied", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		now, _, err := a.DenyExtension(by, m.ID, m.rest)
		return now, err
	}), nil
}
