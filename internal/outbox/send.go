package outbox

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/store"
)

// deliver makes one attempt at a prepared delivery; its row then holds its fate.
func (b *Outbox) deliver(ctx context.Context, j *job) {
	switch {
	case j.fated:
	case ctx.Err() != nil:
		j.later(b.now(), stopping)
	case b.now() > j.read.Add(fresh):
		j.later(b.now(), "等待过久，重新核对后发送")
	case j.early():
		j.later(b.now().Add(behind), waiting)
	default:
		recalled, err := b.recall(ctx, j)
		if err == nil && !recalled {
			err = b.send(ctx, j)
		}
		if err == nil && j.letter.Photo != nil && j.row.State == store.Refused {
			j.letter.Photo = nil // no way takes this one: the words tell of it
			err = b.send(ctx, j)
		}
		if err != nil {
			b.fail(j, err)
		}
		j.fated = true
		j.gone.Store(j.row.State == store.SentOut)
		if s := j.row.State; j.change() && (s == store.Refused || s == store.Unknown) {
			j.row.State, j.row.NotBefore = store.Dropped, 0
		}
	}
}

const stopping = "停机，重启后发送"

// send tries the ways in order until one gives an outcome that no other way may change: once a request
// may have arrived, another way would be a second copy.
func (b *Outbox) send(ctx context.Context, j *job) error {
	d := &j.row
	d.Detail = ""
	tries := d.Attempts
	limited := false       // the last attempt was told when to come back
	var wait clock.Instant // earliest moment at which a way that exists may work
	soonest := func(at clock.Instant) {
		if at != 0 && (wait == 0 || at < wait) {
			wait = at
		}
	}
	var down []routeKey // ways that exist and did not work
	for i := range j.ways {
		w := &j.ways[i]
		s, at := b.usable(w)
		if s == nil {
			soonest(at)
			if at != 0 {
				down = append(down, routeKey{w.Platform, w.Route})
			}
			continue
		}
		if per := s.Traits().PerMinute; per > 0 && !w.granted {
			again, err := b.Store.Budgets(ctx, b.District, []store.Ask{ask(j, w, per)})
			if err != nil {
				return err
			}
			if again[0] != 0 {
				j.later(again[0], busy)
				return nil
			}
		}
		switch res := b.attempt(ctx, j, w, s); res.State {
		case chat.Sent, chat.Unknown:
			b.settle(d, s, res)
			if d.State == store.Retry {
				b.miss(append(down, routeKey{w.Platform, w.Route}), d)
			}
			return nil
		case chat.Gone:
			if err := b.gone(ctx, w); err != nil {
				return err
			}
			d.Code, d.Detail = cut(res.Code, 64), clip(res.Detail)
		case chat.Retry:
			b.settle(d, s, res)
			soonest(d.NotBefore)
			if limited = res.After > 0; !limited {
				down = append(down, routeKey{w.Platform, w.Route})
			}
		default:
			b.settle(d, s, res)
		}
		// It surely did not arrive this way: a group's webhook may take what its robot could not.
	}
	switch {
	case wait != 0 && d.Attempts > tries:
		d.State, d.NotBefore = store.Retry, max(wait, b.now().Add(backoff(d.Attempts)))
		if !limited {
			b.miss(down, d)
		}
		return nil
	case wait != 0:
		j.later(wait, "通道暂不可用，稍后发送")
		return nil
	}
	d.State = store.Refused
	if d.Detail == "" {
		d.Detail = "没有可用的发送通道，请检查群绑定和人员账号"
	}
	if j.change() {
		return nil
	}
	b.Log.Error("a delivery has nowhere to go", "delivery", d.ID, "cause", d.Cause, "recipient", d.Recipient)
	return nil
}

// usable gives the way's sender when it can be used now, else the moment at which it may be; zero when
// there is no such sender.
func (b *Outbox) usable(w *way) (chat.Sender, clock.Instant) {
	k := routeKey{w.Platform, w.Route}
	s := b.senders[k]
	if s == nil {
		return nil, 0
	}
	if !s.Ready() {
		return nil, b.now().Add(10 * time.Second)
	}
	if until := b.pausedUntil(k); until > b.now() {
		return nil, until
	}
	return s, 0
}

// attempt sends by one way and notes in the row what was sent where.
func (b *Outbox) attempt(ctx context.Context, j *job, w *way, s chat.Sender) chat.Result {
	d, m := &j.row, j.rung(w.Platform, s)
	m, bell := b.carded(ctx, j, w, s, m)
	d.Attempts++
	d.Platform, d.Route, d.Target = string(w.Platform), string(w.Route), w.To
	if w.reply {
		d.Target = "" // the handle of a message can be a credential
	}
	d.Title, d.Body = clip(m.Title), body(m)
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	res := chat.Result{State: chat.Unknown, Detail: "发送过程中程序出错，可能已送达"}
	b.guard(j, func() {
		if j.letter.Photo != nil {
			res = b.illustrate(ctx, j, w, s)
			return
		}
		res = s.Send(ctx, w.To, m, key(d, s.Traits().Dedup))
	})
	b.health(routeKey{w.Platform, w.Route}, res)
	if res.State == chat.Sent {
		b.ease(routeKey{w.Platform, w.Route})
		bell(ctx)
	}
	return res
}

// repeats are the pauses before a message whose fate is unknown is sent again, marked as a repeat. An
// outage can swallow the repeat as well; a second copy that says so is the lesser evil to a lost warning.
var repeats = [store.MaxLost - 1]time.Duration{2 * time.Minute, 10 * time.Minute, 30 * time.Minute, 2 * time.Hour}

// settle turns a platform's outcome into the delivery's fate.
func (b *Outbox) settle(d *store.Delivery, s chat.Sender, res chat.Result) {
	d.PlatformID, d.Card, d.Code, d.Detail = cut(res.ID, 191), cut(res.Card, 191), cut(res.Code, 64), clip(res.Detail)
	d.CardChange = changeOf(res)
	switch res.State {
	case chat.Sent:
		d.State, d.SentAt = store.SentOut, b.now()
	case chat.Retry:
		d.State, d.NotBefore = store.Retry, b.now().Add(max(res.After, backoff(d.Attempts)))
	case chat.Unknown:
		if s.Traits().Dedup {
			d.State, d.NotBefore = store.Retry, b.now().Add(backoff(d.Attempts))
			return
		}
		d.Lost++
		d.State, d.NotBefore, d.Code = store.Unknown, store.Never, store.CodeLost
		if d.Lost < store.MaxLost {
			d.NotBefore = b.now().Add(repeats[d.Lost-1])
		}
	default:
		d.State = store.Refused
		if strings.HasPrefix(d.Cause, cardCause) {
			return // the card was changed meanwhile, or is too old: nothing is lost
		}
		b.Log.Error("a platform refused a delivery", "delivery", d.ID, "cause", d.Cause, "code", res.Code, "detail", res.Detail)
	}
}

// changeOf gives how a card can be changed later, "" where it cannot.
func changeOf(res chat.Result) string {
	if res.Change.Route == "" {
		return ""
	}
	change, err := json.Marshal(store.ReplyTo{Address: res.Change, Until: clock.At(res.Until)})
	if err != nil || len(change) > store.ChangeSize {
		return ""
	}
	return string(change)
}

// gone stops using a group's route that leads nowhere; the office sees it in the list of groups.
func (b *Outbox) gone(ctx context.Context, w *way) error {
	if w.route == nil {
		return nil
	}
	b.Log.Error("a group's route is gone", "group", w.route.GroupID, "platform", w.Platform, "route", w.Route)
	return b.Store.Write(ctx, b.District, func(tx *store.Tx) error { return tx.RouteGone(*w.route) })
}

// rung gives the message with the platform's ids of the people to mention, and where the way shows no photos
// with how they can be seen.
func (j *job) rung(p chat.Platform, s chat.Sender) chat.Message {
	m := j.letter.Message
	if j.letter.Unshown != "" && !s.Traits().Pictures {
		m.Foot = append(slices.Clone(m.Foot), j.letter.Unshown)
	}
	m.Mentions = nil
	for _, id := range j.letter.Ring {
		for _, a := range j.rings[id] {
			if chat.Platform(a.Platform) == p {
				m.Mentions = append(m.Mentions, a.UserID)
			}
		}
	}
	return m
}

// body is the message as text, kept as proof of what was said.
func body(m chat.Message) string {
	var lines []string
	lines = append(append(lines, m.Rows...), m.Foot...)
	return strings.ToValidUTF8(strings.Join(lines, "\n"), "?")
}

// pausedUntil says until when a route that kept failing is left alone.
func (b *Outbox) pausedUntil(k routeKey) clock.Instant {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.paused[k]
}

// health counts failures of a route in a row: after three it rests for as long as a delivery would,
// then it is tried again. A platform that says when to come back is well: one group's limit is no
// reason to leave the others waiting, unless it says that it concerns them all.
func (b *Outbox) health(k routeKey, res chat.Result) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case res.State == chat.Retry && res.Wide:
		b.fails[k], b.paused[k] = 0, b.now().Add(res.After)
		return
	case res.State != chat.Unknown && (res.State != chat.Retry || res.After > 0):
		b.fails[k], b.paused[k] = 0, 0
		return
	}
	b.fails[k]++
	if b.fails[k] >= 3 {
		b.paused[k] = b.now().Add(backoff(b.fails[k] - 2))
	}
}
