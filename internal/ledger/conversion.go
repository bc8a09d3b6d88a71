package ledger

import (
	"slices"

	"duban/internal/workday"
)

// Passage (转化) is the way from one stage to the next that counts.
type Passage struct{ From, To Stage }

// Passages are the ways the texts push for: 在谈抓签约, 签约抓开工, 开工抓进度, 投产抓达产.
var Passages = []Passage{{"在谈", "签约"}, {"签约", "开工"}, {"开工", "竣工"}, {"竣工", "投产"}, {"投产", "达产"}}

// Passed says of each passage whether a project stood before it at any time from the day since on, and whether it has
// come through by now. changes are its own, oldest first. Who has gone back has not come through.
func Passed(p Project, changes []StageChange, since workday.Day) (stood, through []bool) {
	changes = slices.DeleteFunc(slices.Clone(changes), func(c StageChange) bool { return c.On < since })
	now := slices.Index(Stages, p.Stage)
	been := []int{now}
	for _, c := range changes {
		been = append(been, slices.Index(Stages, c.FromStage), slices.Index(Stages, c.ToStage))
	}
	lowest := slices.Min(been)
	for _, way := range Passages {
		from, to := slices.Index(Stages, way.From), slices.Index(Stages, way.To)
		before := slices.ContainsFunc(been, func(at int) bool { return from <= at && at < to })
		jumped := lowest < from && now >= to // passed both within the time
		stood = append(stood, before || jumped)
		through = append(through, (before || jumped) && now >= to)
	}
	return stood, through
}
