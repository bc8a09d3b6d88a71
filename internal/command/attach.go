package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/fault"
)

// pictured takes a picture without words as the photo that was asked for; nil when none was.
func (t *turn) pictured(ctx context.Context) (step, error) {
	q := t.pending
	if t.Incoming.Kind != chat.Picture || q == nil || q.Kind != askPhoto || len(q.Matters) != 1 {
		return nil, nil
	}
	m, err := t.byCode(ctx, q.Matters[0])
	if err != nil {
		return nil, err
	}
	photos, lost := t.photos(ctx)
	if len(photos) == 0 {
		return nil, fault.New(fault.Unavailable, "照片没有取到，请再发一次。"+lost)
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, m.Project); err != nil {
			return chat.Message{}, err
		}
		hashes, err := keep(a, photos)
		if err != nil {
			return chat.Message{}, err
		}
		now, err := a.Attach(t.by(a), m.ID, hashes)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/attached", struct {
			verdict
			Photos int
		}{verdict{M: now, P: m.Project}, len(photos)})
	}, nil
}
