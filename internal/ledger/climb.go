package ledger

import (
	"fmt"

	"duban/internal/clock"
	"duban/internal/workday"
)

// Climb turns a verdict into what is written: the step, the strike, the order with its reply owed,
// and who hears of it. at is the moment the look should have been made; cause names the look, so that
// everything one look tells one recipient is one message.
func Climb(c Case, v Verdict, r Rules, ro Roster, today workday.Day, at clock.Instant) Outcome {
	m := c.Commitment
	next := m
	next.NextLook = v.NextLook
	if v.Step == "" {
		if next.NextLook == m.NextLook {
			return Outcome{}
		}
		return Outcome{Looked: []Commitment{next}}
	}
	k := Kinds[m.Kind]
	step := Step{
		DistrictID: m.DistrictID, CommitmentID: m.ID, DueOn: m.DueOn, Name: v.Step, Before: v.Before, On: today,
		ProjectID: m.ProjectID, RectifyBy: v.RectifyBy, Why: why(v, k, r),
	}
	var out Outcome
	if v.Step != StepRemind {
		next.Rung = v.Step
	}
	if v.Step == StepWarn {
		next.RectifyBy = v.RectifyBy
	}
	out.Looked = []Commitment{next}
	if v.Strike {
		out.Strikes = []Strike{{
			DistrictID: m.DistrictID, CommitmentID: m.ID, DueOn: m.DueOn, ProjectID: m.ProjectID, UnitID: m.UnitID,
			Kind: m.Kind, Trigger: k.Trigger, On: today, RuleVersion: r.Version, State: StrikeStands,
		}}
	}
	if v.Step == StepOrder {
		out.Orders = []OrderDraft{{
			Order: Order{
				DistrictID: m.DistrictID, Year: today.Year(), CommitmentID: m.ID, ProjectID: m.ProjectID, On: today,
				ReplyBy: v.RectifyBy, Why: step.Why,
			},
			Step: step,
			Reply: Commitment{
				DistrictID: m.DistrictID, Kind: Reply, Title: clip("回复督办单：" + m.Title), ProjectID: m.ProjectID,
				UnitID: m.UnitID, OwnerID: m.OwnerID, FirstDueOn: v.RectifyBy, DueOn: v.RectifyBy, State: Open,
				CreatedAt: at, NextLook: today.AddDays(1),
			},
		}}
	} else {
		out.Steps = []Step{step}
	}
	out.Entries = []Entry{{DistrictID: m.DistrictID, Subject: m.Subject(), At: at, Act: "step:" + string(v.Step), Note: step.Why}}
	ref := &StepRef{CommitmentID: m.ID, DueOn: m.DueOn, Name: v.Step, Before: v.Before}
	for _, to := range Audience(v.Step, m, ro) {
		out.Notices = append(out.Notices, Notice{
			Cause: LookCause(today), To: to, Rank: stepRank[v.Step], Step: ref, Due: at, Held: true,
		})
	}
	return out
}

// clip keeps a title within what the ledger holds of one: a reply is called after the matter it answers
// for, which may already be as long as a title can be.
func clip(title string) string {
	if r := []rune(title); len(r) > MaxText {
		return string(r[:MaxText])
	}
	return title
}

// LookCause names the daily look of a day: all it tells one recipient is one message.
func LookCause(on workday.Day) string { return "look:" + on.String() }

var stepRank = map[StepName]Rank{
	StepRemind: RankReminder, StepWarn: RankWarning, StepOrder: RankOrder, StepList: RankOrder,
}

// why words the rule applied, for the notice and the history.
func why(v Verdict, k KindTraits, r Rules) string {
	switch v.Step {
	case StepRemind:
		return fmt.Sprintf("到期前%d个工作日提醒", v.Before)
	case StepWarn:
		return fmt.Sprintf("%s，首次即预警（规则%s）", k.Trigger, r.Version)
	case StepOrder:
		return fmt.Sprintf("%s，两次即督办（规则%s）", v.Second, r.Version)
	}
	return fmt.Sprintf("%s，提请约谈（规则%s）", k.Trigger, r.Version)
}
