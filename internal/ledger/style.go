package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Style is one of the four bad styles of work (应付、拖拉、推诿、毛躁; 崇川 text of 2021-12-08).
type Style string

// The styles.
const (
	Perfunctory Style = "perfunctory" // 应付: reports copied from earlier ones, or from one project to another
	Dilatory    Style = "dilatory"    // 拖拉: late again and again, extended again and again
	Shirking    Style = "shirking"    // 推诿: a matter passed on that had been passed on before
	Rash        Style = "rash"        // 毛躁: figures corrected again and again, or not what an inspector found
)

// Styles lists them as the text does, with the word and what is counted.
var Styles = []struct {
	Style Style
	Word  string
	What  string
}{
	{Perfunctory, "应付", "进展文字照抄"},
	{Dilatory, "拖拉", "多次逾期、多次延期"},
	{Shirking, "推诿", "事项一再转交"},
	{Rash, "毛躁", "多次更正撤回、与核查不符"},
}

// Word is what officials call the style.
func (s Style) Word() string {
	for _, of := range Styles {
		if of.Style == s {
			return of.Word
		}
	}
	return ""
}

// StyleRules say from when on something speaks of a style.
type StyleRules struct {
	Alike    Percent `yaml:"alike"`    // two texts as alike as this are copies; 9000 is 90 %
	Runes    int     `yaml:"runes"`    // shorter texts are never copies: there are few ways to say little
	Days     int     `yaml:"days"`     // calendar days back in which a person's texts are compared
	Late     int     `yaml:"late"`     // every so many-th offence of a person in a year
	Extended int     `yaml:"extended"` // a matter extended as often as this
	Passed   int     `yaml:"passed"`   // a matter passed on as often as this
	Taken    int     `yaml:"taken"`    // every so many-th report of a person corrected or withdrawn in a year
}

// DefaultStyleRules are those of the built-in rules.
func DefaultStyleRules() StyleRules {
	return StyleRules{Alike: 9000, Runes: 12, Days: 180, Late: 3, Extended: 2, Passed: 2, Taken: 3}
}

// Validate says the first key that cannot be, and what to write instead.
func (r StyleRules) Validate() error {
	if r.Alike < 7000 || r.Alike > Full {
		return fmt.Errorf("styles: alike is %d; write hundredths of a percent from 7000 to 10000", r.Alike)
	}
	for _, n := range []struct {
		key      string
		n, least int
		most     int
	}{
		{"runes", r.Runes, 4, 200}, {"days", r.Days, 30, 730}, {"late", r.Late, 2, 50},
		{"extended", r.Extended, 2, 50}, {"passed", r.Passed, 2, 50}, {"taken", r.Taken, 2, 50},
	} {
		if n.n < n.least || n.n > n.most {
			return fmt.Errorf("styles: %s is %d; write a number from %d to %d", n.key, n.n, n.least, n.most)
		}
	}
	return nil
}

// FindingState says whether a finding counts.
type FindingState string

// The states. Only one that is lifted does not count.
const (
	FindingStands   FindingState = "stands"
	FindingDisputed FindingState = "disputed" // 异议
	FindingUpheld   FindingState = "upheld"   // the inspection office keeps it
	FindingLifted   FindingState = "lifted"   // and takes it back
)

// Finding (表现) is one thing that speaks of a bad style, with the example it is. The inspection office, the
// head of the unit and the person see it, and nobody else: it is never ranked, and never circulated.
// Unique on (district, style, ref).
type Finding struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string // "F0003", unique in the district; given by the pen
	Style      Style
	Ref        string // what it rests on: "update:12", "handover:3", "late:34:2026:6"
	UnitID     UnitID
	PersonID   PersonID
	ProjectID  ProjectID   // 0 for none in particular
	On         workday.Day // when it happened
	FoundOn    workday.Day // when it was noticed
	Why        string      // the sentence that explains it by the example
	State      FindingState
	DisputedBy PersonID
	DisputedAt clock.Instant
	Dispute    string
	DecidedBy  PersonID
	DecidedAt  clock.Instant
	Answer     string
}

// Subject names the finding in the history.
func (f Finding) Subject() string { return fmt.Sprintf("finding:%d", f.ID) }

// Dispute (异议) objects to a finding, once.
func Dispute(f Finding, reason string, ro Roster, by Actor) (Outcome, error) {
	switch f.State {
	case FindingDisputed:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已提出异议，督查室正在核实。", f.Code)
	case FindingUpheld:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已提出过异议，督查室核实后维持，不能再次提出。", f.Code)
	case FindingLifted:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已剔除，无需再提异议。", f.Code)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明异议理由，例如：异议 %s 两期工作内容确实相同", f.Code)); err != nil {
		return Outcome{}, err
	}
	f.State, f.DisputedBy, f.DisputedAt, f.Dispute = FindingDisputed, by.Person, by.At, reason
	out := Outcome{Findings: []Finding{f}, Entries: []Entry{by.entry(f.DistrictID, f.Subject(), "finding:disputed", reason)}}
	for _, to := range ro.class(GroupInspection) {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("dispute:%d", f.ID), To: to, Rank: RankWarning, Due: by.At})
	}
	return out, nil
}

// Settle decides on a dispute: upheld keeps the finding, else it is lifted and counts no longer.
func Settle(f Finding, upheld bool, reason string, by Actor) (Outcome, error) {
	switch {
	case f.State != FindingDisputed:
		return Outcome{}, fault.Newf(fault.Conflict, "%s没有待核实的异议。", f.Code)
	case f.DisputedBy == by.Person, f.PersonID == by.Person:
		return Outcome{}, fault.New(fault.Forbidden, "异议须由他人核实，不能自己认定。")
	}
	act, ask := "finding:lifted", "剔除"
	f.State = FindingLifted
	if upheld {
		act, ask, f.State = "finding:upheld", "保留", FindingUpheld
	}
	if err := reasonable(reason, fmt.Sprintf("请写明理由，例如：%s %s 经核实情况属实", ask, f.Code)); err != nil {
		return Outcome{}, err
	}
	f.DecidedBy, f.DecidedAt, f.Answer = by.Person, by.At, reason
	return Outcome{
		Findings: []Finding{f}, Entries: []Entry{by.entry(f.DistrictID, f.Subject(), act, reason)},
		Notices: []Notice{{Cause: fmt.Sprintf("dispute_settled:%d", f.ID), To: Recipient{Person: f.DisputedBy}, Rank: RankWarning, Due: by.At}},
	}, nil
}

// Find puts new findings on the ledger, and tells the heads of their units: who is to answer for something
// has to know of it. heads are those of each unit.
func Find(found []Finding, heads map[UnitID][]PersonID, on workday.Day, at clock.Instant) Outcome {
	out := Outcome{Findings: found}
	told := map[PersonID]bool{}
	for _, f := range found {
		out.Entries = append(out.Entries, Entry{
			DistrictID: f.DistrictID, Subject: fmt.Sprintf("person:%d", f.PersonID), At: at, Act: "finding", Note: f.Style.Word() + "：" + f.Why,
		})
		for _, head := range heads[f.UnitID] {
			if !told[head] {
				told[head] = true
				out.Notices = append(out.Notices, Notice{Cause: "style:" + on.String(), To: Recipient{Person: head}, Rank: RankReminder, Due: at})
			}
		}
	}
	return out
}

// MaySeeFinding reports whether the person may see a finding: the inspection office, the person it is about,
// and the head of the unit.
func MaySeeFinding(v Viewer, f Finding) bool {
	if v.Person == nil || !v.Person.Active || v.Person.DistrictID != f.DistrictID {
		return false
	}
	return v.Person.Has(RoleInspection) || MayDispute(v, f)
}

// MayDispute reports whether the person may object to a finding: whom it is about, and the head of the unit.
func MayDispute(v Viewer, f Finding) bool {
	if v.Person == nil || !v.Person.Active || v.Person.DistrictID != f.DistrictID {
		return false
	}
	return f.PersonID == v.Person.ID || f.UnitID != 0 && v.Units[f.UnitID] && v.Person.Has(RoleUnitHead)
}
