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
	Withheld int64 // refused, or heard without text, because a budget is used up
}

type usage struct{ calls, messages, withheld atomic.Int64 }

// Draw gives what was used since it was last called, so that one keeper can add up all replicas.
func (d *DingTalk) Draw() Usage {
	u := &d.usage
	return Usage{Calls: u.calls.Swap(0), Messages: u.messages.Swap(0), Withheld: u.withheld.Swap(0)}
}

// call counts one call of the new API. What a limit per second turned away, and what never left, is not counted by
// the platform.
func (u *usage) call(err error) {
	var t *trouble
	if errors.As(err, &t) {
		if t.code == denied+"ApiCountLimitForOrg" {
			u.withheld.Add(1)
		}
		if !t.left || strings.HasPrefix(t.code, denied+"Q") {
			return
		}
	}
	u.calls.Add(1)
}

// message counts one message of the Webhook & Stream budget. The platform does not say whether session replies are
// drawn from it: they are counted.
func (u *usage) message() { u.messages.Add(1) }
