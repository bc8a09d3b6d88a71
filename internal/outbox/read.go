package outbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/store"
)

const (
	readFor   = 24 * time.Hour // how long a platform tells who has read
	readMost  = 200            // messages asked about in one run
	readFails = 10             // so many failures one after the other on a platform end its asking
)

// Reader gives what asks the platforms which warnings and orders were read by the persons they were sent
// to, at most 200 a run, and writes it into the history of the matters; nil when no sender can tell. What
// the platforms cannot answer is asked again the next time; only the database fails a run.
func (b *Outbox) Reader() func(context.Context, time.Time) error {
	for _, s := range b.senders {
		if _, ok := s.(chat.ReadBy); ok {
			return b.read
		}
	}
	return nil
}

func (b *Outbox) read(ctx context.Context, _ time.Time) error {
	ways, err := b.tellers(ctx)
	if err != nil {
		return err
	}
	rows, err := b.Store.Unread(ctx, b.District, ways, clock.At(b.Clock.Now().Add(-readFor)), readMost)
	if err != nil {
		return err
	}
	var read []store.Delivery
	fails := map[string]int{}
	for _, d := range rows {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if fails[d.Platform] >= readFails {
			continue
		}
		users, err := b.readersOf(ctx, d)
		if err != nil {
			fails[d.Platform]++
			b.Log.Info("a platform did not tell who has read", "delivery", d.ID, "error", err)
			continue
		}
		fails[d.Platform] = 0
		if slices.Contains(users, d.Target) {
			read = append(read, d)
		}
	}
	if len(read) == 0 {
		return nil
	}
	return b.Store.Write(ctx, b.District, func(tx *store.Tx) error { return tx.Read(read) })
}

func (b *Outbox) readersOf(ctx context.Context, d store.Delivery) ([]string, error) {
	ctx, cancel := context.WithTimeout(ctx, sendLimit)
	defer cancel()
	return b.senders[routeKey{chat.Platform(d.Platform), chat.Route(d.Route)}].(chat.ReadBy).ReadBy(ctx, d.Target, d.PlatformID)
}

// tellers gives platform and route of the senders that can tell. A platform of whose month the office was
// told that it runs out keeps the rest for what is to be sent: every question is a counted call.
func (b *Outbox) tellers(ctx context.Context) ([][2]string, error) {
	now := b.Clock.Now().In(clock.Shanghai)
	used, err := b.Store.Quotas(ctx, b.District, now.Year()*100+int(now.Month()))
	if err != nil {
		return nil, err
	}
	short := map[string]bool{}
	for _, q := range used {
		platform, _, _ := strings.Cut(q.Name, ".")
		short[platform] = short[platform] || q.Warned > 0
	}
	var out [][2]string
	for k, s := range b.senders {
		if _, ok := s.(chat.ReadBy); ok && s.Ready() && !short[string(k.platform)] {
			out = append(out, [2]string{string(k.platform), string(k.route)})
		}
	}
	return out, nil
}
