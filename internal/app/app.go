// Package app puts the house together by hand (floor 5): New, Start, Stop, Addr, Tick. It is the one
// place that knows which parts there are; it decides nothing and words nothing.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"

	"duban/internal/clock"
	"duban/internal/command"
	"duban/internal/config"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/jobs"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/view"
	"duban/internal/watch"
	"duban/internal/web"
	"duban/internal/workday"
)

// Options say what to run.
type Options struct {
	Config   config.Config
	Clock    clock.Clock
	Log      *slog.Logger
	Manual   bool                 // nothing runs by itself: whoever turns the clock calls Tick
	Migrate  bool                 // bring the schema up to date; serve refuses an older one instead
	Register *config.Register     // imported before anything else, for demo and rehearse
	Meetings []ledger.MeetingKind // nil, or kinds of meetings in place of the rules' of the same name
}

// App is the product.
type App struct {
	Options
	District ledger.District
	Store    *store.Store
	Desk     *desk.Desk

	calendar  *workday.Calendar
	mode      period.Mode
	rules     Rules
	recurring []ledger.Recurring
	platforms *platforms
	view      *view.View
	command   *command.Command
	outbox    *outbox.Outbox
	jobs      *jobs.Jobs
	web       *web.Web
	watch     *watch.Watch
	sealer    *store.Sealer

	listener net.Listener
	server   *http.Server
	stop     context.CancelFunc
	received atomic.Int64
	standby  atomic.Bool // another replica holds the connection
	running  sync.WaitGroup
}

// New builds everything and opens the database, but listens and sends nothing. A wrong setting is a
// fault that names the key and the mend.
func New(ctx context.Context, o Options) (*App, error) {
	a := &App{Options: o}
	if a.Log == nil {
		a.Log = slog.New(slog.DiscardHandler)
	}
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{
		{"read the law", a.readLaw}, {"open the database", a.open}, {"find the district", a.findDistrict}, {"compare the rules", a.compareRules}, {"wire", a.wire},
	} {
		if err := step.do(ctx); err != nil {
			a.close()
			return nil, fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return a, nil
}

func (a *App) readLaw(context.Context) (err error) {
	if a.rules, err = ReadRules(a.Config.Rules); err != nil {
		return err
	}
	if a.recurring, err = a.rules.inForce(a.Config.Recurring); err != nil {
		return err
	}
	for _, k := range a.Meetings {
		a.rules.Meetings = append(slices.DeleteFunc(a.rules.Meetings, func(old ledger.MeetingKind) bool { return old.Name == k.Name }), k)
	}
	if err := ledger.ValidateMeetings(a.rules.Meetings); err != nil {
		return err
	}
	a.mode = mode(a.Config)
	a.calendar, err = ReadCalendar(a.Config.Calendar)
	return err
}

func (a *App) open(ctx context.Context) (err error) {
	a.Store, err = store.Open(ctx, store.Options{
		DSN: a.Config.Database.DSN.Reveal(), Path: a.Config.Database.SQLite, Brief: a.Manual, Clock: a.Clock, Log: a.Log,
	})
	if err != nil {
		return err
	}
	if a.Migrate {
		return a.Store.Migrate(ctx)
	}
	have, want, err := a.Store.Schema(ctx)
	switch {
	case err != nil:
		return err
	case have != want:
		return fault.Newf(fault.Invalid, "数据库结构版本是%d，本程序需要%d。请先运行 duban migrate up。", have, want)
	}
	return nil
}

// findDistrict finds the district of the configuration, or with a register makes it.
func (a *App) findDistrict(ctx context.Context) (err error) {
	if a.Register != nil {
		if err := a.importRegister(ctx); err != nil {
			return err
		}
	}
	a.District, err = a.Store.DistrictByCode(ctx, a.Config.District.Code)
	return err
}

// importRegister founds the register's district and imports it.
func (a *App) importRegister(ctx context.Context) error {
	d, err := a.Store.Found(ctx, a.Register.District.Code, a.Register.District.Name)
	if err == nil {
		_, err = a.importer(d).Import(ctx, *a.Register, true)
	}
	return err
}

// importer is a desk that can do nothing but import into the district.
func (a *App) importer(d ledger.District) *desk.Desk {
	return desk.New(desk.Options{
		Store: a.Store, District: d.ID, Clock: a.Clock, Calendar: a.calendar, Rules: a.rules.Ladder, Mode: a.mode, Log: a.Log,
	})
}

// Start listens, connects to the platforms and, unless Manual, lets everything run by itself.
func (a *App) Start(ctx context.Context) error {
	if a.Store.Embedded() && !a.Manual {
		a.Log.Warn("the embedded database is for trying out; use MySQL for an office (database.dsn)")
	}
	err := a.keepRules(ctx)
	if err != nil {
		return err
	}
	if a.listener, err = net.Listen("tcp", a.Config.HTTP.Addr); err != nil {
		return fmt.Errorf("listen on %s: %w", a.Config.HTTP.Addr, err)
	}
	if err := a.serve(); err != nil {
		_ = a.listener.Close()
		return err
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.stop = stop
	for name, run := range a.platforms.runs {
		a.run(string(name), func() error { return run(life) })
	}
	if a.Manual { // nobody else is there, and a clock turned by hand would end any lease
		if single := a.platforms.single; single != nil {
			a.run("connection", func() error { return single(life) })
		}
		return a.AwaitReady(ctx)
	}
	a.run("command", func() error { return a.command.Run(life) })
	a.run("outbox", func() error { return a.sendAlone(life) })
	a.run("jobs", func() error { return a.jobs.Run(life) })
	a.run("quota", func() error { return a.keepQuota(life) })
	a.run("seal", func() error { return a.sealAlone(life) })
	return nil
}

// serve builds the pages, which need to know the address, and serves them.
func (a *App) serve() error {
	public := a.Config.HTTP.PublicURL
	if public == "" {
		public = a.URL()
	}
	w, err := web.New(web.Options{
		View: a.view, Desk: a.Desk, Sessions: a.Store, Clock: a.Clock, PublicURL: public,
		SignIns: a.platforms.signIns, DingTalk: a.platforms.inside, Callbacks: a.platforms.callbacks, Ready: a.down, Log: a.Log,
	})
	if err != nil {
		return err
	}
	a.web = w
	a.server = w.Server("")
	a.running.Go(func() {
		if err := a.server.Serve(a.listener); err != nil && !errors.Is(err, http.ErrServerClosed) {
			a.Log.Error("the pages stopped", "error", err)
		}
	})
	return nil
}

// run owns one loop of the product until it is told to stop.
func (a *App) run(name string, loop func() error) {
	a.running.Go(func() {
		if err := loop(); err != nil && !errors.Is(err, context.Canceled) {
			a.Log.Error("a part stopped", "part", name, "error", err)
		}
	})
}

// Stop ends everything and waits for it: the loops first, so that what is under way is written.
func (a *App) Stop(ctx context.Context) error {
	var err error
	if a.server != nil {
		err = a.server.Shutdown(ctx)
	}
	if a.stop != nil {
		a.stop()
	}
	a.running.Wait()
	if a.platforms != nil && a.platforms.wecom != nil {
		a.platforms.wecom.Wait()
	}
	a.close()
	return err
}

func (a *App) close() {
	if a.Store != nil {
		_ = a.Store.Close()
		a.Store = nil
	}
}

// Addr is where the pages listen, URL the same as an address for a browser on this machine.
func (a *App) Addr() string { return a.listener.Addr().String() }

// URL is the pages' address for a browser on this machine.
func (a *App) URL() string { return "http://" + a.Addr() }
