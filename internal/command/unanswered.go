package command

import "context"

// unanswered (未答复) lists what was assigned and has no answer: 件件有着落、事事有回音.
func unanswered(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/unanswered", t.View.Unanswered)
}
