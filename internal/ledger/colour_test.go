package ledger_test

import (
	"strings"
	"testing"

	. "duban/internal/ledger"
	"duban/internal/workday"
)

func TestColourOfCommitment(t *testing.T) {
	cal, r := statutory(t), DefaultRules()
	thursday := Commitment{DueOn: 2026_03_05, State: Open}
	with := func(change func(*Commitment)) Commitment {
		m := thursday
		change(&m)
		return m
	}
	warned := with(func(m *Commitment) { m.Rung, m.RectifyBy = StepWarn, 2026_03_13 })
	for _, tc := range []struct {
		name             string
		m                Commitment
		suspended, stuck bool
		today            workday.Day
		want             Colour
		why              string
	}{
		{"8 days to go", thursday, false, false, 2026_02_25, Green, "正常"},
		{"7 days to go", thursday, false, false, 2026_02_26, Yellow, "3月5日到期"},
		{"on the day", thursday, false, false, 2026_03_05, Yellow, "3月5日到期"},
		{"the day after, before the sweep", thursday, false, false, 2026_03_06, Yellow, "已逾期1天"},
		{"due on Saturday, Monday keeps it", with(func(m *Commitment) { m.DueOn = 2026_03_07 }), false, false, 2026_03_09, Yellow, "3月7日到期"},
		{"due on Saturday, Tuesday", with(func(m *Commitment) { m.DueOn = 2026_03_07 }), false, false, 2026_03_10, Yellow, "已逾期3天"},
		{"warned", warned, false, false, 2026_03_06, Yellow, "3月13日前整改"},
		{"on the rectify day", warned, false, false, 2026_03_13, Yellow, "已预警"},
		{"past the rectify day", warned, false, false, 2026_03_14, Red, "整改期3月13日已过"},
		{"under order", with(func(m *Commitment) { m.Rung, m.RectifyBy = StepOrder, 2026_03_13 }), false, false, 2026_03_16, Red, "已督办"},
		{"ordered at once", with(func(m *Commitment) { m.Rung = StepOrder }), false, false, 2026_03_06, Red, "已督办"},
		{"a reply on the list", with(func(m *Commitment) { m.Kind, m.Rung = Reply, StepList }), false, false, 2026_03_06, Red, "已督办"},
		{"reported done under order: red heals through yellow", with(func(m *Commitment) { m.Rung, m.State = StepOrder, Reported }), false, false, 2026_03_17, Yellow, "待审核"},
		{"sent back under order", with(func(m *Commitment) { m.Rung, m.GraceOn = StepOrder, 2026_03_18 }), false, false, 2026_03_17, Red, "已督办"},
		{"extended after an offence", with(func(m *Commitment) { m.DueOn = 2026_05_05 }), false, true, 2026_03_17, Yellow, "曾逾期"},
		{"extended in time", with(func(m *Commitment) { m.DueOn = 2026_05_05 }), false, false, 2026_03_17, Green, "正常"},
		{"suspended under order", with(func(m *Commitment) { m.Rung = StepOrder }), true, false, 2026_03_17, Grey, "暂停"},
		{"suspended, reported done", with(func(m *Commitment) { m.State = Reported }), true, false, 2026_03_17, Grey, "暂停"},
		{"accepted", with(func(m *Commitment) { m.Rung, m.State = StepOrder, Accepted }), false, true, 2026_03_17, Blue, "已办结"},
		{"waived", with(func(m *Commitment) { m.State = Waived }), false, false, 2026_03_17, Blue, ""},
		{"cancelled, project suspended", with(func(m *Commitment) { m.State = Cancelled }), true, false, 2026_03_17, Blue, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := ColourOf(tc.m, tc.suspended, tc.stuck, r, cal, tc.today)
			if got.Colour != tc.want || got.Why == "" || !strings.Contains(got.Why, tc.why) {
				t.Errorf("got %+v, want %s with %q", got, tc.want, tc.why)
			}
		})
	}
}

func TestColourOfProject(t *testing.T) {
	green, yellow, red, blue := Shade{Green, "正常"}, Shade{Yellow, "3月5日到期"}, Shade{Red, "已督办"}, Shade{Blue, "已办结"}
	for _, tc := range []struct {
		name   string
		p      Project
		shades []Shade
		want   Shade
	}{
		{"nothing owed", Project{}, nil, Shade{Green, "按计划推进"}},
		{"all well", Project{}, []Shade{green, blue}, Shade{Green, "按计划推进"}},
		{"the first yellow explains", Project{}, []Shade{green, yellow, {Yellow, "另一个"}}, yellow},
		{"red beats yellow", Project{}, []Shade{yellow, red, green}, red},
		{"behind by 5 points", Project{Progress: 6000, Planned: 6500}, nil, Shade{Green, "按计划推进"}},
		{"behind by more", Project{Progress: 5999, Planned: 6500}, []Shade{green}, Shade{Yellow, "进度59.99%，落后计划5.01%"}},
		{"behind, and yellow for more", Project{Progress: 1000, Planned: 6500}, []Shade{yellow}, yellow},
		{"ahead", Project{Progress: 9000, Planned: 6500}, nil, Shade{Green, "按计划推进"}},
		{"done", Project{Progress: Full}, []Shade{blue, green}, Shade{Blue, "已完成"}},
		{"said to be done, but under order", Project{Progress: Full}, []Shade{blue, red}, red},
		{"suspended", Project{Suspended: true, SuspendedFor: "规划调整", Progress: Full}, []Shade{red}, Shade{Grey, "项目暂停：规划调整"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			if got := ColourOfProject(tc.p, tc.shades, DefaultRules()); got != tc.want {
				t.Errorf("got %+v, want %+v", got, tc.want)
			}
		})
	}
}

func TestColoursHaveSigns(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range []Colour{Green, Yellow, Red, Blue, Grey} {
		if s := c.Sign(); s == "" || seen[s] {
			t.Errorf("%s has the sign %q", c, s)
		}
		seen[c.Sign()] = true
	}
}
