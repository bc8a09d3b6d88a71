package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// The levels of a problem (三级协调), lowest first. A problem is always owed by its unit; the level says
// who is to bring the solution about.
const (
	LevelUnit     = 1 // 责任部门
	LevelLeader   = 2 // 包联领导
	LevelDispatch = 3 // 区调度会
)

// LevelWords are the levels as officials call them.
var LevelWords = map[int]string{LevelUnit: "责任部门", LevelLeader: "包联领导", LevelDispatch: "区调度会"}

// LevelOf gives the level a commitment is at, 0 of a kind that has none.
func (m Commitment) LevelOf() int {
	if !Kinds[m.Kind].Levels {
		return 0
	}
	return max(m.Level, LevelUnit)
}

// LevelDay is the day the level has until: of the lowest the due day itself.
func (m Commitment) LevelDay() workday.Day {
	if m.LevelBy == 0 {
		return m.DueOn
	}
	return m.LevelBy
}

// levelDays are the working days a level has from the day a problem reaches it.
func (r Rules) levelDays(level int) int {
	if level >= LevelDispatch {
		return r.DispatchDays
	}
	return r.LeaderDays
}

// decideHandUp says whether a problem's level has had its time.
func decideHandUp(m Commitment, k KindTraits, r Rules, cal *workday.Calendar, today workday.Day) Verdict {
	if !k.Levels || m.Level >= LevelDispatch {
		return Verdict{}
	}
	limit := Deadline(m.LevelDay(), cal)
	if today <= limit {
		return Verdict{NextLook: cal.Next(limit.AddDays(1))}
	}
	to := m.LevelOf() + 1
	v := Verdict{Step: StepHandUp, Before: to, RectifyBy: cal.After(today, r.levelDays(to))}
	if to < LevelDispatch {
		v.NextLook = cal.Next(Deadline(v.RectifyBy, cal).AddDays(1))
	}
	return v
}

// decideReceipt says whether whoever has to move a matter is to be asked once whether they have got it.
func decideReceipt(m Commitment, k KindTraits, done taken, r Rules, cal *workday.Calendar, today workday.Day) Verdict {
	if !k.Receipt || m.ReceivedAt != 0 || m.DoneAt != 0 || done.chase || today > Deadline(m.DueOn, cal) {
		return Verdict{}
	}
	limit := cal.After(workday.DayOf(m.CreatedAt.Time()), r.ReceiptDays)
	if today <= limit {
		return Verdict{NextLook: cal.Next(limit.AddDays(1))}
	}
	return Verdict{Step: StepChase, NextLook: cal.Next(today.AddDays(1))}
}

// besides takes the other judgement where the first is silent. Of two steps the other waits for tomorrow.
func besides(first, other Verdict, tomorrow workday.Day) Verdict {
	switch {
	case other.Step == "":
		first.NextLook = sooner(first.NextLook, other.NextLook)
		return first
	case first.Step != "":
		first.NextLook = tomorrow
		return first
	}
	other.NextLook = sooner(other.NextLook, first.NextLook)
	return other
}

// sooner gives the earlier of two alarms, of which 0 is none.
func sooner(a, b workday.Day) workday.Day {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}

// HandUp (上报) hands a problem up a level before its level's time runs out, with what was tried. The due day
// and the ladder go on as they are; the leader in charge hands it to the dispatch meeting at once. The next level hears of it with the next daily look, as of what time
// hands up; the words of whoever handed it up are the reason.
func HandUp(m Commitment, tried string, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	switch {
	case !Kinds[m.Kind].Levels:
		return Outcome{}, fault.Newf(fault.Invalid, "%s是%s，只有问题可以逐级上报。办理中遇到困难，请先提出问题，例如：问题 华兴 用地指标未落实", m.Code, Kinds[m.Kind].Word)
	case m.State != Open:
		return Outcome{}, fault.Newf(fault.Conflict, "%s不在办理中，不用上报。", m.Code)
	case m.Level >= LevelDispatch:
		return Outcome{}, fault.Newf(fault.Conflict, "%s已在区调度会层面，不能再上报。", m.Code)
	}
	if err := reasonable(tried, fmt.Sprintf("请写明已做了哪些协调，例如：上报 %s 已两次协调未果，需区领导出面", m.Code)); err != nil {
		return Outcome{}, err
	}
	return handUp(m, clip(tried), r, cal, ro, by), nil
}

// Bounced reports whether a problem was handed to and fro as often as the rules allow: every handover that
// was decided counts, refused ones too. The next one that is proposed makes it climb instead.
func (r Rules) Bounced(m Commitment, handed []Handover) bool {
	times := 0
	for _, h := range handed {
		if h.State != "asked" {
			times++
		}
	}
	return Kinds[m.Kind].Levels && m.State == Open && m.Level < LevelDispatch && times >= r.HandOvers
}

// HandUpBounced takes the place of another handover of a problem that bounced: it goes up a level and stays
// with whoever has it until somebody above decides whose it is.
func HandUpBounced(m Commitment, to Person, reason string, r Rules, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	if err := movable(m, to); err != nil {
		return Outcome{}, err
	}
	if err := reasonable(reason, fmt.Sprintf("请写明转交理由，例如：转交 %s 给%s 该手续由其科室办理", m.Code, to.Name)); err != nil {
		return Outcome{}, err
	}
	return handUp(m, clip(fmt.Sprintf("已%d次转交未落实责任，又拟转%s（%s）", r.HandOvers, to.Name, reason)), r, cal, ro, by), nil
}

// handUp is the outcome of a hand-up by a person. Whoever does it, and the group where the work is done,
// know of it already.
func handUp(m Commitment, tried string, r Rules, cal *workday.Calendar, ro Roster, by Actor) Outcome {
	to := m.LevelOf() + 1
	if by.principal() == ro.Project.LeaderID && ro.Project.LeaderID != 0 {
		to = LevelDispatch // what the leader hands up is no more for the leader
	}
	step := Step{
		DistrictID: m.DistrictID, CommitmentID: m.ID, DueOn: m.DueOn, Name: StepHandUp, Before: to, On: by.Today, ProjectID: m.ProjectID,
		RectifyBy: cal.After(by.Today, r.levelDays(to)), Why: cut(fmt.Sprintf("%s上报：%s", LevelWords[to-1], tried), maxWhy),
	}
	next := m
	next.Level, next.LevelBy, next.NextLook = to, step.RectifyBy, by.Today
	out := change(next, by, "handup", tried)
	out.Entries[0].Before, out.Entries[0].After = levelKept(m), levelKept(next)
	out.Steps = []Step{step}
	look := cal.Next(by.Today)
	if by.At >= LookAt(look) {
		look = cal.Next(by.Today.AddDays(1))
	}
	for _, who := range unique(ro.level(to), owner(m.OwnerID), owner(m.RaisedBy)) {
		if who.Person == 0 || who.Person != by.Person {
			out.Notices = append(out.Notices, Notice{
				Cause: LookCause(look), To: who, Rank: stepRank[StepHandUp], Step: step.ref(), Due: LookAt(look), Held: true,
			})
		}
	}
	return out
}

// levelKept keeps a problem's level for its line of history.
func levelKept(m Commitment) string {
	return fmt.Sprintf(`{"level":%d,"by":%q}`, m.LevelOf(), m.LevelDay())
}

// level gives who has to bring about what has reached a level: the leader's groups, where there are none
// the leader; for the dispatch meeting the office, which draws up its agenda. A project without a leader
// is the office's to see to.
func (r Roster) level(level int) []Recipient {
	to := r.leader()
	if len(to) == 0 {
		to = owner(r.Project.LeaderID)
	}
	if level >= LevelDispatch || len(to) == 0 {
		to = unique(r.class(GroupOffice), to)
	}
	return to
}

// LookAt is the moment of the daily look of a day.
func LookAt(on workday.Day) clock.Instant {
	return clock.At(on.At(LookHour, LookMinute, clock.Shanghai))
}

// The hour and minute of the daily look.
const (
	LookHour   = 8
	LookMinute = 33
)
