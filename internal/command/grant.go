package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// grant (同意) moves the due day to the one that was asked for.
func grant(ctx context.Context, t *turn, in intent) (step, error) {
	if t.pausing() && codeOf(in.script) == "" {
		return grantPause(ctx, t, in)
	}
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("同意", m, "reply/granted", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		now, _, err := a.GrantExtension(by, m.ID)
		return now, err
	}), nil
}

// extended fits none: a decision on a request always names its number.
func extended(ledger.Commitment) bool { return false }
