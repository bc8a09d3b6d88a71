package e2e

import (
	"context"
	"log/slog"
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
)

// replica starts one of several processes on the same database and the same aibot.
func replica(t *testing.T, cfg config.Config, register *config.Register) *app.App {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Config: cfg, Clock: clock.System{}, Log: slog.New(slog.DiscardHandler), Migrate: register != nil, Register: register})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// Of two replicas one holds the aibot's connection. The other one leaves it alone, and follows when the
// first is stopped: what is said then is answered by it.
func TestTwoReplicasShareOneBot(t *testing.T) {
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

	cfg := config.Default()
	cfg.District.Code, cfg.District.Name = register.District.Code, register.District.Name
	cfg.Database.SQLite = filepath.Join(t.TempDir(), "duban.db")
	cfg.HTTP.Addr = "127.0.0.1:0"
	cfg.WeCom.BotID, cfg.WeCom.BotSecret, cfg.WeCom.WSBase = wecomBot, wecomBotSecret, s.WSURL()

	stop := func(a *app.App) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
		defer cancel()
		if err := a.Stop(ctx); err != nil {
			t.Error(err)
		}
	}
	answered := func() {
		t.Helper()
		before := len(s.Messages())
		if _, err := s.SayToBot(who, "帮助"); err != nil {
			t.Fatal(err)
		}
		for giveUp := time.After(2 * time.Minute); ; {
			if all := s.Messages(); len(all) > before && strings.Contains(all[len(all)-1].Text+all[len(all)-1].Title, "报") {
				return
			}
			select {
			case <-giveUp:
				t.Fatalf("no answer came: %+v", s.Messages()[before:])
			case <-time.After(5 * time.Millisecond):
			}
		}
	}

	first := replica(t, cfg, &register)
	if err := first.Await(t.Context(), chat.WeCom, true); err != nil {
		stop(first)
		t.Fatal(err)
	}
	second := replica(t, cfg, nil)
	defer stop(second)
	answered()
	if err := second.Await(t.Context(), chat.WeCom, false); err != nil {
		t.Error("both are connected")
	}
	stop(first)
	if err := second.Await(t.Context(), chat.WeCom, true); err != nil {
		t.Fatal(err)
	}
	answered()
}
