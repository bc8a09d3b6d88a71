package command

import (
	"context"

	"duban/internal/desk"
	"duban/internal/ledger"
)

// done (办结) reports a commitment done, with what proves it.
func done(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, stillOwed)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.finish("办结", m), nil
}

func (t *turn) finish(verb string, m about) step {
	return t.act(verb, m, "reply/done", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Done(by, m.ID, m.rest)
	})
}
