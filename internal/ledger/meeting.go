package ledger

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// MeetingID is the id of a meeting.
type MeetingID int64

// The sources of what arises from a meeting and from a visit, as officials call them.
const (
	FromMeeting = "会议"
	FromVisit   = "核查"
)

// Rhythm says how often meetings of a kind repeat; "" are called by the office alone.
type Rhythm string

// The rhythms.
const (
	Weekly   Rhythm = "week"   // on a day of the week
	Monthly  Rhythm = "month"  // on a day of the month
	EachTime Rhythm = "period" // on the day a period's circular comes out
)

// MeetingKind is a kind of meetings (会议种类) of the office's rules.
type MeetingKind struct {
	Name   string       `yaml:"name"`   // 周例会
	Every  Rhythm       `yaml:"every"`  // "": called by the office
	On     int          `yaml:"on"`     // week: 1 is Monday; month: the day
	At     string       `yaml:"at"`     // "09:00"
	Level  int          `yaml:"level"`  // problems that climbed to this level or higher are on the agenda; 0: none
	Online bool         `yaml:"online"` // no meeting: members give their opinion in chat by a day
	Groups []GroupClass `yaml:"groups"` // who is sent the agenda; empty: whoever has something on it
}

// Time gives the hour and minute at which the meeting of a rhythm begins.
func (k MeetingKind) Time() (hour, minute int) {
	if _, err := fmt.Sscanf(k.At, "%d:%d", &hour, &minute); err != nil {
		return 9, 0
	}
	return hour, minute
}

// DefaultMeetings are the kinds of the texts. None repeats by itself until the office says when.
func DefaultMeetings() []MeetingKind {
	return []MeetingKind{
		{Name: "及时协调会"}, {Name: "周例会", Level: 1}, {Name: "双周推进会", Level: 2}, {Name: "月度协调会", Level: 2}, {Name: "联席会议", Level: 2},
		{Name: "评审会"}, {Name: "网上评审", Online: true}, {Name: "调度会", Level: 3},
	}
}

// ValidateMeetings says the first kind that cannot be, and what to write instead.
func ValidateMeetings(kinds []MeetingKind) error {
	classes := []GroupClass{GroupDistrict, GroupLeader, GroupTaskForce, GroupUnit, GroupOffice, GroupInspection}
	seen := map[string]bool{}
	for _, k := range kinds {
		hour, minute := k.Time()
		switch {
		case k.Name == "" || len([]rune(k.Name)) > 16 || seen[k.Name]:
			return fmt.Errorf("rules: meetings has the name %q; write a name of its own of at most 16 characters", k.Name)
		case !slices.Contains([]Rhythm{"", Weekly, Monthly, EachTime}, k.Every):
			return fmt.Errorf("rules: meetings %s repeats every %q; write week, month or period, or leave every out", k.Name, k.Every)
		case k.Every == Weekly && (k.On < 1 || k.On > 7):
			return fmt.Errorf("rules: meetings %s is on day %d of the week; write 1 (Monday) to 7", k.Name, k.On)
		case k.Every == Monthly && (k.On < 1 || k.On > 28):
			return fmt.Errorf("rules: meetings %s is on day %d of the month; write 1 to 28", k.Name, k.On)
		case k.Every != "" && (k.Online || hour < 0 || hour > 23 || minute < 0 || minute > 59):
			return fmt.Errorf("rules: meetings %s is at %q; write a time like 09:00, and no rhythm for online reviews", k.Name, k.At)
		case k.Level < 0 || k.Level > 3:
			return fmt.Errorf("rules: meetings %s takes level %d; write 0 to 3", k.Name, k.Level)
		}
		for _, c := range k.Groups {
			if !slices.Contains(classes, c) {
				return fmt.Errorf("rules: meetings %s goes to groups %q; write %v", k.Name, c, classes)
			}
		}
		seen[k.Name] = true
	}
	return nil
}

// MeetingState is where a meeting stands.
type MeetingState string

// The states.
const (
	MeetingCalled    MeetingState = "called"
	MeetingHeld      MeetingState = "held" // it has minutes; a review: its result is out
	MeetingCancelled MeetingState = "cancelled"
)

// Meeting (会议) is a fact: it owes nothing itself, and what is assigned at it does.
type Meeting struct {
	ID         MeetingID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string // "M0003", unique in the district
	Kind       string // the name of its kind
	ProjectID  ProjectID
	Title      string // what it is about, "" for all that its kind is about
	Place      string
	Slot       string // unique in the district: what it is the one meeting of
	StartAt    clock.Instant
	On         workday.Day // of StartAt; of a review the last day for opinions
	Online     bool
	State      MeetingState
	FrozenAt   clock.Instant // since when the agenda stands and is sent, 0 before
	CalledBy   PersonID      // 0: its rhythm
	CreatedAt  clock.Instant
	Version    int
}

// Subject names the meeting in the history.
func (m Meeting) Subject() string { return fmt.Sprintf("meeting:%d", m.ID) }

// Name says what meeting it is: "及时协调会 M0003".
func (m Meeting) Name() string { return m.Kind + " " + m.Code }

// MeetingDraft is a meeting the pen gives its number, with those who are asked for an opinion.
type MeetingDraft struct {
	Meeting Meeting
	Members []PersonID
}

// Opinion (评审意见) is what a member of an online review says, and until then that the member is asked.
type Opinion struct {
	DistrictID DistrictID `gorm:"primaryKey"`
	MeetingID  MeetingID  `gorm:"primaryKey"`
	PersonID   PersonID   `gorm:"primaryKey"`
	Verdict    string     // 同意, 不同意, 弃权; "" not given yet
	Text       string
	At         clock.Instant
}

// Verdicts are what a member of a review may say.
var Verdicts = []string{"同意", "不同意", "弃权"}

// MaySeeMeeting reports whether the viewer may know of a meeting: who may see the whole district, leaders
// that it is held, others where it is about a project of theirs (p, nil for none).
func MaySeeMeeting(v Viewer, p *Project) bool {
	switch {
	case Entitled(v, p):
		return true
	case p != nil:
		return false
	case v.Group != nil:
		return v.Group.Active && v.Group.Class == GroupLeader
	}
	return v.Person != nil && v.Person.Active && v.Person.Has(RoleLeader)
}

// OnProject gives the project of a roster, nil for that of the district.
func OnProject(ro Roster) *Project {
	if ro.Project.ID == 0 {
		return nil
	}
	return &ro.Project
}

// Convene (召开) calls a meeting; by time when by.Person is 0. members are asked for their opinion and are
// needed for a review alone.
func Convene(m Meeting, members []PersonID, by Actor) (Outcome, error) {
	switch {
	case m.StartAt <= by.At:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已经过了，请写明今后的时间。", MeetingTime(m))
	case m.Online && len(members) == 0:
		return Outcome{}, fault.New(fault.Invalid, "请写明请哪些同志评审，例如：召开 网上评审 华兴 4月10日前 请王敏、李强评审 二期方案")
	case len([]rune(m.Title)) > 200 || len([]rune(m.Place)) > 60:
		return Outcome{}, fault.New(fault.Invalid, "议题不超过200字，地点不超过60字，请精简后再发。")
	}
	m.State, m.CalledBy, m.CreatedAt = MeetingCalled, by.Person, by.At
	return Outcome{Convened: []MeetingDraft{{Meeting: m, Members: members}}}, nil
}

// MeetingTime says when a meeting is: "4月2日15:00", of a review its last day.
func MeetingTime(m Meeting) string {
	if m.Online {
		return m.On.Chinese()
	}
	return m.On.Chinese() + m.StartAt.Time().In(clock.Shanghai).Format("15:04")
}

// Convened is the history's first line of a meeting that has its number now, and tells those concerned of it.
func Convened(m Meeting, to []Recipient, by Actor) Outcome {
	e := by.entry(m.DistrictID, m.Subject(), "meeting:called", strings.TrimSpace(MeetingTime(m)+" "+m.Title))
	out := Outcome{Entries: []Entry{e}}
	for _, r := range to {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("meeting:%d:called", m.ID), To: r, Rank: RankWarning, Due: by.At})
	}
	return out
}

// CancelMeeting (取消会议) takes a meeting off before it has minutes: what was assigned at it would stand
// without its ground.
func CancelMeeting(m Meeting, reason string, told []Recipient, by Actor) (Outcome, error) {
	switch {
	case m.State == MeetingCancelled:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经取消，无需重复。", m.Name())
	case m.State == MeetingHeld && m.Online:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经结束并公布结果，不能取消。", m.Name())
	case m.State == MeetingHeld:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已有纪要，不能取消。交办事项不再需要的，请逐项撤销，例如：撤销 L0012 已另行安排", m.Name())
	}
	if err := reasonable(reason, fmt.Sprintf("请写明取消原因，例如：取消会议 %s 另行安排", m.Code)); err != nil {
		return Outcome{}, err
	}
	m.State = MeetingCancelled
	if m.CalledBy != 0 {
		m.Slot = fmt.Sprintf("off:%d", m.ID) // the same may be called anew; of a rhythm it may not
	}
	out := Outcome{Meetings: []Meeting{m}, Entries: []Entry{by.entry(m.DistrictID, m.Subject(), "meeting:cancelled", reason)}}
	for _, r := range told {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("meeting:%d:cancelled", m.ID), To: r, Rank: RankWarning, Due: by.At})
	}
	return out, nil
}

// Opine (评审) takes a member's opinion; until the last day it may be changed, both stay in the history.
func Opine(m Meeting, was Opinion, verdict, text string, by Actor) (Outcome, error) {
	switch {
	case !m.Online:
		return Outcome{}, fault.Newf(fault.Invalid, "%s不是网上评审，请在会上提出意见。", m.Name())
	case was.PersonID != by.Person || was.MeetingID != m.ID:
		return Outcome{}, fault.Newf(fault.Forbidden, "您不是%s的评审成员。如有意见，请向项目办反映。", m.Name())
	case m.State != MeetingCalled || by.Today > m.On:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已于%s截止，意见没有记录。", m.Name(), m.On.Chinese())
	case !slices.Contains(Verdicts, verdict):
		return Outcome{}, fault.Newf(fault.Invalid, "请写明同意、不同意还是弃权，例如：评审 %s 同意 建议压缩工期", m.Code)
	case verdict == "不同意" && strings.TrimSpace(text) == "":
		return Outcome{}, fault.Newf(fault.Invalid, "不同意的请写明理由，例如：评审 %s 不同意 投资估算偏高", m.Code)
	case len([]rune(text)) > MaxText:
		return Outcome{}, fault.Newf(fault.Invalid, "意见超过%d字，请精简后再发。", MaxText)
	}
	now := was
	now.Verdict, now.Text, now.At = verdict, strings.TrimSpace(text), by.At
	e := by.entry(m.DistrictID, m.Subject(), "opinion", strings.TrimSpace(now.Verdict+" "+now.Text))
	if was.Verdict != "" {
		e.Before, e.After = asJSON(was.Verdict, was.Text), asJSON(now.Verdict, now.Text)
	}
	return Outcome{Opinions: []Opinion{now}, Entries: []Entry{e}}, nil
}

// CloseReview ends an online review when its day is over: whoever took part and the office hear the result.
func CloseReview(m Meeting, to []Recipient, at clock.Instant) Outcome {
	m.State = MeetingHeld
	out := Outcome{Meetings: []Meeting{m}, Entries: []Entry{{DistrictID: m.DistrictID, Subject: m.Subject(), At: at, Act: "review:closed"}}}
	for _, r := range to {
		out.Notices = append(out.Notices, Notice{Cause: fmt.Sprintf("meeting:%d:result", m.ID), To: r, Rank: RankCircular, Due: at})
	}
	return out
}

// asJSON keeps an opinion for the history's before and after.
func asJSON(verdict, text string) string {
	b, err := json.Marshal(map[string]string{"verdict": verdict, "text": text})
	if err != nil {
		return ""
	}
	return string(b)
}
