package wecom

import (
	"encoding/json"
	"strings"
	"testing"

	"duban/internal/chat"
)

func TestCard(t *testing.T) {
	m := chat.Message{
		Title: "**节点逾期 3 天**", Rows: []string{"- 责任人：张三", "应完成\uff1a1月5日"}, Foot: []string{"预警〔2026〕3号"},
		Buttons: []chat.Button{{Label: "填写原因", Say: "原因 3"}, {Label: "申请延期", Say: "延期 3"}, {Label: "台账", URL: "https://a.example"}},
	}
	c, ok := cardOf(m, "k1", appRoom)
	if !ok {
		t.Fatal("it does not fit")
	}
	id := c.TaskID
	if c.TaskID = "ID"; !strings.HasPrefix(id, "duban-") || len(id) > 128 || strings.ContainsFunc(id, func(r rune) bool {
		return !strings.ContainsRune("0123456789abcdefghijklmnopqrstuvwxyz-", r)
	}) {
		t.Errorf("task_id %q", id)
	}
	got, _ := json.Marshal(c)
	want := `{"card_type":"button_interaction","task_id":"ID","main_title":{"title":"节点逾期 3 天"},"sub_title_text":"预警〔2026〕3号",` +
		`"horizontal_content_list":[{"keyname":"责任人","value":"张三"},{"keyname":"应完成","value":"1月5日"}],"jump_list":[{"type":1,"title":"台账","url":"https://a.example"}],` +
		`"button_list":[{"text":"填写原因","style":1,"key":"原因 3"},{"text":"申请延期","style":2,"key":"延期 3"}]}`
	if string(got) != want {
		t.Errorf("card\n%s\nwant\n%s", got, want)
	}
	// The id is of the delivery and of its words.
	again, _ := cardOf(m, "k1", appRoom)
	other, _ := cardOf(m, "k2", appRoom)
	m.Foot = []string{"预警〔2026〕4号"}
	changed, _ := cardOf(m, "k1", appRoom)
	if again.TaskID != id || other.TaskID == id || changed.TaskID == id {
		t.Errorf("task ids: %s again %s, other %s, changed %s", id, again.TaskID, other.TaskID, changed.TaskID)
	}
}

func TestCardDoesNotFit(t *testing.T) {
	say := func(n int) (b []chat.Button) {
		for i := range n {
			b = append(b, chat.Button{Label: "甲", Say: strings.Repeat("x", i+1)})
		}
		return b
	}
	link := chat.Button{Label: "看", URL: "https://a.example"}
	for name, m := range map[string]chat.Message{
		"no buttons":         {Title: "题"},
		"only links":         {Title: "题", Buttons: []chat.Button{link}},
		"no title":           {Buttons: say(1)},
		"long title":         {Title: strings.Repeat("题", 37), Buttons: say(1)},
		"title is a link":    {Title: "[题](https://a.example)", Buttons: say(1)},
		"row with a link":    {Title: "题", Rows: []string{"见[台账](https://a.example)"}, Buttons: say(1)},
		"long rows":          {Title: "题", Rows: []string{strings.Repeat("长", 161)}, Buttons: say(1)},
		"rows and foot long": {Title: "题", Rows: []string{strings.Repeat("长", 100)}, Foot: []string{strings.Repeat("长", 60)}, Buttons: say(1)},
		"seven buttons":      {Title: "题", Buttons: say(7)},
		"four links":         {Title: "题", Buttons: append(say(1), link, link, link, link)},
		"long label":         {Title: "题", Buttons: []chat.Button{{Label: strings.Repeat("钮", 11), Say: "x"}}},
		"long key":           {Title: "题", Buttons: []chat.Button{{Label: "钮", Say: strings.Repeat("x", 1025)}}},
		"same key twice":     {Title: "题", Buttons: []chat.Button{{Label: "甲", Say: "x"}, {Label: "乙", Say: "x"}}},
	} {
		if c, ok := cardOf(m, "k", appRoom); ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if c, ok := cardOf(chat.Message{Title: strings.Repeat("题", 36), Rows: []string{strings.Repeat("长", 160)}, Buttons: say(6)}, "k", appRoom); !ok || len(c.Buttons) != 6 {
		t.Error("what just fits is refused")
	}
}

func TestMarkdown(t *testing.T) {
	m := chat.Message{
		Title: "节点预警", Rows: []string{"- **泵站** 逾期 3 天", "- 原话：<@all> 请看"}, Foot: []string{"预警〔2026〕3号"}, Mentions: []string{"zhangsan", "lisi", "x> <@all"},
		Buttons: []chat.Button{{Label: "填写原因", Say: "原因 3"}, {Label: "申请延期", Say: "延期 3"}, {Label: "台账", URL: "https://a.example"}},
	}
	want := "**节点预警**\n\n- **泵站** 逾期 3 天\n- 原话：\uff1c@all> 请看\n\n请向督办机器人发送：“原因 3”（填写原因）、“延期 3”（申请延期）\n\n[台账](https://a.example)\n\n预警〔2026〕3号"
	if got := appChatManner.markdown(m, "k"); got != want {
		t.Errorf("markdown\n%q\nwant\n%q", got, want)
	}
	if got := webhookManner.markdown(m, "k"); got != want+"\n<@zhangsan><@lisi>" {
		t.Errorf("with mentions\n%q", got)
	}
	app := appManner.markdown(chat.Message{Title: "题"}, "k")
	if strings.TrimSpace(app) != "**题**" || app == "**题**" {
		t.Errorf("the mark must be there and blank: %q", app)
	}
}
