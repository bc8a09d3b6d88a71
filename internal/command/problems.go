package command

import "context"

// problems (问题统计) counts the problems: what they are about, where they stand, and with whom.
func problems(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/problems", t.View.Problems)
}
