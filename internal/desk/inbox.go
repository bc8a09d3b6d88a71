package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// Lease is how long a message stays with whoever took it; after that it may be taken again.
const Lease = time.Minute

// MaxAttempts is how often a message is tried before its sender is told that it failed.
const MaxAttempts = 5

// maxKey is the widest key column.
const maxKey = 191

// Taken is a message somebody works on, with who said it and where, as the register knows them.
type Taken struct {
	ID       int64
	Attempts int // this one included
	Incoming chat.Incoming
	Person   ledger.Person // ID 0: not in the register, or no longer active
	Group    ledger.Group  // ID 0: private, or a group that is not bound
	Context  Context       // of a press or a reply; what was sent here last is given by Desk.Latest
	Sees     ledger.Viewer // the person; empty when nobody known
	Shows    ledger.Viewer // the group; empty when there is none that is bound
	Asked    string        // the question that waits for the person's answer here, "" for none
	Stamp    int64         // of the register all this was read of
	token    string
}

// Receive is the chat.Inbox of both platforms: when it returns nil the message is durable, and a
// repeat of one that is there already changes nothing. One that comes again with other words was edited
// meanwhile: that is a message of its own, for the first words may have been acted on.
func (d *Desk) Receive(ctx context.Context, in chat.Incoming) error {
	was, err := d.receive(ctx, in, key(in.ID))
	if err != nil || was == "" || in.Kind != chat.Text {
		return err
	}
	var first chat.Incoming
	if err := json.Unmarshal([]byte(was), &first); err != nil {
		return fmt.Errorf("read the message that came before: %w", err)
	}
	if first.Kind != chat.Text || first.Text == in.Text {
		return nil
	}
	in.Edited = first.Text
	_, err = d.receive(ctx, in, key(in.ID+"#"+in.Text))
	return err
}

func (d *Desk) receive(ctx context.Context, in chat.Incoming, id string) (was string, err error) {
	payload, err := json.Marshal(in)
	if err != nil {
		return "", fmt.Errorf("write the message down: %w", err)
	}
	sender := in.UserID
	if sender == "" {
		sender = "#" + in.ID // nobody known to wait for
	}
	row := store.Inbound{
		Platform: string(in.Platform), MessageID: id, Sender: key(string(in.Platform) + ":" + sender),
		ReceivedAt: clock.At(d.Clock.Now()), Payload: string(payload),
	}
	if was, err = d.Store.Receive(ctx, d.District, row); err == nil {
		d.rouse()
	}
	return was, err
}

var _ chat.Inbox = (*Desk)(nil).Receive

// Next takes the oldest message that waits and whose sender has no earlier one unfinished; false when
// there is none. It is the caller's until Answer, or until the lease ends.
func (d *Desk) Next(ctx context.Context) (Taken, bool, error) {
	for {
		row, ok, err := d.claim(ctx)
		switch {
		case err != nil || !ok:
			return Taken{}, false, err
		case row.Attempts <= MaxAttempts:
			t, err := d.taken(ctx, []store.Inbound{row})
			if err != nil {
				return Taken{}, false, err
			}
			return t[0], true, nil
		}
		if err := d.giveUp(ctx, row); err != nil {
			return Taken{}, false, err
		}
	}
}

// giveUp ends a message that killed whoever took it, again and again, without ever coming to an answer.
func (d *Desk) giveUp(ctx context.Context, row store.Inbound) error {
	t, err := d.taken(ctx, []store.Inbound{row})
	if err != nil {
		return err
	}
	return d.refuse(ctx, t[0], store.InboundFailed, fmt.Errorf("no worker came back in %d attempts", MaxAttempts), false, chat.Message{}, ledger.Entry{})
}

// handful is how many messages one claim takes. Whoever asks next is given them one by one: workers that
// each claimed the oldest message would all fight for the same one.
const handful = 16

// claim gives the next message this process holds, and takes a handful more when it holds none.
func (d *Desk) claim(ctx context.Context) (row store.Inbound, ok bool, err error) {
	d.claiming.Lock()
	defer d.claiming.Unlock()
	if err := d.hold(ctx); err != nil || len(d.held) == 0 {
		return row, false, err
	}
	row, d.held = d.held[0], d.held[1:]
	if len(d.held) > 0 {
		d.rouse() // there is work for another as well
	}
	return row, true, nil
}

// putBack lets other processes have what this one, told to stop, has not begun.
func (d *Desk) putBack(ctx context.Context) error {
	stopped := ctx.Err()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	err := d.Store.Vacate(ctx, d.District, d.held)
	d.held = nil
	return errors.Join(stopped, err)
}

// taken reads who said messages, where, and what was asked of them there, in a fixed number of queries
// besides those for a context.
func (d *Desk) taken(ctx context.Context, rows []store.Inbound) ([]Taken, error) {
	read, stamp, err := d.Store.Under(ctx, d.District)
	if err != nil {
		return nil, err
	}
	out := make([]Taken, len(rows))
	var people []ledger.Person
	var ids []ledger.PersonID
	var groups []ledger.Group
	for i, row := range rows {
		t := &out[i]
		*t = Taken{ID: row.ID, Attempts: row.Attempts, Stamp: stamp, token: row.Token}
		if err := json.Unmarshal([]byte(row.Payload), &t.Incoming); err != nil {
			return nil, fmt.Errorf("read message %d: %w", row.ID, err)
		}
		if t.Person, t.Group, err = d.around(ctx, read, t.Incoming); err != nil {
			return nil, err
		}
		if t.Context, err = d.context(ctx, d.Store, *t); err != nil {
			return nil, err
		}
		if t.Person.ID != 0 {
			people, ids = append(people, t.Person), append(ids, t.Person.ID)
		}
		if t.Group.ID != 0 {
			groups = append(groups, t.Group)
		}
	}
	viewers, err := read.Viewers(ctx, d.District, groups, people)
	if err != nil {
		return nil, err
	}
	asked, err := d.Store.Dialogs(ctx, d.District, ids)
	if err != nil {
		return nil, err
	}
	for i := range out {
		t := &out[i]
		if t.Person.ID != 0 {
			t.Sees = viewers[ledger.Recipient{Person: t.Person.ID}]
		}
		if t.Group.ID != 0 {
			t.Shows = viewers[ledger.Recipient{Group: t.Group.ID}]
		}
		for _, q := range asked {
			if q.PersonID == t.Person.ID && q.Chat == Place(t.Incoming) && clock.At(d.Clock.Now()) <= q.AskedAt.Add(Patience) {
				t.Asked = q.Question
			}
		}
	}
	return out, nil
}

// around finds who said it and in which group; zero values for whom the register does not know.
func (d *Desk) around(ctx context.Context, read *store.Store, in chat.Incoming) (who ledger.Person, where ledger.Group, err error) {
	if in.UserID != "" {
		who, err = read.PersonByAccount(ctx, d.District, string(in.Platform), in.UserID)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return who, where, err
		}
	}
	if !who.Active {
		who = ledger.Person{}
	}
	if in.ChatID != "" {
		where, err = read.GroupByTarget(ctx, d.District, string(in.Platform), in.ChatID)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			return who, where, err
		}
	}
	if !where.Active {
		where = ledger.Group{}
	}
	return who, where, nil
}

// key fits a platform's id into a key column: one that is too long is replaced by its hash.
func key(id string) string {
	if len(id) <= maxKey {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "sha256:" + hex.EncodeToString(sum[:])
}
