package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"

	"duban/internal/chat/wecom"
	"duban/internal/clock"
	"duban/internal/command"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/view"
	"duban/internal/words"
)

// callers are the people who report, each for a project of their own.
const callers = 600

// most is more messages than any side takes in a slice.
const most = 20_000

// callback measures what becomes of an encrypted message of the WeCom app, at 1, 16 and 64 at a time:
//
//	callback   acknowledged, durable in the inbox       against a bare handler with one durable INSERT
//	act        read, judged, written to the ledger      against the same
//	act-bare   the same act                             against its statements by bare prepared SQL
func callback(ctx context.Context, r *run, b *base) (err error) {
	c := clock.NewTurnable(moment(lookDay))
	g, err := b.fresh(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, g.close()) }()
	if err := g.fill(ctx, crowd{projects: callers, people: callers, groups: 150, units: 100}); err != nil {
		return err
	}
	f, err := newFloor(ctx, g)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.close()) }()
	p, err := newProduct(g, c)
	if err != nil {
		return err
	}
	concs := []int{1, 16, 64}
	if r.short {
		concs = []int{16}
	}
	for _, conc := range concs {
		if err := r.callbackAt(ctx, b.name, conc, f, p); err != nil {
			return fmt.Errorf("%d at a time: %w", conc, err)
		}
	}
	return nil
}

func (r *run) callbackAt(ctx context.Context, on string, conc int, f *floor, p *product) error {
	s, err := r.alternate(ctx, fmt.Sprintf("callback-%d-%s", conc, on),
		side{name: "insert", once: func(ctx context.Context) (float64, error) { return f.insert(ctx, conc) }},
		side{"accepted", true, func(ctx context.Context) (float64, error) { return p.accept(ctx, conc) }},
		side{name: "bare", once: func(ctx context.Context) (float64, error) { return f.act(ctx, conc) }},
		side{"act", true, func(ctx context.Context) (float64, error) { return p.act(ctx, conc) }})
	if err != nil {
		return err
	}
	s.say(fmt.Sprintf("callback-%d-%s", conc, on), 0, 1, "/s")
	s.say(fmt.Sprintf("act-%d-%s", conc, on), 0, 3, "/s")
	s.say(fmt.Sprintf("act-bare-%d-%s", conc, on), 2, 3, "/s")
	return nil
}

// messages makes requests, each caller in turn reporting for the project that is theirs.
func messages(s *seal, from, n int) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		who := (from+i)%callers + 1
		project := (who+callers-2)%callers + 1 // as fill gives them: project i is owned by 1 + i % callers
		out[i] = s.request(fmt.Sprint(7_000_000_000+from+i), fmt.Sprint("u", who),
			fmt.Sprintf("报 P%d 35%% 主体结构施工至%d层,二次结构同步进场,累计完成产值约三成,下步抓紧机电安装单位招标", 100_000+project, i%40+1))
	}
	return out
}

// workers is how many handfuls of messages the product works on at a time, as it ships.
const workers = 4

// product is our side: the platform's callback, the inbox, and the worker behind it.
type product struct {
	g     *ground
	seal  *seal
	door  http.Handler
	desk  *desk.Desk
	wrote chan struct{}
	woken func() // when not nil, called instead of wrote
	made  int    // messages so far; their ids never repeat

	command *command.Command
}

func newProduct(g *ground, c clock.Clock) (*product, error) {
	w, err := words.New()
	if err != nil {
		return nil, err
	}
	cal, err := calendar()
	if err != nil {
		return nil, err
	}
	s, err := newSeal()
	if err != nil {
		return nil, err
	}
	p := &product{g: g, seal: s, wrote: make(chan struct{}, most)}
	p.desk = desk.New(desk.Options{
		Store: g.Store, District: district, Clock: c, Calendar: cal, Rules: ledger.DefaultRules(), ProblemDays: 10, Mode: period.HalfMonth{},
		Words: w, Wrote: p.written,
	})
	we, err := wecom.New(wecom.Options{
		CorpID: corpID, AgentID: "1000002", Secret: "bench", Token: token, AESKey: aesKey, Clock: c, Log: slog.New(slog.DiscardHandler),
		Inbox: p.desk.Receive,
	})
	if err != nil {
		return nil, err
	}
	p.door = we.Callback()
	p.command, err = command.New(command.Options{
		Desk: p.desk, Words: w, Workers: workers,
		View: view.New(view.Options{Store: g.Store, District: district, Clock: c, Calendar: cal, Rules: ledger.DefaultRules(), Mode: period.HalfMonth{}}),
	})
	return p, err
}

func (p *product) written() {
	if p.woken != nil {
		p.woken()
		return
	}
	p.wrote <- struct{}{}
}

func (p *product) next() [][]byte {
	p.made += most
	return messages(p.seal, p.made-most, most)
}

// accept measures up to the acknowledgement, and then empties the inbox.
func (p *product) accept(ctx context.Context, conc int) (float64, error) {
	rate, err := flood(ctx, p.door, p.next(), conc, nil)
	if err != nil {
		return 0, err
	}
	return rate, p.g.exec(ctx, "DELETE FROM inbox")
}

// act measures up to the committed act: a connection sends its next message when one was answered.
func (p *product) act(ctx context.Context, conc int) (float64, error) {
	before, err := p.g.count(ctx, "updates")
	if err != nil {
		return 0, err
	}
	requests := p.next()
	working, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- p.command.Run(working) }()
	answered := 0
	var mu sync.Mutex
	rate, err := flood(ctx, p.door, requests, conc, func(ctx context.Context) error {
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait for an answer: %w", ctx.Err())
		case <-p.wrote:
			mu.Lock()
			answered++
			mu.Unlock()
			return nil
		}
	})
	stop()
	if ran := <-ended; err == nil && !errors.Is(ran, context.Canceled) {
		err = ran
	}
	if err != nil {
		return 0, err
	}
	after, err := p.g.count(ctx, "updates")
	if err == nil && after-before < answered {
		err = fmt.Errorf("%d messages were answered, but only %d updates written", answered, after-before)
	}
	return rate, err
}

func (g *ground) count(ctx context.Context, table string) (n int, err error) {
	err = g.sql.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+table).Scan(&n)
	return n, err
}

// floor is the least that could be done: bare handlers on tables of their own.
type floor struct {
	g     *ground
	seal  *seal
	made  int
	stmts map[string]*sql.Stmt
}

var floorStatements = map[string]string{
	"insert":  "INSERT INTO bench_messages (message_id, sender, text) VALUES (?, ?, ?)",
	"seen":    "INSERT INTO bench_seen (message_id) VALUES (?)",
	"read":    "SELECT progress, version FROM bench_projects WHERE id = ?",
	"update":  "INSERT INTO bench_updates (project_id, progress, text) VALUES (?, ?, ?)",
	"project": "UPDATE bench_projects SET progress = ?, version = version + 1, text = ? WHERE id = ?",
	"out":     "INSERT INTO bench_out (cause, recipient, payload) VALUES (?, ?, ?)",
}

func newFloor(ctx context.Context, g *ground) (*floor, error) {
	id := "id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY"
	if g.Embedded() {
		id = "id INTEGER PRIMARY KEY AUTOINCREMENT"
	}
	err := g.exec(ctx,
		"CREATE TABLE bench_messages ("+id+", message_id VARCHAR(64) NOT NULL, sender VARCHAR(64) NOT NULL, text TEXT NOT NULL)",
		"CREATE TABLE bench_seen (message_id VARCHAR(64) NOT NULL PRIMARY KEY)",
		"CREATE TABLE bench_projects (id BIGINT NOT NULL PRIMARY KEY, progress INT NOT NULL, version INT NOT NULL, text TEXT NOT NULL)",
		"CREATE TABLE bench_updates ("+id+", project_id BIGINT NOT NULL, progress INT NOT NULL, text TEXT NOT NULL)",
		"CREATE TABLE bench_out ("+id+", cause VARCHAR(64) NOT NULL, recipient VARCHAR(64) NOT NULL, payload TEXT NOT NULL)",
		fmt.Sprintf("INSERT INTO bench_projects SELECT i, 0, 0, '' FROM bench_n WHERE i <= %d", callers))
	if err != nil {
		return nil, err
	}
	f := &floor{g: g, stmts: map[string]*sql.Stmt{}}
	if f.seal, err = newSeal(); err != nil {
		return nil, err
	}
	for name, text := range floorStatements {
		if f.stmts[name], err = g.sql.PrepareContext(ctx, text); err != nil {
			return nil, fmt.Errorf("prepare %s: %w", name, err)
		}
	}
	return f, nil
}

func (f *floor) close() (err error) {
	for _, s := range f.stmts {
		err = errors.Join(err, s.Close())
	}
	return err
}

func (f *floor) next() [][]byte {
	f.made += most
	return messages(f.seal, f.made-most, most)
}

// insert is one durable row a message.
func (f *floor) insert(ctx context.Context, conc int) (float64, error) {
	return flood(ctx, f.seal.bare(func(r *http.Request, m heard) error {
		_, err := f.stmts["insert"].ExecContext(r.Context(), m.ID, m.From, m.Content)
		return err
	}), f.next(), conc, nil)
}

// act is what a report must write at the least, in one transaction: that the message was seen, the
// update, the project's new state, the answer to be sent.
func (f *floor) act(ctx context.Context, conc int) (float64, error) {
	var n atomic.Int64
	return flood(ctx, f.seal.bare(func(r *http.Request, m heard) error {
		project := n.Add(1)%callers + 1
		tx, err := f.g.sql.BeginTx(r.Context(), nil)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback() }()
		do := func(name string, args ...any) error {
			_, err := tx.StmtContext(r.Context(), f.stmts[name]).ExecContext(r.Context(), args...)
			return err
		}
		if err := do("seen", m.ID); err != nil {
			return err
		}
		var progress, version int
		if err := tx.StmtContext(r.Context(), f.stmts["read"]).QueryRowContext(r.Context(), project).Scan(&progress, &version); err != nil {
			return err
		}
		if err := do("update", project, 3500, m.Content); err != nil {
			return err
		}
		if err := do("project", 3500, m.Content, project); err != nil {
			return err
		}
		if err := do("out", m.ID, m.From, m.Content); err != nil {
			return err
		}
		return tx.Commit()
	}), f.next(), conc, nil)
}
