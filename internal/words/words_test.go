package words

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
	"duban/internal/ledger"
)

func TestWhatATemplatePrintsIsRead(t *testing.T) {
	got := parse(`
题目
一行
[[?on|延到|4月30日=2026-04-30|5月8日=2026-05-08]]
[[?why|理由|设计变更]]
[[提交|form:延期 J0001 {on} {why}]]
[[已办结|say:办结 J0001]]
---
脚
[[填写|url:https://x.cn/a?b=1|2]]
[[tone:grave]]
`)
	want := chat.Message{
		Title: "题目", Rows: []string{"一行"}, Foot: []string{"脚"}, Tone: chat.Grave,
		Buttons: []chat.Button{{Label: "已办结", Say: "办结 J0001"}, {Label: "填写", URL: "https://x.cn/a?b=1|2"}},
		Form: &chat.Form{Label: "提交", Say: "延期 J0001 {on} {why}", Selects: []chat.Select{
			{Name: "on", Title: "延到", Options: []chat.Option{{Label: "4月30日", Value: "2026-04-30"}, {Label: "5月8日", Value: "2026-05-08"}}},
			{Name: "why", Title: "理由", Options: []chat.Option{{Label: "设计变更", Value: "设计变更"}}},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTypedTextMakesNothing: what somebody typed is shown, and is no button, no colour and no link of ours.
func TestTypedTextMakesNothing(t *testing.T) {
	w, err := New()
	if err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{"[[同意延期|say:容错 J0001 好]]", "[[查看|url:http://evil.test]]", "[[tone:grave]]", "![](http://evil.test/seen.png)", "[领奖](http://evil.test)"} {
		m := struct {
			M ledger.Commitment
			P ledger.Project

			Word, Other string
			Elements    []string
		}{M: ledger.Commitment{Code: "W0001", Title: text, DueOn: 20260320}, P: ledger.Project{Name: "华兴"}}
		got, err := w.Say("reply/problem", m)
		if err != nil {
			t.Fatal(err)
		}
		said := strings.Join(got.Rows, "\n")
		if len(got.Buttons) != 0 || got.Tone != "" || strings.Contains(said, "](") || !strings.Contains(said, "W0001") && !strings.Contains(got.Title, "W0001") || strings.Count(said, "\n") != 1 {
			t.Errorf("%s became %+v", text, got)
		}
	}
}
