package app

import (
	"context"
	"duban/internal/chat"
	"duban/internal/circular"
	"duban/internal/command"
	"duban/internal/desk"
	"duban/internal/jobs"
	"duban/internal/outbox"
	"duban/internal/view"
	"duban/internal/watch"
	"duban/internal/words"
	"time"
)

// wire makes the parts and hands each what it needs.
func (a *App) wire(context.Context) error {
	w, err := words.New()
	if err != nil {
		return err
	}
	d := a.District.ID
	a.sealer = a.Store.Sealer(d)
	a.Desk = desk.New(desk.Options{
		Store: a.Store, District: d, Clock: a.Clock, Calendar: a.calendar, Rules: a.rules.Ladder, ProblemDays: a.rules.ProblemDays,
		Meetings:  a.rules.Meetings,
		Templates: a.rules.Templates, StageNext: a.rules.StageNext,
		Recurring: a.recurring, Elements: a.rules.elements, Mode: a.mode, Words: w, Log: a.Log, PublicURL: a.Config.HTTP.PublicURL, Wrote: a.wake,
	})
	if a.platforms, err = a.connect(a.receive); err != nil {
		return err
	}
	a.view = view.New(view.Options{Store: a.Store, District: d, Clock: a.Clock, Calendar: a.calendar, Rules: a.rules.Ladder, Recurring: a.recurring, Pushes: a.rules.Stages, Mode: a.mode, Meetings: a.rules.Meetings})
	a.command, err = command.New(command.Options{Desk: a.Desk, View: a.view, Words: w, Fetch: a.platforms.fetchers, Log: a.Log})
	if err != nil {
		return err
	}
	a.watch = watch.New(watch.Options{
		Store: a.Store, District: d, Clock: a.Clock, Calendar: a.calendar, Mode: a.mode, Rules: a.rules.Ladder, Recurring: a.recurring, Words: w,
		MeetingKinds: a.rules.Meetings,
		StyleRules:   a.rules.Styles, PublicURL: a.Config.HTTP.PublicURL,
	})
	time := a.watch
	paper := circular.New(circular.Options{
		Store: a.Store, District: d, Calendar: a.calendar, Mode: a.mode, Weights: a.rules.Ranking, Commended: a.rules.Commend, Words: w,
	})
	composers := map[string]outbox.Composer{}
	for _, cause := range watch.Causes {
		composers[cause] = time
	}
	for _, cause := range circular.Causes {
		composers[cause] = paper
	}
	for _, cause := range desk.Causes {
		composers[cause] = a.Desk
	}
	a.outbox = outbox.New(outbox.Options{
		Store: a.Store, District: d, Clock: a.Clock, Calendar: a.calendar, Senders: a.platforms.senders, Composers: composers,
		From: 8, To: 20, Log: a.Log,
	})
	a.jobs = jobs.New(jobs.Options{
		Clock: a.Clock, Calendar: a.calendar, Mode: a.mode, Book: a.Store.JobBook(d), Log: a.Log,
		Work: jobs.Work{
			Look:     a.then(time.Look),
			Foresee:  a.then(time.Foresee),
			Styles:   a.then(time.Styles),
			CallIn:   a.then(time.CallIn),
			CutOff:   time.CutOff,
			Publish:  a.then(paper.Publish),
			Commend:  a.then(paper.Commend),
			Read:     a.outbox.Reader(),
			Recur:    time.Recurs(),
			Meetings: a.then(time.Meetings),
			Head:     a.then(time.Head),
		},
	})
	return nil
}

// receive takes a message in and counts it, so that whoever turns the clock by hand can wait for it.
func (a *App) receive(ctx context.Context, in chat.Incoming) error {
	defer a.received.Add(1)
	return a.Desk.Receive(ctx, in)
}

// Received says how many messages the platforms have handed over, repeats included.
func (a *App) Received() int64 { return a.received.Load() }

// then wakes the outbox after a job that may have made deliveries.
func (a *App) then(do func(context.Context, time.Time) error) func(context.Context, time.Time) error {
	return func(ctx context.Context, moment time.Time) error {
		defer a.wake()
		return do(ctx, moment)
	}
}

func (a *App) wake() {
	if a.outbox != nil {
		a.outbox.Wake()
	}
}
