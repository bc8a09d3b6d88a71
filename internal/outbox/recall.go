package outbox

import (
	"context"

	"duban/internal/chat"
	"duban/internal/store"
)

// recall takes back the message a delivery is about, where its platform and route can; false says that
// the correction has to be sent.
func (b *Outbox) recall(ctx context.Context, j *job) (bool, error) {
	id, ok := j.takeBack()
	if !ok || j.row.Lost > 0 {
		return false, nil
	}
	of, err := b.Store.Delivery(ctx, b.District, id)
	if err != nil {
		return false, err
	}
	s, ok := b.senders[routeKey{chat.Platform(of.Platform), chat.Route(of.Route)}].(chat.Recaller)
	if !ok || of.PlatformID == "" || of.Target == "" {
		return false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	res := chat.Result{State: chat.Refused}
	b.guard(j, func() { res = s.Recall(ctx, of.Target, of.PlatformID) })
	if res.State == chat.Sent {
		d := &j.row
		d.State, d.SentAt, d.Attempts = store.SentOut, b.now(), d.Attempts+1
		d.Platform, d.Route, d.Target, d.PlatformID = of.Platform, of.Route, of.Target, of.PlatformID
		d.Code, d.Detail, d.Title = store.CodeRecalled, "已从平台撤回", of.Title
		return true, nil
	}
	b.Log.Info("a message could not be recalled and is corrected", "delivery", of.ID, "code", res.Code, "detail", res.Detail)
	return false, nil
}
