package zh_test

import (
	"slices"
	"testing"
	"time"

	"duban/internal/zh"
)

// office is a calendar with weekends off, the spring and the national holiday of 2026, and a meeting
// on the 16th of every month.
type office struct{}

func (office) Worked(d zh.YMD) bool {
	t := time.Date(d.Year, time.Month(d.Month), d.Day, 0, 0, 0, 0, time.UTC)
	if d.Year == 2026 && d.Month == 10 && d.Day <= 7 || d == (zh.YMD{Year: 2026, Month: 5, Day: 1}) {
		return false
	}
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
}

func (office) Holiday(name string, year int) (zh.YMD, bool) {
	first, ok := map[string]zh.YMD{
		"春节": {Year: 2026, Month: 2, Day: 15}, "劳动节": {Year: 2026, Month: 5, Day: 1}, "国庆节": {Year: 2026, Month: 10, Day: 1},
	}[name]
	return first, ok && year == 2026
}

func (office) Meeting(after zh.YMD) zh.YMD {
	if after.Day < 16 {
		return zh.YMD{Year: after.Year, Month: after.Month, Day: 16}
	}
	return zh.YMD{Year: after.Year, Month: after.Month + 1, Day: 16}
}

func TestDeadline(t *testing.T) {
	today := zh.YMD{Year: 2026, Month: 3, Day: 5} // a Thursday
	for _, c := range []struct {
		text, found string
		m, d        int
		choices     []int // mmdd, where several days may be meant
	}{
		{"下周五能好", "下周五", 3, 13, nil},
		{"周五前", "周五前", 3, 6, nil},
		{"周四", "周四", 3, 5, []int{305, 312}},
		{"周三交", "周三", 3, 11, nil},
		{"本周五下班前", "本周五下班前", 3, 6, nil},
		{"这周内", "这周内", 3, 6, nil},
		{"下周", "下周", 3, 13, nil},
		{"下下周一", "下下周一", 3, 16, nil},
		{"下礼拜二", "下礼拜二", 3, 10, nil},
		{"下个星期天", "下个星期天", 3, 15, nil},
		{"週末前", "週末前", 3, 6, nil},
		{"周末", "周末", 3, 8, nil},
		{"明后天", "明后天", 3, 6, []int{306, 307}},
		{"今明两天", "今明两天", 3, 5, []int{305, 306}},
		{"大后天", "大后天", 3, 8, nil},
		{"今天下班前", "今天下班前", 3, 5, nil},
		{"后天", "后天", 3, 7, nil},
		{"月底", "月底", 3, 31, nil},
		{"月底前完成", "月底前", 3, 31, nil},
		{"下月中旬", "下月中旬", 4, 20, nil},
		{"4月上旬", "4月上旬", 4, 10, nil},
		{"四月中旬前", "四月中旬前", 4, 20, nil},
		{"4月下旬", "4月下旬", 4, 30, nil},
		{"中旬前", "中旬前", 3, 20, nil},
		{"月中", "月中", 3, 15, nil},
		{"下月初", "下月初", 4, 10, nil},
		{"本月内", "本月内", 3, 31, nil},
		{"月内", "月内", 3, 31, nil},
		{"下个月", "下个月", 4, 30, nil},
		{"6月份", "6月份", 6, 30, nil},
		{"4月底前", "4月底前", 4, 30, nil},
		{"4月1日前", "4月1日前", 4, 1, nil},
		{"4月前", "4月前", 3, 31, []int{331, 430}},
		{"15号前", "15号前", 3, 15, nil},
		{"２０日前", "２０日前", 3, 20, nil},
		{"2号前", "2号前", 4, 2, nil},
		{"本季度末", "本季度末", 3, 31, nil},
		{"季度末", "季度末", 3, 31, nil},
		{"二季度", "二季度", 6, 30, nil},
		{"下季度末", "下季度末", 6, 30, nil},
		{"三季度前", "三季度前", 6, 30, []int{630, 930}},
		{"上半年", "上半年", 6, 30, nil},
		{"今年上半年", "今年上半年", 6, 30, nil},
		{"年中", "年中", 6, 30, nil},
		{"年内", "年内", 12, 31, nil},
		{"今年内", "今年内", 12, 31, nil},
		{"年底前", "年底前", 12, 31, nil},
		{"3个工作日内", "3个工作日内", 3, 10, nil},
		{"三個工作日內", "三個工作日內", 3, 10, nil},
		{"一周内", "一周内", 3, 12, nil},
		{"两周", "两周", 3, 19, nil},
		{"十天内", "十天内", 3, 15, nil},
		{"3日内", "3日内", 3, 8, nil},
		{"半个月", "半个月", 3, 20, nil},
		{"半月内", "半月内", 3, 20, nil},
		{"一个月内", "一个月内", 4, 5, nil},
		{"一个半月", "一个半月", 4, 20, nil},
		{"半年内", "半年内", 9, 5, nil},
		{"48小时内", "48小时内", 3, 7, nil},
		{"三天后", "三天后", 3, 8, nil},
		{"两三天内", "两三天内", 3, 7, []int{307, 308}},
		{"“十一”前", "“十一”前", 9, 30, nil},
		{"十一前", "十一前", 9, 30, nil},
		{"国庆节前", "国庆节前", 9, 30, nil},
		{"國慶前", "國慶前", 9, 30, nil},
		{"五一前", "五一前", 4, 30, nil},
		{"节前", "节前", 4, 30, nil},
		{"七一前", "七一前", 6, 30, nil},
		{"下次推进会前", "下次推进会前", 3, 16, nil},
		{"下一次项目推进会之前", "下一次项目推进会之前", 3, 16, nil},
		{"办不完 延到4月底", "4月底", 4, 30, nil},
		{"请住建局下周三前拿方案", "下周三前", 3, 11, nil},

		{"每周五", "", 0, 0, nil},
		{"一周三次", "", 0, 0, nil},
		{"上周五", "", 0, 0, nil},
		{"3号楼封顶", "", 0, 0, nil},
		{"第3日", "", 0, 0, nil},
		{"尽快", "", 0, 0, nil},
		{"过几天", "", 0, 0, nil},
		{"三年前", "", 0, 0, nil},
		{"十一月份封顶", "十一月份", 11, 30, nil},
		{"二十一前", "", 0, 0, nil},
		{"工期9999999天", "", 0, 0, nil},
		{"周边环境", "", 0, 0, nil},
		{"图审未完成", "", 0, 0, nil},
		{"", "", 0, 0, nil},
	} {
		f, ok := zh.Deadline(c.text, today, office{})
		var choices []int
		for _, d := range f.Choices {
			choices = append(choices, d.Month*100+d.Day)
		}
		if ok != (c.found != "") || c.text[f.Start:f.End] != c.found || f.Month != c.m || f.Day != c.d || !slices.Equal(choices, c.choices) {
			t.Errorf("Deadline(%q) = %v in %q, choices %v, %v", c.text, f.YMD, c.text[f.Start:f.End], choices, ok)
		}
	}
}

// What reaches beyond the year, or beyond what is announced.
func TestDeadlineOfAnotherYear(t *testing.T) {
	today := zh.YMD{Year: 2026, Month: 3, Day: 5}
	for _, c := range []struct {
		text        string
		want        zh.YMD
		unannounced string
	}{
		{"三年内", zh.YMD{Year: 2029, Month: 3, Day: 5}, ""},
		{"一年半内", zh.YMD{Year: 2027, Month: 9, Day: 5}, ""},
		{"2月底前", zh.YMD{Year: 2027, Month: 2, Day: 28}, ""},
		{"明年上半年", zh.YMD{Year: 2027, Month: 6, Day: 30}, ""},
		{"明年一季度", zh.YMD{Year: 2027, Month: 3, Day: 31}, ""},
		{"明年3月上旬", zh.YMD{Year: 2027, Month: 3, Day: 10}, ""},
		{"春节前", zh.YMD{}, "2027年春节"},
		{"过年前", zh.YMD{}, "2027年春节"},
		{"明年春节前", zh.YMD{}, "2027年春节"},
		{"元旦前", zh.YMD{}, "2026年元旦"},
		{"本月32日", zh.YMD{Year: 2026, Month: 3, Day: 32}, ""},
	} {
		f, ok := zh.Deadline(c.text, today, office{})
		if !ok || f.YMD != c.want || f.Unannounced != c.unannounced {
			t.Errorf("Deadline(%q) = %v, %q, %v", c.text, f.YMD, f.Unannounced, ok)
		}
	}
}

// A length moves a day that is set; any other term does not depend on it.
func TestDeadlineFrom(t *testing.T) {
	today, due := zh.YMD{Year: 2026, Month: 3, Day: 5}, zh.YMD{Year: 2026, Month: 3, Day: 31}
	for text, want := range map[string]zh.YMD{
		"再给两周":    {Year: 2026, Month: 4, Day: 14},
		"延期一个月":   {Year: 2026, Month: 4, Day: 30},
		"推迟5个工作日": {Year: 2026, Month: 4, Day: 7},
		"两周内":     {Year: 2026, Month: 3, Day: 19},
		"4月底":     {Year: 2026, Month: 4, Day: 30},
	} {
		f, ok := zh.Deadline(text, today, office{})
		if !ok || f.From(due, office{}) != want {
			t.Errorf("%q from %v: %v, %v", text, due, f.From(due, office{}), ok)
		}
	}
}
