package command_test

import (
	"testing"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/ledger"
	"duban/internal/store"
)

// replies says something in reply to a message of ours with these words, and compares the answers.
func (h *house) replies(who, quoted, said string, pairs ...string) {
	h.Helper()
	in := chat.Incoming{Kind: chat.Text, Text: said, Quote: &chat.Quote{Text: quoted}}
	h.compare(who+" replies "+said, h.receives(who, in), pairs)
}

// An answer to a notice needs no number: what was replied to tells what it is about.
func TestAnswersToANotice(t *testing.T) {
	each(t, func(h *house) {
		const warning = "【预警】J0002 主体结构封顶 已逾期6天"
		h.replies("wang", warning, "下周五能好", "wang", "请写明延期理由")
		h.expect("wang", "模板供应不上", "wang", "已申请延期 J0002|2026年2月27日 → **2026年3月13日**（周五）|理由：模板供应不上")
		h.expect("office", "不同意 J0002 工期可以追回", "office", "未同意延期 J0002")
		h.replies("wang", warning, "办不完 延到4月底", "wang", "请写明延期理由")
		h.expect("wang", "取消", "wang", "好的，没有记录。")
		h.replies("wang", warning, "实在来不及", "wang", "请写明J0002延期到哪一天和理由")
		h.expect("wang", "取消", "wang", "好的，没有记录。")
		h.replies("wang", warning, "没完成", "wang", "请核对：华兴智能制造产业园|将“没完成”记为进展（不改进度），对吗？")
		h.replies("wang", warning, "完成了吗？", "wang", "没有看懂")
		h.replies("wang", warning, "65% 主体封顶", "wang", "已记录 华兴智能制造产业园 65%")
		h.replies("wang", "P012 P028 尚未报送", "66%", "wang", "请问是哪个项目？|1. 华兴智能制造产业园（P012）|2. 云谷数据中心（P028）")
		h.expect("wang", "2", "wang", "已记录 云谷数据中心 66%")
		h.replies("wang", "J0001 取得施工许可证\nJ0002 主体结构封顶", "已完成", "wang", "请问是哪一项？|J0001|J0002")
		h.expect("wang", "2", "wang", "已申请办结 J0002|情况：已完成")
		h.replies("zhou", warning, "已完成", "zhou", "请问是这一项吗？|J0004") // J0002 is none of theirs to know
		if m := h.matter("J0001"); m.State != ledger.Open {
			t.Errorf("J0001 is %s", m.State)
		}
	})
}

// What was merely sent last is asked about, never taken for certain.
func TestAnswersToTheLastNotice(t *testing.T) {
	each(t, func(h *house) {
		h.expect("wang", "已完成", "wang", "请问是哪一项？|J0001|J0002|J0003")
		h.expect("wang", "办结 J0001 证号320602", "wang", "已申请办结 J0001")
		h.expect("office", "退回 J0001 缺原件", "office", "已退回 J0001")
		for _, d := range h.notices {
			d.State, d.SentAt, d.Title = store.SentOut, clock.At(h.clock.Now()), "退回 J0001"
			h.ok(h.store.Settle(h.Context(), h.d, []store.Delivery{d}))
		}
		h.expect("wang", "已经办好了，原件补上了", "wang", "请问是这一项吗？|J0001")
		if m := h.matter("J0001"); m.State != ledger.Open {
			t.Fatalf("a guess was taken for certain: %s", m.State)
		}
		h.expect("wang", "1", "wang", "已申请办结 J0001|情况：已经办好了，原件补上了")
		h.expect("wang", "六成五", "wang", "请问是这个项目吗？|华兴智能制造产业园（P012）")
		h.expect("wang", "1", "wang", "已记录 华兴智能制造产业园 65%")
	})
}
