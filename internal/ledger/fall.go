package ledger

import (
	"fmt"
	"maps"
	"slices"

	"duban/internal/workday"
)

// Grounds are what may fall with an offence that is taken back: the orders that stand on it, whatever is owed
// for them, and the offences of those.
type Grounds struct {
	Strikes  []Strike  // of the commitment, and of the replies owed for the orders
	Contests []Contest // of these offences, those not decided
	Orders   []Leaning
}

// Leaning is an order with what it was given for.
type Leaning struct {
	Order   Order
	DueOn   workday.Day // the due day it was about
	Unit    UnitID      // that answered when it was given
	M       Commitment  // it was given for
	Earlier []Strike    // all that may be in scope of the rules for that unit; others are ignored
	Reply   Commitment
	Roster  Roster
	ruled   bool
}

// fall follows an offence that is taken back to all that stood on it.
type fall struct {
	g    Grounds
	r    Rules
	cal  *workday.Calendar
	by   Actor
	why  string // begins the line of history of what fell
	rows map[CommitmentID]*Commitment
	said map[CommitmentID]bool // changed
	gone map[int64]Strike
	out  Outcome
}

func newFall(g Grounds, r Rules, cal *workday.Calendar, by Actor) *fall {
	g.Orders = slices.Clone(g.Orders)
	f := &fall{g: g, r: r, cal: cal, by: by, rows: map[CommitmentID]*Commitment{}, said: map[CommitmentID]bool{}, gone: map[int64]Strike{}}
	for _, o := range g.Orders {
		f.row(o.M)
		f.row(o.Reply)
	}
	return f
}

// row keeps one row of a commitment, however often it is met.
func (f *fall) row(m Commitment) *Commitment {
	if f.rows[m.ID] == nil {
		f.rows[m.ID] = &m
	}
	return f.rows[m.ID]
}

// lift takes one offence back: the ladder is silent of that due day from now on.
func (f *fall) lift(s Strike, reason string) {
	if s.State != StrikeStands || f.gone[s.ID].ID != 0 {
		return
	}
	s.State, s.LiftedBy, s.LiftedFor, s.LiftedAt = StrikeLifted, f.by.Person, reason, f.by.At
	f.gone[s.ID] = s
	f.out.Lifted = append(f.out.Lifted, s)
	for _, c := range f.g.Contests {
		if c.StrikeID == s.ID && c.State == ContestAsked {
			c.State, c.DecidedBy, c.DecidedAt, c.Answer = ContestLifted, f.by.Person, f.by.At, reason
			f.out.Contests = append(f.out.Contests, c)
		}
	}
	if m := f.rows[s.CommitmentID]; m != nil && m.DueOn == s.DueOn {
		m.Excused, m.Rung, m.RectifyBy = m.DueOn, "", 0
		if m.State == Open {
			m.NextLook = f.by.Today // what goes on beside the ladder goes on
		}
		f.said[m.ID] = true
	}
	for i := range f.g.Orders {
		f.weigh(&f.g.Orders[i], s, reason)
	}
}

// weigh asks of an order whether it still stands without the offence. One for the offence itself does not; one
// that the offence made the second stands if another made it so as well.
func (f *fall) weigh(o *Leaning, lifted Strike, reason string) {
	m := f.rows[o.M.ID]
	own := lifted.CommitmentID == m.ID && lifted.DueOn == o.DueOn
	if o.Order.VoidedAt != 0 || !own && o.Order.StrikeID != lifted.ID {
		return
	}
	if !own {
		then := *m
		then.DueOn, then.UnitID = o.DueOn, o.Unit
		left := slices.DeleteFunc(slices.Clone(o.Earlier), func(s Strike) bool { return f.gone[s.ID].ID != 0 })
		if s, ok := earlierOffence(left, then, f.r, f.cal, o.Order.On); ok {
			o.Order.StrikeID, o.ruled = s.ID, true
			return
		}
	}
	f.void(o, reason)
	if !own && !m.State.Closed() && m.DueOn == o.DueOn { // a first offence after all: that is a warning
		m.Rung, m.RectifyBy = StepWarn, f.cal.After(f.by.Today, f.r.RectifyDays)
		if m.State == Open {
			m.NextLook = f.by.Today
		}
		f.said[m.ID] = true
	}
}

// void takes an order away whose ground is gone.
func (f *fall) void(o *Leaning, reason string) {
	m := f.rows[o.M.ID]
	o.Order.VoidedAt, o.ruled = f.by.At, true
	note := clip(f.why + reason)
	f.out.Entries = append(f.out.Entries, f.by.entry(m.DistrictID, m.Subject(), "order:void", clip(o.Order.Title()+" "+note)))
	f.release(o, note, reason)
}

// release lets go of the reply owed for an order that fell, and of the offence of not having answered it.
func (f *fall) release(o *Leaning, note, reason string) {
	for _, to := range Audience(StepOrder, *f.rows[o.M.ID], o.Roster) {
		f.out.Notices = append(f.out.Notices, Notice{
			Cause: fmt.Sprintf("unorder:%d:%d:%d", o.Order.ID, o.Order.CommitmentID, f.by.At), To: to, Rank: RankWarning, Due: f.by.At,
		})
	}
	r := f.rows[o.Reply.ID]
	if r == nil || r.ID == 0 {
		return
	}
	if !r.State.Closed() {
		r.State, r.ClosedAt, r.NextLook = Waived, f.by.At, 0
		f.said[r.ID] = true
		f.out.Entries = append(f.out.Entries, f.by.entry(r.DistrictID, r.Subject(), "waive", note))
	}
	for _, s := range f.g.Strikes {
		if s.CommitmentID == r.ID && s.State == StrikeStands && f.gone[s.ID].ID == 0 {
			f.out.Entries = append(f.out.Entries, f.by.entry(r.DistrictID, r.Subject(), "strike:lifted", note))
			f.lift(s, reason)
		}
	}
}

// outcome gives all that fell; rows come in order of id.
func (f *fall) outcome() Outcome {
	for _, id := range slices.Sorted(maps.Keys(f.said)) {
		f.out.Saved = append(f.out.Saved, *f.rows[id])
	}
	for _, o := range f.g.Orders {
		if o.ruled {
			f.out.Ruled = append(f.out.Ruled, o.Order)
		}
	}
	return f.out
}
