package dingtalk

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"duban/internal/chat"
)

const (
	// keepTime bounds the keeping of one message by the Inbox.
	keepTime = 10 * time.Second
	// answerTime is how long an HTTP callback waits for it. The platform gives up after 2 to 3 s.
	answerTime = 800 * time.Millisecond
	// keepers is how many HTTP callbacks may be with the Inbox at once.
	keepers = 256
)

// errSlow tells the platform that a message is not known to be kept. The keeping goes on, and a repeat is harmless.
var errSlow = errors.New("dingtalk: the Inbox did not answer in time")

// keeping owns the goroutines of callbacks that were answered before the Inbox was done.
type keeping struct {
	room chan struct{}
	work sync.WaitGroup
}

// keep hands a message to the Inbox and waits for it. A message once received is kept even when the caller goes away.
func (d *DingTalk) keep(ctx context.Context, in chat.Incoming, count *atomic.Int64) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), keepTime)
	defer cancel()
	if err := d.opt.Inbox(ctx, in); err != nil {
		d.counters.notTaken.Add(1)
		d.log.Error("message not kept, left to the platform to repeat", "id", in.ID, "err", err)
		return err
	}
	count.Add(1)
	return nil
}

// within is keep for a caller that must answer soon.
func (d *DingTalk) within(limit time.Duration, keep func() error) error {
	select {
	case d.keeping.room <- struct{}{}:
	default:
		d.counters.notTaken.Add(1)
		return errSlow
	}
	done := make(chan error, 1)
	d.keeping.work.Go(func() {
		defer func() { <-d.keeping.room }()
		done <- keep()
	})
	late := time.NewTimer(limit)
	defer late.Stop()
	select {
	case err := <-done:
		return err
	case <-late.C:
		d.counters.slow.Add(1)
		d.log.Warn("the Inbox is slow: a callback was answered before its message was known to be kept")
		return errSlow
	}
}

// Settle waits until everything HTTP callbacks brought is kept or refused: before the Inbox is taken away.
func (d *DingTalk) Settle() { d.keeping.work.Wait() }
