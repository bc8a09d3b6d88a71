package score_test

import (
	"slices"
	"strings"
	"testing"

	"duban/internal/score"
)

const wan = 10_000 // yuan

func one(w score.Work) score.Unit { return score.Unit{ID: 1, Kind: "street", Works: []score.Work{w}} }

func TestScore(t *testing.T) {
	quarter := 2500
	tests := map[string]struct {
		unit score.Unit
		want int // hundredths of a point; -1: not ranked
		why  string
	}{
		"all reached": {one(score.Work{Progress: 3000, Planned: 3000, Invested: 2500 * wan, Plan: 10_000 * wan, NodesDue: 2, NodesKept: 2}), 10_000,
			"1个项目平均完成计划进度的100.0%"},
		"more than planned counts as reached": {one(score.Work{Progress: 9000, Planned: 3000, Invested: 9000 * wan, Plan: 10_000 * wan, NodesDue: 2, NodesKept: 2}), 10_000,
			"年度投资完成90.0%，时间进度25.0%"},
		"half of everything": {one(score.Work{Progress: 1500, Planned: 3000, Invested: 1250 * wan, Plan: 10_000 * wan, NodesDue: 2, NodesKept: 1}), 5000,
			"应完成2个节点，按期完成1个"},
		"what cannot be measured is left out": {one(score.Work{Progress: 1500, Planned: 3000}), 5000, "1个项目平均完成计划进度的50.0%"},
		"nothing to measure":                  {one(score.Work{Strikes: 1}), -1, ""},
		"no projects":                         {score.Unit{ID: 1, Kind: "street"}, -1, ""},
		"an offence": {one(score.Work{Progress: 3000, Planned: 3000, Strikes: 1, Missed: 1}), 9000,
			"预警督办1次、漏报1次，按1个项目平均"},
		"never below zero": {one(score.Work{Progress: 0, Planned: 3000, Strikes: 9}), 0, "1个项目平均完成计划进度的0.0%"},
		"many projects share their offences": {score.Unit{ID: 1, Kind: "street", Works: []score.Work{
			{Progress: 3000, Planned: 3000, Strikes: 1}, {Progress: 3000, Planned: 3000}, {Progress: 3000, Planned: 3000}, {Progress: 3000, Planned: 3000},
		}}, 9875, "预警督办1次、漏报0次，按4个项目平均"},
		"a trillion does not overflow": {one(score.Work{Invested: 1_0000_0000 * wan, Plan: 4_0000_0000 * wan}), 10_000, "年度投资完成25.0%，时间进度25.0%"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := score.Rank([]score.Unit{tt.unit}, quarter, score.DefaultWeights())
			switch {
			case tt.want < 0:
				if len(got) != 0 {
					t.Fatalf("ranked: %+v", got)
				}
				return
			case len(got) != 1 || got[0].Score != tt.want:
				t.Fatalf("scored %+v, want %d", got, tt.want)
			}
			if !slices.ContainsFunc(got[0].Parts, func(p score.Part) bool { return p.Why == tt.why }) {
				t.Errorf("explained by %+v, want %q", got[0].Parts, tt.why)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	unit := func(id int64, kind string, progress, order, last int) score.Unit {
		return score.Unit{ID: id, Kind: kind, Order: order, Last: last, Works: []score.Work{{Progress: progress, Planned: 10_000}}}
	}
	units := []score.Unit{
		unit(1, "park", 5000, 1, 1), unit(2, "street", 9000, 2, 3), unit(3, "street", 9000, 1, 1), unit(4, "street", 7000, 3, 2),
		unit(5, "park", 8000, 2, 2), unit(6, "street", 9500, 4, 0), {ID: 7, Kind: "street"},
	}
	type place struct {
		unit         int64
		place, moved int
	}
	want := []place{{5, 1, 1}, {1, 2, -1}, {6, 1, 0}, {3, 2, -1}, {2, 2, 1}, {4, 4, -2}}
	for range 2 {
		var got []place
		for _, p := range score.Rank(units, 5000, score.DefaultWeights()) {
			got = append(got, place{p.Unit, p.Place, p.Moved})
		}
		if !slices.Equal(got, want) {
			t.Fatalf("placed %v, want %v", got, want)
		}
		slices.Reverse(units[1:4]) // the order in which they are handed in decides nothing within a kind
	}
}

func TestWeights(t *testing.T) {
	for want, w := range map[string]score.Weights{
		"":              score.DefaultWeights(),
		"add up to 110": {Progress: 50, Investment: 30, Nodes: 30},
		"below zero":    {Progress: 40, Investment: 30, Nodes: 30, Strikes: -1},
	} {
		if err := w.Validate(); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v, want %q", w, err, want)
		}
	}
}
