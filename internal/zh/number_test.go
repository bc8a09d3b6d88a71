package zh_test

import (
	"strings"
	"testing"

	"duban/internal/zh"
)

func TestNumber(t *testing.T) {
	for _, c := range []struct {
		text  string
		value int64 // ten-thousandths
		unit  string
		rest  string
		vague bool
	}{
		{"12", 12_0000, "", "", false},
		{"1.2", 1_2000, "", "", false},
		{" 1.25 起", 1_2500, "", " 起", false},
		{"１２００", 1200_0000, "", "", false},
		{"１．５", 1_5000, "", "", false},
		{"1,200.5万", 12_005_000_0000, "万", "", false},
		{"3，100%", 3_0000, "", "，100%", false},
		{"3,10", 3_0000, "", ",10", false},
		{"1,2345", 1_0000, "", ",2345", false},
		{"0.12345", 1235, "", "", false},
		{"1.23456亿", 123_456_000_0000, "亿", "", false},
		{"1200 万元", 12_000_000_0000, "万", "元", false},
		{"3 千", 3_0000, "", " 千", false},
		{"3千万", 30_000_000_0000, "万", "", false},
		{"1.5千", 1500_0000, "", "", false},
		{"1.2个亿", 120_000_000_0000, "亿", "", false},
		{"3个项目", 3_0000, "", "个项目", false},
		{"1亿2000万元", 120_000_000_0000, "万", "元", false},
		{"1亿2千万", 120_000_000_0000, "万", "", false},
		{"1亿2月底", 100_000_000_0000, "亿", "2月底", false},
		{"一千二百", 1200_0000, "", "", false},
		{"一千二", 1200_0000, "", "", false},
		{"一千零二", 1002_0000, "", "", false},
		{"一千零二十", 1020_0000, "", "", false},
		{"一百一十五", 115_0000, "", "", false},
		{"一百十五", 115_0000, "", "", false},
		{"十", 10_0000, "", "", false},
		{"十二", 12_0000, "", "", false},
		{"二十一", 21_0000, "", "", false},
		{"一万二", 12_000_0000, "万", "", false},
		{"一万零五百", 10_500_0000, "万", "", false},
		{"一亿二", 120_000_000_0000, "亿", "", false},
		{"一亿二月底", 100_000_000_0000, "亿", "二月底", false},
		{"三千五百万", 35_000_000_0000, "万", "", false},
		{"一万二千亿", 1_200_000_000_000_0000, "亿", "", false},
		{"两点五", 2_5000, "", "", false},
		{"一点二亿", 120_000_000_0000, "亿", "", false},
		{"零点五", 5000, "", "", false},
		{"3点半", 3_0000, "", "点半", false},
		{"3点15分", 3_0000, "", "点15分", false},
		{"二〇二六年", 2026_0000, "", "年", false},
		{"二零二六", 2026_0000, "", "", false},
		{"壹仟贰佰萬", 12_000_000_0000, "万", "", false},
		{"兩億", 200_000_000_0000, "亿", "", false},
		{"-5", -5_0000, "", "", false},
		{"负五", -5_0000, "", "", false},
		{"二三十万", 0, "万", "", true},
		{"999999999999999", 0, "", "999999999999999", false},
		{"9999999999999999999999", 0, "", "9999999999999999999999", false},
		{"九千万亿", 0, "", "九千万亿", false},
		{"", 0, "", "", false},
		{"万一", 0, "", "万一", false},
		{"百", 0, "", "百", false},
		{"千万不要", 0, "", "千万不要", false},
		{"进度60", 0, "", "进度60", false},
		{"-", 0, "", "-", false},
		{"负责", 0, "", "负责", false},
	} {
		n, rest, ok := zh.Number(c.text)
		if c.vague {
			n.Value = c.value // stands for nothing
		}
		if ok != (c.rest != c.text) || n.Value != c.value || n.Unit != c.unit || rest != c.rest || n.Vague != c.vague {
			t.Errorf("Number(%q) = %d %q rest %q vague %v ok %v", c.text, n.Value, n.Unit, rest, n.Vague, ok)
		}
	}
}

func TestPercent(t *testing.T) {
	for _, c := range []struct {
		text  string
		want  int64 // hundredths of a percent
		found string
		vague bool
	}{
		{"百分之七十二点五", 7250, "百分之七十二点五", false},
		{"百分之二十点五", 2050, "百分之二十点五", false},
		{"百分之十点二五", 1025, "百分之十点二五", false},
		{"百分之六十五点半", 6500, "百分之六十五", false},
		{"进度65%，正常", 6500, "65%", false},
		{"６５．５％", 6550, "６５．５％", false},
		{"65 %", 6500, "65 %", false},
		{"完成100%", 10000, "100%", false},
		{"120%", 12000, "120%", false},
		{"-5%", -500, "-5%", false},
		{"一医院-60%", 6000, "60%", false},
		{"百分之六十五", 6500, "百分之六十五", false},
		{"完成百分之65.5了", 6550, "百分之65.5", false},
		{"百分之零点五", 50, "百分之零点五", false},
		{"百分之百", 10000, "百分之百", false},
		{"百分百完成", 10000, "百分百", false},
		{"千分之五", 50, "千分之五", false},
		{"完成三分之二", 6667, "三分之二", false},
		{"六成", 6000, "六成", false},
		{"六成五", 6500, "六成五", false},
		{"两成半", 2500, "两成半", false},
		{"6成5", 6500, "6成5", false},
		{"完成六成3个节点", 6000, "六成", false},
		{"完成六成三个节点", 6000, "六成", false},
		{"十成", 10000, "十成", false},
		{"完成一半", 5000, "一半", false},
		{"进度60%-70%", 0, "60%", true},
		{"60-70%", 0, "70%", true},
		{"从60%到70%", 0, "60%", true},
		{"60%至今未动", 6000, "60%", false},
		{"七八成", 0, "七八成", true},
		{"先60%，又百分之七十", 6000, "60%", false},
		{"先百分之七十，又60%", 7000, "百分之七十", false},
		{"节点3，100%完成", 10000, "100%", false},
		{"三期项目 33.333%", 3333, "33.333%", false},
		{"提高5个百分点", 0, "", false},
		{"另一半正在拆迁", 0, "", false},
		{"第三成交区", 0, "", false},
		{"三成果", 0, "", false},
		{"几成把握", 0, "", false},
		{"50成", 0, "", false},
		{"2026.3.15%", 0, "", false},
		{"60万%", 0, "", false},
		{"零分之五", 0, "", false},
		{"百分之", 0, "", false},
		{"千分之百", 0, "", false},
		{"完成60", 0, "", false},
		{"99999999999999999999%", 0, "", false},
		{"👍", 0, "", false},
	} {
		p, ok := zh.Percent(c.text)
		if c.vague {
			p.Hundredths = c.want
		}
		if ok != (c.found != "") || p.Hundredths != c.want || c.text[p.Start:p.End] != c.found || p.Vague != c.vague {
			t.Errorf("Percent(%q) = %d in %q vague %v ok %v", c.text, p.Hundredths, c.text[p.Start:p.End], p.Vague, ok)
		}
	}
}

func TestMoney(t *testing.T) {
	for _, c := range []struct {
		text  string
		yuan  int64
		unit  string
		found string
		vague bool
	}{
		{"完成投资1200万元", 12_000_000, "万元", "1200万元", false},
		{"累计１．２亿，占60%", 120_000_000, "亿元", "１．２亿", false},
		{"60%，3000万", 30_000_000, "万元", "3000万", false},
		{"三千五百万元", 35_000_000, "万元", "三千五百万元", false},
		{"3千万", 30_000_000, "万元", "3千万", false},
		{"一亿二", 120_000_000, "亿元", "一亿二", false},
		{"1.2个亿", 120_000_000, "亿元", "1.2个亿", false},
		{"1亿2000万", 120_000_000, "万元", "1亿2000万", false},
		{"1.2億元", 120_000_000, "亿元", "1.2億元", false},
		{"1.2亿多元", 120_000_000, "亿元", "1.2亿多元", false},
		{"1.2亿人民币", 120_000_000, "亿元", "1.2亿人民币", false},
		{"500元", 500, "元", "500元", false},
		{"1234.5元", 1235, "元", "1234.5元", false},
		{"500块钱", 500, "元", "500块钱", false},
		{"￥500", 500, "元", "500", false},
		{"1,200万元", 12_000_000, "万元", "1,200万元", false},
		{"-300万元", -3_000_000, "万元", "-300万元", false},
		{"3000到5000万元", 0, "万元", "5000万元", true},
		{"1亿-1.5亿", 0, "亿元", "1亿", true},
		{"二三十万元", 0, "万元", "二三十万元", true},
		{"厂房3万平方米，投资2亿元", 200_000_000, "亿元", "2亿元", false},
		{"5万人", 0, "", "", false},
		{"3万㎡", 0, "", "", false},
		{"2亿美元", 0, "", "", false},
		{"2000万 美元", 0, "", "", false},
		{"几千万元", 0, "", "", false},
		{"几十万元", 0, "", "", false},
		{"2026元旦前", 0, "", "", false},
		{"完成60", 0, "", "", false},
		{"千万不要停", 0, "", "", false},
		{"万元", 0, "", "", false},
		{"99999999999999999999万元", 0, "", "", false},
	} {
		a, ok := zh.Money(c.text)
		if c.vague {
			a.Yuan = c.yuan
		}
		if ok != (c.found != "") || a.Yuan != c.yuan || a.Unit != c.unit || c.text[a.Start:a.End] != c.found || a.Vague != c.vague {
			t.Errorf("Money(%q) = %d %s in %q vague %v ok %v", c.text, a.Yuan, a.Unit, c.text[a.Start:a.End], a.Vague, ok)
		}
	}
}

func FuzzFinders(f *testing.F) {
	for _, s := range []string{"", "报 一医院 65% 1.2亿元 3月5日前", "１２，３４５万", "一万一万一万亿亿十百千", "百分之百分之百分之", "负负负-5-5", "1亿2", "60%-70%~80%到",
		"\xff\xfe3月\xff", "七八成五半", "零零零零", "2026-02-30", strings.Repeat("一亿二", 200), strings.Repeat("9", 400) + "%", "😀６０％"} {
		f.Add(s)
	}
	inside := func(t *testing.T, s string, at zh.Span) {
		t.Helper()
		if at.Start < 0 || at.Start >= at.End || at.End > len(s) {
			t.Fatalf("span %v of %q", at, s)
		}
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, rest, ok := zh.Number(s); ok {
			inside(t, s, n.Span)
			if s[n.End:] != rest {
				t.Fatalf("rest %q of %q", rest, s)
			}
		}
		if p, ok := zh.Percent(s); ok {
			inside(t, s, p.Span)
		}
		if a, ok := zh.Money(s); ok {
			inside(t, s, a.Span)
		}
		today := zh.YMD{Year: 2026, Month: 3, Day: 10}
		if d, ok := zh.Date(s, today); ok {
			inside(t, s, d.Span)
			if d.Month > 12 && !d.Impossible || d.Day == 0 && !d.Impossible {
				t.Fatalf("%q gives %+v", s, d)
			}
		}
		zh.Pinyin(s)
		if sim := zh.Dice(s, s+"x"); sim < 0 || sim > 1 {
			t.Fatalf("%q: %v", s, sim)
		}
	})
}
