package desk

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Answer lets do act on a message and answers it, all in one transaction: what the acts write, the
// answer as a delivery, the message done. A message without title answers nothing.
//
// A fault takes the acts back and its sentence is the answer. Who lost a race is tried once more on
// fresh rows first. Any other error leaves the message to be taken again when its lease ends; after
// MaxAttempts the person is told that it failed. Such an error is returned to be logged.
func (d *Desk) Answer(ctx context.Context, t Taken, do func(*Acts) (chat.Message, error)) error {
	private, line, late := false, chat.Message{}, ledger.Entry{}
	err := d.twice(func() error {
		return d.Store.Write(ctx, d.District, func(tx *store.Tx) error {
			// First of all, so that whoever lost the message stops here and not after acting.
			if err := tx.Finish(t.ID, t.token, store.InboundDone, ""); err != nil {
				return err
			}
			a := d.acts(ctx, tx)
			a.card = t.Incoming.Card
			stale := d.valid(ctx, tx.Reads(), t)
			if stale != nil && fault.CodeOf(stale) == fault.Internal {
				return stale
			}
			before := tx.Written()
			m, err := do(a)
			private, line, late = a.private, a.meanwhile, a.late
			if stale != nil && (err != nil || tx.Written() > before) { // a look does no harm on any card
				var failed error
				if late, failed = t.tooLate(a, stale); failed != nil {
					return failed
				}
				return stale
			}
			if err != nil && late.Act != "" {
				return err
			}
			if err != nil {
				return d.quicker(ctx, tx.Reads(), t, err)
			}
			if err := d.say(ctx, tx, t, m, private, line); err != nil {
				return err
			}
			return d.changeCards(ctx, tx, t, a, m)
		})
	})
	switch {
	case err == nil:
		d.Wrote()
		d.rouse() // the sender's next message may go now
		return nil
	case errors.Is(err, store.ErrLost):
		d.Log.Info("message was taken over by another worker", "message", t.ID)
		return nil
	case fault.CodeOf(err) != fault.Internal:
		return d.refuse(ctx, t, store.InboundDone, err, private, line, late)
	case t.Attempts >= MaxAttempts:
		return errors.Join(fmt.Errorf("message %d failed for good: %w", t.ID, err), d.refuse(ctx, t, store.InboundFailed, err, private, line, ledger.Entry{}))
	}
	return fmt.Errorf("message %d, attempt %d: %w", t.ID, t.Attempts, err)
}

// tooLate is the line of history of a press on a card that somebody else's act had put out of date.
func (t Taken) tooLate(a *Acts, cause error) (ledger.Entry, error) {
	m, ok := t.Context.Matter()
	if !ok || fault.CodeOf(cause) != fault.Conflict {
		return ledger.Entry{}, nil
	}
	last, err := a.desk.lastAct(a.ctx, a.read, m)
	if err != nil || last.PersonID == 0 || last.PersonID == t.Person.ID {
		return ledger.Entry{}, err
	}
	return ledger.Entry{DistrictID: a.tx.District, Subject: m.Subject(), At: a.tx.Now, Act: actLate, PersonID: t.Person.ID, Note: t.Incoming.Text}, nil
}

// refuse ends a message with nothing but the sentence a person may be told of the cause, and the line of history
// of a decision that came too late.
func (d *Desk) refuse(ctx context.Context, t Taken, state store.InboundState, cause error, private bool, line chat.Message, late ledger.Entry) error {
	note := fault.Sentence(cause)
	if state == store.InboundFailed {
		note = cause.Error()
	}
	err := d.Store.Write(ctx, d.District, func(tx *store.Tx) error {
		if err := tx.Finish(t.ID, t.token, state, note); err != nil {
			return err
		}
		if late.Act != "" {
			if _, err := tx.Apply(ledger.Outcome{Entries: []ledger.Entry{late}}); err != nil {
				return err
			}
		}
		title := fault.Sentence(cause)
		if err := d.say(ctx, tx, t, chat.Message{Title: title}, private, line); err != nil {
			return err
		}
		if t.Context.Strength != Pressed || fault.CodeOf(cause) != fault.Conflict || len(t.Context.Matters)+len(t.Context.Projects) == 0 {
			return nil
		}
		return d.show(ctx, tx, t, t.Context, shown{What: title}, false) // somebody was quicker: the card says so
	})
	switch {
	case errors.Is(err, store.ErrLost):
		d.Log.Info("message was taken over by another worker", "message", t.ID)
		return nil
	case err != nil:
		return fmt.Errorf("answer message %d with a refusal: %w", t.ID, err)
	}
	d.Wrote()
	d.rouse()
	return nil
}

// say writes the answer's delivery, and with a private one what its group is told meanwhile.
func (d *Desk) say(ctx context.Context, tx *store.Tx, t Taken, m chat.Message, private bool, line chat.Message) error {
	who, where, err := d.around(ctx, tx.Reads(), t.Incoming) // again: the act may have bound the group
	if err != nil {
		return err
	}
	if !private || t.Incoming.ChatID == "" {
		return d.post(tx, t, fmt.Sprintf("answer:%d", t.ID), m, who, where, false)
	}
	if err := d.post(tx, t, fmt.Sprintf("answer:%d", t.ID), m, who, where, true); err != nil {
		return err
	}
	return d.post(tx, t, fmt.Sprintf("answer:%d:group", t.ID), line, who, where, false)
}

// post writes one message down: where it was asked, or aside to the person alone. In a group that is
// not bound only the message's own reply address leads back, so the person is the recipient on paper.
func (d *Desk) post(tx *store.Tx, t Taken, cause string, m chat.Message, who ledger.Person, where ledger.Group, aside bool) error {
	in := t.Incoming
	if m.Title == "" && len(m.Rows) == 0 {
		return nil
	}
	to := ledger.Recipient{Person: who.ID}
	switch {
	case where.ID != 0 && !aside:
		to = ledger.Recipient{Group: where.ID}
	case who.ID == 0 && (aside || in.Reply.Route == ""):
		return nil // no way leads to a stranger but the answer to the message itself
	case who.ID == 0:
		to = ledger.Recipient{Person: store.Stranger}
	}
	payload, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("write the answer down: %w", err)
	}
	row := store.Delivery{
		Cause: cause, Recipient: to.Key(), GroupID: to.Group, PersonID: to.Person,
		Rank: ledger.RankAnswer, DueAt: tx.Now, Payload: string(payload),
		Platform: string(in.Platform),
	}
	if in.Reply.Route != "" && !aside {
		reply, err := json.Marshal(store.ReplyTo{Address: in.Reply, Until: clock.At(in.ReplyUntil)})
		if err != nil {
			return fmt.Errorf("write the reply address down: %w", err)
		}
		row.Reply = string(reply)
	}
	return tx.Say(row)
}
