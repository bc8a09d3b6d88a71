package desk

import (
	"context"
	"errors"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Tried is what would come of a message.
type Tried struct {
	Answer  chat.Message
	Private bool // the answer would go to the person alone
	Wrote   bool // something would be written beside a question
	Asked   bool // a question would wait for its answer
}

// Suppose gives a message as Next would, had the person said it there at this moment; no question waits.
func (d *Desk) Suppose(ctx context.Context, who ledger.Person, where ledger.Group, in chat.Incoming) (Taken, error) {
	read, stamp, err := d.Store.Under(ctx, d.District)
	if err != nil {
		return Taken{}, err
	}
	t := Taken{Attempts: 1, Incoming: in, Person: who, Group: where, Stamp: stamp}
	if t.Context, err = d.context(ctx, d.Store, t); err != nil {
		return t, err
	}
	if t.Sees, err = read.ViewerOfPerson(ctx, who); err != nil || where.ID == 0 {
		return t, err
	}
	t.Shows, err = read.ViewerOfGroup(ctx, where)
	return t, err
}

// errTried takes a trial back.
var errTried = errors.New("this was a trial")

// Try lets do act as Answer would and takes everything back: nothing is written.
func (d *Desk) Try(ctx context.Context, do func(*Acts) (chat.Message, error)) (out Tried, err error) {
	failed := error(nil)
	err = d.Store.Try(ctx, d.District, func(tx *store.Tx) error {
		a := d.acts(ctx, tx)
		out.Answer, failed = do(a)
		out.Private, out.Asked, out.Wrote = a.private, a.asking > 0, tx.Written() > a.asking
		return errTried
	})
	if errors.Is(err, errTried) {
		err = nil
	}
	return out, errors.Join(err, failed)
}
