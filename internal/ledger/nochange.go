package ledger

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
)

// shortestReason is the shortest sentence taken for a reason, in characters.
const shortestReason = 6

// NoChange (无变化) is a report that all is as it was. It counts for the period like any other; after
// Rules.SameInRow periods of it in a row it needs a sentence: why, and what is done about it. latest are
// the project's reports that stand, newest first, as many as may matter.
func NoChange(p Project, why string, latest []Update, said Said, owed []Commitment, r Rules, by Actor) (Outcome, error) {
	why = strings.TrimSpace(why)
	if p.ReportedOn == 0 {
		return Outcome{}, fault.Newf(fault.Conflict, "%s还没有报过进展，第一次请报实际进度，例如：报 %s 65%% 主体结构封顶", p.Name, p.Name)
	}
	if len(latest) > 0 && latest[0].Period == said.Period {
		return Outcome{}, fault.Newf(fault.Conflict, "%s本期已经报过（回执%s），不用再报。", p.Name, latest[0].Receipt)
	}
	if run := SameInRow(latest); run >= r.SameInRow && utf8.RuneCountInString(why) < shortestReason {
		return Outcome{}, fault.Newf(fault.Invalid, "%s请写明原因和下一步措施，例如：无变化 %s 图审未完成，已约审图单位本周会商", lately(p, run), p.Name)
	}
	said.Progress, said.Invested, said.NoChange, said.Text = nil, nil, true, "与上期相比无变化"
	if why != "" {
		said.Text += "：" + why
	}
	return Report(p, said, owed, by)
}

func lately(p Project, run int) string {
	if run == 0 {
		return p.Name + "报无变化，"
	}
	return fmt.Sprintf("%s已连续%d期报无变化，这次", p.Name, run)
}

// SameInRow counts the periods, back from the latest report, in which nothing but 无变化 was reported.
// A period without any report neither counts nor ends the row.
func SameInRow(latest []Update) int {
	run, period := 0, ""
	for _, u := range latest {
		if !u.NoChange {
			if u.Period == period {
				run-- // in that period something was said after all
			}
			break
		}
		if u.Period != period {
			run, period = run+1, u.Period
		}
	}
	return run
}
