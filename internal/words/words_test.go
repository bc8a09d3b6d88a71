package words

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
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
