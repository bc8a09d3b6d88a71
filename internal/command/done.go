package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// done (办结) reports a commitment done, with what proves it.
func done(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, stillOwed)
	switch {
	case err != nil || ask != nil:
		return ask, err
	case ledger.Kinds[m.Kind].Answered():
		return t.answerTo(ctx, m), nil
	}
	return t.finish(ctx, "办结", m), nil
}

// finish reports a matter done with the photos that came along. Where one has something to show and none
// came, one may follow; nothing waits for it.
func (t *turn) finish(ctx context.Context, verb string, m about) step {
	photos, lost := t.photos(ctx)
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		hashes, err := keep(a, photos)
		if err != nil {
			return chat.Message{}, err
		}
		do := a.Done
		if verb == "答复" || ledger.Kinds[m.Kind].Raised {
			do = a.Solve
		}
		now, err := do(t.by(a), m.ID, m.rest, hashes...)
		if err != nil {
			return t.missing(a, verb, m, private, err)
		}
		told := finished{verdict{M: now, P: m.Project, Rest: m.rest}, len(photos), lost, ledger.Kinds[now.Kind].Photo && len(photos) == 0}
		if !told.Show {
			return t.Words.Say("reply/done", told)
		}
		return t.ask(a, private, question{Kind: askPhoto, Matters: []string{now.Code}}, "reply/done", told)
	}
}

// finished is what the answer to 办结 tells.
type finished struct {
	verdict
	Photos int
	Lost   string // why photos were not taken
	Show   bool   // a photo may follow
}
