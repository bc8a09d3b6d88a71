package command

import "context"

// unreported (未报) lists who has not reported for the period.
func unreported(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/unreported", t.View.Silent)
}
