package command

import (
	"context"
	"strings"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// photosOf (照片) sends the photos of a matter to whoever asks, privately: a group may be shown them by another way.
func photosOf(ctx context.Context, t *turn, in intent) (step, error) {
	if m, ok := t.Context.Matter(); ok && codeOf(in.script) == "" && t.matter == "" {
		t.matter = m.Code
	}
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool { return strings.TrimSpace(m.Photos) != "" })
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, m.Project); err != nil {
			return chat.Message{}, err
		}
		n, err := a.ShowPhotos(t.by(a), m.ID)
		if err != nil {
			return chat.Message{}, t.ofProject(err)
		}
		return t.Words.Say("reply/photos", struct {
			verdict
			Photos int
			Aside  bool
		}{verdict{M: m.Commitment, P: m.Project}, n, t.Incoming.ChatID != ""})
	}, nil
}
