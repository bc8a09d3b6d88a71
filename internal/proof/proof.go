// Package proof shows what the chain proves (floor 3): it words what a walk along the chain found, and makes
// and reads the evidence pack (证据包) of a matter. It changes nothing.
package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/workday"
)

// tables are the proven tables as officials call them, in the order in which they are counted.
var tables = []struct{ name, word string }{
	{"entries", "履历"}, {"commitments", "事项"}, {"steps", "提醒预警督办"}, {"strikes", "逾期记录"}, {"orders", "督办单"}, {"extensions", "延期申请"},
	{"handovers", "转交"}, {"contests", "申诉"}, {"suspensions", "暂停申请"}, {"schedules", "排期"}, {"stage_changes", "阶段变更"},
	{"meetings", "会议"}, {"agenda_items", "议题"}, {"minutes", "纪要"}, {"readings", "现场核查"}, {"recurrences", "定期事项"}, {"updates", "进展报送"}, {"inbox", "来信"}, {"deliveries", "通知"}, {"suggestions", "名单建议"}, {"rule_versions", "规则"},
}

func wordOf(table string) string {
	for _, t := range tables {
		if t.name == table {
			return t.word
		}
	}
	return table
}

// partWords are the later facts of a row.
var partWords = map[string]string{
	"lifted": "撤销认定", "decided": "审批结果", "withdrawn": "撤回", "ended": "办理结果", "read": "已读",
}

// Counts says how many facts of each table are on the chain.
func Counts(w store.Walked) string {
	var out []string
	for _, t := range tables {
		if n := w.Rows[t.name]; n > 0 {
			out = append(out, fmt.Sprintf("%s%d", t.word, n))
		}
	}
	return strings.Join(out, "、")
}

// Say words one break: which row, as the office knows it, and what is wrong with it.
func Say(b store.Break) string {
	what := rowWords(b)
	switch b.Kind {
	case store.BreakChanged:
		return fmt.Sprintf("第%d环：%s内容被改动", b.Seq, what)
	case store.BreakMissing:
		return fmt.Sprintf("第%d环：%s已被删除", b.Seq, what)
	case store.BreakLink:
		return fmt.Sprintf("第%d环：存证被改动或次序被调换，原应证明%s", b.Seq, what)
	case store.BreakGap:
		return fmt.Sprintf("第%d环：存证被删除", b.Seq)
	case store.BreakUnknown:
		return fmt.Sprintf("第%d环：由更新的程序封存，本程序无法核对%s，请升级后再查", b.Seq, what)
	case store.BreakSlipped:
		return fmt.Sprintf("%s是事后插入的", what)
	case store.BreakSilent:
		return fmt.Sprintf("%s没有履历依据", what)
	case store.BreakPhoto:
		return fmt.Sprintf("照片%.12s…与其校验码不符", b.Name)
	case store.BreakHead:
		return "链上没有所给的存证码：存证链被整体改写，或存证码有误"
	}
	return what
}

// Waits words a row that is not on the chain yet.
func Waits(b store.Break) string { return rowWords(b) }

func rowWords(b store.Break) string {
	out := fmt.Sprintf("%s（%s第%d行", wordOf(b.Table), b.Table, b.RowID)
	if of := called(b.Table, b.Cells); of != "" {
		out += "，" + of
	}
	out += ")"
	if p := partWords[b.Part]; p != "" {
		out += "的" + p
	}
	return strings.Replace(out, ")", "）", 1)
}

// called names a row by what the office knows it by.
func called(table string, cells []ledger.Cell) string {
	v := func(name string) string { return value(cells, name) }
	switch table {
	case "orders":
		return fmt.Sprintf("督办〔%s〕%s号", v("year"), v("number"))
	case "steps":
		if v("notice") != "" {
			return v("notice")
		}
		return day(v("on"))
	case "commitments":
		return v("code")
	case "suggestions":
		return fmt.Sprintf("建议〔%s〕%s号", v("year"), v("number"))
	case "updates":
		return v("receipt")
	case "entries":
		return strings.TrimSpace(moment(v("at")) + " " + clip(v("note"), 20))
	case "strikes":
		return strings.TrimSpace(day(v("on")) + " " + v("trigger"))
	case "extensions", "handovers", "contests":
		return moment(v("asked_at"))
	case "deliveries":
		if v("title") != "" {
			return clip(v("title"), 30)
		}
		return moment(v("created_at"))
	case "inbox":
		return moment(v("received_at"))
	case "rule_versions":
		return v("version")
	}
	return ""
}

func value(cells []ledger.Cell, name string) string {
	i := slices.IndexFunc(cells, func(c ledger.Cell) bool { return c.Name == name })
	if i < 0 || cells[i].Value == nil {
		return ""
	}
	return *cells[i].Value
}

// moment words milliseconds, "" for none.
func moment(s string) string {
	n, _ := strconv.ParseInt(s, 10, 64)
	return clock.Instant(n).String()
}

// day words a day, "" for none.
func day(s string) string {
	n, _ := strconv.ParseInt(s, 10, 32)
	if n == 0 {
		return ""
	}
	return workday.Day(n).ChineseFull()
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n]) + "…"
	}
	return s
}
