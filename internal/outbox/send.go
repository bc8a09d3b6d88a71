package outbox

import (
	"context"
	"fmt"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/store"
	"duban/internal/words"
)

// maxPerMinute keeps two messages below the platforms' 20 a minute and robot.
const maxPerMinute = 18

// send tries the ways in order until one gives an outcome that no other way may change: once a request
// may have arrived, another way would be a second copy.
func (b *Outbox) send(ctx context.Context, d *store.Delivery, l words.Letter, ways []way) error {
	var wait clock.Instant // earliest moment at which a way that exists may work
	soonest := func(at clock.Instant) {
		if wait == 0 || at < wait {
			wait = at
		}
	}
	for _, w := range ways {
		k := routeKey{w.Platform, w.Route}
		s := b.senders[k]
		switch until := b.pausedUntil(k); {
		case s == nil:
			continue
		case !s.Ready():
			soonest(b.now().Add(10 * time.Second))
			continue
		case until > b.now():
			soonest(until)
			continue
		}
		if t := s.Traits(); t.PerMinute > 0 {
			again, err := b.budget(ctx, w.Address, t.PerMinute)
			if err != nil {
				return err
			}
			if again != 0 {
				later(d, again, "发送频率受限,稍后发送")
				return nil
			}
		}
		m, err := b.ring(ctx, l, w.Platform)
		if err != nil {
			return err
		}
		d.Attempts++
		d.Platform, d.Route, d.Target = string(w.Platform), string(w.Route), w.To
		if w.reply {
			d.Target = "" // the handle of a message can be a credential
		}
		d.Title, d.Body = clip(m.Title), body(m)
		res := s.Send(ctx, w.To, m, key(d))
		b.health(k, res.State)
		if res.State == chat.Gone || (res.State == chat.Refused && w.reply) {
			// The group's robot is gone, or the way to answer has closed: the next way is as good.
			if err := b.gone(ctx, w); err != nil {
				return err
			}
			d.Code, d.Detail = res.Code, clip(res.Detail)
			continue
		}
		b.settle(d, s, res)
		return nil
	}
	if wait != 0 {
		later(d, wait, "通道暂不可用,稍后发送")
		return nil
	}
	d.State = store.Refused
	if d.Detail == "" {
		d.Detail = "没有可用的发送通道,请检查群绑定和人员账号"
	}
	b.Log.Error("a delivery has nowhere to go", "delivery", d.ID, "cause", d.Cause, "recipient", d.Recipient)
	return nil
}

// repeats are the pauses before a message whose fate is unknown is sent again, marked as a repeat. An
// outage can swallow the repeat as well; a second copy that says so is the lesser evil to a lost warning.
var repeats = []time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour}

// settle turns a platform's outcome into the delivery's fate.
func (b *Outbox) settle(d *store.Delivery, s chat.Sender, res chat.Result) {
	repeated := d.Code == store.CodeLost
	d.PlatformID, d.Code, d.Detail = res.ID, res.Code, clip(res.Detail)
	switch res.State {
	case chat.Sent:
		d.State, d.SentAt = store.SentOut, b.now()
	case chat.Retry:
		d.State, d.NotBefore = store.Retry, b.now().Add(max(res.After, backoff(d.Attempts)))
		if repeated {
			d.Code = store.CodeLost // the first attempt may still have arrived
		}
	case chat.Unknown:
		switch {
		case s.Traits().Dedup:
			d.State, d.NotBefore = store.Retry, b.now().Add(backoff(d.Attempts))
		case d.Attempts > len(repeats):
			d.State, d.NotBefore, d.Code = store.Unknown, store.Never, store.CodeLost
		default:
			d.State, d.NotBefore, d.Code = store.Unknown, b.now().Add(repeats[d.Attempts-1]), store.CodeLost
		}
	default:
		d.State = store.Refused
		b.Log.Error("a platform refused a delivery", "delivery", d.ID, "cause", d.Cause, "code", res.Code, "detail", res.Detail)
	}
}

// gone stops using a group's route that leads nowhere; the office sees it in the list of groups.
func (b *Outbox) gone(ctx context.Context, w way) error {
	if w.route == nil {
		return nil
	}
	b.Log.Error("a group's route is gone", "group", w.route.GroupID, "platform", w.Platform, "route", w.Route)
	return b.Store.Write(ctx, b.District, func(tx *store.Tx) error { return tx.RouteGone(*w.route) })
}

// budget asks for one message to a target: a third of the minute's allowance at once, the rest spread
// over the minute, so that no window of sixty seconds ever holds more than the allowance.
func (b *Outbox) budget(ctx context.Context, a chat.Address, perMinute int) (clock.Instant, error) {
	allowed := max(3, min(maxPerMinute, perMinute-2))
	burst := allowed / 3
	interval := clock.Instant(time.Minute.Milliseconds() / int64(allowed-burst))
	return b.Store.Budget(ctx, b.District, fmt.Sprintf("%s:%s:%s", a.Platform, a.Route, a.To), interval, burst)
}

// ring puts the platform's ids of the people to mention on the message.
func (b *Outbox) ring(ctx context.Context, l words.Letter, p chat.Platform) (chat.Message, error) {
	m := l.Message
	m.Mentions = nil
	for _, id := range l.Ring {
		accounts, err := b.Store.Accounts(ctx, b.District, id)
		if err != nil {
			return m, err
		}
		for _, a := range accounts {
			if chat.Platform(a.Platform) == p {
				m.Mentions = append(m.Mentions, a.UserID)
			}
		}
	}
	return m, nil
}

// body is the message as text, kept as proof of what was said.
func body(m chat.Message) string {
	lines := append(append([]string{}, m.Rows...), m.Foot...)
	return strings.Join(lines, "\n")
}

// pausedUntil says until when a route that kept failing is left alone.
func (b *Outbox) pausedUntil(k routeKey) clock.Instant {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paused[k]
}

// health counts failures of a route in a row: after three it rests for as long as a delivery would,
// then one message probes it.
func (b *Outbox) health(k routeKey, s chat.State) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s != chat.Retry && s != chat.Unknown {
		b.fails[k], b.paused[k] = 0, 0
		return
	}
	b.fails[k]++
	if b.fails[k] >= 3 {
		b.paused[k] = b.now().Add(backoff(b.fails[k] - 2))
	}
}
