package outbox_test

import (
	"context"
	"fmt"
	"testing"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/words"
)

// recaller is a sender that can take messages back.
type recaller struct {
	*fake
	gives chat.Result
	took  []string
}

func (r *recaller) Recall(_ context.Context, to, id string) chat.Result {
	r.took = append(r.took, to+" "+id)
	return r.gives
}

// A message taken back is recalled where its route can, at any hour, and corrected in words elsewhere.
func TestAMessageIsRecalledOrCorrected(t *testing.T) {
	cases := map[string]struct {
		can       bool
		result    chat.Result
		recalled  bool
		corrected int
	}{
		"recalled":    {true, chat.Result{State: chat.Sent}, true, 0},
		"too late":    {true, chat.Result{State: chat.Refused, Code: "late"}, false, 1},
		"not by this": {false, chat.Result{}, false, 1},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				r := &recaller{fake: h.hook, gives: c.result}
				if c.can {
					h.opts.Senders[0] = r
				}
				h.opts.Composers["takeback"] = letters(func(store.Delivery, ledger.Viewer) (words.Letter, error) {
					return words.Letter{Message: chat.Message{Title: "更正"}}, nil
				})
				h.box = outbox.New(h.opts)
				h.notices(h.toGroup(look, ledger.RankWarning))
				h.tick()
				first := h.is(look, store.SentOut)
				h.hook.got()
				h.clock.Set(monday.Add(14 * 60 * 60 * 1e9)) // at night
				cause := fmt.Sprintf("takeback:%d", first.ID)
				h.notices(h.toGroup(cause, ledger.RankOrder))
				h.tick()
				d := h.is(cause, store.SentOut)
				if (d.Code == "recalled") != c.recalled || d.SentAt == 0 {
					h.Errorf("the row says %+v", d)
				}
				if got := h.hook.got(); len(got) != c.corrected || len(got) == 1 && got[0].Title != "更正" {
					h.Errorf("sent %+v", got)
				}
				if c.can && (len(r.took) != 1 || r.took[0] != first.Target+" "+first.PlatformID) {
					h.Errorf("recalled %q", r.took)
				}
			})
		}
	})
}
