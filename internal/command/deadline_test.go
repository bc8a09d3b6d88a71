package command_test

import (
	"testing"

	"duban/internal/workday"
)

// A day is said as people say it, and told back with its weekday before anything comes of it.
func TestSpokenDeadlines(t *testing.T) {
	each(t, func(h *house) { // today is Thursday, 5 March 2026; J0001 is due on 20 March
		for _, c := range []struct{ said, due, reason string }{
			{"延期 J0001 下下周五 图审未完成", "2026年3月20日", ""},
			{"延期 J0001 到下月中旬，图审未完成", "2026年4月20日**（周一）", "图审未完成"},
			{"延期 J0001 申请延期一周 图审未完成", "2026年3月27日**（周五）", "图审未完成"},
			{"延期 J0001 本季度末 图审未完成", "2026年3月31日**（周二）", "图审未完成"},
			{"延期 J0001 “十一”前 图审未完成", "2026年9月30日**（周三）", "图审未完成"},

			{"延期 J0001 图审未完成，推迟到五一前", "2026年4月30日**（周四）", "图审未完成"},
		} {
			if c.reason == "" {
				h.expect("wang", c.said, "wang", "J0001")
				continue
			}
			h.expect("wang", c.said, "wang", "→ **"+c.due+"|理由："+c.reason)
			h.expect("office", "不同意 J0001 再想办法", "office", "未同意延期")
		}
		h.expect("wang", "延期 J0001 4月前 图审未完成", "wang", "请问是哪一天？|2026年3月31日（周二）|2026年4月30日（周四）")
		h.expect("wang", "延期 J0001 2026-04-30 图审未完成", "wang", "**2026年4月30日**（周四）|理由：图审未完成")
		h.expect("wang", "延期 J0002 明年春节前 图审未完成", "wang", "2027年春节放假安排还没有公布，请写具体日期")
		h.expect("wang", "延期 J0002 三年内 图审未完成", "wang", "延期日期2029年3月5日晚于项目目标日期")
		h.expect("wang", "延期 J0002 尽快 图审未完成", "wang", "请写明J0002延期到哪一天和理由")
		h.expect("wang", "下次推进会前", "wang", "2026年3月17日**（周二）|理由：尽快 图审未完成")
		if m := h.matter("J0002"); m.DueOn != workday.Day(20260227) {
			t.Errorf("an extension was granted by itself: %s", m.DueOn)
		}
	})
}
