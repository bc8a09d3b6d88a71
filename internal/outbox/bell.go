package outbox

import (
	"context"

	"duban/internal/chat"
	"duban/internal/store"
)

// carded gives the message in the form in which a way makes a card of it that can be pressed: whole, or else short.
// A card rings nobody, so where somebody is to be rung a second, short message does that by another of the group's
// ways; bell sends it, after the card. Where no such way has room now, or no card can be made, the message stays as it is.
func (b *Outbox) carded(ctx context.Context, j *job, w *way, s chat.Sender, m chat.Message) (form chat.Message, bell func(context.Context)) {
	silent := func(context.Context) {}
	c, ok := s.(chat.Carder)
	if !ok || s.Traits().Mentions {
		return m, silent
	}
	forms := []chat.Message{m}
	if j.letter.Short != nil {
		short := *j.letter.Short
		short.Mentions = m.Mentions
		forms = append(forms, short)
	}
	for _, f := range forms {
		if !c.Carded(f) {
			continue
		}
		if len(f.Mentions) == 0 {
			return f, silent
		}
		ringer, by := b.ringer(ctx, j, w)
		if ringer == nil {
			return m, silent
		}
		call := chat.Message{Title: calls + f.Title, Mentions: f.Mentions}
		f.Mentions = nil
		return f, func(ctx context.Context) { b.ring(ctx, j, by, ringer, call) }
	}
	return m, silent
}

// calls begins the message that rings whom the card before it is about.
const calls = "请阅办："

// ringer finds another way of the same group that rings and has room for one more message now; nil for none.
func (b *Outbox) ringer(ctx context.Context, j *job, not *way) (chat.Sender, *way) {
	for i := range j.ways {
		w := &j.ways[i]
		s, _ := b.usable(w)
		if w == not || w.Platform != not.Platform || s == nil || !s.Traits().Mentions {
			continue
		}
		if per := s.Traits().PerMinute; per > 0 {
			again, err := b.Store.Budgets(ctx, b.District, []store.Ask{ask(j, w, per)})
			if err != nil || again[0] != 0 {
				continue
			}
		}
		return s, w
	}
	return nil, nil
}

// ring sends the call. The card has arrived: what becomes of the call changes nothing about that and is only told.
func (b *Outbox) ring(ctx context.Context, j *job, w *way, s chat.Sender, m chat.Message) {
	res := chat.Result{State: chat.Unknown}
	b.guard(j, func() { res = s.Send(ctx, w.To, m, key(&j.row, s.Traits().Dedup)+"-ring") })
	b.health(routeKey{w.Platform, w.Route}, res)
	if res.State != chat.Sent {
		b.Log.Warn("a card was sent, and nobody was rung for it", "delivery", j.row.ID, "code", res.Code, "detail", res.Detail)
	}
}
