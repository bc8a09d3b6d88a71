package ledger

import (
	"fmt"
	"strings"

	"duban/internal/clock"
	"duban/internal/workday"
)

// State is where a commitment stands in its life; see the package comment.
type State string

// The states.
const (
	Open      State = "open"
	Reported  State = "reported"  // 办结申请: the ladder pauses
	Accepted  State = "accepted"  // 销号
	Waived    State = "waived"    // 容错
	Cancelled State = "cancelled" // 撤销
)

// Closed reports whether nothing more is owed.
func (s State) Closed() bool { return s == Accepted || s == Waived || s == Cancelled }

// StepName is one step of the ladder.
type StepName string

// The steps, lightest first. A reminder carries its working days before the due day: "remind:7".
const (
	StepRemind StepName = "remind"
	StepWarn   StepName = "warn"  // 预警
	StepOrder  StepName = "order" // 督办
	StepList   StepName = "list"  // 提请约谈
)

// The steps beside the ladder; they count nothing. A hand-up carries the level it reached: "handup:2".
const (
	StepHandUp StepName = "handup" // 上报: a problem's level has had its time
	StepChase  StepName = "chase"  // 催办: nobody confirmed to have received a matter
)

// Commitment (事项): somebody owes something by a day. Every date is a whole day, kept to its end.
type Commitment struct {
	ID         CommitmentID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string // "J0012", unique in the district
	Kind       Kind
	Title      string
	ProjectID  ProjectID // 0 when it is on no project
	UnitID     UnitID    // who answers for it
	OwnerID    PersonID  // who is to move
	RaisedBy   PersonID  // who raised the problem or assigned the matter; 0 of other kinds
	FirstDueOn workday.Day
	DueOn      workday.Day
	RectifyBy  workday.Day // set by a warning; the second offence counts from here
	GraceOn    workday.Day // no step up to and including this day: it was sent back, or opened again
	Excused    workday.Day `gorm:"column:excused_on"` // the due day whose offence was taken back on contest: the ladder is silent of it
	Reopened   int         // how often it was opened again after acceptance
	State      State
	Rung       StepName    // heaviest step taken for the present DueOn, "" for none
	Weight     int         // of a milestone in planned progress
	Period     string      // of a filing: the period it is owed for
	OrderID    OrderID     // of a reply: the order it answers
	Source     string      // what it arose from, as officials call it: "批示", "人大建议"; "" of its own kind
	SourceID   int64       // the row of that fact, where it is one of the ledger: a meeting, a visit; else 0
	SourceNo   string      // its number where officials cite one: "12号" of a 人大建议
	Element    string      // of a problem: the element it is about, one of the rules'; "" while nobody said
	Level      int         // of a problem: who has to solve it, see the levels; 0 of other kinds
	LevelBy    workday.Day // of a problem that was handed up: the day its level has until; 0: its due day
	Evidence   string
	Photos     string        // that prove it done: sha256 of each, with blanks between
	ReceivedAt clock.Instant // when the owner confirmed to have received it (收到), 0 if not
	DoneAt     clock.Instant // last reported done
	DoneBy     PersonID      // and by whom: somebody else has to accept it
	ClosedAt   clock.Instant
	CreatedAt  clock.Instant
	NextLook   workday.Day // an alarm clock, never a memory; 0 when nothing can come
	Version    int
}

// Step remembers one step of the ladder. Unique on (commitment, due day, name).
type Step struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	CommitmentID CommitmentID
	DueOn        workday.Day
	Name         StepName
	Before       int // reminders: working days before the due day; a hand-up: the level; an order: 1 after one that fell; else 0
	On           workday.Day
	ProjectID    ProjectID
	Notice       string      // number of a warning, "预警〔2026〕12号"; of an order, its own
	RectifyBy    workday.Day // warn: the new date; order: the day a reply is owed; hand-up: the day the level has until
	Why          string      // the rule applied, for the notice
	OrderID      OrderID
}

// StrikeState says whether a strike still counts.
type StrikeState string

// The states of a strike.
const (
	StrikeStands StrikeState = "stands"
	StrikeLifted StrikeState = "lifted" // waived or contested, with who and why
)

// Strike is one counted offence. Unique on (commitment, due day).
type Strike struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	CommitmentID CommitmentID
	DueOn        workday.Day
	ProjectID    ProjectID
	UnitID       UnitID
	Kind         Kind
	Trigger      string
	On           workday.Day
	RuleVersion  string
	State        StrikeState
	LiftedBy     PersonID
	LiftedFor    string
	LiftedAt     clock.Instant
}

// Order (督办单) is a numbered supervision order. Numbers run without gaps by district and year.
type Order struct {
	ID           OrderID `gorm:"primaryKey"`
	DistrictID   DistrictID
	Year         int
	Number       int
	CommitmentID CommitmentID
	ProjectID    ProjectID
	On           workday.Day
	ReplyBy      workday.Day
	Why          string
	StrikeID     int64         // the earlier offence that made this the second; 0: the rectify date of a warning
	VoidedAt     clock.Instant // when its ground fell away, 0 while it stands
}

// The states of a contest.
const (
	ContestAsked  = "asked"
	ContestUpheld = "upheld" // 维持
	ContestLifted = "lifted" // 撤销
)

// Contest (申诉) is an objection to a strike, and what became of it. Unique on the strike.
type Contest struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	StrikeID     int64
	CommitmentID CommitmentID
	ProjectID    ProjectID
	Reason       string
	AskedBy      PersonID
	AskedAt      clock.Instant
	DecideBy     workday.Day // later it is listed to the inspection office
	State        string
	DecidedBy    PersonID
	DecidedAt    clock.Instant
	Answer       string
}

// Suspension is a request to stop a project's clocks (暂停), or to start them again (恢复), and what became of it.
type Suspension struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	ProjectID  ProjectID
	Resumes    bool // 恢复
	Reason     string
	AskedBy    PersonID
	AskedAt    clock.Instant
	State      string // "asked", "granted", "denied"
	DecidedBy  PersonID
	DecidedAt  clock.Instant
	Answer     string
}

// Extension (延期) is a request to move a due day, and what became of it.
type Extension struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	CommitmentID CommitmentID
	FromOn       workday.Day
	ToOn         workday.Day
	Reason       string
	AskedBy      PersonID
	AskedAt      clock.Instant
	State        string // "asked", "granted", "denied"
	DecidedBy    PersonID
	DecidedAt    clock.Instant
	Answer       string
}

// Handover (转交) is a proposal that a commitment shall be somebody else's, and what became of it. Both
// names stay in it for good.
type Handover struct {
	ID           int64 `gorm:"primaryKey"`
	DistrictID   DistrictID
	CommitmentID CommitmentID
	FromID       PersonID // who had to move it
	FromUnitID   UnitID
	ToID         PersonID
	ToUnitID     UnitID
	Reason       string
	AskedBy      PersonID
	AskedAt      clock.Instant
	State        string // "asked", "granted", "denied"
	DecidedBy    PersonID
	DecidedAt    clock.Instant
	Answer       string
}

// Entry is one line of the append-only history.
type Entry struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Subject    string // "commitment:12", "project:3", "group:4"
	At         clock.Instant
	Act        string
	PersonID   PersonID // 0 when time did it
	ForID      PersonID // on whose behalf, when another's
	Before     string   // the values replaced, JSON
	After      string   // the new values, JSON
	Note       string
}

// Original words the first due day where the present one is another: "（原定3月10日）", else "". Whoever shows
// the day a commitment is due shows this beside it.
func (m Commitment) Original() string {
	switch {
	case m.FirstDueOn == m.DueOn || m.FirstDueOn == 0:
		return ""
	case m.FirstDueOn.Year() != m.DueOn.Year():
		return "（原定" + m.FirstDueOn.ChineseFull() + "）"
	}
	return "（原定" + m.FirstDueOn.Chinese() + "）"
}

// Struck reports whether the step counted an offence: an order does when it came at once (两次即督办), not when
// it followed a warning.
func (s Step) Struck() bool {
	switch s.Name {
	case StepWarn, StepList:
		return true
	case StepOrder:
		return !strings.HasPrefix(s.Why, rectifyPassed)
	}
	return false
}

// Title is the order's number as it is cited: "督办〔2026〕3号".
func (o Order) Title() string { return fmt.Sprintf("督办〔%d〕%d号", o.Year, o.Number) }
