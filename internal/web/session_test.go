package web_test

import (
	"context"
	"testing"

	"duban/internal/chat"
	"duban/internal/web"
)

// sweeps counts how often what is over was swept.
type sweeps struct {
	web.Sessions
	n int
}

func (s *sweeps) SweepSessions(ctx context.Context) error {
	s.n++
	return s.Sessions.SweepSessions(ctx)
}

// Whoever knocks without ever coming in leaves nothing behind for good.
func TestWhoOnlyKnocksIsSwept(t *testing.T) {
	each(t, func(h *house) {
		kept := &sweeps{Sessions: h.store}
		h.open(func(o *web.Options) { o.Sessions = kept })
		h.browser().state(chat.WeCom, "/report")
		if kept.n == 0 {
			t.Error("a table of sessions nobody sweeps")
		}
	})
}
