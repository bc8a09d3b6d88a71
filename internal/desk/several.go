package desk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Several takes what waits, as Next does, but all there is of a handful at once: messages of different
// senders, to be answered together. One that brings a file, or failed before, comes alone: the others
// shall not wait for it, nor fail with it. So does one that presses a card or replies to a message, since
// with its answer the card changes.
func (d *Desk) Several(ctx context.Context) ([]Taken, error) {
	for {
		rows, err := d.claimSeveral(ctx)
		switch {
		case err != nil || len(rows) == 0:
			return nil, err
		case rows[0].Attempts <= MaxAttempts:
			return d.taken(ctx, rows)
		}
		if err := d.giveUp(ctx, rows[0]); err != nil {
			return nil, err
		}
	}
}

func (d *Desk) claimSeveral(ctx context.Context) (rows []store.Inbound, err error) {
	d.claiming.Lock()
	defer d.claiming.Unlock()
	if err := d.hold(ctx); err != nil || len(d.held) == 0 {
		return nil, err
	}
	n := 1
	for first := d.held[0]; plain(first) && n < len(d.held) && plain(d.held[n]) && d.held[n].Token == first.Token; {
		n++
	}
	rows, d.held = d.held[:n:n], d.held[n:]
	if len(d.held) > 0 {
		d.rouse() // there is work for another as well
	}
	return rows, nil
}

// plain reports whether a message may be answered together with others.
func plain(row store.Inbound) bool {
	var in chat.Incoming
	return row.Attempts == 1 && json.Unmarshal([]byte(row.Payload), &in) == nil && len(in.Media) == 0 && in.Card == nil && in.Quote == nil
}

// hold sees to it that this process holds messages whose lease has not ended, if there are any.
func (d *Desk) hold(ctx context.Context) error {
	if ctx.Err() != nil {
		return d.putBack(ctx)
	}
	for {
		now := clock.At(d.Clock.Now())
		for len(d.held) > 0 && d.held[0].LeaseUntil <= now {
			d.held = d.held[1:]
		}
		if len(d.held) > 0 {
			return nil
		}
		rows, err := d.Store.Claimable(ctx, d.District, now)
		if err != nil || len(rows) == 0 {
			return err
		}
		rows = rows[:min(handful, len(rows))]
		if d.held, err = d.Store.Occupy(ctx, d.District, rows, rand.Text(), now, now.Add(Lease)); err != nil {
			return err
		}
	}
}

// Turn is a message that was taken, and what is to be done about it.
type Turn struct {
	Taken
	Do       func(*Acts) (chat.Message, error)
	Projects []ledger.ProjectID // that Do will ask for, as far as is known: they are read together
}

// Together answers messages of one Several in one transaction, each as Answer would. With an error
// nothing has happened to any of them and each is to be answered by itself: when one fails with anything
// but a refusal before it wrote something, the others shall not suffer from it.
func (d *Desk) Together(ctx context.Context, turns []Turn) error {
	err := d.Store.Write(ctx, d.District, func(tx *store.Tx) error {
		ids := make([]int64, len(turns))
		var people []ledger.PersonID
		var projects []ledger.ProjectID
		for i, t := range turns {
			ids[i] = t.ID
			people, projects = append(people, t.Person.ID), append(projects, t.Projects...)
		}
		if err := tx.FinishAll(ids, turns[0].token); err != nil {
			return err
		}
		if err := tx.Foresee(ctx, people, projects); err != nil {
			return err
		}
		for _, t := range turns {
			if err := d.turn(ctx, tx, t); err != nil {
				return fmt.Errorf("message %d: %w", t.ID, err)
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for range turns {
		d.Wrote()
	}
	d.rouse() // their senders' next messages may go now
	return nil
}

var errCard = errors.New("it goes back to a card, which changes with the answer")

// turn carries out one of several. A refusal that changed nothing is an answer like any other.
func (d *Desk) turn(ctx context.Context, tx *store.Tx, t Turn) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	a, before := d.acts(ctx, tx), tx.Written()
	m, err := t.Do(a)
	if a.card != nil {
		return errCard
	}
	if err != nil {
		code := fault.CodeOf(err)
		if code == fault.Internal || code == fault.Conflict || tx.Written() != before {
			return err
		}
		m = chat.Message{Title: fault.Sentence(err)}
		if err := tx.Note(t.ID, m.Title); err != nil {
			return err
		}
	}
	if err := d.say(ctx, tx, t.Taken, m, a.private, a.meanwhile); err != nil {
		return err
	}
	return d.changeCards(ctx, tx, t.Taken, a, m)
}
