package command_test

import (
	"cmp"
	"fmt"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/command"
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

// Every reading is shown with its score: what was taken, what is asked about, and the runners-up.
func TestExplainTellsRunnersUp(t *testing.T) {
	each(t, func(h *house) {
		explain := func(who, said string) command.Explanation {
			taken, err := h.desk.Suppose(h.Context(), h.people[who], ledger.Group{}, chat.Incoming{Platform: chat.WeCom, UserID: who, Kind: chat.Text, Text: said})
			h.ok(err)
			e, err := h.Explain(h.Context(), taken)
			h.ok(err)
			return e
		}
		shown := func(all []command.Candidate) string {
			var out []string
			for _, c := range all {
				out = append(out, fmt.Sprintf("%s %s %.2f", c.Code, c.Why, c.Score))
			}
			return strings.Join(out, "; ")
		}
		for _, c := range []struct{ who, said, project, candidates, matters string }{
			{"wang", "华兴 65%", "P012", "P012 name 1.00; P013 near 0.50", ""},
			{"wang", "污水厂 65%", "P001", "P001 name 1.00; P004 near 0.22", ""},
			{"wang", "华兴智能制造 65%", "", "P012 part 0.77; P013 part 0.67", ""},
			{"wang", "城南 65%", "", "P001 part 0.29; P004 part 0.25", ""},
			{"wang", "65%", "", "none", ""}, // too many to be offered
			{"zhou", "65%", "P002", "P002 place 0.00", ""},
			{"wang", "办结 施工许可证 320602", "", "none", "J0003 part 0.80; J0001 part 0.80"},
			{"wang", "办结 J0001 证号320602", "", "none", "J0001 number 1.00"},
		} {
			e := explain(c.who, c.said)
			project := ""
			if e.Project != nil {
				project = e.Project.Code
			}
			if got := cmp.Or(shown(e.Candidates), "none"); project != c.project || got != c.candidates {
				t.Errorf("%s: %s of %s", c.said, project, got)
			}
			if got := shown(e.Matters); got != c.matters {
				t.Errorf("%s: %s", c.said, got)
			}
		}
		if e := explain("zhou", "华兴 65%"); strings.Contains(shown(e.Candidates), "P012") {
			t.Errorf("a project out of sight is a candidate: %+v", e.Candidates)
		}
	})
}
