package zh_test

import (
	"testing"

	"duban/internal/zh"
)

func TestDate(t *testing.T) {
	today := zh.YMD{Year: 2026, Month: 3, Day: 10} // a Tuesday
	type flag struct{ impossible, rolled, until bool }
	for _, c := range []struct {
		text    string
		y, m, d int
		found   string
		flag
	}{
		{"2026-03-05", 2026, 3, 5, "2026-03-05", flag{}},
		{"2026/3/5", 2026, 3, 5, "2026/3/5", flag{}},
		{"2026.3.5", 2026, 3, 5, "2026.3.5", flag{}},
		{"2026年3月5日开工", 2026, 3, 5, "2026年3月5日", flag{}},
		{"２０２６－０３－０５", 2026, 3, 5, "２０２６－０３－０５", flag{}},
		{"二〇二六年三月五日", 2026, 3, 5, "二〇二六年三月五日", flag{}},
		{"26年12月31日", 2026, 12, 31, "26年12月31日", flag{}},
		{"延期到3月15日", 2026, 3, 15, "3月15日", flag{}},
		{"3月10日", 2026, 3, 10, "3月10日", flag{}},
		{"3月5号", 2027, 3, 5, "3月5号", flag{rolled: true}},
		{"已于3月5日开工", 2026, 3, 5, "3月5日", flag{}},
		{"12月5日开工了", 2025, 12, 5, "12月5日", flag{rolled: true}},
		{"拆迁已完成，4月1日开工", 2026, 4, 1, "4月1日", flag{}},
		{"今年3月5日", 2026, 3, 5, "今年3月5日", flag{}},
		{"明年3月5日前", 2027, 3, 5, "明年3月5日前", flag{until: true}},
		{"去年12月底", 2025, 12, 31, "去年12月底", flag{}},
		{"三月二十五日", 2026, 3, 25, "三月二十五日", flag{}},
		{"十二月三十一号之前", 2026, 12, 31, "十二月三十一号之前", flag{until: true}},
		{"4月1日前", 2026, 4, 1, "4月1日前", flag{until: true}},
		{"2月底前", 2027, 2, 28, "2月底前", flag{rolled: true, until: true}},
		{"2028年2月底", 2028, 2, 29, "2028年2月底", flag{}},
		{"3月末", 2026, 3, 31, "3月末", flag{}},
		{"月底前完成", 2026, 3, 31, "月底前", flag{until: true}},
		{"本月15日", 2026, 3, 15, "本月15日", flag{}},
		{"下月5号", 2026, 4, 5, "下月5号", flag{}},
		{"下个月底", 2026, 4, 30, "下个月底", flag{}},
		{"上月底", 2026, 2, 28, "上月底", flag{}},
		{"年底前竣工", 2026, 12, 31, "年底前", flag{until: true}},
		{"明年底", 2027, 12, 31, "明年底", flag{}},
		{"2027年底", 2027, 12, 31, "2027年底", flag{}},
		{"今天开工", 2026, 3, 10, "今天", flag{}},
		{"明天", 2026, 3, 11, "明天", flag{}},
		{"后天", 2026, 3, 12, "后天", flag{}},
		{"昨天", 2026, 3, 9, "昨天", flag{}},
		{"3/15", 2026, 3, 15, "3/15", flag{}},
		{"4月1日或者5月1日", 2026, 4, 1, "4月1日", flag{}},

		{"2月30日", 2027, 2, 30, "2月30日", flag{impossible: true, rolled: true}},
		{"4月31日前", 2026, 4, 31, "4月31日前", flag{impossible: true, until: true}},
		{"13月5日", 2026, 13, 5, "13月5日", flag{impossible: true}},
		{"2026-02-30", 2026, 2, 30, "2026-02-30", flag{impossible: true}},
		{"2026-13-01", 2026, 13, 1, "2026-13-01", flag{impossible: true}},
		{"2月29日", 2027, 2, 29, "2月29日", flag{impossible: true, rolled: true}},
		{"3月0日", 2027, 3, 0, "3月0日", flag{impossible: true, rolled: true}},
		{"本月32日", 2026, 3, 32, "本月32日", flag{impossible: true}},

		{"每月底报送", 0, 0, 0, "", flag{}},
		{"3月开工", 0, 0, 0, "", flag{}},
		{"13/45", 0, 0, 0, "", flag{}},
		{"1/3/5", 0, 0, 0, "", flag{}},
		{"3/5%", 0, 0, 0, "", flag{}},
		{"3号楼封顶", 0, 0, 0, "", flag{}},
		{"完成65%", 0, 0, 0, "", flag{}},
		{"12026-03-05", 0, 0, 0, "", flag{}},
		{"", 0, 0, 0, "", flag{}},
	} {
		f, ok := zh.Date(c.text, today)
		got := flag{f.Impossible, f.Rolled, f.Until}
		if ok != (c.found != "") || f.YMD != (zh.YMD{Year: c.y, Month: c.m, Day: c.d}) || c.text[f.Start:f.End] != c.found || got != c.flag {
			t.Errorf("Date(%q) = %+v in %q, %v", c.text, f, c.text[f.Start:f.End], ok)
		}
	}
}

// Relative months and days cross the year and the short month.
func TestDateAtTheEdges(t *testing.T) {
	for _, c := range []struct {
		text  string
		today zh.YMD
		want  zh.YMD
	}{
		{"明天", zh.YMD{Year: 2025, Month: 12, Day: 31}, zh.YMD{Year: 2026, Month: 1, Day: 1}},
		{"昨天", zh.YMD{Year: 2028, Month: 3, Day: 1}, zh.YMD{Year: 2028, Month: 2, Day: 29}},
		{"下月底", zh.YMD{Year: 2025, Month: 12, Day: 31}, zh.YMD{Year: 2026, Month: 1, Day: 31}},
		{"下月底", zh.YMD{Year: 2026, Month: 1, Day: 31}, zh.YMD{Year: 2026, Month: 2, Day: 28}},
		{"上月底", zh.YMD{Year: 2026, Month: 1, Day: 5}, zh.YMD{Year: 2025, Month: 12, Day: 31}},
		{"1月5日", zh.YMD{Year: 2025, Month: 12, Day: 31}, zh.YMD{Year: 2026, Month: 1, Day: 5}},
		{"2月29日", zh.YMD{Year: 2028, Month: 2, Day: 1}, zh.YMD{Year: 2028, Month: 2, Day: 29}},
	} {
		f, ok := zh.Date(c.text, c.today)
		if !ok || f.YMD != c.want || f.Impossible {
			t.Errorf("%s on %v: %+v %v", c.text, c.today, f, ok)
		}
	}
}
