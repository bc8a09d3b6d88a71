package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// received (收到) confirms that an assigned matter has arrived. Without a number it is the one that waits
// for it, and where none does a courtesy.
func received(ctx context.Context, t *turn, in intent) (step, error) {
	code, _, _ := in.script.code()
	if m, ok := t.Context.Matter(); ok && code == "" {
		code = m.Code
	}
	if code == "" && t.matter == "" {
		waiting, err := t.View.Unreceived(ctx, t.person)
		switch {
		case err != nil:
			return nil, err
		case len(waiting) == 0:
			return t.say("reply/line", "好的。"), nil
		case len(waiting) > 1:
			return t.whichMatter(in, waiting), nil
		}
		code = waiting[0].Code
	}
	if t.matter == "" {
		t.matter = code
	}
	m, ask, err := t.commitment(ctx, in, extended)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		if _, err := t.hush(a, m.Project); err != nil {
			return chat.Message{}, err
		}
		now, err := a.Received(t.by(a), m.ID)
		if err != nil {
			return chat.Message{}, err
		}
		return t.Words.Say("reply/received", verdict{M: now, P: m.Project})
	}, nil
}

// answers (答复) says what was done about a problem or an assigned matter.
func answers(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.commitment(ctx, in, func(m ledger.Commitment) bool {
		return m.State == ledger.Open && ledger.Kinds[m.Kind].Raised
	})
	if err != nil || ask != nil {
		return ask, err
	}
	if ledger.Kinds[m.Kind].Answered() {
		return t.answerTo(ctx, m), nil
	}
	return t.finish(ctx, "答复", m), nil
}

// keep keeps photos and gives their hashes.
func keep(a *desk.Acts, photos [][]byte) ([]string, error) {
	var out []string
	for _, data := range photos {
		hash, err := a.Photo(data)
		if err != nil {
			return nil, err
		}
		out = append(out, hash)
	}
	return out, nil
}
