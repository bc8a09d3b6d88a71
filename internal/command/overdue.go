package command

import "context"

// overdue (逾期) lists what is overdue; a group that is not bound is answered in private.
func overdue(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, t.group.Group != nil, "reply/overdue", t.View.Overdue)
}
