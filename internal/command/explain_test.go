package command_test

import (
	"testing"

	"duban/internal/chat"
	"duban/internal/ledger"
)

// What would come of a message is what comes of it, and asking writes nothing.
func TestExplain(t *testing.T) {
	each(t, func(h *house) {
		for _, c := range []struct{ said, outcome, act, read string }{
			{"嗯，华兴 65% 主体封顶", "write", "报", "华兴 65% 主体封顶"},
			{"城南 65%", "ask", "报", "城南 65%"},
			{"华兴 六七成", "refuse", "报", "华兴 六七成"},
			{"华兴 65%\n云谷 68%", "write", "报", ""},
			{"延期 J0001 下周五 图审未完成", "refuse", "延期", ""}, // earlier than it is due
			{"办结 J0001 证号320602", "write", "办结", ""},
			{"我的", "answer", "我的", ""},
			{"谢谢", "answer", "", ""},
		} {
			before := h.standing()
			in := chat.Incoming{Platform: chat.WeCom, UserID: "wang", Kind: chat.Text, Text: c.said}
			taken, err := h.desk.Suppose(h.Context(), h.people["wang"], ledger.Group{}, in)
			h.ok(err)
			e, err := h.Explain(h.Context(), taken)
			h.ok(err)
			if e.Outcome != c.outcome || e.Act != c.act || c.read != "" && e.Read != c.read {
				t.Errorf("%s: %+v", c.said, e)
			}
			if len(h.standing()) != len(before) || h.matter("J0001").State != ledger.Open || len(h.deliveries()) != 0 {
				t.Fatalf("%s: something was written", c.said)
			}
		}
		h.expect("wang", "1", "wang", "没有待确认的内容") // no question waits
	})
}
