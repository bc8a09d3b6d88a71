package wecom

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"duban/internal/chat"
)

// pace is every interval of the aibot's connection. They are of the host's time, not of the injected
// clock: the connection is real even where the calendar is turned by hand.
type pace struct {
	beat        time.Duration // between heartbeats (101463)
	ack         time.Duration // for an answer to a command
	again, most time.Duration // first and longest wait before connecting anew
	yield       time.Duration // wait after another connection took over: fighting would starve both
	keep        time.Duration // how long one message is offered to a failing Inbox
	offer       time.Duration // between two offers
	farewell    time.Duration // for what is left when the service stops
	hold        time.Duration // see holdFor
}

var realPace = pace{
	beat: 30 * time.Second, ack: 5 * time.Second, again: time.Second, most: time.Minute, yield: time.Minute,
	keep: 2 * time.Minute, offer: time.Second, farewell: 3 * time.Second, hold: holdFor,
}

// frameLimit bounds one frame; quoted messages and mixed ones stay far below.
const frameLimit = 4 << 20

// bot is the aibot: it holds its one connection, or answers its callbacks.
type bot struct {
	w                *WeCom
	id, secret, name string
	url              string
	client           *http.Client
	pace             pace

	mu   sync.Mutex
	live *link // nil while there is none
	turn chan struct{}

	seal    *chat.Envelope // of the callback; nil with a connection
	process string         // tells the callbacks this process holds from those of another
	held    map[string]chan []byte
}

func newBot(w *WeCom, id, secret, name, url string) *bot {
	return &bot{w: w, id: id, secret: secret, name: name, url: url, pace: realPace,
		client: &http.Client{Transport: w.wire, CheckRedirect: noRedirect}, turn: make(chan struct{}, 1)}
}

// current gives the live connection, or nil.
func (b *bot) current() *link {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.live == nil || b.live.reason() != nil {
		return nil
	}
	return b.live
}

func (b *bot) set(l *link) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live = l
}

// run connects again and again until ctx ends. Everything it started has ended when it returns.
func (b *bot) run(ctx context.Context) error {
	select {
	case b.turn <- struct{}{}:
		defer func() { <-b.turn }()
	default:
		return errors.New("wecom: the aibot's connection is run already")
	}
	lanes := b.openLanes(ctx)
	defer lanes.close()
	wait := time.Duration(0)
	for {
		lived, why := b.session(ctx, lanes)
		if ctx.Err() != nil {
			return nil
		}
		wait = b.next(wait, lived, why)
		b.w.log.Warn("wecom: the aibot is not connected", "why", why, "again_in", wait)
		t := time.NewTimer(wait)
		select {
		case <-t.C:
		case <-ctx.Done():
			t.Stop()
			return nil
		}
	}
}

// next gives how long to wait: doubling, with a fifth of jitter so that many do not return together;
// from the beginning after a connection that worked.
func (b *bot) next(last time.Duration, lived bool, why error) time.Duration {
	var said *saidNo
	switch {
	case errors.Is(why, errKicked):
		last = b.pace.yield
	case errors.As(why, &said) && said.code != -1:
		last = b.pace.most // wrong credentials do not mend themselves in a second
	case lived || last == 0:
		last = b.pace.again
	default:
		last = min(2*last, b.pace.most)
	}
	return last + rand.N(last/5+1)
}

// saidNo is a subscription the platform refused.
type saidNo struct {
	code    int64
	message string
}

func (e *saidNo) Error() string {
	return fmt.Sprintf("the platform refused the aibot: errcode %d: %s", e.code, e.message)
}

// session is one connection from dialling to its end. lived tells that it proved itself by a heartbeat.
func (b *bot) session(ctx context.Context, lanes *lanes) (lived bool, why error) {
	dctx, cancel := context.WithTimeout(ctx, b.w.timeout)
	conn, _, err := websocket.Dial(dctx, b.url, &websocket.DialOptions{HTTPClient: b.client})
	cancel()
	if err != nil {
		return false, errors.New(b.w.brief(err.Error()))
	}
	conn.SetReadLimit(frameLimit)
	l := newLink(conn)
	run := ctx
	ctx, stop := context.WithCancel(ctx)
	var owned sync.WaitGroup
	defer owned.Wait()
	defer l.end(errDropped)
	defer stop()
	owned.Go(func() { l.read(ctx, func(f frame) { b.heard(run, l, lanes, f) }) })
	if err := b.subscribe(ctx, l); err != nil {
		return false, err
	}
	b.set(l)
	defer b.set(nil)
	b.w.log.Info("wecom: the aibot is connected")
	var beaten atomic.Bool
	owned.Go(func() { l.beat(ctx, b.pace.beat, func() { beaten.Store(true) }) })
	select {
	case <-l.over:
	case <-ctx.Done():
	}
	return beaten.Load(), l.reason()
}

// subscribe proves who we are. From then on an older connection of the same bot is thrown out.
func (b *bot) subscribe(ctx context.Context, l *link) error {
	a, _, err := l.ask(ctx, b.pace.ack, "aibot_subscribe", b.reqID("aibot_subscribe"),
		map[string]string{"bot_id": b.id, "secret": b.secret})
	switch {
	case err != nil:
		return fmt.Errorf("subscribe: %w", err)
	case a.Code == nil:
		return errors.New("subscribe: the answer holds no code")
	case *a.Code != 0:
		return &saidNo{*a.Code, b.w.brief(a.Message)}
	}
	return nil
}

// reqID makes an id for a command of ours, in the form of the platform's own client.
func (b *bot) reqID(cmd string) string {
	return fmt.Sprintf("%s_%d_%s", cmd, b.w.clock.Now().UnixMilli(), random())
}

// heard deals with one callback frame.
func (b *bot) heard(ctx context.Context, l *link, lanes *lanes, f frame) {
	in, what := b.incoming(l, f)
	switch what {
	case wanted:
		lanes.put(ctx, in)
	case ignored:
		b.w.tally.ignored.Add(1)
	case malformed:
		b.w.tally.malformed.Add(1)
		b.w.log.Warn("wecom: a frame of the aibot cannot be read", "cmd", b.w.brief(f.Cmd))
	case kicked:
		l.end(errKicked)
	}
}
