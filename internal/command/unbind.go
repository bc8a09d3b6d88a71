package command

import (
	"context"

	"duban/internal/desk"
)

// unbind (解绑) takes projects from this group.
func unbind(_ context.Context, t *turn, in intent) (step, error) {
	return t.binds(in, "reply/unbound", (*desk.Acts).Unbind)
}
