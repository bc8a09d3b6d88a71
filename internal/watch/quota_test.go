package watch_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/watch"
)

// TestQuota: the office hears of 80 and of 95 percent once each in a month, of the end when the platform says so,
// however many replicas add up, and anew in the next month.
func TestQuota(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		use := func(budget string, n, limit int64, out, want bool) {
			w.t.Helper()
			told, err := w.watch.Quota(w.t.Context(), []watch.Use{{Budget: budget, N: n, Limit: limit, Out: out}})
			if err != nil || told != want {
				w.t.Fatalf("%d of %s: told %t, %v", n, budget, told, err)
			}
		}
		var story strings.Builder
		tell := func() { story.WriteString(w.sent()) }
		use("dingtalk.calls", 3999, 5000, false, false)
		use("dingtalk.calls", 0, 5000, false, false)
		use("dingtalk.calls", 1, 5000, false, true)
		use("dingtalk.calls", 500, 5000, false, false)
		tell()
		use("dingtalk.calls", 250, 5000, false, true)
		use("dingtalk.calls", 9999, 5000, false, false)
		tell()
		use("dingtalk.messages", 2900, 3000, false, true) // past both at once: one notice
		use("dingtalk.messages", 1, 3000, true, true)
		use("dingtalk.messages", 1, 3000, true, false)
		tell()
		use("dingtalk.calls", 1, 5000, true, true)
		use("dingtalk.other", 1_000_000, 0, false, false) // not watched
		w.clock.Set(time.Date(2026, 4, 1, 0, 30, 0, 0, w.clock.Now().Location()))
		tell() // those of March are no longer true
		use("dingtalk.calls", 3999, 5000, false, false)
		use("dingtalk.calls", 1, 5000, false, true)
		tell()
		golden(w.t, "quota", story.String())
	})
}

// TestQuotaOnce: of many replicas that pass a mark at once, one tells.
func TestQuotaOnce(t *testing.T) {
	each(t, "2026-03-02 08:00", func(w *world) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if _, err := w.watch.Quota(w.t.Context(), []watch.Use{{Budget: "dingtalk.calls", N: 600, Limit: 5000}}); err != nil {
					w.t.Error(err)
				}
			})
		}
		all.Wait()
		got := w.sent()
		if strings.Count(got, "已用80%以上") != 1 || strings.Count(got, "已用95%以上") != 1 {
			w.t.Errorf("told:\n%s", got)
		}
	})
}
