package wecom_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

var tasks int

// buttons is a card that passes, with a task_id of its own.
func buttons() object {
	tasks++
	return object{
		"card_type": "button_interaction", "task_id": fmt.Sprintf("overdue-2026-001_%d", tasks),
		"source":                  object{"desc": "项目督办", "desc_color": 2},
		"main_title":              object{"title": "节点逾期 3 天", "desc": "城东泵站改造"},
		"horizontal_content_list": []object{{"keyname": "责任人", "type": 3, "value": "张三", "userid": "zhangsan"}},
		"button_list":             []object{{"text": "填写原因", "style": 1, "key": "reason"}, {"text": "查看", "type": 1, "url": "http://x.example/"}},
		"jump_list":               []object{{"type": 1, "title": "台账", "url": "http://x.example/l"}},
	}
}

func options(n int) []object {
	var out []object
	for i := range n {
		out = append(out, object{"id": fmt.Sprint("o", i), "text": fmt.Sprint("项", i)})
	}
	return out
}

func vote() object {
	return with(buttons(), object{
		"card_type": "vote_interaction", "button_list": nil, "submit_button": object{"text": "提交", "key": "go"},
		"checkbox": object{"question_key": "who", "mode": 1, "option_list": options(20)},
	})
}

func multiple() object {
	return with(buttons(), object{
		"card_type": "multiple_interaction", "button_list": nil, "submit_button": object{"text": "提交", "key": "submit"},
		"select_list": []object{
			{"question_key": "reason", "title": "原因", "option_list": options(3)},
			{"question_key": "days", "title": "天数", "selected_id": "o1", "option_list": options(2)},
		},
	})
}

func notice() object {
	return object{"card_type": "text_notice", "main_title": object{"title": "通报"}, "card_action": object{"type": 1, "url": "http://x.example/"}}
}

func cardMessage(c object) object { return object{"msgtype": "template_card", "template_card": c} }

func TestCardIsFlattened(t *testing.T) {
	w := newWorld(t)
	out := w.send(cardMessage(buttons()))
	w.want(out, 0)
	m := w.last()
	if m.Title != "节点逾期 3 天" || m.Text != "项目督办\n节点逾期 3 天\n城东泵站改造\n责任人：张三" || out["response_code"] == nil {
		t.Errorf("message %+v, answer %v", m, out)
	}
	want := "[{填写原因 reason } {查看  http://x.example/} {台账  http://x.example/l}]"
	if got := fmt.Sprint(m.Buttons); got != want {
		t.Errorf("buttons %s, want %s", got, want)
	}
	if out := w.send(cardMessage(notice())); out["response_code"] != nil {
		t.Error("a notice without a menu got a response_code")
	}
}

func TestCardLimits(t *testing.T) {
	w := newWorld(t)
	rows := func(n int, row object) []object {
		var out []object
		for range n {
			out = append(out, row)
		}
		return out
	}
	used := buttons()
	w.want(w.send(cardMessage(used)), 0)
	for name, c := range map[string]struct {
		card object
		code int
	}{
		"vote":                   {vote(), 0},
		"multiple":               {multiple(), 0},
		"notice":                 {notice(), 0},
		"picture":                {with(notice(), object{"card_type": "news_notice", "card_image": object{"url": "http://x.example/p", "aspect_ratio": 2.25}}), 0},
		"task_id reused":         {used, 42014},
		"task_id missing":        {with(buttons(), object{"task_id": ""}), 42014},
		"task_id long":           {with(buttons(), object{"task_id": strings.Repeat("a", 129)}), 42014},
		"task_id with a colon":   {with(buttons(), object{"task_id": "a:b"}), 42014},
		"menu without task_id":   {with(notice(), object{"action_menu": object{"action_list": []object{{"text": "不再提醒", "key": "k"}}}}), 42014},
		"menu of four":           {with(notice(), object{"task_id": "m4", "action_menu": object{"action_list": rows(4, object{"text": "x", "key": "k"})}}), 40058},
		"unknown kind":           {with(buttons(), object{"card_type": "poster"}), 40058},
		"no title":               {with(buttons(), object{"main_title": nil}), 40058},
		"notice without title":   {with(notice(), object{"main_title": object{"desc": "d"}}), 40058},
		"notice without action":  {with(notice(), object{"card_action": nil}), 40058},
		"action without url":     {with(notice(), object{"card_action": object{"type": 1}}), 40058},
		"no picture":             {with(notice(), object{"card_type": "news_notice"}), 40058},
		"picture too wide":       {with(notice(), object{"card_type": "news_notice", "card_image": object{"url": "u", "aspect_ratio": 2.3}}), 40058},
		"no buttons":             {with(buttons(), object{"button_list": nil}), 40058},
		"seven buttons":          {with(buttons(), object{"button_list": rows(7, object{"text": "x", "type": 1, "url": "u"})}), 40058},
		"same key twice":         {with(buttons(), object{"button_list": rows(2, object{"text": "x", "key": "k"})}), 40058},
		"long key":               {with(buttons(), object{"button_list": rows(1, object{"text": "x", "key": strings.Repeat("k", 1025)})}), 40058},
		"style 5":                {with(buttons(), object{"button_list": rows(1, object{"text": "x", "key": "k", "style": 5})}), 40058},
		"colour 4":               {with(buttons(), object{"source": object{"desc_color": 4}}), 40058},
		"quote without url":      {with(buttons(), object{"quote_area": object{"type": 1}}), 40058},
		"seven rows":             {with(buttons(), object{"horizontal_content_list": rows(7, object{"keyname": "k", "value": "v"})}), 40058},
		"row without name":       {with(buttons(), object{"horizontal_content_list": rows(1, object{"value": "v"})}), 40058},
		"row link without url":   {with(buttons(), object{"horizontal_content_list": rows(1, object{"keyname": "k", "type": 1})}), 40058},
		"row with dead file":     {with(buttons(), object{"horizontal_content_list": rows(1, object{"keyname": "k", "type": 2, "media_id": "m"})}), 40007},
		"four jumps":             {with(buttons(), object{"jump_list": rows(4, object{"title": "x", "type": 1, "url": "u"})}), 40058},
		"five vertical":          {with(notice(), object{"vertical_content_list": rows(5, object{"title": "x"})}), 40058},
		"vote without checkbox":  {with(vote(), object{"checkbox": nil}), 40058},
		"vote of 21":             {with(vote(), object{"checkbox": object{"question_key": "q", "option_list": options(21)}}), 40058},
		"vote without submit":    {with(vote(), object{"submit_button": nil}), 40058},
		"multiple without lists": {with(multiple(), object{"select_list": nil}), 40058},
		"four lists":             {with(multiple(), object{"select_list": rows(4, object{"question_key": "q", "option_list": options(1)})}), 40058},
		"question key twice":     {with(multiple(), object{"select_list": rows(2, object{"question_key": "q", "option_list": options(1)})}), 40058},
		"list of 11":             {with(multiple(), object{"select_list": rows(1, object{"question_key": "q", "option_list": options(11)})}), 40058},
		"option id twice":        {with(multiple(), object{"select_list": rows(1, object{"question_key": "q", "option_list": rows(2, object{"id": "a", "text": "x"})})}), 40058},
		"long option id":         {with(multiple(), object{"select_list": rows(1, object{"question_key": "q", "option_list": rows(1, object{"id": strings.Repeat("i", 129), "text": "x"})})}), 40058},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.want(w.send(with(cardMessage(c.card), object{"touser": "lisi"})), c.code)
		})
		w.clock.turn(time.Minute)
	}
	w.t = t
}

func TestPressAndUpdateOfAnApp(t *testing.T) {
	w := newWorld(t)
	card := multiple()
	w.send(with(cardMessage(card), object{"touser": "zhangsan|lisi"}))
	if err := w.s.Press(1, "zhangsan", "submit", map[string][]string{"reason": {"o2"}}); err != nil {
		t.Fatal(err)
	}
	m := w.app.next()
	if m.Event != "template_card_event" || m.EventKey != "submit" || m.TaskId != card["task_id"] || m.CardType != "multiple_interaction" || m.FromUserName != "ZhangSan" {
		t.Errorf("event %s", m.Plain)
	}
	items := m.SelectedItems.SelectedItem
	if len(items) != 2 || items[0].QuestionKey != "reason" || items[0].OptionIds.OptionId[0] != "o2" || items[1].OptionIds.OptionId[0] != "o1" {
		t.Errorf("selected %+v", items)
	}
	update := func(more object) object {
		return w.api("/cgi-bin/message/update_template_card", with(object{"agentid": agent, "userids": []string{"ZhangSan"}, "response_code": m.ResponseCode}, more))
	}
	grey := object{"button": object{"replace_name": "已处理"}}
	w.want(update(object{}), 40058)
	w.want(update(with(grey, object{"userids": nil})), 82001)
	w.want(update(with(grey, object{"userids": []string{"wangwu"}})), 81013)
	w.want(update(with(grey, object{"agentid": 1000003})), 301002)
	w.want(update(grey), 0)
	w.want(update(grey), 40058) // the code is used
	got := w.last()
	if got.Seq != 1 || !got.Updated || fmt.Sprint(got.UpdatedFor) != "[ZhangSan]" || got.Buttons[0] != (wecom.Button{Text: "已处理"}) {
		t.Errorf("updated %+v", got)
	}
	if got.Cards["ZhangSan"].Dead != "已处理" || got.Card.Dead != "" {
		t.Errorf("the card was changed for others too: %+v", got.Card)
	}
	if err := w.s.Press(1, "ZhangSan", "submit", nil); err == nil {
		t.Error("a grey button was pressed")
	}
	if err := w.s.Press(1, "lisi", "submit", nil); err != nil {
		t.Errorf("whose card was not changed cannot press it: %v", err)
	}
	if got := fmt.Sprint(w.app.next().SelectedItems.SelectedItem); got != "[{reason {[o0]}} {days {[o1]}}]" {
		t.Errorf("the presets: %s", got)
	}
}

func TestUpdateWithAWholeCard(t *testing.T) {
	w := newWorld(t)
	card := buttons()
	code := w.send(cardMessage(card))["response_code"]
	done := with(notice(), object{"task_id": card["task_id"], "main_title": object{"title": "已办结"}})
	update := func(c object) object {
		return w.api("/cgi-bin/message/update_template_card", object{"agentid": agent, "atall": 1, "response_code": code, "template_card": c})
	}
	w.want(update(with(done, object{"card_action": nil})), 40058)
	w.want(update(done), 0) // the failed try did not use the code up
	if m := w.last(); m.Title != "已办结" || !m.Updated || m.UpdatedFor != nil || m.Seq != 1 {
		t.Errorf("updated %+v", m)
	}
	code = w.send(cardMessage(buttons()))["response_code"]
	w.want(update(done), 42014) // the task_id belongs to another card
	w.clock.turn(72 * time.Hour)
	w.want(update(notice()), 40058)
}

func TestPressRefuses(t *testing.T) {
	w := newWorld(t)
	w.send(cardMessage(multiple()))
	id := w.send(cardMessage(buttons()))["msgid"]
	w.send(text("无卡片"))
	w.api("/cgi-bin/message/recall", object{"msgid": id})
	for name, c := range map[string]struct {
		seq       int
		user, key string
		selected  map[string][]string
	}{
		"not theirs":       {1, "lisi", "submit", nil},
		"no such key":      {1, "zhangsan", "other", nil},
		"no such question": {1, "zhangsan", "submit", map[string][]string{"x": {"o1"}}},
		"no such option":   {1, "zhangsan", "submit", map[string][]string{"reason": {"x"}}},
		"two of one":       {1, "zhangsan", "submit", map[string][]string{"reason": {"o1", "o2"}}},
		"recalled":         {2, "zhangsan", "reason", nil},
		"no card":          {3, "zhangsan", "reason", nil},
		"no message":       {4, "zhangsan", "reason", nil},
	} {
		if err := w.s.Press(c.seq, c.user, c.key, c.selected); err == nil {
			t.Errorf("%s: pressed", name)
		}
	}
	w.app.none()
}

func TestMenuAndVote(t *testing.T) {
	w := newWorld(t)
	w.send(cardMessage(with(notice(), object{"task_id": "menu1", "action_menu": object{"desc": "更多", "action_list": []object{{"text": "不再提醒", "key": "mute"}}}})))
	if err := w.s.Press(1, "zhangsan", "mute", nil); err != nil {
		t.Fatal(err)
	}
	if m := w.app.next(); m.Event != "template_card_menu_event" || m.EventKey != "mute" || m.ResponseCode == "" {
		t.Errorf("event %s", m.Plain)
	}
	w.send(cardMessage(vote()))
	if err := w.s.Press(2, "zhangsan", "go", map[string][]string{"who": {"o1", "o3"}}); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(w.app.next().SelectedItems.SelectedItem); got != "[{who {[o1 o3]}}]" {
		t.Errorf("selected %s", got)
	}
}
