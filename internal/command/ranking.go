package command

import (
	"context"

	"duban/internal/ledger"
)

// ranking (排名) shows the last ranking, or of it what may be seen here: a leader's or a task force's
// group is shown none.
func ranking(ctx context.Context, t *turn, _ intent) (step, error) {
	g := t.group.Group
	here := g != nil && (ledger.Entitled(t.group, nil) || g.Class == ledger.GroupUnit)
	return listing(ctx, t, here, "reply/ranking", t.View.Ranking)
}
