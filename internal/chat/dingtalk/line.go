package dingtalk

import (
	"context"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

const (
	// laneCount is how many frames of one connection may be with the Inbox at once: a message that is slow to keep must
	// not hold up those of other conversations past the seconds the platform waits for its answer.
	laneCount = 8
	// waiting is how many frames may wait in one lane before reading pauses.
	waiting = 128
)

// line is one Stream connection: a reader, a worker a lane that keeps the messages of a conversation in order, and
// the ping.
type line struct {
	d       *DingTalk
	conn    *websocket.Conn
	queues  [laneCount]chan frame
	leaving chan struct{} // closed when nothing more is to be expected here
	leave   sync.Once
	full    atomic.Bool  // the reader waits for the worker, so no pong can be read
	heard   atomic.Int64 // frames read
	steady  atomic.Bool
}

func newLine(d *DingTalk, conn *websocket.Conn) *line {
	l := &line{d: d, conn: conn, leaving: make(chan struct{})}
	for i := range l.queues {
		l.queues[i] = make(chan frame, waiting)
	}
	return l
}

// laneOf gives the queue of what a frame is about.
func laneOf(f frame) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(f.about())) // a hash takes anything
	return int(h.Sum32() % laneCount)
}

// retire makes Run open the next connection.
func (l *line) retire() {
	l.leave.Do(func() {
		l.d.up.add(-1)
		close(l.leaving)
	})
}

// serve runs the connection to its end, or until ctx ends. What was received is worked off in both cases.
func (l *line) serve(ctx context.Context) {
	defer l.retire()
	ended := make(chan struct{})
	stopping, stop := context.WithCancel(ctx)
	defer stop()
	var reader, workers sync.WaitGroup
	reader.Go(func() {
		defer close(ended)
		l.read(stopping)
	})
	for _, queue := range l.queues {
		workers.Go(func() { l.work(ctx, queue) })
	}
	polite := l.watch(ctx, ended)
	l.retire()
	workers.Wait() // acknowledgements go out before the farewell
	stop()
	if polite && l.alive(context.WithoutCancel(ctx)) { // a dead peer would be waited for in vain
		_ = l.conn.Close(websocket.StatusNormalClosure, "") // the peer may be gone already
	} else {
		_ = l.conn.CloseNow()
	}
	reader.Wait()
}

// watch returns when the connection is at its end; true asks for a proper farewell.
func (l *line) watch(ctx context.Context, ended <-chan struct{}) bool {
	ping := time.NewTicker(l.d.pace.ping)
	defer ping.Stop()
	steady := time.NewTimer(l.d.pace.steady)
	defer steady.Stop()
	leaving := l.leaving
	var late <-chan time.Time
	for {
		select {
		case <-ended:
			return false
		case <-ctx.Done():
			return true
		case <-late:
			return l.hangUp()
		case <-steady.C:
			l.steady.Store(true)
		case <-leaving:
			leaving = nil
			t := time.NewTimer(l.d.pace.linger)
			defer t.Stop()
			late = t.C
		case <-ping.C:
			if !l.alive(ctx) {
				l.d.log.Warn("Stream connection is dead: no pong")
				return l.hangUp()
			}
		}
	}
}

// hangUp ends the reader, and with it the worker, without waiting for a peer that does not answer.
func (l *line) hangUp() bool {
	_ = l.conn.CloseNow()
	return false
}

// alive pings. A frame that came meanwhile is as good as a pong, and a reader that waits for the worker can hear
// neither.
func (l *line) alive(ctx context.Context) bool {
	before := l.heard.Load()
	ctx, cancel := context.WithTimeout(ctx, l.d.pace.pong)
	defer cancel()
	return l.conn.Ping(ctx) == nil || ctx.Err() == context.Canceled || l.full.Load() || l.heard.Load() != before
}

// read takes frames until the connection ends; it answers the gateway's own at once and queues the rest.
func (l *line) read(stopping context.Context) {
	defer func() {
		for _, queue := range l.queues {
			close(queue)
		}
	}()
	for {
		kind, raw, err := l.conn.Read(context.WithoutCancel(stopping)) // ending this context would cut the connection
		if err != nil {
			if stopping.Err() == nil {
				l.d.log.Info("Stream connection ended", "status", int(websocket.CloseStatus(err)))
			}
			return
		}
		l.heard.Add(1)
		f, err := parseFrame(raw)
		if kind != websocket.MessageText || err != nil {
			l.d.counters.unreadable.Add(1)
			l.d.log.Warn("unreadable Stream frame", "bytes", len(raw))
			continue
		}
		if f.Type == "SYSTEM" {
			a, leave := f.system()
			l.send(a)
			if leave {
				l.d.log.Info("the gateway announced the end of a Stream connection")
				l.retire()
			}
			continue
		}
		l.full.Store(true)
		select {
		case l.queues[laneOf(f)] <- f:
		case <-stopping.Done(): // not acknowledged, so the platform may send it again
		}
		l.full.Store(false)
	}
}

// work handles frames in the order they came. When ctx ends it finishes those that wait.
func (l *line) work(ctx context.Context, queue <-chan frame) {
	for {
		var f frame
		ok := true
		select {
		case f, ok = <-queue:
		case <-ctx.Done():
			select {
			case f, ok = <-queue:
			default:
				return
			}
		}
		if !ok {
			return
		}
		l.send(l.d.handle(ctx, f))
	}
}

// send writes an acknowledgement; one that cannot be written is one the platform does not get.
func (l *line) send(a *answer) {
	if a == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), l.d.pace.pong)
	defer cancel()
	if err := l.conn.Write(ctx, websocket.MessageText, compact(a)); err != nil {
		l.d.log.Debug("an acknowledgement could not be written", "code", a.Code)
	}
}
