// Package view is the hand through which people read the ledger (floor 3): lists, cards and forms for
// one viewer, every project in them asked of ledger.Entitled, in a number of queries that does not
// grow with the district. It gives structs with what templates need.
//
// It must not change anything, word anything, or decide who may see what.
package view

import (
	"context"
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/workday"
)

// Options are what a view needs; all are required.
type Options struct {
	Store     *store.Store
	District  ledger.DistrictID
	Clock     clock.Clock
	Calendar  *workday.Calendar
	Rules     ledger.Rules
	Recurring []ledger.Recurring      // those in force
	Pushes    map[ledger.Stage]string // what each stage is for: 签约 is for 抓开工
	Mode      period.Mode
	Meetings  []ledger.MeetingKind
}

// View is where people read.
type View struct{ Options }

// New makes a view.
func New(o Options) *View { return &View{o} }

// Today is the day of every answer.
func (v *View) Today() workday.Day { return workday.DayOf(v.Clock.Now()) }

// Period is the one a report made now counts for.
func (v *View) Period() period.Period { return period.Collecting(v.Mode, v.Calendar, v.Clock.Now()) }

// errNoProject is told alike of a project that is not there and of one the viewer may not know of.
var errNoProject = fault.New(fault.NotFound, "没有这个项目，请核对名称或编号后再发。")

// Person gathers what Entitled asks about a person.
func (v *View) Person(ctx context.Context, p ledger.Person) (ledger.Viewer, error) {
	return v.Store.ViewerOfPerson(ctx, p)
}

// Group gathers what Entitled asks about a group.
func (v *View) Group(ctx context.Context, g ledger.Group) (ledger.Viewer, error) {
	return v.Store.ViewerOfGroup(ctx, g)
}

// Projects gives what the viewer may see, in order of code.
func (v *View) Projects(ctx context.Context, who ledger.Viewer) ([]ledger.Project, error) {
	all, err := v.Store.Projects(ctx, v.District)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(all, func(p ledger.Project) bool { return !ledger.Entitled(who, &p) }), nil
}

// Current gives a project as it is now, if the viewer may see it: one query.
func (v *View) Current(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (ledger.Project, error) {
	return v.project(ctx, who, id)
}

// project reads one the viewer may see.
func (v *View) project(ctx context.Context, who ledger.Viewer, id ledger.ProjectID) (ledger.Project, error) {
	p, err := v.Store.Project(ctx, v.District, id)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		return p, errNoProject
	case err != nil:
		return p, err
	case !ledger.Entitled(who, &p):
		return ledger.Project{}, errNoProject
	}
	return p, nil
}

// Names is what projects are called, with who stands around them as the register had it; what was
// reported since is not in it. Stamp tells whether it is still what the register says.
type Names struct {
	Stamp    int64
	Projects []ledger.Project
	Aliases  []ledger.Alias
	Units    []ledger.Unit
}

// Stamp changes whenever Names would.
func (v *View) Stamp(ctx context.Context) (int64, error) {
	return v.Store.RegisterStamp(ctx, v.District)
}

// Names gives what all projects of the district are called. It is for an index, which must ask
// Entitled before it tells anybody.
func (v *View) Names(ctx context.Context) (n Names, err error) {
	if n.Stamp, err = v.Stamp(ctx); err != nil { // first: what changes while we read is read again
		return n, err
	}
	if n.Projects, err = v.Store.Projects(ctx, v.District); err != nil {
		return n, err
	}
	if n.Units, err = v.Store.Units(ctx, v.District); err != nil {
		return n, err
	}
	n.Aliases, err = v.Store.Aliases(ctx, v.District)
	return n, err
}
