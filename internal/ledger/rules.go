package ledger

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"duban/internal/workday"
)

// Scope says which other commitments count towards a second offence.
type Scope string

// The scopes; design.md, decisions on the ladder, 1.
const (
	SameKindOnProject Scope = "kind"    // same kind on the same project (default)
	AnyOnProject      Scope = "project" // any kind on the same project
	AnyOfUnit         Scope = "unit"    // any commitment of the unit
)

// Rules are the numbers of the ladder. All days are working days.
type Rules struct {
	Version      string   `yaml:"version"`
	Remind       []int    `yaml:"remind"`        // days before the due day, e.g. 7, 3, 1
	RectifyDays  int      `yaml:"rectify_days"`  // from the warning to the rectify-by day
	ReplyDays    int      `yaml:"reply_days"`    // from an order to the day its reply is owed
	FilingDays   int      `yaml:"filing_days"`   // from the cut-off to the day a missed filing is due
	GraceDays    int      `yaml:"grace_days"`    // after a sending back, at least 1
	Scope        Scope    `yaml:"scope"`         // what counts as "the second time"
	BehindBy     Percent  `yaml:"behind_by"`     // behind planned progress by more than this is yellow
	SoonDays     int      `yaml:"soon_days"`     // calendar days before the due day that are yellow
	List         bool     `yaml:"list"`          // overdue replies go to the 提请约谈 list
	SameInRow    int      `yaml:"same_in_row"`   // periods in a row that may pass as 无变化 without a reason
	HandOvers    int      `yaml:"hand_overs"`    // times a commitment may be handed over without the office
	ForecastDays int      `yaml:"forecast_days"` // working days a node must be expected late before the task force is told
	AssignDays   int      `yaml:"assign_days"`   // from a leader's remark without a day to the day it is due
	ReceiptDays  int      `yaml:"receipt_days"`  // from an assigned matter to the chase, unless it is confirmed as received
	LeaderDays   int      `yaml:"leader_days"`   // a problem's with the leader in charge before it is handed up
	DispatchDays int      `yaml:"dispatch_days"` // a problem's with the district dispatch meeting
	Mismatch     Percent  `yaml:"mismatch"`      // a reading on site further from the report than this is to be explained
	LeadHours    int      `yaml:"lead_hours"`    // working hours from a lead to the answer the platform owes
	ElementDays  int      `yaml:"element_days"`  // from the cut-off to the day a missing element (要件) is due
	LookBack     LookBack `yaml:"look_back"`     // how far back an offence makes another the second
	ContestDays  int      `yaml:"contest_days"`  // from the notice of an offence to the last day on which it may be contested
	JudgeDays    int      `yaml:"judge_days"`    // from a contest to the day the inspection office decides by
	SuspendBy    []Role   `yaml:"suspend_by"`    // who decides that a project is suspended, or goes on
}

// DefaultRules are those of product.md.
func DefaultRules() Rules {
	return Rules{
		Version: "2026-1", Remind: []int{7, 3, 1}, RectifyDays: 5, ReplyDays: 5, FilingDays: 2, GraceDays: 1,
		Scope: SameKindOnProject, BehindBy: 500, SoonDays: 7, List: true,
		SameInRow: 2, HandOvers: 2, AssignDays: 5, ForecastDays: 5, ReceiptDays: 2, LeaderDays: 5, DispatchDays: 10, Mismatch: 500, LeadHours: 18, ElementDays: 10,
		LookBack: ThisYear, ContestDays: 5, JudgeDays: 5, SuspendBy: []Role{RoleOffice, RoleLeader},
	}
}

// Validate says the first key that cannot be, and what to write instead.
func (r Rules) Validate() error {
	for _, n := range []struct {
		key  string
		days int
	}{
		{"rectify_days", r.RectifyDays}, {"reply_days", r.ReplyDays}, {"filing_days", r.FilingDays}, {"grace_days", r.GraceDays},
		{"assign_days", r.AssignDays}, {"receipt_days", r.ReceiptDays}, {"leader_days", r.LeaderDays}, {"dispatch_days", r.DispatchDays},
		{"forecast_days", r.ForecastDays}, {"element_days", r.ElementDays}, {"contest_days", r.ContestDays}, {"judge_days", r.JudgeDays},
	} {
		if n.days < 1 || n.days > 60 {
			return fmt.Errorf("rules: %s is %d; write working days from 1 to 60", n.key, n.days)
		}
	}
	for _, n := range []struct {
		key   string
		times int
	}{{"same_in_row", r.SameInRow}, {"hand_overs", r.HandOvers}} {
		if n.times < 0 || n.times > 20 {
			return fmt.Errorf("rules: %s is %d; write a number from 0 to 20", n.key, n.times)
		}
	}
	if r.Mismatch < 0 || r.Mismatch > 5000 {
		return fmt.Errorf("rules: mismatch is %d; write hundredths of a percent from 0 to 5000", r.Mismatch)
	}
	if r.LeadHours < 1 || r.LeadHours > 200 {
		return fmt.Errorf("rules: lead_hours is %d; write working hours from 1 to 200 (a working day has 9)", r.LeadHours)
	}
	for _, d := range r.Remind {
		if d < 1 || d > 60 {
			return fmt.Errorf("rules: remind has %d; write working days from 1 to 60", d)
		}
	}
	if !slices.Contains([]Scope{SameKindOnProject, AnyOnProject, AnyOfUnit}, r.Scope) {
		return fmt.Errorf("rules: scope is %q; write kind, project or unit", r.Scope)
	}
	if err := r.LookBack.validate(); err != nil {
		return err
	}
	for _, by := range r.SuspendBy {
		if !slices.Contains(suspenders, by) {
			return fmt.Errorf("rules: suspend_by has %q; write office, inspection, leader or district_leader", by)
		}
	}
	if len(r.SuspendBy) == 0 {
		return fmt.Errorf("rules: suspend_by is empty; write who decides, e.g. [office, leader]")
	}
	if r.Version == "" {
		return fmt.Errorf("rules: version is empty; every strike keeps the version it was made under")
	}
	if n := utf8.RuneCountInString(r.Version); n > maxVersion {
		return fmt.Errorf("rules: version has %d characters; write at most %d", n, maxVersion)
	}
	return nil
}

// maxVersion is the longest name of a version, in characters; every strike keeps it.
const maxVersion = 32

// Deadline is the last day on which d can still be kept. A due day on a day off runs to the end of
// the next working day, as a statutory term does (民法典 第二百零三条).
func Deadline(d workday.Day, cal *workday.Calendar) workday.Day { return cal.Next(d) }
