// Package desk is the hand through which people change the ledger (floor 3): it takes in what was
// said on a platform, hands it to a door in order, and writes what the person's act changes together
// with the answer, all or nothing. Every act checks the person's right on fresh rows, asks the law
// (ledger) and writes with the one pen (store.Tx.Apply). It also words the notices its acts cause.
//
// It must not parse what people say, send anything, or act because time has passed.
//
//	platform ─▶ Receive ─▶ inbox ─▶ Next ─▶ door reads the words ─▶ Answer ─▶ Acts … ─▶ ledger
//	                                                                   └─▶ delivery, row done
//	form ─────────────────────────────────────────────────────────▶ Act ─▶ Acts … ─▶ ledger
package desk

import (
	"context"
	"log/slog"
	"sync"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/words"
	"duban/internal/workday"
)

// Options are what a desk needs; all are required unless said otherwise.
type Options struct {
	Store       *store.Store
	District    ledger.DistrictID
	Clock       clock.Clock
	Calendar    *workday.Calendar
	Rules       ledger.Rules
	Recurring   []ledger.Recurring // those in force
	Templates   []ledger.Template
	StageNext   map[ledger.Stage]ledger.StageNext
	ProblemDays int             // working days until a problem that was raised is due
	Elements    ledger.Elements // what problems are about
	Meetings    []ledger.MeetingKind
	Mode        period.Mode
	Words       *words.Words
	Log         *slog.Logger // nil: nothing is logged
	PublicURL   string       // of the pages; "" without any
	Wrote       func()       // nil or called after every commit that may have made deliveries
}

// Desk is where people act.
type Desk struct {
	Options
	wake chan struct{}

	claiming sync.Mutex
	held     []store.Inbound // claimed, and not yet given to anybody
}

// New makes a desk.
func New(o Options) *Desk {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Wrote == nil {
		o.Wrote = func() {}
	}
	return &Desk{Options: o, wake: make(chan struct{}, 1)}
}

// Wake gives a signal whenever there may be something for Next. A process must also ask from time to
// time: another one may have died over a message.
func (d *Desk) Wake() <-chan struct{} { return d.wake }

func (d *Desk) rouse() {
	select {
	case d.wake <- struct{}{}:
	default: // somebody will look anyway
	}
}

// Act runs acts for the form: one transaction, no chat answer. Who lost a race is tried once more on
// fresh rows; the error then says what the law thinks of the act now.
func (d *Desk) Act(ctx context.Context, do func(*Acts) error) error {
	err := d.twice(func() error {
		return d.Store.Write(ctx, d.District, func(tx *store.Tx) error { return do(d.acts(ctx, tx)) })
	})
	if err == nil {
		d.Wrote()
	}
	return err
}

// twice runs do again when somebody else changed the same rows meanwhile.
func (d *Desk) twice(do func() error) error {
	err := do()
	if fault.CodeOf(err) == fault.Conflict {
		err = do()
	}
	return err
}
