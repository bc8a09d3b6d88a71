package ledger

import (
	"slices"
	"testing"

	"duban/internal/workday"
)

func TestLacksToSign(t *testing.T) {
	whole := Project{LeaderID: 1, Measures: "专班洽谈", TargetOn: 2026_06_30, Standard: "签约", Reward: "通报", Investment: 1, LeadUnitID: 2, HostUnitID: 3, Industry: "新材料"}
	with := func(change func(*Project)) Project {
		p := whole
		change(&p)
		return p
	}
	sign := Commitment{Code: "J0001", Kind: Milestone, Title: "签订投资协议", DueOn: 2026_03_01, State: Open}
	land := Commitment{Code: "J0002", Kind: Milestone, Title: "确定地块", DueOn: 2026_03_01, State: Open}
	for name, c := range map[string]struct {
		p    Project
		open []Commitment
		want []string
	}{
		"nothing":                     {whole, []Commitment{sign}, nil},
		"elements and the agreement":  {with(func(p *Project) { p.LeaderID, p.Investment, p.HostUnitID = 0, 0, 0 }), nil, []string{"定领导", "总投资", "落户载体（属地）"}},
		"a problem and a node":        {whole, []Commitment{sign, land, {Code: "W0003", Kind: Problem, State: Open}}, []string{"节点J0002已逾期", "问题W0003未解决"}},
		"a node that waits for a yes": {whole, []Commitment{{Code: "J0002", Kind: Milestone, Title: "确定地块", DueOn: 2026_03_01, State: Reported}}, nil},
	} {
		lacks, hindered := LacksToSign(c.p, c.open, 2026_03_10)
		if got := append(lacks, hindered...); !slices.Equal(got, c.want) {
			t.Errorf("%s: lacks %q, want %q", name, got, c.want)
		}
	}
}

func TestQuarterOf(t *testing.T) {
	for day, want := range map[workday.Day][2]workday.Day{
		2026_01_01: {2026_01_01, 2026_03_31}, 2026_03_31: {2026_01_01, 2026_03_31}, 2026_04_01: {2026_04_01, 2026_06_30},
		2026_08_15: {2026_07_01, 2026_09_30}, 2026_12_31: {2026_10_01, 2026_12_31},
	} {
		if first, last := QuarterOf(day); [2]workday.Day{first, last} != want {
			t.Errorf("%d lies in %d to %d, want %v", day, first, last, want)
		}
	}
}
