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
		ProjectID: m.ProjectID, RectifyBy: v.RectifyBy, Why: why(m, v, k, r),
	}
	var out Outcome
	switch v.Step {
	case StepRemind, StepChase:
	case StepHandUp:
		next.Level, next.LevelBy = v.Before, v.RectifyBy
	case StepWarn:
		next.Rung, next.RectifyBy = v.Step, v.RectifyBy
	default:
		next.Rung = v.Step
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
				ReplyBy: v.RectifyBy, Why: step.Why, StrikeID: v.Ground,
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
	if v.Step == StepHandUp {
		out.Entries[0].Before, out.Entries[0].After = levelKept(m), levelKept(next)
	}
	for _, to := range Audience(v.Step, next, ro) {
		out.Notices = append(out.Notices, Notice{
			Cause: LookCause(today), To: to, Rank: stepRank[v.Step], Step: step.ref(), Due: at, Held: true,
		})
	}
	return out
}

// ref names the step.
func (s Step) ref() *StepRef {
	return &StepRef{CommitmentID: s.CommitmentID, DueOn: s.DueOn, Name: s.Name, Before: s.Before}
}

// clip keeps a title within what the ledger holds of one: a reply is called after the matter it answers
// for, which may already be as long as a title can be.
func clip(title string) string { return cut(title, MaxText) }

// maxWhy is how long the reason of a step may be, in characters.
const maxWhy = 255

func cut(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n])
	}
	return text
}

// LookCause names the daily look of a day: all it tells one recipient is one message.
func LookCause(on workday.Day) string { return "look:" + on.String() }

var stepRank = map[StepName]Rank{
	StepRemind: RankReminder, StepWarn: RankWarning, StepOrder: RankOrder, StepList: RankOrder,
	StepHandUp: RankWarning, StepChase: RankReminder,
}

// why words the rule applied, for the notice and the history.
func why(m Commitment, v Verdict, k KindTraits, r Rules) string {
	switch v.Step {
	case StepHandUp:
		return cut(fmt.Sprintf("%s层面应于%s前解决，%s，自动上报%s（规则%s）",
			LevelWords[m.LevelOf()], m.LevelDay().ChineseFull(), triedUntil(m), LevelWords[v.Before], r.Version), maxWhy)
	case StepChase:
		return fmt.Sprintf("交办后%d个工作日未确认收到，催办一次（规则%s）", r.ReceiptDays, r.Version)
	case StepRemind:
		return fmt.Sprintf("到期前%d个工作日提醒", v.Before)
	case StepWarn:
		return fmt.Sprintf("%s，首次即预警（规则%s）", k.Trigger, r.Version)
	case StepOrder:
		return fmt.Sprintf("%s，两次即督办（规则%s）", v.Second, r.Version)
	}
	return fmt.Sprintf("%s，提请约谈（规则%s）", k.Trigger, r.Version)
}

// triedUntil says what was tried of a problem that nobody has solved, as far as the ledger knows.
func triedUntil(m Commitment) string {
	if m.Evidence == "" {
		return "到期未解决"
	}
	return "曾答复“" + cut(m.Evidence, 100) + "”，未能销号"
}
