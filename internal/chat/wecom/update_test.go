package wecom

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
)

var settled = chat.Message{Title: "已办结", Rows: []string{"张三 1月5日 09:07"}, Tone: chat.Good}

// The card is replaced for whom it was pressed by; the code goes along once.
func TestUpdateAppCard(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	change := sender(t, w, chat.WeComAppCard)
	if r := change.Send(t.Context(), "zhangsan RC1 T-1", settled, "k"); r.State != chat.Sent || r.Card != "" {
		t.Errorf("%+v", r)
	}
	want := `{"userids":["zhangsan"],"agentid":1000002,"response_code":"RC1","template_card":{"card_type":"text_notice","task_id":"T-1",` +
		`"source":{"desc":"项目督办","desc_color":3},"main_title":{"title":"已办结"},"sub_title_text":"张三 1月5日 09:07","card_action":{"type":1,"url":"https://duban.example"}}}`
	if got := strings.TrimSpace(p.wires()[0]); got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	p.do(func() { p.codes = []int64{40058, 42014, 42001} })
	for _, want := range []chat.Result{
		{State: chat.Refused, Code: "expired"}, {State: chat.Refused, Code: "expired"}, {State: chat.Sent, Code: "0"},
	} {
		if r := change.Send(t.Context(), "zhangsan RC1 T-1", settled, "k"); r.State != want.State || r.Code != want.Code {
			t.Errorf("%+v, want %+v", r, want)
		}
	}
	for _, to := range []string{"zhangsan", "zhangsan RC1", " RC1 T-1", "zhangsan  T-1"} {
		if r := change.Send(t.Context(), to, settled, "k"); r.State != chat.Refused {
			t.Errorf("%q: %+v", to, r)
		}
	}
}

// Where a notice has nothing to open, the buttons at least are taken away.
func TestUpdateWithoutHome(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(func(o *Options) { o.Home = "" })
	if r := sender(t, w, chat.WeComAppCard).Send(t.Context(), "zhangsan RC1 T-1", settled, "k"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	if got := p.wires()[0]; !strings.Contains(got, `"button":{"replace_name":"已处理"}`) {
		t.Errorf("sent %s", got)
	}
}

func TestUpdateBotCard(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	w.bot.pace = quick
	change := sender(t, w, chat.WeComBotCard)
	if r := change.Send(t.Context(), "press c r T", settled, "k"); r.State != chat.Retry || change.Ready() {
		t.Errorf("without a connection: %+v", r)
	}
	p.connect(w)
	p.tell("aibot_event_callback", "req-8", `{"msgid":"E1","from":{"userid":"zhangsan"},"chatid":"wrCHAT","msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"办结 3","task_id":"T-1"}}}`)
	to := (<-inbox).Card.Update.To
	if r := change.Send(t.Context(), to, settled, "k"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	f := p.await("aibot_respond_update_msg")
	var body struct {
		Type string `json:"response_type"`
		Card struct {
			TaskID string `json:"task_id"`
		} `json:"template_card"`
	}
	if err := json.Unmarshal(f.Body, &body); err != nil || f.Headers.ReqID != "req-8" || body.Type != "update_template_card" || body.Card.TaskID != "T-1" {
		t.Errorf("changed by %+v %s", f, f.Body)
	}
	p.do(func() { p.codes = []int64{846605} })
	if r := change.Send(t.Context(), to, settled, "k"); r.State != chat.Refused || r.Code != "expired" {
		t.Errorf("too late: %+v", r)
	}
	p.cut()
	p.await("aibot_subscribe")
	p.ready(w)
	if r := change.Send(t.Context(), to, settled, "k"); r.State != chat.Refused || r.Code != "expired" {
		t.Errorf("on another connection: %+v", r)
	}
	for _, bad := range []string{"", "press a b", "reply a b c"} {
		if r := change.Send(t.Context(), bad, settled, "k"); r.State != chat.Refused {
			t.Errorf("%q: %+v", bad, r)
		}
	}
}

// What a press will name is told with the message that carries it.
func TestResultCard(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	p.connect(w)
	m := chat.Message{Title: "题", Buttons: []chat.Button{{Label: "办结", Say: "办结 3"}}}
	for route, to := range map[chat.Route]string{chat.WeComApp: "zhangsan", chat.WeComBot: "wrCHAT"} {
		r := sender(t, w, route).Send(t.Context(), to, m, "k")
		if wires := p.wires(); r.Card == "" || !strings.Contains(wires[len(wires)-1], `"task_id":"`+r.Card+`"`) {
			t.Errorf("%s: card %q", route, r.Card)
		}
		if r := sender(t, w, route).Send(t.Context(), to, note, "k"); r.Card != "" {
			t.Errorf("%s: a message without buttons is card %q", route, r.Card)
		}
	}
}

func TestRecall(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	app := sender(t, w, chat.WeComApp).(chat.Recaller)
	if r := app.Recall(t.Context(), "zhangsan", "MSG1"); r.State != chat.Sent || strings.TrimSpace(p.wires()[0]) != `{"msgid":"MSG1"}` {
		t.Errorf("%+v by %s", r, p.wires())
	}
	p.do(func() { p.codes = []int64{40058} })
	if r := app.Recall(t.Context(), "zhangsan", "MSG1"); r.State != chat.Refused || !strings.Contains(r.Detail, "24小时") {
		t.Errorf("%+v", r)
	}
	if r := app.Recall(t.Context(), "zhangsan", ""); r.State != chat.Refused {
		t.Errorf("%+v", r)
	}
}

// An edition without cards gets words alone.
func TestPlain(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(func(o *Options) { o.Plain = true })
	m := chat.Message{Title: "题", Buttons: []chat.Button{{Label: "办结", Say: "办结 3"}, {Label: "台账", URL: "https://a.example"}}}
	for route, to := range map[chat.Route]string{chat.WeComApp: "zhangsan", chat.WeComWebhook: "泵站专班群"} {
		if r := sender(t, w, route).Send(t.Context(), to, m, "k"); r.State != chat.Sent || r.Card != "" {
			t.Errorf("%s: %+v", route, r)
		}
		if sender(t, w, route).Traits().Forms {
			t.Errorf("%s promises forms", route)
		}
	}
	for _, body := range p.wires() {
		if !strings.Contains(body, `"msgtype":"markdown"`) || !strings.Contains(body, "办结 3") {
			t.Errorf("sent %s", body)
		}
	}
	for _, s := range w.Senders() {
		if _, route := s.Route(); route == chat.WeComAppCard || route == chat.WeComBotCard {
			t.Errorf("%s cannot work here", route)
		}
	}
}

func TestWebhookNotice(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	m := chat.Message{Title: "通报", Buttons: []chat.Button{{Label: "台账", URL: "https://a.example"}}}
	hook := sender(t, w, chat.WeComWebhook)
	hook.Send(t.Context(), "泵站专班群", m, "k")
	m.Mentions = []string{"zhangsan"}
	hook.Send(t.Context(), "泵站专班群", m, "k")
	got := p.wires()
	if want := `{"msgtype":"template_card","template_card":{"card_type":"text_notice","main_title":{"title":"通报"},"jump_list":[{"type":1,"title":"台账","url":"https://a.example"}],"card_action":{"type":1,"url":"https://a.example"}}}`; strings.TrimSpace(got[0]) != want {
		t.Errorf("sent %s", got[0])
	}
	if !strings.Contains(got[1], "<@zhangsan>") && !strings.Contains(got[1], `\u003c@zhangsan\u003e`) {
		t.Errorf("nobody is rung by %s", got[1])
	}
}

// An answer with more words than a form's card holds brings them above the card.
func TestReplyWithFormBelow(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	p.connect(w)
	p.tell("aibot_msg_callback", "req-1", said("1", "延期 3"))
	to := (<-inbox).Reply.To
	pick := func(name string) chat.Select {
		return chat.Select{Name: name, Title: "题", Options: []chat.Option{{Label: "甲", Value: "1"}, {Label: "乙", Value: "2"}}}
	}
	m := chat.Message{Title: "申请延期", Rows: []string{strings.Repeat("长", 60)}, Foot: []string{"回复“延期 3 日期 原因”"},
		Form: &chat.Form{Selects: []chat.Select{pick("date"), pick("reason")}, Label: "提交", Say: "延期 3 {date} {reason}"}}
	r := sender(t, w, chat.WeComBotReply).Send(t.Context(), to, m, "k")
	var body botBody
	if err := json.Unmarshal([]byte(p.wires()[0]), &body); err != nil || body.Type != "stream_with_template_card" || body.Card == nil || body.Stream == nil {
		t.Fatalf("sent %s", p.wires()[0])
	}
	if r.State != chat.Sent || r.Card != body.Card.TaskID || body.Card.Type != "multiple_interaction" || len(body.Card.Selects) != 2 ||
		!strings.Contains(body.Stream.Content, m.Rows[0]) || !strings.Contains(body.Stream.Content, m.Foot[0]) || !body.Stream.Finish {
		t.Errorf("%+v for %s", r, p.wires()[0])
	}
}

// The answer to a card brings the code by which it can be changed with no press on it.
func TestASentCardTellsHowItChanges(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	p.do(func() { p.fields = map[string]string{"response_code": "RC7"} })
	s := sender(t, w, chat.WeComApp)
	card := chat.Message{Title: "请签收", Rows: []string{"一行"}, Buttons: []chat.Button{{Label: "签收", Say: "签收 3"}}}
	r := s.Send(t.Context(), "zhangsan", card, "k1")
	if r.Change.Route != chat.WeComAppCard || r.Change.To != "zhangsan RC7 "+r.Card || !r.Until.Equal(testStart.Add(72*time.Hour)) {
		t.Fatalf("%+v", r)
	}
	if r := sender(t, w, chat.WeComAppCard).Send(t.Context(), r.Change.To, chat.Message{Title: "已签收", Rows: []string{"张三"}}, "k2"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	if r := s.Send(t.Context(), "zhangsan", chat.Message{Title: "一句话"}, "k3"); r.Change.Route != "" {
		t.Errorf("what is no card can be changed: %+v", r)
	}
}

// A press is told of cards only, and a card rings nobody.
func TestWhatBecomesAPressableCard(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	c := sender(t, w, chat.WeComBot).(chat.Carder)
	button := []chat.Button{{Label: "签收", Say: "签收 3"}}
	for name, tt := range map[string]struct {
		m    chat.Message
		want bool
	}{
		"buttons":          {chat.Message{Title: "请签收", Buttons: button, Mentions: []string{"zhangsan"}}, true},
		"links alone":      {chat.Message{Title: "请看", Buttons: []chat.Button{{Label: "打开", URL: "https://x"}}}, false},
		"too many words":   {chat.Message{Title: "请签收", Rows: []string{strings.Repeat("字", 200)}, Buttons: button}, false},
		"nothing to press": {chat.Message{Title: "一句话"}, false},
	} {
		if got := c.Carded(tt.m); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	plain, _, _ := p.house(func(o *Options) { o.Plain = true })
	if sender(t, plain, chat.WeComBot).(chat.Carder).Carded(chat.Message{Title: "请签收", Buttons: button}) {
		t.Error("a plain edition makes cards")
	}
}
