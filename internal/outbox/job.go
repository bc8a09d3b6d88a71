package outbox

import (
	"context"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/words"
)

// job is a claimed delivery on its way through the outbox.
type job struct {
	row    store.Delivery
	read   clock.Instant // when it was claimed, and what follows was read
	viewer ledger.Viewer
	words  func(context.Context, store.Delivery, ledger.Viewer) (words.Letter, error) // nil: its composer
	letter words.Letter
	ways   []way
	rings  map[ledger.PersonID][]ledger.Account // of the people the letter mentions
	fated  bool                                 // row holds its fate, nothing is left to do
	lane   *lane                                // of Run: the route it waits for
	gone   atomic.Bool                          // it was sent
	claim  map[string]*job                      // of a photo: what was claimed with it, by cause and recipient
	first  *job                                 // of a photo: the words it belongs to, claimed with it
}

// way is one address: a group's route, a person's account, or the answer to one message.
type way struct {
	chat.Address
	route   *ledger.GroupRoute
	reply   bool
	granted bool // the budget was asked and said yes
}

// answer reports whether somebody is waiting for it: it is worded already and keeps no hours.
func (j *job) answer() bool { return j.row.Payload != "" }

// change reports whether it changes a card in place: worth sending that one way and in time, and else no
// loss, since the answer and the ledger say the same.
func (j *job) change() bool { return strings.HasPrefix(j.row.Cause, cardCause) }

// takeBack reports whether it takes a message back: recalled where the platform can, else corrected by its
// words. Somebody of the office wants that now, at whatever hour.
func (j *job) takeBack() (of int64, ok bool) {
	number, ok := strings.CutPrefix(j.row.Cause, "takeback:")
	of, err := strconv.ParseInt(number, 10, 64)
	return of, ok && err == nil
}

// cardCause begins the causes of changes of cards.
const cardCause = "card:"

// cause is the first word of the delivery's cause, which says who words it.
func (j *job) cause() string {
	prefix, _, _ := strings.Cut(j.row.Cause, ":")
	return prefix
}

// later puts the delivery back until a moment; it is no attempt.
func (j *job) later(until clock.Instant, why string) {
	j.fated = true
	j.row.State, j.row.NotBefore, j.row.Detail = store.Waiting, until, why
	if j.row.Lost > 0 {
		j.row.State = store.Unknown
	}
}

func (j *job) drop(why string) {
	j.fated = true
	j.row.State, j.row.Detail = store.Dropped, clip(why)
}

// fail puts back a delivery that something of ours went wrong with before anything left.
func (b *Outbox) fail(j *job, err error) {
	b.Log.Error("a delivery could not be made", "delivery", j.row.ID, "cause", j.row.Cause, "error", err)
	j.row.Attempts++
	j.later(b.now().Add(backoff(j.row.Attempts)), "内部错误，稍后重试")
	if j.row.Lost == 0 {
		j.row.State = store.Retry
	}
}

// guard runs do and tells of a panic in it: one delivery must not end the process.
func (b *Outbox) guard(j *job, do func()) {
	defer func() {
		if r := recover(); r != nil {
			b.Log.Error("panic", "delivery", j.row.ID, "cause", j.row.Cause, "panic", r, "stack", string(debug.Stack()))
		}
	}()
	do()
}

// clip keeps a text within the columns of 255 characters.
func clip(s string) string { return cut(s, 255) }

// cut keeps a text within a column of n characters: a fate that cannot be written is a message sent
// again and again.
func cut(s string, n int) string {
	s = strings.ToValidUTF8(s, "?")
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
