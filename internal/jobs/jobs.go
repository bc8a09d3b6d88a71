// Package jobs makes time act (floor 4, a door): it knows at which moments the hands have work, runs
// each once per (name, moment) however many processes run, and catches up what was missed. The moments
// come from the calendar and the periods alone; gocron only wakes it. It must not import the store, and
// knows nothing of what the hands do.
//
//	missing ─▶ running ─▶ done
//	              ├─▶ failed ─▶ running …     at the next tick, three tries in all
//	              └─▶ (lease over) ─▶ running   taken over from a process that died
//	missing ─▶ skipped                          missed, and a later run does its work: the note says which
package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/period"
	"duban/internal/workday"
)

// lease is how long a process that does not renew counts as alive.
const lease = 5 * time.Minute

// Book remembers the runs, durably and for all processes.
type Book interface {
	Read(ctx context.Context, name string, after clock.Instant) (since clock.Instant, known map[clock.Instant]bool, err error)
	Claim(ctx context.Context, name string, moment clock.Instant, lease time.Duration, again bool) (token string, err error)
	Renew(ctx context.Context, name string, moment clock.Instant, token string, lease time.Duration) (bool, error)
	Finish(ctx context.Context, name string, moment clock.Instant, token, state, note string) error
}

// Work is what the hands do at their moments.
type Work struct {
	Look, Foresee, Styles, CallIn, CutOff, Publish func(ctx context.Context, moment time.Time) error
	// Recur makes owed what recurs; nil where nothing does.
	Recur func(ctx context.Context, moment time.Time) error
	// Meetings prepares what is near; nil where nobody does.
	Meetings func(ctx context.Context, moment time.Time) error
	// Commend suggests whom a period's results speak for and against.
	Commend func(ctx context.Context, moment time.Time) error
	// Head sends out what proves the month's ledger.
	Head func(ctx context.Context, moment time.Time) error
	// Read asks the platforms what was read; nil where none of them tells, and then it has no moments.
	Read func(ctx context.Context, moment time.Time) error
}

// Options are what Jobs needs; all are required but Log.
type Options struct {
	Clock    clock.Clock
	Calendar *workday.Calendar
	Mode     period.Mode
	Book     Book
	Work     Work
	Log      *slog.Logger
}

// Jobs runs the jobs of one district.
type Jobs struct {
	Options
	mu    sync.Mutex               // one tick at a time
	after map[string]clock.Instant // by job: everything up to here is settled
}

// New makes the jobs; nothing runs before Tick or Run.
func New(o Options) *Jobs {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Jobs{Options: o, after: map[string]clock.Instant{}}
}

// run is one moment that is to be worked off now.
type run struct {
	job    job
	moment time.Time
	busy   bool   // another process is at it
	skip   string // why it is not run any more
}

// Tick works off everything due now, in order of moment, and returns when done. A moment that fails,
// or that another process is at, makes all later ones wait for the next tick: no circular goes out
// before its cut-off.
func (j *Jobs) Tick(ctx context.Context) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	due, err := j.due(ctx, j.Clock.Now())
	if err != nil {
		return err
	}
	for _, r := range due {
		if r.busy {
			return nil
		}
		mine, err := j.do(ctx, r, false)
		if err != nil || !mine {
			return err
		}
	}
	return nil
}

// due lists what is not settled, by moment; of one moment, in the order of the table.
func (j *Jobs) due(ctx context.Context, now time.Time) ([]run, error) {
	var out []run
	for _, jb := range j.rows() {
		since, known, err := j.Book.Read(ctx, jb.name, j.after[jb.name])
		if err != nil {
			return nil, fmt.Errorf("read the runs of %s: %w", jb.name, err)
		}
		// A moment that falls into the very millisecond of the first start is not past.
		from := max(since-1, j.after[jb.name])
		settled := true
		for _, m := range jb.moments(j.plan(), from.Time(), now) {
			done, seen := known[clock.At(m)]
			if seen && done {
				if settled {
					j.after[jb.name] = clock.At(m)
				}
				continue
			}
			settled = false
			out = append(out, run{jb, m, seen, jb.overtaken(j.plan(), m, since.Time(), now)})
		}
	}
	slices.SortStableFunc(out, func(a, b run) int { return a.moment.Compare(b.moment) })
	return out, nil
}

// do claims a moment and runs or skips it; false says that another process has it.
func (j *Jobs) do(ctx context.Context, r run, again bool) (bool, error) {
	at := clock.At(r.moment)
	token, err := j.Book.Claim(ctx, r.job.name, at, lease, again)
	if err != nil || token == "" {
		return false, err
	}
	state, note := "done", ""
	if r.skip != "" {
		state, note = "skipped", r.skip
	} else if err = j.guarded(ctx, r, token); err != nil {
		state, note = "failed", cause(err)
		err = fmt.Errorf("run %s of %s: %w", r.job.name, at, err)
	}
	// The outcome is written even when the process is being stopped, so that nobody waits for the lease.
	if ferr := j.Book.Finish(context.WithoutCancel(ctx), r.job.name, at, token, state, note); ferr != nil {
		return true, errors.Join(err, ferr)
	}
	return true, err
}

// guarded runs the work while keeping its lease; a panic becomes an error.
func (j *Jobs) guarded(ctx context.Context, r run, token string) (err error) {
	ctx, stop := context.WithCancel(ctx)
	var keeper sync.WaitGroup
	keeper.Go(func() { j.keep(ctx, stop, r, token) })
	defer keeper.Wait()
	defer stop()
	defer func() {
		if p := recover(); p != nil {
			j.Log.Error("a job panicked", "job", r.job.name, "moment", clock.At(r.moment), "panic", p, "stack", string(debug.Stack()))
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return r.job.work(j.Work)(ctx, r.moment)
}

// keep renews the lease until ctx ends; when the run was taken over it stops the work.
func (j *Jobs) keep(ctx context.Context, stop func(), r run, token string) {
	beat := time.NewTicker(lease / 3)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-beat.C:
		}
		kept, err := j.Book.Renew(ctx, r.job.name, clock.At(r.moment), token, lease)
		if err == nil && !kept {
			stop()
			return
		}
	}
}

// RunAt runs a job by hand for a moment at which it should run: once per name and moment, like the
// schedule. A moment the schedule gave up is run again.
func (j *Jobs) RunAt(ctx context.Context, name string, moment time.Time) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	moment = moment.In(clock.Shanghai)
	for _, jb := range j.rows() {
		if jb.name != name {
			continue
		}
		at := jb.moments(j.plan(), moment.Add(-time.Millisecond), moment)
		if len(at) == 0 {
			return fault.Newf(fault.Invalid, "%s不在%s执行。近期时点请查看：duban job list", jb.title, chinese(moment))
		}
		mine, err := j.do(ctx, run{job: jb, moment: at[0]}, true)
		if err == nil && !mine {
			return fault.Newf(fault.Conflict, "%s的%s已经执行过，或正在执行。", chinese(moment), jb.title)
		}
		return err
	}
	return fault.Newf(fault.Invalid, "没有名为%q的任务。可用：%s", name, strings.Join(j.names(), "、"))
}

func cause(err error) string {
	var f *fault.Error
	if errors.As(err, &f) && f.Cause != nil {
		return f.Sentence + f.Cause.Error()
	}
	return err.Error()
}
