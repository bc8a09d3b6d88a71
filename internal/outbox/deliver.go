package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// ReplyWay is how to answer the message a delivery answers, as kept in Delivery.Reply.
type ReplyWay struct {
	Address chat.Address  `json:"address"`
	Until   clock.Instant `json:"until"`
}

// deliver makes one attempt at a delivery and writes its fate into the row.
func (b *Outbox) deliver(ctx context.Context, d *store.Delivery) {
	if err := b.try(ctx, d); err != nil {
		if ctx.Err() != nil {
			later(d, b.now(), "停机")
			return
		}
		b.Log.Error("a delivery could not be made", "delivery", d.ID, "cause", d.Cause, "error", err)
		d.Attempts++
		d.State, d.NotBefore, d.Detail = store.Retry, b.now().Add(backoff(d.Attempts)), "内部错误,稍后重试"
	}
}

func (b *Outbox) try(ctx context.Context, d *store.Delivery) error {
	answer := d.Payload != ""
	if open := b.opens(b.now()); !answer && open > b.now() {
		later(d, open, "非工作时间,顺延发送")
		return nil
	}
	v, err := b.viewer(ctx, d.To())
	if err != nil {
		return err
	}
	if why := inactive(v); why != "" {
		drop(d, why)
		return nil
	}
	letter, err := b.letter(ctx, d, v)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		drop(d, fault.Sentence(err))
		return nil
	case err != nil:
		return err
	case letter.Drop != "":
		drop(d, letter.Drop)
		return nil
	}
	for i := range letter.About {
		if !ledger.Entitled(v, &letter.About[i]) {
			b.Log.Error("a letter spoke of a project its recipient may not see", "delivery", d.ID, "cause", d.Cause)
			drop(d, "接收方无权查看其中项目")
			return nil
		}
	}
	b.mark(d, &letter, answer)
	ways, err := b.ways(ctx, d)
	if err != nil {
		return err
	}
	return b.send(ctx, d, letter, ways)
}

func (b *Outbox) viewer(ctx context.Context, to ledger.Recipient) (ledger.Viewer, error) {
	if to.Group != 0 {
		g, err := b.Store.Group(ctx, b.District, to.Group)
		if err != nil {
			return ledger.Viewer{}, err
		}
		return b.Store.ViewerOfGroup(ctx, g)
	}
	if to.Person == store.Stranger {
		return ledger.Viewer{}, nil // entitled to nothing; reached by the reply address alone
	}
	p, err := b.Store.Person(ctx, b.District, to.Person)
	if err != nil {
		return ledger.Viewer{}, err
	}
	return b.Store.ViewerOfPerson(ctx, p)
}

func inactive(v ledger.Viewer) string {
	switch {
	case v.Group != nil && !v.Group.Active:
		return "群已停用"
	case v.Person != nil && !v.Person.Active:
		return "人员已离岗"
	}
	return ""
}

func (b *Outbox) letter(ctx context.Context, d *store.Delivery, v ledger.Viewer) (words.Letter, error) {
	if d.Payload != "" {
		var l words.Letter
		if err := json.Unmarshal([]byte(d.Payload), &l.Message); err != nil {
			return l, fmt.Errorf("read an answer: %w", err)
		}
		return l, nil
	}
	prefix, _, _ := strings.Cut(d.Cause, ":")
	c := b.Composers[prefix]
	if c == nil {
		return words.Letter{}, fmt.Errorf("nobody words %q", prefix)
	}
	return c.Compose(ctx, *d, v)
}

// mark says on the letter what its reader must know: that it is late, or may be a second copy.
func (b *Outbox) mark(d *store.Delivery, l *words.Letter, answer bool) {
	if d.Code == store.CodeLost {
		l.Title = "【补发】" + l.Title
	}
	should := b.opens(d.DueAt)
	if !answer && d.DueAt != 0 && b.now() > should.Add(30*time.Minute) {
		l.Foot = append(l.Foot, fmt.Sprintf("(本通知原定%s发出,现予补发)", should.Time().Format("1月2日15:04")))
	}
}

// way is one address: a group's route, a person's account, or the answer to one message.
type way struct {
	chat.Address
	route *ledger.GroupRoute
	reply bool
}

// ways gives the addresses to try, best first: the way the message came, then the recipient's own.
func (b *Outbox) ways(ctx context.Context, d *store.Delivery) ([]way, error) {
	var out []way
	if d.Reply != "" && d.Code != store.CodeLost {
		var r ReplyWay
		if err := json.Unmarshal([]byte(d.Reply), &r); err != nil {
			return nil, fmt.Errorf("read how to answer: %w", err)
		}
		if b.now() < r.Until {
			out = append(out, way{Address: r.Address, reply: true})
		}
	}
	if d.GroupID != 0 {
		routes, err := b.Store.Routes(ctx, b.District, d.GroupID)
		if err != nil {
			return nil, err
		}
		for i, r := range routes {
			out = append(out, way{Address: chat.Address{Platform: chat.Platform(r.Platform), Route: chat.Route(r.Route), To: r.Target}, route: &routes[i]})
		}
		return out, nil
	}
	accounts, err := b.Store.Accounts(ctx, b.District, d.PersonID)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		if r, ok := personal[chat.Platform(a.Platform)]; ok {
			out = append(out, way{Address: chat.Address{Platform: chat.Platform(a.Platform), Route: r, To: a.UserID}})
		}
	}
	// An answer goes back to the platform it came from.
	if len(out) > 1 && d.Platform != "" {
		for i, w := range out {
			if string(w.Platform) == d.Platform && w.Route == personal[w.Platform] {
				out[0], out[i] = out[i], out[0]
				break
			}
		}
	}
	return out, nil
}

// personal is the route to one person on each platform.
var personal = map[chat.Platform]chat.Route{chat.WeCom: chat.WeComApp, chat.DingTalk: chat.DingPerson}
