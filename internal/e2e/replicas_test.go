package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/internal/app"
	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/config"
	world "duban/internal/sandbox"
	sandbox "duban/internal/sandbox/wecom"
	"duban/internal/store/storetest"
)

// replicas are several processes, or what behaves as such, on one database and one aibot.
type replicas struct {
	*testing.T
	place
	platform *sandbox.Server
	who      string // somebody who speaks to the bot
}

// place is the database, one of both, and the address of the imitation platform.
type place struct{ SQLite, DSN, WS string }

func newReplicas(t *testing.T, d place) *replicas {
	t.Helper()
	register, err := world.Sample()
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(sandbox.Options{Now: clock.System{}.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	who := register.People[slices.IndexFunc(register.People, func(p config.PersonRow) bool { return p.WeCom != "" })].WeCom
	s.AddUser(sandbox.User{ID: who, Name: who})
	s.AddBot(sandbox.Bot{ID: wecomBot, Secret: wecomBotSecret, Name: "督办助手"})
	d.WS = s.WSURL()
	return &replicas{T: t, place: d, platform: s, who: who}
}

// start starts one more of them; the first one lays the database out.
func (r *replicas) start(first bool) *app.App {
	r.Helper()
	register, err := world.Sample()
	if err != nil {
		r.Fatal(err)
	}
	cfg := config.Default()
	cfg.District.Code, cfg.District.Name = register.District.Code, register.District.Name
	cfg.Database.SQLite, cfg.Database.DSN, cfg.HTTP.Addr = r.SQLite, config.Secret(r.DSN), "127.0.0.1:0"
	cfg.WeCom.BotID, cfg.WeCom.BotSecret, cfg.WeCom.WSBase = wecomBot, wecomBotSecret, r.WS
	o := app.Options{Config: cfg, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler)}
	if first {
		o.Migrate, o.Register = true, &register
	}
	a, err := app.New(r.Context(), o)
	if err != nil {
		r.Fatal(err)
	}
	if err := a.Start(r.Context()); err != nil {
		r.Fatal(err)
	}
	return a
}

func (r *replicas) stop(a *app.App) {
	r.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := a.Stop(ctx); err != nil {
		r.Error(err)
	}
}

// answered says something to the bot and waits for the answer; it gives how long that took.
func (r *replicas) answered() time.Duration {
	r.Helper()
	before, begun := len(r.platform.Messages()), time.Now()
	if _, err := r.platform.SayToBot(r.who, "帮助"); err != nil {
		r.Fatal(err)
	}
	for giveUp := time.After(2 * time.Minute); ; {
		if all := r.platform.Messages(); len(all) > before && strings.Contains(all[len(all)-1].Text+all[len(all)-1].Title, "报") {
			return time.Since(begun)
		}
		select {
		case <-giveUp:
			r.Fatalf("no answer came: %+v", r.platform.Messages()[before:])
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// Of two replicas one holds the aibot's connection. The other one leaves it alone, and follows when the
// first is stopped: what is said then is answered by it.
func TestTwoReplicasShareOneBot(t *testing.T) {
	r := newReplicas(t, place{SQLite: filepath.Join(t.TempDir(), "duban.db")})
	first := r.start(true)
	if err := first.Await(t.Context(), chat.WeCom, true); err != nil {
		r.stop(first)
		t.Fatal(err)
	}
	second := r.start(false)
	defer r.stop(second)
	r.answered()
	if err := second.Await(t.Context(), chat.WeCom, false); err != nil {
		t.Error("both are connected")
	}
	r.stop(first)
	if err := second.Await(t.Context(), chat.WeCom, true); err != nil {
		t.Fatal(err)
	}
	r.answered()
}

// replicaVariable tells a process of this test which replica it is.
const replicaVariable = "DUBAN_TEST_REPLICA"

// takeOver is how soon a replica must hold the connection whose holder has died.
const takeOver = 10 * time.Second

// A process that holds the aibot's connection and is killed gives nothing up; the other one follows all the
// same, within ten seconds of what the machine needs for an answer, and answers what is said then.
func TestAKilledReplicaIsFollowed(t *testing.T) {
	databases := map[string]place{"sqlite": {SQLite: filepath.Join(t.TempDir(), "duban.db")}}
	if os.Getenv(storetest.DSNVariable) != "" {
		databases["mysql"] = place{DSN: storetest.DSN(t)}
	}
	for name, d := range databases {
		t.Run(name, func(t *testing.T) {
			r := newReplicas(t, d)
			kill := r.process()
			second := r.start(false)
			defer r.stop(second)
			usual := r.answered()
			if err := second.Await(t.Context(), chat.WeCom, false); err != nil {
				t.Fatal("both are connected")
			}
			killed := time.Now()
			kill()
			if err := second.Await(t.Context(), chat.WeCom, true); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(killed); took > takeOver+10*usual {
				t.Errorf("the other one follows after %s; an answer takes %s", took, usual)
			}
			r.answered()
		})
	}
}

// process starts the first replica as a process of its own, which holds the connection when this returns.
func (r *replicas) process() (kill func()) {
	r.Helper()
	which, err := json.Marshal(r.place)
	if err != nil {
		r.Fatal(err)
	}
	c := exec.Command(os.Args[0], "-test.run=^TestReplicaProcess$")
	c.Env = append(os.Environ(), replicaVariable+"="+string(which))
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		r.Fatal(err)
	}
	kill = func() {
		_ = c.Process.Kill()
		_ = c.Wait()
	}
	r.Cleanup(kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if lines.Text() == holding {
			return kill
		}
	}
	r.Fatal("the first replica never held the connection")
	return nil
}

const holding = "the connection is held"

// TestReplicaProcess is the process that TestAKilledReplicaIsFollowed kills.
func TestReplicaProcess(t *testing.T) {
	which := os.Getenv(replicaVariable)
	if which == "" {
		return // it runs within that test only
	}
	r := &replicas{T: t}
	if err := json.Unmarshal([]byte(which), &r.place); err != nil {
		t.Fatal(err)
	}
	a := r.start(true)
	if err := a.Await(t.Context(), chat.WeCom, true); err != nil {
		t.Fatal(err)
	}
	fmt.Println(holding)
	<-t.Context().Done() // never: it is killed
}
