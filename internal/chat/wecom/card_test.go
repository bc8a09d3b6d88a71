package wecom

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"duban/internal/chat"
)

var appCards, botCards = maker{room: appRoom, home: "https://duban.example"}, maker{room: botRoom, home: "https://duban.example"}

func TestCard(t *testing.T) {
	m := chat.Message{
		Title: "**节点逾期 3 天**", Rows: []string{"- 责任人：张三", "应完成\uff1a1月5日"}, Foot: []string{"预警〔2026〕3号"},
		Buttons: []chat.Button{{Label: "填写原因", Say: "原因 3"}, {Label: "申请延期", Say: "延期 3"}, {Label: "台账", URL: "https://a.example"}},
	}
	c, ok := appCards.card(m, "k1")
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
		`"horizontal_content_list":[{"keyname":"责任人","value":"张三"},{"keyname":"应完成","value":"1月5日"}],"jump_list":[{"type":1,"title":"台账","url":"https://a.example"}],"card_action":{"type":1,"url":"https://a.example"},` +
		`"button_list":[{"text":"填写原因","style":1,"key":"原因 3"},{"text":"申请延期","style":2,"key":"延期 3"}]}`
	if string(got) != want {
		t.Errorf("card\n%s\nwant\n%s", got, want)
	}
	// The id is of the delivery and of its words.
	again, _ := appCards.card(m, "k1")
	other, _ := appCards.card(m, "k2")
	m.Foot = []string{"预警〔2026〕4号"}
	changed, _ := appCards.card(m, "k1")
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
		if c, ok := appCards.card(m, "k"); ok {
			t.Errorf("%s: %+v", name, c)
		}
	}
	if c, ok := appCards.card(chat.Message{Title: strings.Repeat("题", 36), Rows: []string{strings.Repeat("长", 160)}, Buttons: say(6)}, "k"); !ok || len(c.Buttons) != 6 {
		t.Error("what just fits is refused")
	}
}

// Every kind of card, as it goes out.
func TestCardKinds(t *testing.T) {
	reason := chat.Select{Name: "reason", Title: "原因", Options: []chat.Option{{Label: "天气", Value: "天气"}, {Label: "资金", Value: "资金未到位"}}}
	date := chat.Select{Name: "date", Title: "新期限", Options: []chat.Option{{Label: "下周五", Value: "1月16日"}}}
	many := chat.Select{Name: "project"}
	for i := range 20 {
		many.Options = append(many.Options, chat.Option{Label: fmt.Sprintf("项目%d", i), Value: fmt.Sprint(i)})
	}
	form := func(s ...chat.Select) *chat.Form {
		return &chat.Form{Selects: s, Label: "提交", Say: "延期 3 {reason} {date}"}
	}
	press := []chat.Button{{Label: "已完成", Say: "办结 3"}}
	look := []chat.Button{{Label: "打开台账", URL: "https://a.example/3"}}
	selection := `{"question_key":"reason","title":"原因","selected_id":"天气","option_list":[{"id":"天气","text":"天气"},{"id":"资金未到位","text":"资金"}]}`
	for _, c := range []struct {
		name string
		m    chat.Message
		want string // "" for no card
	}{
		{"notice with a link", chat.Message{Title: "通报", Rows: []string{"请查收"}, Buttons: look},
			`{"card_type":"text_notice","task_id":"ID","main_title":{"title":"通报"},"sub_title_text":"请查收","jump_list":[{"type":1,"title":"打开台账","url":"https://a.example/3"}],"card_action":{"type":1,"url":"https://a.example/3"}}`},
		{"notice with a tone", chat.Message{Title: "办结", Tone: chat.Good},
			`{"card_type":"text_notice","task_id":"ID","source":{"desc":"项目督办","desc_color":3},"main_title":{"title":"办结"},"card_action":{"type":1,"url":"https://duban.example"}}`},
		{"notice without either", chat.Message{Title: "已登记"}, ""},
		{"one question", chat.Message{Title: "题", Rows: []string{"长长的说明"}, Form: form(reason), Buttons: press, Tone: chat.Grave},
			`{"card_type":"button_interaction","task_id":"ID","source":{"desc":"项目督办","desc_color":2},"main_title":{"title":"题"},"sub_title_text":"长长的说明","button_selection":` + selection +
				`,"button_list":[{"text":"提交","style":1,"key":"延期 3 {reason} {date}"},{"text":"已完成","style":2,"key":"办结 3"}]}`},
		{"many answers", chat.Message{Title: "哪个项目", Form: &chat.Form{Selects: []chat.Select{{Name: "project", Options: many.Options[:11]}}, Label: "选定", Say: "项目 {project}"}},
			`{"card_type":"vote_interaction","task_id":"ID","main_title":{"title":"哪个项目"},"checkbox":{"question_key":"project","mode":0,"option_list":[{"id":"0","text":"项目0","is_checked":true},` +
				`{"id":"1","text":"项目1"},{"id":"2","text":"项目2"},{"id":"3","text":"项目3"},{"id":"4","text":"项目4"},{"id":"5","text":"项目5"},{"id":"6","text":"项目6"},{"id":"7","text":"项目7"},` +
				`{"id":"8","text":"项目8"},{"id":"9","text":"项目9"},{"id":"10","text":"项目10"}]},"submit_button":{"text":"选定","key":"项目 {project}"}}`},
		{"several questions", chat.Message{Title: "申请延期", Foot: []string{"预警〔2026〕3号"}, Form: form(reason, date)},
			`{"card_type":"multiple_interaction","task_id":"ID","main_title":{"title":"申请延期","desc":"预警〔2026〕3号"},"select_list":[` + selection +
				`,{"question_key":"date","title":"新期限","selected_id":"1月16日","option_list":[{"id":"1月16日","text":"下周五"}]}],"submit_button":{"text":"提交","key":"延期 3 {reason} {date}"}}`},
		{"several questions and a button", chat.Message{Title: "题", Form: form(reason, date), Buttons: press},
			`{"card_type":"button_interaction","task_id":"ID","main_title":{"title":"题"},"button_list":[{"text":"已完成","style":1,"key":"办结 3"}]}`},
		{"several questions and much to say", chat.Message{Title: "题", Rows: []string{strings.Repeat("长", 45)}, Form: form(reason, date)}, ""},
		{"too many answers", chat.Message{Title: "题", Form: form(chat.Select{Name: "x", Options: append(many.Options, chat.Option{Label: "多", Value: "多"})})}, ""},
		{"same answer twice", chat.Message{Title: "题", Form: form(chat.Select{Name: "x", Options: []chat.Option{{Label: "甲", Value: "1"}, {Label: "乙", Value: "1"}}})}, ""},
		{"long answer", chat.Message{Title: "题", Form: form(chat.Select{Name: "x", Options: []chat.Option{{Label: "甲", Value: strings.Repeat("x", 129)}}})}, ""},
		{"long template", chat.Message{Title: "题", Form: &chat.Form{Selects: []chat.Select{reason}, Label: "交", Say: strings.Repeat("x", 1025)}}, ""},
		{"four questions", chat.Message{Title: "题", Form: form(reason, date, many, chat.Select{Name: "z", Options: date.Options})}, ""},
		{"same question twice", chat.Message{Title: "题", Form: form(reason, reason)}, ""},
	} {
		got := ""
		if card, ok := appCards.card(c.m, "k"); ok {
			card.TaskID = "ID"
			b, _ := json.Marshal(card)
			got = string(b)
		}
		if got != c.want {
			t.Errorf("%s:\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
	if _, ok := botCards.card(chat.Message{Title: "题", Form: form(chat.Select{Name: "x", Options: []chat.Option{{Label: strings.Repeat("长", 11), Value: "1"}}})}, "k"); ok {
		t.Error("the aibot's options are shorter than the app's")
	}
	if _, ok := (maker{room: botRoom, notices: true}).card(chat.Message{Title: "题", Buttons: append(press, look...)}, "k"); ok {
		t.Error("a route without buttons got a card with one")
	}
}

// A form that fits no card is named in words where it asks one thing.
func TestFormInWords(t *testing.T) {
	m := chat.Message{Title: "题", Foot: []string{"回复“延期 3 原因”"}, Form: &chat.Form{Label: "提交", Say: "延期 3 {x}",
		Selects: []chat.Select{{Name: "x", Options: []chat.Option{{Label: "因天气", Value: "天气"}, {Label: "缺钱", Value: "资金"}}}}}}
	want := "**题**\n\n请向督办机器人发送：“延期 3 天气”（因天气）、“延期 3 资金”（缺钱）\n\n回复“延期 3 原因”"
	if got := webhookManner.markdown(m, "k"); got != want {
		t.Errorf("got %q\nwant %q", got, want)
	}
	m.Form.Selects = append(m.Form.Selects, chat.Select{Name: "y"})
	if got := webhookManner.markdown(m, "k"); got != "**题**\n\n回复“延期 3 原因”" {
		t.Errorf("a form of two: %q", got)
	}
}

func TestFilled(t *testing.T) {
	picked := []choice{{"reason", []string{"天气"}}, {"date", []string{"{reason}"}}, {"who", []string{"甲", "乙"}}}
	for key, want := range map[string]string{
		"办结 3": "办结 3", "延期 3 {reason} {date}": "延期 3 天气 {reason}", "延期 {none}": "延期 ", "请 {who}": "请 甲、乙", "{}{1}": "{}{1}",
	} {
		if got := filled(key, picked); got != want {
			t.Errorf("%q: %q, want %q", key, got, want)
		}
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
