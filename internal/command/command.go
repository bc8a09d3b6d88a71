// Package command is the door for chat (floor 4): it takes what somebody said from desk, reads the
// words, and turns them into acts of desk or questions to view; the answer is worded by words and
// goes out through desk, in the transaction of the act.
//
// It never guesses: what can be read in two ways is asked, and nothing is written until the answer.
// It must not import store, decide who may do what, or keep anything in memory but the index of names.
package command

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"duban/internal/chat"
	"duban/internal/desk"
	"duban/internal/view"
	"duban/internal/words"
	"duban/internal/zh"
)

// Options are what the door needs; all are required unless said otherwise.
type Options struct {
	Desk    *desk.Desk
	View    *view.View
	Words   *words.Words
	Fetch   map[chat.Platform]chat.Fetcher // photos that come with a report; a platform without one takes none
	Log     *slog.Logger                   // nil: nothing is logged
	Workers int                            // messages Run works on at a time; 0 means 4
}

// Command is the door.
type Command struct {
	Options
	fold    *zh.Folder
	verbs   []verb
	loading sync.Mutex
	names   atomic.Pointer[names]
}

// New makes the door; an error says that the dictionary of characters cannot be read.
func New(o Options) (*Command, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Workers == 0 {
		o.Workers = 4
	}
	fold, err := zh.NewFolder()
	if err != nil {
		return nil, err
	}
	return &Command{Options: o, fold: fold, verbs: append(table(), recurring(o.View.Recurring)...)}, nil
}

// Tick answers every message that waits and gives how many it took. An error that concerns one
// message is logged, and the message stays for another try; one that concerns all is returned.
func (c *Command) Tick(ctx context.Context) (handled int, err error) {
	for {
		t, ok, err := c.Desk.Next(ctx)
		if err != nil || !ok {
			return handled, err
		}
		handled++
		if err := c.handle(ctx, t); err != nil {
			c.Log.Error("message was not answered", "message", t.ID, "attempt", t.Attempts, "error", err)
		}
	}
}

// patrol is how often Run looks for messages although nothing woke it: another process may have died
// over one.
const patrol = 5 * time.Second

// Run answers messages until ctx ends; it gives no other error than the context's.
func (c *Command) Run(ctx context.Context) error {
	var all sync.WaitGroup
	for range c.Workers {
		all.Go(func() { c.work(ctx) })
	}
	all.Wait()
	return ctx.Err()
}

func (c *Command) work(ctx context.Context) {
	timer := time.NewTimer(patrol)
	defer timer.Stop()
	for {
		if err := c.answerAll(ctx); err != nil && ctx.Err() == nil {
			c.Log.Error("messages cannot be taken", "error", err)
		}
		timer.Reset(patrol)
		select {
		case <-ctx.Done():
			return
		case <-c.Desk.Wake():
		case <-timer.C:
		}
	}
}

// handle answers one message. A panic is an error like any other: the message is tried again and in
// the end its sender is told.
func (c *Command) handle(ctx context.Context, t desk.Taken) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.Join(err, fmt.Errorf("panic over message %d: %v\n%s", t.ID, p, debug.Stack()))
		}
	}()
	turn := c.begin(ctx, t)
	return c.Desk.Answer(ctx, t, turn.Do)
}

// begin reads a message and says what is to be done about it.
func (c *Command) begin(ctx context.Context, taken desk.Taken) desk.Turn {
	t := &turn{Command: c, Taken: taken, today: c.View.Today()}
	do, cause := t.prepare(ctx)
	return desk.Turn{Taken: taken, Projects: t.about, Do: func(a *desk.Acts) (chat.Message, error) {
		if cause != nil {
			return chat.Message{}, cause
		}
		return do(a)
	}}
}

// answerAll answers all that waits, what has gathered together.
func (c *Command) answerAll(ctx context.Context) error {
	for {
		some, err := c.Desk.Several(ctx)
		if err != nil || len(some) == 0 {
			return err
		}
		if len(some) > 1 {
			err := c.together(ctx, some)
			if err == nil {
				continue
			}
			c.Log.Info("messages are answered one by one", "messages", len(some), "because", err)
		}
		for _, t := range some {
			if err := c.handle(ctx, t); err != nil {
				c.Log.Error("message was not answered", "message", t.ID, "attempt", t.Attempts, "error", err)
			}
		}
	}
}

// together answers several messages in one transaction: all of them or none.
func (c *Command) together(ctx context.Context, some []desk.Taken) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	turns := make([]desk.Turn, len(some))
	for i, t := range some {
		turns[i] = c.begin(ctx, t)
	}
	return c.Desk.Together(ctx, turns)
}

// register gives the index of names as of the stamp, or a later one, made again when the register has changed.
func (c *Command) register(ctx context.Context, stamp int64) (*names, error) {
	if n := c.names.Load(); n != nil && n.stamp >= stamp {
		return n, nil
	}
	c.loading.Lock()
	defer c.loading.Unlock()
	if n := c.names.Load(); n != nil && n.stamp >= stamp {
		return n, nil
	}
	read, err := c.View.Names(ctx)
	if err != nil {
		return nil, err
	}
	n := newNames(c.fold, read, c.names.Load())
	c.names.Store(n)
	return n, nil
}
