package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// ObservationID is the id of an observation.
type ObservationID int64

// Observation (观摩) is a tour of projects, each of which named judges score.
type Observation struct {
	ID         ObservationID `gorm:"primaryKey"`
	DistrictID DistrictID
	Code       string // "G0001", unique in the district
	On         workday.Day
	CalledBy   PersonID
	CreatedAt  clock.Instant
	Cancelled  bool
}

// Subject names the observation in the history.
func (o Observation) Subject() string { return fmt.Sprintf("observation:%d", o.ID) }

// Name says which observation it is: "4月15日观摩（G0001）".
func (o Observation) Name() string { return fmt.Sprintf("%s观摩（%s）", o.On.Chinese(), o.Code) }

// ObservationStop is one project of the tour and when it is reached.
type ObservationStop struct {
	ID            int64 `gorm:"primaryKey"`
	DistrictID    DistrictID
	ObservationID ObservationID
	Ord           int
	ProjectID     ProjectID
	Minute        int // of the day: 540 is 9:00
}

// Clock says when the stop is reached: "09:40".
func (s ObservationStop) Clock() string { return fmt.Sprintf("%02d:%02d", s.Minute/60, s.Minute%60) }

// ObservationJudge is somebody who scores.
type ObservationJudge struct {
	DistrictID    DistrictID    `gorm:"primaryKey"`
	ObservationID ObservationID `gorm:"primaryKey"`
	PersonID      PersonID      `gorm:"primaryKey"`
}

// ObservationMark is what one judge gave one project, in hundredths of a point.
type ObservationMark struct {
	ID            int64 `gorm:"primaryKey"`
	DistrictID    DistrictID
	ObservationID ObservationID
	ProjectID     ProjectID
	PersonID      PersonID
	Score         Score
	Text          string
	At            clock.Instant
}

// Score is points in hundredths: 9250 is 92.5.
type Score int32

// String gives "92.5分".
func (s Score) String() string { return decimal(int64(s), 100) + "分" }

// ObservationDraft is an observation the pen gives its number, with its stops and judges.
type ObservationDraft struct {
	Observation Observation
	Stops       []ObservationStop
	Judges      []PersonID
}

// MaxStops is how many projects a tour has at most.
const MaxStops = 30

// PlanObservation (安排观摩) puts an itinerary down. names are those of the projects.
func PlanObservation(o Observation, stops []ObservationStop, judges []PersonID, names map[ProjectID]string, by Actor) (Outcome, error) {
	example := "例如：安排观摩 4月15日 评委：王敏、李强 9:00 华兴 9:40 贸易港"
	switch {
	case o.On < by.Today:
		return Outcome{}, fault.Newf(fault.Invalid, "%s已经过了，请写明今天以后的日期。", o.On.ChineseFull())
	case len(stops) == 0 || len(stops) > MaxStops:
		return Outcome{}, fault.Newf(fault.Invalid, "请写明1到%d个项目和到达时间，%s", MaxStops, example)
	case len(judges) == 0:
		return Outcome{}, fault.Newf(fault.Invalid, "请写明评委，%s", example)
	}
	seen := map[ProjectID]bool{}
	for i, s := range stops {
		switch {
		case seen[s.ProjectID]:
			return Outcome{}, fault.Newf(fault.Invalid, "%s写了两次，请核对路线后重发。", names[s.ProjectID])
		case i > 0 && s.Minute <= stops[i-1].Minute:
			return Outcome{}, fault.Newf(fault.Invalid, "%s的时间%s不晚于上一站，请按先后顺序写明时间。", names[s.ProjectID], s.Clock())
		}
		seen[s.ProjectID] = true
		stops[i].DistrictID, stops[i].Ord = o.DistrictID, i+1
	}
	o.CalledBy, o.CreatedAt = by.Person, by.At
	return Outcome{Toured: []ObservationDraft{{Observation: o, Stops: stops, Judges: judges}}}, nil
}

// Toured is the history's first line of an observation that has its number now, and tells those concerned.
func Toured(o Observation, n int, to []Recipient, by Actor) Outcome {
	out := Outcome{Entries: []Entry{by.entry(o.DistrictID, o.Subject(), "observation", fmt.Sprintf("%s，%d个项目", o.On, n))}}
	return out.observed(o, "plan", to, by)
}

// CancelObservation (取消观摩) takes a tour off that nobody has scored yet.
func CancelObservation(o Observation, marks int, reason string, to []Recipient, by Actor) (Outcome, error) {
	switch {
	case o.Cancelled:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经取消，无需重复。", o.Name())
	case marks > 0:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已有评委打分，不能取消。", o.Name())
	}
	if err := reasonable(reason, fmt.Sprintf("请写明取消原因，例如：取消观摩 %s 另行安排", o.Code)); err != nil {
		return Outcome{}, err
	}
	o.Cancelled = true
	out := Outcome{TouredOff: []Observation{o}, Entries: []Entry{by.entry(o.DistrictID, o.Subject(), "observation:cancelled", reason)}}
	return out.observed(o, "off", to, by), nil
}

// observed adds who hears of it.
func (o Outcome) observed(ob Observation, what string, to []Recipient, by Actor) Outcome {
	for _, r := range to {
		o.Notices = append(o.Notices, Notice{Cause: fmt.Sprintf("observation:%d:%s", ob.ID, what), To: r, Rank: RankWarning, Due: by.At})
	}
	return o
}

// GiveMark (观摩打分) takes a judge's score of a project. was is what the judge gave before, the zero one for
// nothing; it is changed only where again says so. closes is the last day for scores.
func GiveMark(o Observation, p Project, onTour, judge bool, was ObservationMark, score Score, text string, again bool, closes workday.Day, by Actor) (Outcome, error) {
	switch {
	case o.Cancelled:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已经取消。", o.Name())
	case !judge:
		return Outcome{}, fault.Newf(fault.Forbidden, "您不是%s的评委，不能打分。", o.Name())
	case by.Today < o.On:
		return Outcome{}, fault.Newf(fault.Conflict, "%s还没有开始，请在观摩当天打分。", o.Name())
	case by.Today > closes:
		return Outcome{}, fault.Newf(fault.Conflict, "%s打分已于%s截止，分数没有记录。", o.Name(), closes.Chinese())
	case !onTour:
		return Outcome{}, fault.Newf(fault.Invalid, "%s不在%s的路线中，请核对项目名称。", p.Name, o.Name())
	case p.OwnerID == by.Person:
		return Outcome{}, fault.Newf(fault.Forbidden, "%s由您负责，请由其他评委打分。", p.Name)
	case score < 0 || score > 10_000:
		return Outcome{}, fault.Newf(fault.Invalid, "分数应在0到100之间，您打的是%s，请重发，例如：观摩打分 %s 92", score, p.Name)
	case was.ID != 0 && !again:
		return Outcome{}, fault.Newf(fault.Conflict, "您已给%s打过%s，不重复计分。如需更正，请发：观摩改分 %s %s", p.Name, was.Score, p.Name, decimal(int64(score), 100))
	case was.ID == 0 && again:
		return Outcome{}, fault.Newf(fault.Conflict, "您还没有给%s打过分，请发：观摩打分 %s %s", p.Name, p.Name, decimal(int64(score), 100))
	case len([]rune(text)) > MaxText:
		return Outcome{}, fault.Newf(fault.Invalid, "评语超过%d字，请精简后再发。", MaxText)
	}
	now := ObservationMark{
		ID: was.ID, DistrictID: o.DistrictID, ObservationID: o.ID, ProjectID: p.ID, PersonID: by.Person, Score: score, Text: text, At: by.At,
	}
	e := by.entry(o.DistrictID, o.Subject(), "mark", clip(fmt.Sprintf("%s %s %s", p.Name, score, text)))
	if was.ID != 0 {
		e.Before, e.After = fmt.Sprintf(`{"score":%d}`, was.Score), fmt.Sprintf(`{"score":%d}`, score)
	}
	return Outcome{Marks: []ObservationMark{now}, Entries: []Entry{e}}, nil
}

// ObservationResult is what a project came to.
type ObservationResult struct {
	Stop    ObservationStop
	Marks   int
	Average Score
	Place   int // 0: not scored yet; equals share a place
}

// ObservationResults averages the marks of each stop, in the order of the tour.
func ObservationResults(stops []ObservationStop, marks []ObservationMark) []ObservationResult {
	out := make([]ObservationResult, len(stops))
	for i, s := range stops {
		out[i].Stop = s
		sum := 0
		for _, m := range marks {
			if m.ProjectID == s.ProjectID {
				out[i].Marks++
				sum += int(m.Score)
			}
		}
		if n := out[i].Marks; n > 0 {
			out[i].Average = Score((2*sum + n) / (2 * n)) // half up
		}
	}
	for i := range out {
		if out[i].Marks == 0 {
			continue
		}
		out[i].Place = 1
		for _, other := range out {
			if other.Marks > 0 && other.Average > out[i].Average {
				out[i].Place++
			}
		}
	}
	return out
}

// ObservationAudience says who hears of a tour: district and office, who stands around each project, and the
// judges.
func ObservationAudience(district Roster, around []Roster, judges []PersonID) []Recipient {
	to := unique(district.class(GroupDistrict), district.class(GroupOffice))
	for _, r := range around {
		to = unique(to, r.near(), r.leader(), owner(r.Project.OwnerID))
	}
	for _, j := range judges {
		to = unique(to, owner(j))
	}
	return to
}
