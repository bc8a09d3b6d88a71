package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/ledger"
	"duban/internal/sandbox"
	"duban/internal/store/storetest"
	"duban/internal/workday"
)

const (
	stormPeople = 50
	stormEach   = 20 // messages of one person: the platform lets 30 a minute through
	stormAtOnce = 16
	stormDay    = "2026-03-11"
)

// stormStory is a district of fifty officials with a project each.
func stormStory(t *testing.T) *sandbox.Story {
	t.Helper()
	var b strings.Builder
	b.WriteString("clock " + stormDay + " 10:00\nunit K1 云桥开发区 园区\nunit D1 区住建局 部门\nperson zhou 周敏 项目办 unit=D1 wecom=zhoumin\nperson lin 林跃 包联领导 dingtalk=linyue\n")
	for i := range stormPeople {
		fmt.Fprintf(&b, "person p%02d 官%02d 联络员 unit=K1 wecom=user%02d\n", i, i, i)
		fmt.Fprintf(&b, "project S%03d 风暴%02d号项目 stage=开工 investment=10000 plan=5000 progress=10 leader=lin dept=D1 host=K1 owner=p%02d target=2026-12-31\n", i, i, i)
	}
	b.WriteString("group office 项目办工作群 项目办 routes=wecom:aibot:wroffice\n> turn +1m\n")
	story, err := sandbox.ParseStory("storm", []byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return story
}

// A thousand encrypted callbacks from fifty officials at once, every one delivered three times: each is written
// once, none is lost, and everybody has one answer to each of theirs.
func TestStorm(t *testing.T) {
	databases := map[string]func(*testing.T) sandbox.Options{
		"sqlite": func(t *testing.T) sandbox.Options {
			return sandbox.Options{SQLite: filepath.Join(t.TempDir(), "duban.db")}
		},
	}
	if os.Getenv(storetest.DSNVariable) != "" {
		databases["mysql"] = func(t *testing.T) sandbox.Options { return sandbox.Options{DSN: storetest.DSN(t)} }
	}
	for name, o := range databases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, err := stormStory(t).World(t.Context(), o(t))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(w.Close)
			storm(t, w)
		})
	}
}

func storm(t *testing.T, w *sandbox.World) {
	t.Helper()
	w.WeCom.Repeat(3)
	var all sync.WaitGroup
	atOnce := make(chan struct{}, stormAtOnce)
	for i := range stormPeople {
		all.Go(func() {
			for n := range stormEach {
				atOnce <- struct{}{}
				// A first try that a loaded machine could not take in time is the platform's to repeat.
				_, err := w.WeCom.SayToApp(fmt.Sprintf("user%02d", i), fmt.Sprintf("报 风暴%02d号 30%% 第%02d次", i, n))
				<-atOnce
				if err != nil {
					t.Log(err)
				}
			}
		})
	}
	all.Wait()
	if err := w.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	once(t, w)
	// Answers are spread over some minutes, for a person may have few in one.
	if err := w.Turn(t.Context(), w.Clock.Now().Add(30*time.Minute)); err != nil {
		t.Fatal(err)
	}
	once(t, w)
	answers := map[string]int{}
	for _, m := range w.WeCom.Messages() {
		for _, who := range m.Users {
			answers[who]++
		}
		if len(m.Missed) > 0 {
			t.Errorf("%q never reached %v", m.Title, m.Missed)
		}
	}
	for i := range stormPeople {
		if got := answers[fmt.Sprintf("user%02d", i)]; got != stormEach {
			t.Errorf("user%02d has %d answers to %d messages", i, got, stormEach)
		}
	}
}

// once checks that every report stands in the ledger exactly once.
func once(t *testing.T, w *sandbox.World) {
	t.Helper()
	day, err := workday.ParseDay(stormDay)
	if err != nil {
		t.Fatal(err)
	}
	updates, err := w.App.Store.UpdatesBetween(t.Context(), w.App.District.ID, day, day)
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		project ledger.ProjectID
		text    string
	}
	seen := map[key]int{}
	for _, u := range updates {
		seen[key{u.ProjectID, u.Text}]++
	}
	for k, n := range seen {
		if n != 1 {
			t.Errorf("%q of project %d is written %d times", k.text, k.project, n)
		}
	}
	if len(seen) != stormPeople*stormEach {
		t.Errorf("%d different reports of %d are in the ledger, %d rows", len(seen), stormPeople*stormEach, len(updates))
	}
}
