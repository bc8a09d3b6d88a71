package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Outcome is what an act or the passing of time changes. It is a value; only store.Tx.Apply writes
// it, all of it or nothing.
type Outcome struct {
	New         []Commitment // to be inserted; Code is given by the pen
	Saved       []Commitment // changed rows; each must still have its Version
	Looked      []Commitment // the same, but changed in nothing but Rung, RectifyBy, Level, LevelBy and NextLook: a sweep has many
	Projects    []Project    // changed rows; each must still have its Version
	Updates     []Update     // to be inserted; Receipt is given by the pen when empty
	Withdrawn   []Update     // rows whose WithdrawnAt is set now
	Steps       []Step       // to be inserted; Notice is given by the pen
	Strikes     []Strike     // to be inserted
	Lifted      []Strike     // strikes that no longer count
	Orders      []OrderDraft
	Ruled       []Order      // orders that lean on another offence now, or on none
	Extensions  []Extension  // new ones have no id
	Handovers   []Handover   // new ones have no id
	Contests    []Contest    // new ones have no id
	Suspensions []Suspension // new ones have no id
	Forecasts   []Forecast   // to be inserted
	Findings    []Finding    // new ones have no id; Code is given by the pen
	Suggestions []Suggestion // new ones have no id
	Entries     []Entry
	Notices     []Notice

	Recurrences  []RecurrenceDraft // to be inserted, each with its commitment
	Filed        []Recurrence      // answered now: their answer is written
	Schedules    []Schedule        // new ones have no id; others must still have their Version
	StageChanges []StageChange     // to be inserted
	Leaves       []Leave           // new ones have no id
	Posts        []PostMove
	Convened     []MeetingDraft     // new meetings
	Meetings     []Meeting          // changed rows; each must still have its Version
	Agenda       []AgendaItem       // to be inserted
	Minutes      []MinuteDraft      // to be inserted
	Opinions     []Opinion          // changed rows
	Toured       []ObservationDraft // new observations
	TouredOff    []Observation      // cancelled now
	Marks        []ObservationMark  // new ones have no id
	Readings     []ReadingDraft     // to be inserted

	Leads     []LeadDraft  // to be inserted
	Prospects []Prospect   // changed rows
	Visits    []VisitDraft // to be inserted
	Resources []Resource   // new ones have no id; others must still have their Version
	Policies  []Policy     // the same
}

// OrderDraft is an order whose number the pen gives, with the reply owed for it.
type OrderDraft struct {
	Order Order
	Step  Step
	Reply Commitment
}

// Rank orders deliveries when a robot's budget is short: smaller goes first.
type Rank int

// The ranks; design.md, decisions on the ladder, 6. An answer to somebody waiting goes before all.
const (
	RankAnswer Rank = iota
	RankOrder
	RankWarning
	RankCircular
	RankReminder
)

// Recipient is a group or a person; exactly one is set.
type Recipient struct {
	Group  GroupID
	Person PersonID
}

// Key gives "g12" or "p34", unique in the district.
func (r Recipient) Key() string {
	if r.Group != 0 {
		return fmt.Sprintf("g%d", r.Group)
	}
	return fmt.Sprintf("p%d", r.Person)
}

// Notice (通知) says who is to hear of something. Unique on (district, cause, recipient): the same
// cause never reaches anybody twice. The words are found when it is sent, from the rows of then.
type Notice struct {
	Cause string // what is told: "look:2026-03-05", "callin:2026-03a:1", "circular:2026-03a", "done:12:3"
	To    Recipient
	Rank  Rank
	Step  *StepRef      // the step it tells of, when it is one of the ladder
	Due   clock.Instant // the moment it should go out; sent much later, it says so
	Held  bool          // not to be sent before the job that gathers it has ended
}

// StepRef names a step by its key.
type StepRef struct {
	CommitmentID CommitmentID
	DueOn        workday.Day
	Name         StepName
	Before       int
}

// Changed reports whether there is anything to write.
func (o Outcome) Changed() bool {
	return len(o.New)+
		len(o.Saved)+
		len(o.Looked)+
		len(o.Projects)+
		len(o.Updates)+
		len(o.Withdrawn)+
		len(o.Steps)+
		len(o.Strikes)+
		len(o.Lifted)+
		len(o.Orders)+
		len(o.Ruled)+
		len(o.Extensions)+
		len(o.Handovers)+
		len(o.Contests)+
		len(o.Suspensions)+
		len(o.Forecasts)+
		len(o.Leaves)+
		len(o.Posts)+
		len(o.Leads)+
		len(o.Prospects)+
		len(o.Visits)+
		len(o.Resources)+
		len(o.Policies)+
		len(o.Findings)+
		len(o.Suggestions)+len(o.Entries)+
		len(o.Notices)+
		len(o.Convened)+
		len(o.Meetings)+
		len(o.Agenda)+
		len(o.Minutes)+
		len(o.Opinions)+
		len(o.Readings)+
		len(o.Toured)+
		len(o.TouredOff)+
		len(o.Marks)+
		len(o.Recurrences)+
		len(o.Filed)+
		len(o.Schedules)+
		len(o.StageChanges) > 0
}

// Actor is who acts, for whom, and when.
type Actor struct {
	Person PersonID
	For    PersonID // the person spoken for, 0 for oneself
	At     clock.Instant
	Today  workday.Day
}

// principal is whose act it is: the person spoken for, else the one who acts.
func (a Actor) principal() PersonID {
	if a.For != 0 {
		return a.For
	}
	return a.Person
}

// entry starts a line of history in the actor's name.
func (a Actor) entry(d DistrictID, subject, act, note string) Entry {
	return Entry{DistrictID: d, Subject: subject, At: a.At, Act: act, PersonID: a.Person, ForID: a.For, Note: note}
}

// Subject names the commitment in the history.
func (m Commitment) Subject() string { return fmt.Sprintf("commitment:%d", m.ID) }

// Subject names the project in the history.
func (p Project) Subject() string { return fmt.Sprintf("project:%d", p.ID) }
