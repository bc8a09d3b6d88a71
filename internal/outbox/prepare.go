package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// prepare makes everything ready to send, with a fixed number of queries a claim besides those of the
// composers: who hears it, the letter, the ways, a place in the budget. What cannot or need not go is
// fated afterwards.
func (b *Outbox) prepare(ctx context.Context, jobs []*job, hands int) {
	var open []*job
	for _, j := range jobs {
		if _, now := j.takeBack(); !j.answer() && !now && !j.asked() && b.opens(j.read) > j.read {
			at := b.opens(j.read)
			j.later(at, "非工作时间，顺延发送")
			continue
		}
		open = append(open, j)
	}
	if len(open) == 0 {
		return
	}
	claimed(open)
	err := b.look(ctx, open)
	if err == nil {
		b.compose(ctx, open, hands)
		err = errors.Join(b.readRings(ctx, open), b.askBudgets(ctx, open))
	}
	if err == nil {
		return
	}
	for _, j := range open {
		switch {
		case j.fated:
		case ctx.Err() != nil:
			j.later(b.now(), stopping)
		default:
			b.fail(j, err)
		}
	}
}

// look reads who the recipients are and how they are reached.
func (b *Outbox) look(ctx context.Context, jobs []*job) error {
	var to []ledger.Recipient
	seen := map[ledger.Recipient]bool{}
	for _, j := range jobs {
		if r := j.row.To(); !seen[r] && r.Person != store.Stranger {
			seen[r] = true
			to = append(to, r)
		}
	}
	reach, err := b.Store.Reach(ctx, b.District, to)
	if err != nil {
		return err
	}
	for _, j := range jobs {
		v, known := reach.Viewers[j.row.To()]
		switch {
		case !known && j.row.PersonID != store.Stranger: // a stranger is reached by the reply address alone
			j.drop("名册中没有该接收方")
			continue
		case v.Group != nil && !v.Group.Active:
			j.drop("群已停用")
			continue
		case v.Person != nil && !v.Person.Active:
			j.drop("人员已离岗")
			continue
		}
		j.viewer = v
		if j.ways, err = b.ways(&j.row, reach); err != nil {
			b.fail(j, err)
		}
		if !j.change() {
			continue
		}
		if j.ways = replies(j.ways); len(j.ways) == 0 {
			j.drop("卡片已不能更新")
		}
	}
	return nil
}

// gather lets each composer that can read for all its deliveries at once. When it fails each is worded by
// itself, and says so if it fails as well.
func (b *Outbox) gather(ctx context.Context, jobs []*job) {
	of := map[string][]*job{}
	for _, j := range jobs {
		if prefix := j.cause(); !j.fated && !j.answer() && b.Composers[prefix] != nil {
			of[prefix] = append(of[prefix], j)
		}
	}
	for prefix, some := range of {
		g, ok := b.Composers[prefix].(Gatherer)
		if !ok {
			continue
		}
		rows := make([]store.Delivery, len(some))
		for i, j := range some {
			rows[i] = j.row
		}
		b.guard(some[0], func() {
			words, err := g.Gather(ctx, rows)
			if err != nil {
				b.Log.Error("deliveries are worded one by one", "cause", prefix, "error", err)
				return
			}
			for _, j := range some {
				j.words = words
			}
		})
	}
}

// compose words the letters, by several hands at once.
func (b *Outbox) compose(ctx context.Context, jobs []*job, hands int) {
	b.gather(ctx, jobs)
	if hands == 1 {
		for _, j := range jobs {
			b.composeOne(ctx, j)
		}
		return
	}
	var group sync.WaitGroup
	next := make(chan *job)
	for range min(hands, len(jobs)) {
		group.Go(func() {
			for j := range next {
				b.composeOne(ctx, j)
			}
		})
	}
	for _, j := range jobs {
		next <- j
	}
	close(next)
	group.Wait()
}

func (b *Outbox) composeOne(ctx context.Context, j *job) {
	if j.fated {
		return
	}
	err := errors.New("the composer panicked")
	b.guard(j, func() { j.letter, err = b.letter(ctx, j) })
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		j.drop(fault.Sentence(err))
		return
	case err != nil && ctx.Err() != nil:
		j.later(b.now(), stopping)
		return
	case err != nil:
		b.fail(j, err)
		return
	case j.letter.Drop != "":
		j.drop(j.letter.Drop)
		return
	case j.letter.Wait != 0:
		j.later(j.letter.Wait, "等待结果")
		return
	}
	for i := range j.letter.About {
		if !ledger.Entitled(j.viewer, &j.letter.About[i]) {
			b.Log.Error("a letter spoke of a project its recipient may not see", "delivery", j.row.ID, "cause", j.row.Cause)
			j.drop("接收方无权查看其中项目")
			return
		}
	}
	if j.letter.Photo != nil {
		if err := b.follows(ctx, j); err != nil {
			b.fail(j, err)
		}
		return
	}
	b.mark(j)
}

func (b *Outbox) letter(ctx context.Context, j *job) (words.Letter, error) {
	if j.answer() {
		var l words.Letter
		if err := json.Unmarshal([]byte(j.row.Payload), &l.Message); err != nil {
			return l, fmt.Errorf("read an answer: %w", err)
		}
		return l, nil
	}
	if j.words != nil {
		return j.words(ctx, j.row, j.viewer)
	}
	prefix := j.cause()
	c := b.Composers[prefix]
	if c == nil {
		return words.Letter{}, fmt.Errorf("nobody words %q", prefix)
	}
	return c.Compose(ctx, j.row, j.viewer)
}

// mark says on the letter what its reader must know: that it is late, or may be a second copy.
func (b *Outbox) mark(j *job) {
	if short := j.letter.Short; short != nil {
		short := *short
		b.markOne(j, &short)
		j.letter.Short = &short
	}
	b.markOne(j, &j.letter.Message)
}

func (b *Outbox) markOne(j *job, m *chat.Message) {
	if j.row.Lost > 0 {
		m.Title = "【补发】" + m.Title
	}
	if j.answer() || j.row.DueAt == 0 {
		return
	}
	should := b.opens(j.row.DueAt)
	if b.now() > should.Add(30*time.Minute) {
		// The composer may keep the list it gave.
		m.Foot = append(m.Foot[:len(m.Foot):len(m.Foot)],
			fmt.Sprintf("（本通知原定%s发出，现予补发）", should.Time().Format("1月2日15:04")))
	}
}

// ways gives the addresses to try, best first: the way the message came, then the recipient's own.
func (b *Outbox) ways(d *store.Delivery, reach store.Reach) ([]way, error) {
	var out []way
	var reply store.ReplyTo
	if d.Reply != "" {
		if err := json.Unmarshal([]byte(d.Reply), &reply); err != nil {
			return nil, fmt.Errorf("read how to answer: %w", err)
		}
		// The answer to a message can often be given only once: a repeat takes another way.
		if b.now() < reply.Until && d.Lost == 0 {
			out = append(out, way{Address: reply.Address, reply: true})
		}
	}
	if d.GroupID != 0 {
		routes := reach.Routes[d.GroupID]
		for i, r := range routes {
			out = append(out, way{Address: chat.Address{Platform: chat.Platform(r.Platform), Route: chat.Route(r.Route), To: r.Target}, route: &routes[i]})
		}
		return out, nil
	}
	// An answer goes back to the platform it came from, where the person has an account there.
	var others []way
	for _, a := range reach.Accounts[d.PersonID] {
		r, ok := personal[chat.Platform(a.Platform)]
		if !ok {
			continue
		}
		w := way{Address: chat.Address{Platform: chat.Platform(a.Platform), Route: r, To: a.UserID}}
		if a.Platform == d.Platform || w.Platform == reply.Address.Platform {
			out = append(out, w)
		} else {
			others = append(others, w)
		}
	}
	return append(out, others...), nil
}

// replies keeps the ways that answer one message.
func replies(ways []way) []way {
	return slices.DeleteFunc(ways, func(w way) bool { return !w.reply })
}

// personal is the route to one person on each platform.
var personal = map[chat.Platform]chat.Route{chat.WeCom: chat.WeComApp, chat.DingTalk: chat.DingPerson}

// readRings finds the accounts of everybody the letters mention.
func (b *Outbox) readRings(ctx context.Context, jobs []*job) error {
	var ids []ledger.PersonID
	seen := map[ledger.PersonID]bool{}
	for _, j := range jobs {
		for _, id := range j.letter.Ring {
			if !j.fated && !seen[id] {
				seen[id] = true
				ids = append(ids, id)
			}
		}
	}
	accounts, err := b.Store.AccountsOf(ctx, b.District, ids)
	for _, j := range jobs {
		j.rings = accounts
	}
	return err
}
