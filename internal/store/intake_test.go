package store_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/store"
	"duban/internal/store/storetest"
)

// In a storm every message comes several times: each is written once, a repeat learns what the first said,
// and the repeats do not turn one statement into one for every message.
func TestAStormOfRepeatsIsTakenInTogether(t *testing.T) {
	var inserts atomic.Int64
	storetest.Seen(t, spring, func(statement string) {
		if strings.HasPrefix(statement, "INSERT INTO `inbox`") {
			inserts.Add(1)
		}
	}, func(t *testing.T, s *store.Store) {
		const messages, times = 200, 3
		receive := func(id, says string) (string, error) {
			return s.Receive(t.Context(), 1, store.Inbound{Platform: "wecom", MessageID: id, Sender: "one", Payload: says})
		}
		if was, err := receive("m0", "first"); was != "" || err != nil {
			t.Fatalf("a new message was %q, %v", was, err)
		}
		inserts.Store(0)
		waiting, release := s.HoldIntake()
		var all sync.WaitGroup
		var repeats atomic.Int64
		for i := range messages {
			for range times {
				all.Go(func() {
					was, err := receive(fmt.Sprint("m", i), fmt.Sprint("says ", i))
					if err != nil {
						t.Errorf("m%d: %v", i, err)
					}
					if was != "" {
						repeats.Add(1)
					}
					if i == 0 && was != "first" {
						t.Errorf("m0 was %q", was)
					}
				})
			}
		}
		for waiting() < messages*times {
			runtime.Gosched()
		}
		release()
		all.Wait()
		if n := repeats.Load(); n != messages*(times-1)+1 {
			t.Errorf("%d of the messages were repeats", n)
		}
		if n := len(rowsOf(t, s, "SELECT id FROM inbox")); n != messages {
			t.Errorf("%d messages are there", n)
		}
		if n := inserts.Load(); n > 10 {
			t.Errorf("%d statements for %d arrivals", n, messages*times)
		}
	})
}

// A message waits for the pen as long as others write: that is no time taken from its own statement.
func TestAMessageOutlastsALongWrite(t *testing.T) {
	storetest.Each(t, spring, func(t *testing.T, s *store.Store) {
		const limit = 500 * time.Millisecond
		s.TakeInWithin(limit)
		begun, done := make(chan struct{}), make(chan error, 1)
		go func() {
			var once sync.Once
			done <- s.Write(t.Context(), 1, func(*store.Tx) error {
				once.Do(func() { close(begun) })
				time.Sleep(2 * limit)
				return nil
			})
		}()
		<-begun
		if _, err := s.Receive(t.Context(), 1, store.Inbound{Platform: "wecom", MessageID: "m1", Sender: "one", Payload: "{}"}); err != nil {
			t.Error(err)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}
