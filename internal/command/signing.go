package command

import (
	"context"

	"duban/internal/fault"
)

// signing (集中签约) lists what is to be signed in the quarter, and what it lacks.
func signing(ctx context.Context, t *turn, _ intent) (step, error) {
	if !oversees(t) {
		return nil, fault.New(fault.Forbidden, "集中签约清单由包联领导、单位负责人和项目办、督查室查看。要看自己的项目，请发：我的")
	}
	return listing(ctx, t, t.group.Group != nil, "reply/signing", t.View.Signing)
}
