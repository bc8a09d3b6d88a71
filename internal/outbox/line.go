package outbox

import (
	"slices"
	"sync"
	"time"

	"duban/internal/ledger"
)

// line is where prepared deliveries wait for a hand: the most urgent first, of one recipient one after
// the other, and of one route no more at once than it has slots, so that a slow platform holds up
// nobody else.
type line struct {
	slots  int
	hungry chan struct{} // told when little is left that could be taken

	mu     sync.Mutex
	change *sync.Cond
	rows   []*job
	lanes  map[routeKey]*lane
	busy   map[ledger.Recipient]bool
	coming int // claimed, not yet put
	closed bool
}

// lane is one route of the line. It is stuck when all its slots are taken and none came free for a
// while: then what waits for it does not count as work at hand.
type lane struct {
	under   int // under way
	waiting int
	stuck   bool
	watch   *time.Timer
}

const patience = 250 * time.Millisecond

// maxWaiting is how many may wait for one route; what is least urgent goes back to the store.
const maxWaiting = 4 * claimSize

func newLine(slots int) *line {
	l := &line{slots: slots, hungry: make(chan struct{}, 1), lanes: map[routeKey]*lane{}, busy: map[ledger.Recipient]bool{}}
	l.change = sync.NewCond(&l.mu)
	return l
}

// put adds jobs, each behind those of the same rank, and gives back what is too much for a route. A
// job that is fated or has no way at all takes the lane of nothing, which is never slow.
func (l *line) put(jobs []*job, route func(*job) routeKey) (back []*job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, j := range jobs {
		k := route(j)
		if l.lanes[k] == nil {
			l.lanes[k] = l.newLane()
		}
		j.lane = l.lanes[k]
		at, _ := slices.BinarySearchFunc(l.rows, j, func(a, b *job) int {
			if a.row.Rank <= b.row.Rank {
				return -1
			}
			return 1
		})
		l.rows = slices.Insert(l.rows, at, j)
		j.lane.waiting++
	}
	for i := len(l.rows) - 1; i >= 0; i-- {
		if j := l.rows[i]; j.lane.waiting > maxWaiting {
			l.rows = slices.Delete(l.rows, i, i+1)
			j.lane.waiting--
			back = append(back, j)
		}
	}
	l.change.Broadcast()
	return back
}

// take gives the most urgent job that may go now, waiting for one if need be; nil when the line is
// closed. Every job taken is to be given to done.
func (l *line) take() *job {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.closed {
		for i, j := range l.rows {
			if j.lane.under >= l.slots || l.busy[j.row.To()] {
				continue
			}
			l.rows = slices.Delete(l.rows, i, i+1)
			j.lane.waiting--
			if j.lane.under++; j.lane.under == l.slots {
				j.lane.watch.Reset(patience)
			}
			l.busy[j.row.To()] = true
			l.ask()
			return j
		}
		l.change.Wait()
	}
	return nil
}

// done frees what the job held.
func (l *line) done(j *job) {
	l.mu.Lock()
	defer l.mu.Unlock()
	j.lane.under--
	j.lane.stuck = false
	delete(l.busy, j.row.To())
	l.change.Signal() // the recipient and the slot may each let another one go; the hand itself takes one
}

// room says how many more the line wants: one claim is sent while the next is prepared.
func (l *line) room() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return 2*claimSize - l.ready()
}

// expect tells that n more are being prepared, or, below zero, that they are ready.
func (l *line) expect(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.coming += n
	l.ask()
}

func (l *line) ask() {
	if l.ready() > claimSize {
		return
	}
	select {
	case l.hungry <- struct{}{}:
	default:
	}
}

// ready counts what is at hand: all that waits for routes that move, and what is being prepared.
func (l *line) ready() int {
	n := l.coming
	for _, a := range l.lanes {
		if !a.stuck {
			n += a.waiting
		}
	}
	return n
}

func (l *line) newLane() *lane {
	a := &lane{}
	a.watch = time.AfterFunc(patience, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if a.under == l.slots && !l.closed {
			a.stuck = true
			l.ask()
		}
	})
	return a
}

// close ends the line and gives what was left in it.
func (l *line) close() []*job {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	for _, a := range l.lanes {
		a.watch.Stop()
	}
	l.change.Broadcast()
	return l.rows
}
