package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// cancel (撤销) closes a commitment that is owed no longer. It is not the way to take back a report.
func cancel(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool { return !m.State.Closed() })
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("撤销", m, "reply/cancelled", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Cancel(by, m.ID, m.rest)
	}), nil
}
