package ledger

import (
	"fmt"

	"duban/internal/workday"
)

// Colour is computed, never chosen; design.md, decisions on the ladder, 5.
type Colour string

// The colours.
const (
	Green  Colour = "green"
	Yellow Colour = "yellow"
	Red    Colour = "red"
	Blue   Colour = "blue"
	Grey   Colour = "grey"
)

// Sign is the coloured sign and the word for a line of chat.
func (c Colour) Sign() string {
	return map[Colour]string{Green: "🟢", Yellow: "🟡", Red: "🔴", Blue: "🔵", Grey: "⚪"}[c]
}

// Shade is a colour with the sentence that explains it.
type Shade struct {
	Colour Colour
	Why    string
}

// ColourOf gives the colour of a commitment today. struckBefore says that an offence on an earlier
// due day still stands: red heals through yellow.
func ColourOf(m Commitment, suspended, struckBefore bool, r Rules, cal *workday.Calendar, today workday.Day) Shade {
	deadline := Deadline(m.DueOn, cal)
	switch {
	case m.State.Closed():
		return Shade{Blue, "已办结"}
	case suspended:
		return Shade{Grey, "项目暂停"}
	case m.State == Reported:
		return Shade{Yellow, "已申请办结，待审核"}
	case m.Rung == StepOrder || m.Rung == StepList:
		return Shade{Red, "已督办"}
	case m.RectifyBy != 0 && today > m.RectifyBy:
		return Shade{Red, fmt.Sprintf("整改期%s已过", m.RectifyBy.Chinese())}
	case m.Rung == StepWarn:
		return Shade{Yellow, fmt.Sprintf("已预警，%s前整改", m.RectifyBy.Chinese())}
	case today > deadline:
		return Shade{Yellow, fmt.Sprintf("已逾期%d天", today.Sub(m.DueOn))}
	case m.DueOn.Sub(today) <= r.SoonDays:
		return Shade{Yellow, fmt.Sprintf("%s到期", m.DueOn.Chinese())}
	case struckBefore:
		return Shade{Yellow, "曾逾期，延期办理中"}
	}
	return Shade{Green, "正常"}
}

// ColourOfProject gives the colour of a project: the worst of its open commitments, or yellow when it
// is behind its planned progress by more than the rules allow. Finished commitments do not count. A
// reported 100 % makes it blue, but never hides what is red.
func ColourOfProject(p Project, shades []Shade, r Rules) Shade {
	if p.Suspended {
		return Shade{Grey, "项目暂停：" + p.SuspendedFor}
	}
	worst := Shade{Green, "按计划推进"}
	for _, s := range shades {
		if s.Colour == Red {
			return s
		}
		if s.Colour == Yellow && worst.Colour == Green {
			worst = s
		}
	}
	if p.Progress >= Full {
		return Shade{Blue, "已完成"}
	}
	if worst.Colour == Green && p.Planned-p.Progress > r.BehindBy {
		return Shade{Yellow, fmt.Sprintf("进度%s，落后计划%s", p.Progress, p.Planned-p.Progress)}
	}
	return worst
}
