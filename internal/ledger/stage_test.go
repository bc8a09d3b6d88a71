package ledger

import (
	"slices"
	"strings"
	"testing"

	"duban/internal/fault"
	"duban/internal/workday"
)

var nextOf = map[Stage]StageNext{"签约": {"完成注册", 10}, "开工": {"竣工验收", 100}}

func TestMoveStage(t *testing.T) {
	cal := yearOf2026(t)
	asked := Commitment{ID: 4, Kind: Milestone, Title: "完成注册", Source: StageSource, State: Open, DueOn: 2026_04_01, Version: 1}
	other := Commitment{ID: 5, Kind: Milestone, Title: "封顶", State: Open, DueOn: 2026_04_01}
	for _, c := range []struct {
		name  string
		from  Stage
		said  StageSaid
		last  StageChange
		nodes []Commitment
		code  fault.Code
		says  string
		next  string // the node that comes
		due   workday.Day
		state State // of what the stage before had to produce
	}{
		{name: "the next", from: "在谈", said: StageSaid{To: "签约"}, next: "完成注册", due: 2026_03_16},
		{name: "reached some days ago", from: "在谈", said: StageSaid{To: "签约", On: 2026_02_27}, next: "完成注册", due: 2026_03_12},
		{name: "reached long ago", from: "在谈", said: StageSaid{To: "签约", On: 2026_01_05}, next: "完成注册", due: 2026_03_03},
		{name: "it has that node already", from: "在谈", said: StageSaid{To: "签约"}, nodes: []Commitment{{Kind: Milestone, Title: "完成注册", State: Open}}},
		{name: "nothing to be produced", from: "开工", said: StageSaid{To: "竣工"}},
		{name: "past the optional one", from: "签约", said: StageSaid{To: "开工"}, nodes: []Commitment{asked, other}, next: "竣工验收", due: 2026_07_24, state: Reported},
		{name: "passing over", from: "签约", said: StageSaid{To: "竣工"}, code: fault.Ambiguous, says: "跳过了落地、开工。如无误，请发：阶段 华兴 竣工 确认"},
		{name: "passing over, surely", from: "签约", said: StageSaid{To: "竣工", Sure: true}},
		{name: "back without a reason", from: "开工", said: StageSaid{To: "签约", Reason: "没钱"}, code: fault.Invalid, says: "请写明原因"},
		{name: "back", from: "开工", said: StageSaid{To: "签约", Reason: "投资方资金未到位"}, next: "完成注册", due: 2026_03_16},
		{
			name: "back, and what came of the later stage is asked no more", from: "开工", said: StageSaid{To: "签约", Reason: "投资方资金未到位"}, next: "完成注册", due: 2026_03_16,
			nodes: []Commitment{{ID: 6, Kind: Milestone, Title: "竣工验收", Source: StageSource, State: Open}}, state: Cancelled,
		},
		{name: "the same", from: "签约", said: StageSaid{To: "签约"}, code: fault.Conflict, says: "已在签约阶段"},
		{name: "none there is", from: "签约", said: StageSaid{To: "开张"}, code: fault.Invalid, says: "没有“开张”这个阶段"},
		{name: "tomorrow", from: "在谈", said: StageSaid{To: "签约", On: 2026_03_03}, code: fault.Invalid, says: "还没有到"},
		{name: "before the stage before", from: "在谈", said: StageSaid{To: "签约", On: 2026_02_02}, last: StageChange{On: 2026_02_20, ToStage: "在谈"}, code: fault.Invalid, says: "早于上次阶段变更（2026年2月20日进入在谈）"},
	} {
		p := Project{ID: 7, DistrictID: 1, Name: "华兴", Stage: c.from, OwnerID: 5, HostUnitID: 2}
		out, err := MoveStage(p, c.said, c.last, c.nodes, nextOf, cal, Roster{}, Actor{Person: 5, Today: 2026_03_02, At: 9})
		if fault.CodeOf(err) != c.code || err != nil && !strings.Contains(fault.Sentence(err), c.says) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err != nil {
			if out.Changed() {
				t.Errorf("%s: refused and written", c.name)
			}
			continue
		}
		if out.Projects[0].Stage != c.said.To || out.StageChanges[0].FromStage != c.from || out.StageChanges[0].ToStage != c.said.To || out.StageChanges[0].PersonID != 5 {
			t.Errorf("%s: %+v %+v", c.name, out.Projects, out.StageChanges)
		}
		if e := out.Entries[0]; e.Before != `{"stage":"`+string(c.from)+`"}` || e.After != `{"stage":"`+string(c.said.To)+`"}` {
			t.Errorf("%s: the history keeps %s and %s", c.name, e.Before, e.After)
		}
		got, due := "", workday.Day(0)
		if len(out.New) > 0 {
			got, due = out.New[0].Title, out.New[0].DueOn
		}
		if got != c.next || due != c.due {
			t.Errorf("%s: next is %q on %s, want %q on %s", c.name, got, due, c.next, c.due)
		}
		state := State("")
		if len(out.Saved) > 0 {
			state = out.Saved[0].State
		}
		if state != c.state || len(out.Saved) > 1 {
			t.Errorf("%s: what was to be produced is %q, want %q", c.name, state, c.state)
		}
	}
	stopped := Project{ID: 7, Name: "华兴", Stage: "在谈", Suspended: true}
	if _, err := MoveStage(stopped, StageSaid{To: "签约"}, StageChange{}, nil, nextOf, cal, Roster{}, Actor{Today: 2026_03_02}); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("a suspended project moves: %v", err)
	}
	// In a year whose days are not known nothing is promised.
	out, err := MoveStage(Project{ID: 7, Name: "华兴", Stage: "落地"}, StageSaid{To: "开工"}, StageChange{}, nil, nextOf, cal, Roster{}, Actor{Today: 2026_12_01})
	if err != nil || len(out.New) > 0 {
		t.Errorf("a node is due in an unknown year: %v %+v", err, out.New)
	}
}

func TestPassed(t *testing.T) {
	moved := func(on workday.Day, from, to Stage) StageChange {
		return StageChange{On: on, FromStage: from, ToStage: to}
	}
	for _, c := range []struct {
		name    string
		now     Stage
		changes []StageChange
		stood   string // the passages it stood before, and those it came through
		through string
	}{
		{"stays", "签约", nil, "签约", ""},
		{"between", "落地", nil, "签约", ""},
		{"moves on", "开工", []StageChange{moved(2026_02_01, "签约", "开工")}, "签约 开工", "签约"},
		{"last year", "开工", []StageChange{moved(2025_12_30, "签约", "开工")}, "开工", ""},
		{"moves twice", "开工", []StageChange{moved(2026_01_10, "在谈", "签约"), moved(2026_02_01, "签约", "开工")}, "在谈 签约 开工", "在谈 签约"},
		{"jumps", "竣工", []StageChange{moved(2026_02_01, "在谈", "竣工")}, "在谈 签约 开工 竣工", "在谈 签约 开工"},
		{"and back", "签约", []StageChange{moved(2026_01_10, "签约", "开工"), moved(2026_02_01, "开工", "签约")}, "签约 开工", ""},
		{"in reserve", "储备", nil, "", ""},
	} {
		stood, through := Passed(Project{Stage: c.now}, c.changes, 2026_01_01)
		for i, way := range Passages {
			if stood[i] != slices.Contains(strings.Fields(c.stood), string(way.From)) || through[i] != slices.Contains(strings.Fields(c.through), string(way.From)) {
				t.Errorf("%s: %s→%s stood %v, through %v", c.name, way.From, way.To, stood[i], through[i])
			}
		}
	}
}

func TestStageNextIsChecked(t *testing.T) {
	for _, bad := range []map[Stage]StageNext{{"开业": {"a", 1}}, {"签约": {"", 1}}, {"签约": {"a", 0}}} {
		if CheckStages(bad) == nil {
			t.Errorf("%v was let through", bad)
		}
	}
	if err := CheckStages(nextOf); err != nil {
		t.Error(err)
	}
}
