package dingtalk

import (
	"errors"
	"strings"
	"sync/atomic"
)

// Usage is what was drawn on the two budgets the platform gives an organisation for a calendar month.
type Usage struct {
	Calls    int64 // counted API calls: sends of the robot, cards, recalls, read status, downloads
	Messages int64 // Webhook & Stream: what the robot hears, group robots' sends, session replies, group events
	Withheld int64 // calls refused because their budget is used up
	Deaf     int64 // messages heard without text, and robots' sends refused, because theirs is
}

type usage struct{ calls, messages, withheld, deaf atomic.Int64 }

// Draw hands what was used since it was last called to keep, which adds up all replicas. What keep did not take is
// handed over the next time. Nothing used is not handed over.
func (d *DingTalk) Draw(keep func(Usage) error) error {
	u := &d.usage
	used := Usage{Calls: u.calls.Swap(0), Messages: u.messages.Swap(0), Withheld: u.withheld.Swap(0), Deaf: u.deaf.Swap(0)}
	if used == (Usage{}) {
		return nil
	}
	err := keep(used)
	if err != nil {
		u.calls.Add(used.Calls)
		u.messages.Add(used.Messages)
		u.withheld.Add(used.Withheld)
		u.deaf.Add(used.Deaf)
	}
	return err
}

// call counts one call of the new API. What a limit per second turned away, and what never left, is not counted by
// the platform.
func (u *usage) call(err error) {
	var t *trouble
	if errors.As(err, &t) {
		if judge(t).month {
			u.withheld.Add(1)
		}
		if !t.left || strings.HasPrefix(t.code, denied+"Q") {
			return
		}
	}
	u.calls.Add(1)
}

// hook counts what a webhook refused because the messages of the month are used up.
func (u *usage) hook(err error) {
	var t *trouble
	if errors.As(err, &t) && judge(t).month {
		u.deaf.Add(1)
	}
}

// message counts one message of the Webhook & Stream budget. The platform does not say whether session replies are
// drawn from it: they are counted.
func (u *usage) message() { u.messages.Add(1) }
