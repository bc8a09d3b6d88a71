package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/workday"
)

// StageChange (阶段变更) is the day a project came to a stage, and from which. It is never changed.
type StageChange struct {
	ID         int64 `gorm:"primaryKey"`
	DistrictID DistrictID
	ProjectID  ProjectID
	FromStage  Stage
	ToStage    Stage
	On         workday.Day
	At         clock.Instant
	PersonID   PersonID // 0 when the register said so
	ForID      PersonID
	Reason     string // why it went back, or passed stages over
}

// Back reports whether the project went back.
func (c StageChange) Back() bool {
	return slices.Index(Stages, c.ToStage) < slices.Index(Stages, c.FromStage)
}

// StageNext (下一步) is what a project must produce next at a stage, and in how many working days.
type StageNext struct {
	Node string `yaml:"node"`
	Days int    `yaml:"days"`
}

// CheckStages says what of the next steps cannot be, and what to write instead.
func CheckStages(next map[Stage]StageNext) error {
	for stage, n := range next {
		switch {
		case !slices.Contains(Stages, stage):
			return fmt.Errorf("rules: stage_next has the stage %q, which there is not; write one of %v", stage, Stages)
		case n.Node == "" || n.Days < 1 || n.Days > longest:
			return fmt.Errorf("rules: stage_next of %s is %q in %d working days; write a node and 1 to %d", stage, n.Node, n.Days, longest)
		}
	}
	return nil
}

// StageSource marks the nodes that came of a stage.
const StageSource = "阶段"

// StageSaid is what somebody says of a project's stage. Sure confirms that stages are passed over.
type StageSaid struct {
	To     Stage
	On     workday.Day // 0 for today
	Reason string
	Sure   bool
}

// optionalStage is the one many projects never have by name: the texts leave it out or put it in brackets.
const optionalStage Stage = "落地"

// MoveStage (阶段) takes a project to another stage at once; the office hears of it. What the stage before had to
// produce is reported done by it, and what the new one must produce next becomes a node. nodes are the project's.
func MoveStage(p Project, said StageSaid, last StageChange, nodes []Commitment, next map[Stage]StageNext, cal *workday.Calendar, ro Roster, by Actor) (Outcome, error) {
	if said.On == 0 {
		said.On = by.Today
	}
	if err := movableTo(p, said, last, by); err != nil {
		return Outcome{}, err
	}
	change := StageChange{
		DistrictID: p.DistrictID, ProjectID: p.ID, FromStage: p.Stage, ToStage: said.To, On: said.On, At: by.At, PersonID: by.Person, ForID: by.For, Reason: said.Reason,
	}
	e := by.entry(p.DistrictID, p.Subject(), "stage", strings.TrimSpace(fmt.Sprintf("%s → %s %s %s", p.Stage, said.To, said.On, said.Reason)))
	e.Before, e.After = fmt.Sprintf(`{"stage":%q}`, p.Stage), fmt.Sprintf(`{"stage":%q}`, said.To)
	p.Stage = said.To
	out := Outcome{Projects: []Project{p}, StageChanges: []StageChange{change}, Entries: []Entry{e}}
	if change.Back() {
		out.unasked(change, nodes, next, by)
	} else {
		out.produced(p, change, nodes, ro, by)
	}
	if m, ok := nextNode(p, said.On, nodes, next, cal, by); ok {
		out.New = []Commitment{m}
	}
	out.tellOf(p, "stage", by, unique(ro.class(GroupOffice), ro.leader())...)
	return out, nil
}

// movableTo refuses what is no step to another stage, and asks about one that passes stages over.
func movableTo(p Project, said StageSaid, last StageChange, by Actor) error {
	from, to := slices.Index(Stages, p.Stage), slices.Index(Stages, said.To)
	switch {
	case to < 0:
		return fault.Newf(fault.Invalid, "没有“%s”这个阶段。阶段依次为：%s", said.To, words(Stages))
	case p.Suspended:
		return fault.Newf(fault.Conflict, "%s已暂停，恢复后再报阶段。", p.Name)
	case from == to:
		return fault.Newf(fault.Conflict, "%s已在%s阶段，不用再报。", p.Name, p.Stage)
	case said.On > by.Today:
		return fault.Newf(fault.Invalid, "%s还没有到，请在进入该阶段之后再报。", said.On.ChineseFull())
	case said.On < last.On:
		return fault.Newf(fault.Invalid, "%s早于上次阶段变更（%s进入%s），请核对日期后重发。", said.On.ChineseFull(), last.On.ChineseFull(), last.ToStage)
	case to < from && utf8.RuneCountInString(said.Reason) < shortestReason:
		return fault.Newf(fault.Invalid, "从%s退回%s，请写明原因，例如：阶段 %s %s 投资方资金未到位", p.Stage, said.To, p.Name, said.To)
	case from >= 0 && to > from+1 && !said.Sure && !(to == from+2 && Stages[from+1] == optionalStage):
		return fault.Newf(fault.Ambiguous, "从%s直接到%s，跳过了%s。如无误，请发：阶段 %s %s 确认", p.Stage, said.To, words(Stages[from+1:to]), p.Name, said.To)
	}
	return nil
}

func words(stages []Stage) string {
	var out []string
	for _, s := range stages {
		out = append(out, string(s))
	}
	return strings.Join(out, "、")
}

// produced reports done what the stages before had to produce: nobody is asked for it again.
func (o *Outcome) produced(p Project, c StageChange, nodes []Commitment, ro Roster, by Actor) {
	for _, m := range nodes {
		if m.Kind != Milestone || m.Source != StageSource || m.State != Open {
			continue
		}
		done, err := ReportDone(m, fmt.Sprintf("%s已于%s进入%s阶段", p.Name, c.On.ChineseFull(), c.ToStage), nil, ro, by)
		if err != nil {
			continue
		}
		o.Saved = append(o.Saved, done.Saved...)
		o.Entries = append(o.Entries, done.Entries...)
		o.Notices = append(o.Notices, done.Notices...)
	}
}

// unasked takes back what the stages had to produce to which the project has not come after all.
func (o *Outcome) unasked(c StageChange, nodes []Commitment, next map[Stage]StageNext, by Actor) {
	for _, m := range nodes {
		if m.Kind != Milestone || m.Source != StageSource || m.State != Open || m.Title == next[c.ToStage].Node {
			continue
		}
		gone, err := Cancel(m, clip(fmt.Sprintf("项目退回%s阶段：%s", c.ToStage, c.Reason)), by)
		if err != nil {
			continue
		}
		o.Saved = append(o.Saved, gone.Saved...)
		o.Entries = append(o.Entries, gone.Entries...)
	}
}

// nextNode gives what the project must produce next at its stage: none where the rules say nothing, it is there
// already, or its day lies in a year whose working days are not known.
func nextNode(p Project, on workday.Day, nodes []Commitment, next map[Stage]StageNext, cal *workday.Calendar, by Actor) (Commitment, bool) {
	n, ok := next[p.Stage]
	for _, m := range nodes {
		if m.Kind == Milestone && m.Title == n.Node && !m.State.Closed() {
			return Commitment{}, false
		}
	}
	due := cal.After(on, n.Days)
	if !ok || knownUntil(due, cal, by) != nil {
		return Commitment{}, false
	}
	if due < by.Today {
		due = cal.After(by.Today, 1) // reported late: it is not overdue the moment it is known
	}
	m := node(p, n.Node, due, 0, by)
	m.Source = StageSource
	return m, true
}
