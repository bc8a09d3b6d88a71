package outbox_test

import (
	"encoding/json"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
)

// A change of a card goes its one way at any hour, or not at all: it never becomes a message, never
// troubles the office, and never outlives the card.
func TestACardIsChangedInTimeOrNotAtAll(t *testing.T) {
	const cause = "card:7"
	cases := map[string]struct {
		result chat.Result
		route  chat.Route
		wait   time.Duration // before it is tried
		state  store.DeliveryState
		later  store.DeliveryState // when the card's time is over
	}{
		"changed":        {chat.Result{State: chat.Sent}, chat.WeComBotCard, 0, store.SentOut, store.SentOut},
		"used up":        {chat.Result{State: chat.Refused, Code: "72561"}, chat.WeComBotCard, 0, store.Dropped, store.Dropped},
		"gone":           {chat.Result{State: chat.Gone}, chat.WeComBotCard, 0, store.Dropped, store.Dropped},
		"nobody knows":   {chat.Result{State: chat.Unknown}, chat.WeComBotCard, 0, store.Dropped, store.Dropped},
		"not now":        {chat.Result{State: chat.Retry, Code: "-1"}, chat.WeComBotCard, 0, store.Retry, store.Dropped},
		"too late":       {chat.Result{State: chat.Sent}, chat.WeComBotCard, time.Hour, store.Dropped, store.Dropped},
		"no such way":    {chat.Result{State: chat.Sent}, chat.DingCard, 0, store.Dropped, store.Dropped},
		"at night, soon": {chat.Result{State: chat.Sent}, chat.WeComBotCard, time.Minute, store.SentOut, store.SentOut},
	}
	each(t, func(h *house) {
		for name, c := range cases {
			h.sub(name, func(h *house) {
				card := &fake{platform: chat.WeCom, route: chat.WeComBotCard, clock: h.clock}
				h.opts.Senders = append(h.opts.Senders, card)
				h.box = outbox.New(h.opts)
				night := time.Date(2026, 3, 2, 23, 0, 0, 0, clock.Shanghai)
				h.clock.Set(night)
				card.gives(c.result)
				h.changes(cause, chat.Address{Platform: chat.WeCom, Route: c.route, To: "code"}, night.Add(time.Hour))
				h.clock.Advance(c.wait)
				h.tick()
				if d := h.is(cause, c.state); d.Lost > 1 || d.Target != "" {
					h.Errorf("it is %+v", d)
				}
				h.clock.Set(night.Add(2 * time.Hour))
				h.tick()
				h.is(cause, c.later)
				sent := card.got()
				if (len(sent) == 0) != (c.wait >= time.Hour || c.route != chat.WeComBotCard) || len(sent) > 1 || len(sent) == 1 && sent[0].To != "code" {
					h.Errorf("the card was changed by %+v", sent)
				}
				if len(h.hook.got())+len(h.app.got())+len(h.ding.got()) > 0 {
					h.Error("a change of a card became a message")
				}
				if bad, err := h.store.Trouble(h.Context(), h.d, 10); err != nil || len(bad) > 0 {
					h.Errorf("the office is troubled by %+v, %v", bad, err)
				}
			})
		}
	})
}

// changes writes a change of a card of the group's down.
func (h *house) changes(cause string, to chat.Address, until time.Time) {
	h.Helper()
	payload, _ := json.Marshal(chat.Message{Title: "已办"})
	reply, _ := json.Marshal(store.ReplyTo{Address: to, Until: clock.At(until)})
	group := ledger.Recipient{Group: h.group.ID}
	h.write(func(tx *store.Tx) error {
		return tx.Say(store.Delivery{Cause: cause, Recipient: group.Key(), GroupID: h.group.ID, Rank: ledger.RankAnswer, DueAt: tx.Now,
			Payload: string(payload), Reply: string(reply), Platform: string(to.Platform)})
	})
}
