package command

import (
	"context"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/ledger"
)

// contest (申诉) objects to the latest offence counted on a matter.
func contest(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.inNotice(ctx, in)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		c, err := a.AskContest(t.by(a), m.ID, m.rest)
		if err != nil {
			return t.missing(a, "申诉", m, private, err)
		}
		return t.Words.Say("reply/contested", struct {
			M ledger.Commitment
			P ledger.Project
			C ledger.Contest
		}{m.Commitment, m.Project, c})
	}, nil
}

// upholdOffence (维持) leaves a contested offence as it was counted.
func upholdOffence(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.inNotice(ctx, in)
	if err != nil || ask != nil {
		return ask, err
	}
	return t.act("维持", m, "reply/upheld", func(a *desk.Acts, by ledger.Actor) (ledger.Commitment, error) {
		return a.Uphold(by, m.ID, m.rest)
	}), nil
}

// liftOffence (撤销预警) takes a contested offence back.
func liftOffence(ctx context.Context, t *turn, in intent) (step, error) {
	m, ask, err := t.inNotice(ctx, in)
	if err != nil || ask != nil {
		return ask, err
	}
	return func(a *desk.Acts) (chat.Message, error) {
		private, err := t.hush(a, m.Project)
		if err != nil {
			return chat.Message{}, err
		}
		now, fell, err := a.Lift(t.by(a), m.ID, m.rest)
		if err != nil {
			return t.missing(a, "撤销预警", m, private, err)
		}
		return t.Words.Say("reply/lifted", struct {
			M    ledger.Commitment
			P    ledger.Project
			Rest string
			Fell []ledger.Order
		}{now, m.Project, m.rest, fell})
	}, nil
}

// inNotice is the matter a message names, or else that of the notice it answers.
func (t *turn) inNotice(ctx context.Context, in intent) (about, step, error) {
	if m, ok := t.Context.Matter(); ok && codeOf(in.script) == "" && t.matter == "" && t.Context.Strength >= desk.Worded {
		t.matter = m.Code
	}
	return t.commitment(ctx, in, func(m ledger.Commitment) bool { return m.Rung != "" })
}

// contests (申诉名单) lists what the inspection office has to decide.
func contests(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, ledger.ForInspection(t.group), "reply/contests", t.View.Contests)
}

// talks (约谈名单) lists the orders that were never answered.
func talks(ctx context.Context, t *turn, _ intent) (step, error) {
	return listing(ctx, t, ledger.ForInspection(t.group), "reply/talks", t.View.Talks)
}
