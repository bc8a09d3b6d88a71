package ledger_test

import (
	"math"
	"slices"
	"testing"

	. "duban/internal/ledger"
)

func TestMoneyIsWrittenAsOfficialsDo(t *testing.T) {
	for m, want := range map[Money]string{
		0: "0元", 1: "1元", -1: "-1元", 800: "800元", 9_999: "9999元",
		10_000: "1万元", 10_049: "1万元", 10_050: "1.01万元", 12_345: "1.23万元", 12_350: "1.24万元", 15_000: "1.5万元",
		3500 * wan: "3500万元", 100_000: "10万元", 1_000_000: "100万元", -12_350: "-1.24万元",
		99_999_949: "9999.99万元", 99_999_950: "1亿元", 99_999_999: "1亿元", -99_999_950: "-1亿元", yi: "1亿元",
		100_499_999: "1亿元", 100_500_000: "1.01亿元", 12000 * wan: "1.2亿元", 10 * yi: "10亿元", 1000 * yi: "1000亿元",
		99_999 * yi: "99999亿元", -5 * yi: "-5亿元",
	} {
		if got := m.String(); got != want {
			t.Errorf("%d yuan: %q, want %q", int64(m), got, want)
		}
	}
}

func TestPercentKeepsItsHundredths(t *testing.T) {
	for p, want := range map[Percent]string{
		0: "0%", 1: "0.01%", 10: "0.1%", 100: "1%", 1000: "10%", 6500: "65%", 6550: "65.5%", 6555: "65.55%", 9999: "99.99%",
		Full: "100%", 12000: "120%", -1: "-0.01%", -550: "-5.5%", math.MaxInt32: "21474836.47%", math.MinInt32: "-21474836.48%",
	} {
		if got := p.String(); got != want {
			t.Errorf("%d: %q, want %q", int32(p), got, want)
		}
	}
}

func TestMissingElements(t *testing.T) {
	all := []string{"定领导", "定举措", "定工期", "定标准", "定奖惩"}
	whole := Project{LeaderID: 1, Measures: "挂图作战", TargetOn: 2026_12_31, Standard: "优质", Reward: "通报表扬"}
	if got := (Project{}).Missing(); !slices.Equal(got, all) {
		t.Errorf("of nothing: %v", got)
	}
	if got := whole.Missing(); len(got) != 0 {
		t.Errorf("of the whole: %v", got)
	}
	for i, drop := range []func(*Project){
		func(p *Project) { p.LeaderID = 0 }, func(p *Project) { p.Measures = "" }, func(p *Project) { p.TargetOn = 0 },
		func(p *Project) { p.Standard = "" }, func(p *Project) { p.Reward = "" },
	} {
		p := whole
		drop(&p)
		if got := p.Missing(); !slices.Equal(got, all[i:i+1]) {
			t.Errorf("without %s: %v", all[i], got)
		}
	}
}
