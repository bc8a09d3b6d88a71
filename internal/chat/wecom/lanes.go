package wecom

import (
	"context"
	"sync"
	"time"

	"duban/internal/chat"
)

// lanes carry what the aibot heard to the Inbox: one after another within a conversation, and several
// conversations at a time. They outlive a connection, because nobody sends these messages again.
type lanes struct {
	b    *bot
	life context.Context // ends a moment after the service has begun to stop
	kill context.CancelFunc
	each []chan chat.Incoming
	done sync.WaitGroup
}

// The number of lanes and how many messages each holds before the connection is no longer read.
const laneCount, laneDepth = 4, 256

func (b *bot) openLanes(ctx context.Context) *lanes {
	s := &lanes{b: b}
	s.life, s.kill = context.WithCancel(context.WithoutCancel(ctx))
	for range laneCount {
		lane := make(chan chat.Incoming, laneDepth)
		s.each = append(s.each, lane)
		s.done.Go(func() {
			for in := range lane {
				s.take(in)
			}
		})
	}
	return s
}

// put waits for room: while the Inbox is slow the connection is read slowly, and nothing is lost.
func (s *lanes) put(ctx context.Context, in chat.Incoming) {
	conversation := in.ChatID
	if conversation == "" {
		conversation = in.UserID
	}
	n := uint32(0)
	for i := range len(conversation) {
		n = n*31 + uint32(conversation[i])
	}
	select {
	case s.each[n%laneCount] <- in:
	case <-ctx.Done():
		s.b.lose(in, ctx.Err())
	}
}

// close waits until everything that was heard has been offered, though not for long.
func (s *lanes) close() {
	for _, lane := range s.each {
		close(lane)
	}
	t := time.AfterFunc(s.b.pace.farewell, s.kill)
	s.done.Wait()
	t.Stop()
	s.kill()
}

// take offers a message until it is durable. The platform does not repeat what it sent down the
// connection, so a database that restarts must not cost a message.
func (s *lanes) take(in chat.Incoming) {
	keep, cancel := context.WithTimeout(s.life, s.b.pace.keep)
	defer cancel()
	for {
		ctx, done := context.WithTimeout(keep, takeLimit)
		err := s.b.w.inbox(ctx, in)
		done()
		if err == nil {
			s.b.w.tally.taken.Add(1)
			return
		}
		s.b.w.tally.notTaken.Add(1)
		t := time.NewTimer(s.b.pace.offer)
		select {
		case <-t.C:
		case <-keep.Done():
			t.Stop()
			s.b.lose(in, err)
			return
		}
	}
}

func (b *bot) lose(in chat.Incoming, err error) {
	b.w.tally.lost.Add(1)
	b.w.log.Error("wecom: a message to the aibot is lost", "id", in.ID, "chat", in.ChatID, "user", in.UserID, "err", err)
}
