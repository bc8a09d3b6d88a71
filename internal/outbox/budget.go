package outbox

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"duban/internal/clock"
	"duban/internal/store"
)

// maxPerMinute keeps two messages below the platforms' 20 a minute and robot.
const maxPerMinute = 18

const busy = "发送频率受限，稍后发送"

// askBudgets asks for a place for the first way of each letter that can be used at all. The most
// urgent asks first.
func (b *Outbox) askBudgets(ctx context.Context, jobs []*job) error {
	var asks []store.Ask
	var first []*way
	var of []*job
	for _, j := range jobs {
		if j.fated {
			continue
		}
		for i := range j.ways {
			w := &j.ways[i]
			s, _ := b.usable(w)
			if s == nil {
				continue
			}
			if per := s.Traits().PerMinute; per > 0 {
				asks, first, of = append(asks, ask(j, w, per)), append(first, w), append(of, j)
			}
			break
		}
	}
	answers, err := b.Store.Budgets(ctx, b.District, asks)
	if err != nil {
		return err
	}
	for i, again := range answers {
		first[i].granted = again == 0
		if again != 0 {
			of[i].later(again, busy)
		}
	}
	return nil
}

// ask words the question for one message to a target: a third of the minute's allowance at once, the
// rest spread over the minute, so that no window of sixty seconds ever holds more than the allowance.
// An answer's address is of one message only, and can be a credential: its recipient stands for it.
func ask(j *job, w *way, perMinute int) store.Ask {
	allowed := max(3, min(maxPerMinute, perMinute-2))
	burst := allowed / 3
	to := w.To
	if w.reply {
		to = j.row.Recipient
	}
	target := fmt.Sprintf("%s:%s:%s", w.Platform, w.Route, to)
	if len(target) > 191 { // the column's width
		target = fmt.Sprintf("%x", sha256.Sum256([]byte(target)))
	}
	return store.Ask{Target: target, Interval: clock.Instant(time.Minute.Milliseconds() / int64(allowed-burst)), Burst: burst}
}
