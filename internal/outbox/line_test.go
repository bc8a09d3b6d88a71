package outbox

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/store"
)

// rowOf makes a job for the group with the rank; its cause is its name.
func rowOf(name string, g ledger.GroupID, rank ledger.Rank) *job {
	return &job{row: store.Delivery{Cause: name, GroupID: g, Rank: rank}}
}

func byFirstLetter(j *job) routeKey { return routeKey{"wecom", chat.Route(j.row.Cause[:1])} }

func takeAll(l *line, n int) string {
	var out []string
	for range n {
		out = append(out, l.take().row.Cause)
	}
	return strings.Join(out, " ")
}

func TestTheLineIsInOrderOfUrgency(t *testing.T) {
	l := newLine(10)
	l.put([]*job{rowOf("a4", 1, 4), rowOf("b4", 2, 4), rowOf("c2", 3, 2)}, byFirstLetter)
	l.put([]*job{rowOf("d4", 4, 4), rowOf("e1", 5, 1), rowOf("f2", 6, 2), rowOf("g0", 7, 0)}, byFirstLetter)
	if got, want := takeAll(l, 7), "g0 e1 c2 f2 a4 b4 d4"; got != want {
		t.Errorf("taken in the order %s, want %s", got, want)
	}
}

func TestOneRecipientIsServedByOneHandAtATime(t *testing.T) {
	l := newLine(10)
	first := rowOf("a1", 1, 1)
	l.put([]*job{first, rowOf("a2", 1, 2), rowOf("b3", 2, 3)}, byFirstLetter)
	if got := takeAll(l, 2); got != "a1 b3" {
		t.Fatalf("taken %s", got)
	}
	taken := make(chan *job)
	go func() { taken <- l.take() }()
	l.done(first)
	if j := <-taken; j.row.Cause != "a2" {
		t.Errorf("then %s", j.row.Cause)
	}
}

func TestAFullRouteIsPassedOver(t *testing.T) {
	l := newLine(2)
	var slow []*job
	for i := range ledger.GroupID(5) {
		slow = append(slow, rowOf("s", i+1, 1))
	}
	l.put(append(slow, rowOf("f", 9, 4)), byFirstLetter)
	if got := takeAll(l, 3); got != "s s f" {
		t.Errorf("taken %s", got)
	}
	<-l.hungry // little is left
	if n := l.room(); n != 2*claimSize-3 {
		t.Errorf("room for %d with 3 waiting", n)
	}
	<-l.hungry // the route is stuck: more is wanted
	if n := l.room(); n != 2*claimSize {
		t.Errorf("room for %d, want %d: what waits for a stuck route is no work", n, 2*claimSize)
	}
}

func TestWhatIsTooMuchForARouteIsTheLeastUrgent(t *testing.T) {
	l := newLine(1)
	var bulk []*job
	for i := range ledger.GroupID(maxWaiting) {
		bulk = append(bulk, rowOf(fmt.Sprintf("s%d", i), i+1, 4))
	}
	if back := l.put(bulk, byFirstLetter); len(back) != 0 {
		t.Fatalf("%d given back", len(back))
	}
	back := l.put([]*job{rowOf("sx", 900, 4), rowOf("s!", 901, 1), rowOf("other", 902, 4)}, byFirstLetter)
	var names []string
	for _, j := range back {
		names = append(names, j.row.Cause)
	}
	if !slices.Equal(names, []string{"sx", fmt.Sprintf("s%d", maxWaiting-1)}) {
		t.Errorf("given back: %q", names)
	}
	if l.take().row.Cause != "s!" {
		t.Error("the urgent one is not the first")
	}
}

func TestAClosedLineGivesBackWhatIsLeft(t *testing.T) {
	l := newLine(1)
	l.put([]*job{rowOf("a", 1, 1), rowOf("a", 2, 1)}, byFirstLetter)
	l.take()
	ended := make(chan *job)
	go func() { ended <- l.take() }()
	if left := l.close(); len(left) != 1 {
		t.Errorf("%d left, want 1", len(left))
	}
	if j := <-ended; j != nil {
		t.Error("taken from a closed line")
	}
}
