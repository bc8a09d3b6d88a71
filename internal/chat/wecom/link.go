package wecom

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"
)

// frame is one JSON text of the aibot's long connection, in either direction; an answer has no cmd.
type frame struct {
	Cmd     string          `json:"cmd,omitempty"`
	Headers frameHeaders    `json:"headers"`
	Body    json.RawMessage `json:"body,omitempty"`
	Code    *int64          `json:"errcode,omitempty"`
	Message string          `json:"errmsg,omitempty"`
}

type frameHeaders struct {
	ReqID string `json:"req_id"`
}

// Why a connection ended.
var (
	errKicked  = errors.New("another connection of the same bot took over")
	errSilent  = errors.New("the platform no longer answers the heartbeat")
	errDropped = errors.New("the connection was lost")
)

// link is one connection, subscribed or about to be.
type link struct {
	id   string // tells the handles of this connection from those of earlier ones
	conn *websocket.Conn

	mu      sync.Mutex
	waiting map[string]*question
	why     error         // set before over is closed
	over    chan struct{} // closed when the connection is no more
}

// question is a frame that waits for its answer.
type question struct {
	answer chan frame    // holds one
	done   chan struct{} // closed when nobody waits any more
}

func newLink(conn *websocket.Conn) *link {
	return &link{id: random(), conn: conn, waiting: map[string]*question{}, over: make(chan struct{})}
}

func random() string {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}

// end closes the connection; the first reason counts.
func (l *link) end(why error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.why == nil {
		l.why = why
		close(l.over)
		_ = l.conn.CloseNow()
	}
}

func (l *link) reason() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.why
}

// ask sends a command and waits for its answer, at most limit. left tells that the frame may have
// reached the platform. Questions under one req_id go strictly one after another (101463).
func (l *link) ask(ctx context.Context, limit time.Duration, cmd, reqID string, body any) (answer frame, left bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	text, err := json.Marshal(struct {
		Cmd     string       `json:"cmd"`
		Headers frameHeaders `json:"headers"`
		Body    any          `json:"body,omitempty"`
	}{cmd, frameHeaders{reqID}, body})
	if err != nil {
		return frame{}, false, fmt.Errorf("encode %s: %w", cmd, err)
	}
	q, err := l.enter(ctx, reqID)
	if err != nil {
		return frame{}, false, err
	}
	defer l.leave(reqID, q)
	// Not the caller's context: the library closes the connection when a write is given up.
	wctx, stop := context.WithTimeout(context.WithoutCancel(ctx), limit)
	defer stop()
	if err := l.conn.Write(wctx, websocket.MessageText, text); err != nil {
		l.end(errDropped)
		return frame{}, true, errDropped
	}
	select {
	case answer = <-q.answer:
		return answer, true, nil
	case <-ctx.Done():
		err = ctx.Err()
	case <-l.over:
		err = l.reason()
	}
	select { // the answer may have come together with the end
	case answer = <-q.answer:
		return answer, true, nil
	default:
		return frame{}, true, err
	}
}

// enter waits until nobody else asks under reqID.
func (l *link) enter(ctx context.Context, reqID string) (*question, error) {
	q := &question{answer: make(chan frame, 1), done: make(chan struct{})}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.mu.Lock()
		before := l.waiting[reqID]
		if before == nil {
			l.waiting[reqID] = q
			l.mu.Unlock()
			return q, nil
		}
		l.mu.Unlock()
		select {
		case <-before.done:
		case <-ctx.Done():
		case <-l.over:
			return nil, l.reason()
		}
	}
}

func (l *link) leave(reqID string, q *question) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.waiting, reqID)
	close(q.done)
}

// answered hands an answer to whoever waits for it; a late one is dropped.
func (l *link) answered(f frame) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if q := l.waiting[f.Headers.ReqID]; q != nil {
		select {
		case q.answer <- f:
		default:
		}
	}
}

// read brings frames to heard until the connection ends. Answers go to their question.
func (l *link) read(ctx context.Context, heard func(frame)) {
	for {
		_, text, err := l.conn.Read(ctx)
		if err != nil {
			l.end(errDropped)
			return
		}
		var f frame
		switch {
		case json.Unmarshal(text, &f) != nil:
			heard(frame{})
		case f.Cmd == "":
			l.answered(f)
		default:
			heard(f)
		}
	}
}

// beat sends a heartbeat every so often and ends the connection when two in a row are not answered.
// lived is called for each one that is.
func (l *link) beat(ctx context.Context, every time.Duration, lived func()) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	missed := 0
	for n := 0; ; n++ {
		select {
		case <-tick.C:
		case <-l.over:
			return
		case <-ctx.Done():
			return
		}
		if _, _, err := l.ask(ctx, every, "ping", "ping_"+l.id+"_"+strconv.Itoa(n), nil); err == nil {
			missed = 0
			lived()
		} else if missed++; missed == 2 {
			l.end(errSilent)
			return
		}
	}
}
