package ledger

import (
	"fmt"
	"slices"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// Schedule (倒排工期) is a draft of a project's nodes, reckoned backwards from a target day. Nothing of it counts before
// somebody else has approved it; one draft of a project waits at a time.
type Schedule struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	ProjectID  ProjectID
	Template   string
	TargetOn   workday.Day
	WasOn      workday.Day    // the target day before
	Lines      []ScheduleLine `gorm:"serializer:json"`
	AskedBy    PersonID
	AskedAt    clock.Instant
	State      string // "asked", "granted", "denied", "replaced"
	DecidedBy  PersonID
	DecidedAt  clock.Instant
	Answer     string
	Version    int
}

// ScheduleLine is one node of a draft. Code is set of a node the project has already: it stays as it is.
type ScheduleLine struct {
	Title  string      `json:"title"`
	DueOn  workday.Day `json:"due"`
	Weight int         `json:"weight"`
	Waits  []int       `json:"waits,omitempty"` // places of the lines that must be done before
	Code   string      `json:"code,omitempty"`
}

// Fresh gives the lines that would become nodes.
func (s Schedule) Fresh() []ScheduleLine {
	return slices.DeleteFunc(slices.Clone(s.Lines), func(l ScheduleLine) bool { return l.Code != "" })
}

// Backward (倒排) drafts the nodes of a project backwards from the target over working days, those it has already left
// as they are. waiting is the draft that waits so far, ID 0 for none: the new one takes its place.
func Backward(p Project, t Template, target workday.Day, nodes []Commitment, waiting Schedule, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	if err := schedulable(p, target, cal, by); err != nil {
		return Outcome{}, err
	}
	ahead, waits := t.ahead(p)
	if len(ahead) == 0 {
		return Outcome{}, fault.Newf(fault.Conflict, "%s已到%s阶段，模板“%s”没有后续节点可排。", p.Name, p.Stage, t.Name)
	}
	have := titled(nodes)
	due, need := latest(ahead, waits, target, cal), shortest(ahead, waits, have, by.Today, cal)
	switch soonest := cal.After(by.Today, need); {
	case soonest <= target:
	case !cal.Known(soonest.Year()):
		return Outcome{}, fault.Newf(fault.Invalid, "按模板“%s”，余下节点至少要%d个工作日，排不到%s。%d年节假日安排录入后，请改用更晚的日期再排。",
			t.Name, need, target.ChineseFull(), soonest.Year())
	default:
		return Outcome{}, fault.Newf(fault.Invalid, "按模板“%s”，余下节点至少要%d个工作日，最快%s完成，排不到%s。请改用更晚的日期，例如：倒排 %s %s",
			t.Name, need, soonest.ChineseFull(), target.ChineseFull(), p.Name, soonest)
	}
	s := Schedule{
		DistrictID: p.DistrictID, ProjectID: p.ID, Template: t.Name, TargetOn: target, WasOn: p.TargetOn, AskedBy: by.Person, AskedAt: by.At, State: "asked",
	}
	for i, n := range ahead {
		s.Lines = append(s.Lines, merged(ScheduleLine{Title: n.Name, DueOn: due[i], Weight: n.Weight, Waits: waits[i]}, have))
	}
	if len(s.Fresh()) == 0 {
		return Outcome{}, fault.Newf(fault.Conflict, "%s的后续节点都已在台账中，不用再排。改期请申请延期。", p.Name)
	}
	out := Outcome{
		Projects: []Project{p}, // of two drafts at once the second finds the project moved
		Entries:  []Entry{by.entry(p.DistrictID, p.Subject(), "schedule:asked", fmt.Sprintf("%s %s", t.Name, target))},
	}
	if waiting.ID != 0 {
		waiting.State, waiting.DecidedBy, waiting.DecidedAt = "replaced", by.Person, by.At
		out.Schedules = append(out.Schedules, waiting)
	}
	out.Schedules = append(out.Schedules, s)
	out.tellOf(p, "schedule:asked", by, scheduleJudges(p, ro, by)...)
	return out, nil
}

// schedulable refuses what nodes cannot be reckoned backwards for.
func schedulable(p Project, target workday.Day, cal *workday.Calendar, by Actor) error {
	switch {
	case p.Suspended:
		return fault.Newf(fault.Conflict, "%s已暂停，恢复后再排工期。", p.Name)
	case target <= by.Today:
		return fault.Newf(fault.Invalid, "目标日期%s须在今天之后。请重发，例如：倒排 %s %d年12月31日", target.ChineseFull(), p.Name, by.Today.Year())
	}
	return knownUntil(target, cal, by)
}

// knownUntil refuses a day beyond the years whose working days are known: none is guessed.
func knownUntil(day workday.Day, cal *workday.Calendar, by Actor) error {
	for year := by.Today.Year(); year <= day.Year(); year++ {
		if !cal.Known(year) {
			return fault.Newf(fault.Invalid, "%d年节假日安排尚未录入，工作日算不到%s，没有记录。录入后再排，或改用更早的日期。", year, day.ChineseFull())
		}
	}
	return nil
}

// titled gives the nodes a project has by their titles.
func titled(all []Commitment) map[string]Commitment {
	out := map[string]Commitment{}
	for _, m := range all {
		if m.Kind == Milestone && m.State != Cancelled {
			out[m.Title] = m
		}
	}
	return out
}

// merged gives a line as the project has it already, if it has a node of that title.
func merged(l ScheduleLine, have map[string]Commitment) ScheduleLine {
	if m, ok := have[l.Title]; ok {
		l.Code, l.DueOn, l.Weight = m.Code, m.DueOn, m.Weight
	}
	return l
}

// scheduleJudges gives who is asked to approve a draft: the office, and the leader in person.
func scheduleJudges(p Project, ro Roster, by Actor) []Recipient {
	to := ro.class(GroupOffice)
	if p.LeaderID != by.Person {
		to = unique(to, owner(p.LeaderID))
	}
	return to
}

// Redate (改排期) changes the day of one line, counted from 1, of a draft that waits.
func Redate(p Project, s Schedule, no int, to workday.Day, cal *workday.Calendar, by Actor) (Outcome, error) {
	switch {
	case s.State != "asked":
		return Outcome{}, noDraft(p)
	case no < 1 || no > len(s.Lines):
		return Outcome{}, fault.Newf(fault.Invalid, "排期只有%d项，没有第%d项。请重发，例如：改排期 %s 2 5月6日", len(s.Lines), no, p.Name)
	case s.Lines[no-1].Code != "":
		return Outcome{}, fault.Newf(fault.Conflict, "第%d项%s已在台账中（%s），改期请申请延期。", no, s.Lines[no-1].Title, s.Lines[no-1].Code)
	}
	if err := knownUntil(to, cal, by); err != nil {
		return Outcome{}, err
	}
	from, until := by.Today, s.TargetOn
	for i, l := range s.Lines {
		for _, w := range l.Waits {
			if i == no-1 {
				from = max(from, s.Lines[w].DueOn)
			}
			if w == no-1 {
				until = min(until, l.DueOn)
			}
		}
	}
	if to < from || to > until {
		return Outcome{}, fault.Newf(fault.Invalid, "第%d项%s应在%s至%s之间（不早于前一节点，不晚于后一节点和目标日期）。", no, s.Lines[no-1].Title, from.ChineseFull(), until.ChineseFull())
	}
	was := s.Lines[no-1].DueOn
	s.Lines = slices.Clone(s.Lines)
	s.Lines[no-1].DueOn = to
	e := by.entry(p.DistrictID, p.Subject(), "schedule:changed", fmt.Sprintf("%s %s → %s", s.Lines[no-1].Title, was, to))
	return Outcome{Schedules: []Schedule{s}, Entries: []Entry{e}}, nil
}

func noDraft(p Project) error {
	return fault.Newf(fault.Conflict, "%s没有待审核的排期。需要排期请发：倒排 %s 12月31日", p.Name, p.Name)
}

// GrantSchedule (同意排期) makes a draft the project's nodes and its target day. nodes are those it has by now.
func GrantSchedule(p Project, s Schedule, nodes []Commitment, ro Roster, by Actor) (Outcome, error) {
	switch {
	case s.State != "asked":
		return Outcome{}, noDraft(p)
	case s.AskedBy == by.Person:
		return Outcome{}, fault.New(fault.Forbidden, "排期须由他人审核，不能自己同意。")
	case p.Suspended:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已暂停，恢复后再审核排期。", p.Name)
	}
	s.State, s.DecidedBy, s.DecidedAt = "granted", by.Person, by.At
	out, have := Outcome{}, titled(nodes)
	for _, l := range s.Lines {
		if merged(l, have).Code != "" {
			continue
		}
		if l.DueOn < by.Today {
			return Outcome{}, fault.Newf(fault.Conflict, "排期中的%s（%s）已经过期，请重新倒排。", l.Title, l.DueOn.ChineseFull())
		}
		out.New = append(out.New, node(p, l.Title, l.DueOn, l.Weight, by))
	}
	e := by.entry(p.DistrictID, p.Subject(), "schedule:granted", fmt.Sprintf("%d个节点，目标日期%s", len(out.New), s.TargetOn))
	e.Before, e.After = fmt.Sprintf(`{"target":%q}`, p.TargetOn), fmt.Sprintf(`{"target":%q}`, s.TargetOn)
	p.TargetOn = s.TargetOn
	out.Projects, out.Schedules, out.Entries = []Project{p}, []Schedule{s}, []Entry{e}
	out.tellOf(p, "schedule:granted", by, unique(owner(p.OwnerID), owner(s.AskedBy), ro.taskForce())...)
	return out, nil
}

// DenySchedule (退回排期) ends a draft.
func DenySchedule(p Project, s Schedule, reason string, by Actor) (Outcome, error) {
	if s.State != "asked" {
		return Outcome{}, noDraft(p)
	}
	if err := reasonable(reason, fmt.Sprintf("请写明退回理由，例如：退回排期 %s 桩基工期偏短", p.Name)); err != nil {
		return Outcome{}, err
	}
	s.State, s.DecidedBy, s.DecidedAt, s.Answer = "denied", by.Person, by.At, reason
	out := Outcome{Schedules: []Schedule{s}, Entries: []Entry{by.entry(p.DistrictID, p.Subject(), "schedule:denied", reason)}}
	out.tellOf(p, "schedule:denied", by, owner(s.AskedBy)...)
	return out, nil
}

// node gives a milestone of a project.
func node(p Project, title string, due workday.Day, weight int, by Actor) Commitment {
	unit := p.LeadUnitID
	if unit == 0 {
		unit = p.HostUnitID
	}
	return Commitment{
		DistrictID: p.DistrictID, Kind: Milestone, Title: title, ProjectID: p.ID, UnitID: unit, OwnerID: p.OwnerID, Weight: weight,
		FirstDueOn: due, DueOn: due, State: Open, CreatedAt: by.At, NextLook: by.Today,
	}
}

// tellOf adds a notice about an act on a project, unique by its moment.
func (o *Outcome) tellOf(p Project, what string, by Actor, to ...Recipient) {
	for _, r := range to {
		o.Notices = append(o.Notices, Notice{Cause: fmt.Sprintf("%s:%d:%d", what, p.ID, by.At), To: r, Rank: RankWarning, Due: by.At})
	}
}

// MayJudgeSchedule reports whether the person may approve or send back a draft: the office, or the project's leader.
func MayJudgeSchedule(v Viewer, p *Project) bool {
	return v.Person != nil && v.Person.Active && Entitled(v, p) && (v.Person.Has(RoleOffice) || p.LeaderID == v.Person.ID)
}
