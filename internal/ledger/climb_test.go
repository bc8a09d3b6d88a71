package ledger_test

import (
	"strings"
	"testing"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

// What each step writes, whom it tells, and how it explains itself.
func TestClimbWrites(t *testing.T) {
	cal, r := statutory(t), DefaultRules()
	milestone := Commitment{ID: 7, DistrictID: 1, Code: "J0007", Kind: Milestone, Title: "主体封顶", ProjectID: 1, UnitID: 6,
		OwnerID: 20, FirstDueOn: 2026_03_05, DueOn: 2026_03_05, State: Open, NextLook: 2026_03_02}
	filing := milestone
	filing.Kind, filing.ProjectID = Filing, 0
	reply := milestone
	reply.Kind, reply.OrderID = Reply, 1
	warnStep := Step{CommitmentID: 7, DueOn: 2026_03_05, Name: StepWarn, On: 2026_03_06, RectifyBy: 2026_03_13}
	strike := func(m CommitmentID, p ProjectID, k Kind) Strike {
		return Strike{CommitmentID: m, DueOn: 2026_02_27, ProjectID: p, UnitID: 6, Kind: k, Trigger: Kinds[k].Trigger, On: 2026_03_02, State: StrikeStands}
	}
	unit := r
	unit.Scope = AnyOfUnit
	for _, tc := range []struct {
		name   string
		c      Case
		r      Rules
		today  workday.Day
		step   StepName
		to     string
		rank   Rank
		why    string
		strike bool
		rung   StepName
	}{
		{"reminder", Case{Commitment: milestone}, r, 2026_03_02, StepRemind, "g5 p20", RankReminder, "到期前3个工作日提醒", false, ""},
		{"warning", Case{Commitment: milestone}, r, 2026_03_06, StepWarn, "g5 p20", RankWarning, "节点逾期，首次即预警（规则2026-1）", true, StepWarn},
		{"order after the rectify day", Case{Commitment: milestone, Steps: []Step{warnStep}}, r, 2026_03_16, StepOrder, "g2 g5 g11", RankOrder,
			"预警后逾整改期限仍未办结，两次即督办（规则2026-1）", false, StepOrder},
		{"order for another of the project", Case{Commitment: milestone, Strikes: []Strike{strike(8, 1, Milestone)}}, r, 2026_03_06, StepOrder, "g2 g5 g11",
			RankOrder, "同一项目2026年3月2日已有一次节点逾期，本次为第二次", true, StepOrder},
		{"order for its own earlier day", Case{Commitment: milestone, Strikes: []Strike{strike(7, 1, Milestone)}}, r, 2026_03_06, StepOrder, "g2 g5 g11",
			RankOrder, "本事项2026年3月2日已逾期一次，本次为第二次", true, StepOrder},
		{"order for another of the unit", Case{Commitment: milestone, Strikes: []Strike{strike(8, 2, Problem)}}, unit, 2026_03_06, StepOrder, "g2 g5 g11",
			RankOrder, "同一单位2026年3月2日已有一次存在问题不及时解决，本次为第二次", true, StepOrder},
		{"order for another filing of the unit", Case{Commitment: filing, Strikes: []Strike{strike(8, 0, Filing)}}, r, 2026_03_06, StepOrder, "g2 g5 g11",
			RankOrder, "同一单位2026年3月2日已有一次逾期未报送，本次为第二次", true, StepOrder},
		{"list", Case{Commitment: reply}, r, 2026_03_06, StepList, "g11", RankOrder, "逾期未回复督办单，提请约谈（规则2026-1）", true, StepList},
	} {
		t.Run(tc.name, func(t *testing.T) {
			m, now := tc.c.Commitment, at(tc.today, 0)
			v := Decide(tc.c, tc.r, cal, tc.today)
			out := Climb(tc.c, v, tc.r, theRoster(*ownProject, 5), tc.today, now)
			steps := out.Steps
			for _, d := range out.Orders {
				steps = append(steps, d.Step)
			}
			if len(steps) != 1 {
				t.Fatalf("%d steps: %+v", len(steps), v)
			}
			s := steps[0]
			if s.Name != tc.step || s.On != tc.today || s.DueOn != m.DueOn || s.CommitmentID != m.ID || !strings.Contains(s.Why, tc.why) {
				t.Errorf("step %+v", s)
			}
			if got := out.Looked[0]; got.Rung != tc.rung || got.NextLook != v.NextLook || got.DueOn != m.DueOn || (tc.step == StepWarn) != (got.RectifyBy != 0) {
				t.Errorf("saved %+v", got)
			}
			if (len(out.Strikes) == 1) != tc.strike {
				t.Fatalf("strikes %+v", out.Strikes)
			}
			if tc.strike {
				k := out.Strikes[0]
				if k.Trigger != Kinds[m.Kind].Trigger || k.RuleVersion != "2026-1" || k.On != tc.today || k.DueOn != m.DueOn || k.State != StrikeStands || k.UnitID != 6 || k.Kind != m.Kind {
					t.Errorf("strike %+v", k)
				}
			}
			var to []Recipient
			for _, n := range out.Notices {
				to = append(to, n.To)
				if n.Rank != tc.rank || n.Cause != LookCause(tc.today) || !n.Held || n.Due != now || n.Step == nil || n.Step.Name != tc.step {
					t.Errorf("notice %+v", n)
				}
			}
			if keys(to) != tc.to {
				t.Errorf("tells %q, want %q", keys(to), tc.to)
			}
			if len(out.Entries) != 1 || out.Entries[0].Note != s.Why || out.Entries[0].PersonID != 0 {
				t.Errorf("history %+v", out.Entries)
			}
			if (tc.step == StepOrder) != (len(out.Orders) == 1) {
				t.Fatalf("orders %+v", out.Orders)
			}
			for _, d := range out.Orders {
				want := Commitment{DistrictID: 1, Kind: Reply, Title: "回复督办单：主体封顶", ProjectID: m.ProjectID, UnitID: 6, OwnerID: 20,
					FirstDueOn: v.RectifyBy, DueOn: v.RectifyBy, State: Open, CreatedAt: now, NextLook: tc.today.AddDays(1)}
				if d.Reply != want || d.Order.ReplyBy != v.RectifyBy || d.Order.Year != 2026 || d.Order.On != tc.today || d.Order.Why != s.Why {
					t.Errorf("order %+v", d)
				}
			}
		})
	}
}

// A silent look writes nothing but a later alarm, and says why it is silent.
func TestSilentLooks(t *testing.T) {
	cal, r := statutory(t), DefaultRules()
	open := Commitment{ID: 7, Kind: Milestone, DueOn: 2026_03_05, State: Open, NextLook: 2026_02_02}
	state := func(s State) Commitment { m := open; m.State = s; return m }
	for _, tc := range []struct {
		name  string
		c     Case
		today workday.Day
		why   string
		next  workday.Day
	}{
		{"long before", Case{Commitment: open}, 2026_02_02, "未到提醒日", 2026_02_25},
		{"day off", Case{Commitment: open}, 2026_02_16, "今天不是工作日", 2026_02_24},
		{"reported done", Case{Commitment: state(Reported)}, 2026_03_06, "等待审核", 0},
		{"accepted", Case{Commitment: state(Accepted)}, 2026_03_06, "已办结", 0},
		{"suspended", Case{Commitment: open, Suspended: true}, 2026_03_06, "项目已暂停", 0},
		{"step taken today", Case{Commitment: open, Steps: []Step{{CommitmentID: 7, DueOn: 2026_02_01, Name: StepWarn, On: 2026_03_06}}}, 2026_03_06, "今天已发过通知", 2026_03_09},
		{"another's step today", Case{Commitment: open, Steps: []Step{{CommitmentID: 8, DueOn: 2026_03_05, Name: StepRemind, Before: 1, On: 2026_02_24}}}, 2026_02_24, "未到提醒日", 2026_02_25},
	} {
		t.Run(tc.name, func(t *testing.T) {
			v := Decide(tc.c, r, cal, tc.today)
			if v.Step != "" || v.Strike || !strings.Contains(v.Silent, tc.why) || v.NextLook != tc.next {
				t.Fatalf("got %+v, want %q until %s", v, tc.why, tc.next)
			}
			out := Climb(tc.c, v, r, theRoster(*ownProject, 5), tc.today, at(tc.today, 0))
			want := tc.c.Commitment
			want.NextLook = tc.next
			if len(out.Looked) != 1 || out.Looked[0] != want || len(out.Saved)+len(out.Entries)+len(out.Notices)+len(out.Steps)+len(out.Strikes)+len(out.Orders) != 0 {
				t.Errorf("writes %+v", out)
			}
			tc.c.Commitment = want
			if again := Climb(tc.c, v, r, Roster{}, tc.today, at(tc.today, 0)); again.Changed() {
				t.Errorf("writes %+v though nothing changed", again)
			}
		})
	}
}

func TestRulesThatCannotBe(t *testing.T) {
	if err := DefaultRules().Validate(); err != nil {
		t.Fatal(err)
	}
	long := DefaultRules()
	long.Version = strings.Repeat("版", 33)
	if err := long.Validate(); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("a version no strike can keep: %v", err)
	}
	for key, bend := range map[string]func(*Rules){
		"rectify_days": func(r *Rules) { r.RectifyDays = 0 },
		"reply_days":   func(r *Rules) { r.ReplyDays = 61 },
		"filing_days":  func(r *Rules) { r.FilingDays = -1 },
		"grace_days":   func(r *Rules) { r.GraceDays = 0 },
		"remind":       func(r *Rules) { r.Remind = []int{7, 0} },
		"scope":        func(r *Rules) { r.Scope = "district" },
		"version":      func(r *Rules) { r.Version = "" },
	} {
		r := DefaultRules()
		bend(&r)
		if err := r.Validate(); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
}
