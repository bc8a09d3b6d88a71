package wecom

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"duban/internal/chat"
)

const chosen = `<SelectedItems><SelectedItem><QuestionKey><![CDATA[reason]]></QuestionKey><OptionIds><OptionId><![CDATA[天气]]></OptionId></OptionIds></SelectedItem>` +
	`<SelectedItem><QuestionKey><![CDATA[date]]></QuestionKey><OptionIds><OptionId><![CDATA[1月16日]]></OptionId></OptionIds></SelectedItem></SelectedItems>`

// A press on an app's card says what was picked, and which card it was and how to change it.
func TestAppPress(t *testing.T) {
	w, _, inbox := newPlatform(t).house(nil)
	card := chat.Card{ID: "T-1", Until: time.Unix(1767225601, 0).Add(72 * time.Hour),
		Update: chat.Address{Platform: chat.WeCom, Route: chat.WeComAppCard, To: "zhangsan RC1 T-1"}}
	for _, c := range []struct {
		name, fields, text string
		card               *chat.Card
	}{
		{"button", `<Event>template_card_event</Event><EventKey>办结 3</EventKey><TaskId>T-1</TaskId><ResponseCode>RC1</ResponseCode>`, "办结 3", &card},
		{"menu", `<Event>template_card_menu_event</Event><EventKey>帮助</EventKey><TaskId>T-1</TaskId><ResponseCode>RC1</ResponseCode>`, "帮助", &card},
		{"form", `<Event>template_card_event</Event><EventKey>延期 3 {date} {reason}</EventKey><TaskId>T-1</TaskId><CardType>multiple_interaction</CardType><ResponseCode>RC1</ResponseCode>` + chosen, "延期 3 1月16日 天气", &card},
		{"form nobody filled in", `<Event>template_card_event</Event><EventKey>延期 3 {date}</EventKey><TaskId>T-1</TaskId><ResponseCode>RC1</ResponseCode>`, "延期 3 ", &card},
		{"without a code", `<Event>template_card_event</Event><EventKey>办结 3</EventKey><TaskId>T-1</TaskId>`, "办结 3", &chat.Card{ID: "T-1"}},
		{"menu of the app", `<Event>click</Event><EventKey>我的事项</EventKey>`, "我的事项", nil},
	} {
		if rw := post(t, w.Callback(), plainXML("<MsgType>event</MsgType>"+c.fields)); rw.Code != 200 {
			t.Fatalf("%s: %d", c.name, rw.Code)
		}
		in := <-inbox
		if in.Kind != chat.Press || in.Text != c.text {
			t.Errorf("%s: %+v", c.name, in)
		}
		if (in.Card == nil) != (c.card == nil) || in.Card != nil && (in.Card.ID != c.card.ID || in.Card.Update != c.card.Update || !in.Card.Until.Equal(c.card.Until)) {
			t.Errorf("%s: card %+v, want %+v", c.name, in.Card, c.card)
		}
	}
}

// Two answers in one form within one second are two presses.
func TestPressIDs(t *testing.T) {
	w, _, inbox := newPlatform(t).house(nil)
	doc := plainXML("<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>延期 3 {date}</EventKey><TaskId>T</TaskId>" + chosen)
	post(t, w.Callback(), doc)
	post(t, w.Callback(), doc)
	post(t, w.Callback(), plainXML("<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>延期 3 {date}</EventKey><TaskId>T</TaskId>"))
	a, b, c := <-inbox, <-inbox, <-inbox
	if a.ID != b.ID || a.ID == c.ID {
		t.Errorf("ids %s, %s, %s", a.ID, b.ID, c.ID)
	}
}

func TestContacts(t *testing.T) {
	w, _, inbox := newPlatform(t).house(nil)
	change := func(fields string) string {
		return plainXML("<MsgType>event</MsgType><Event>change_contact</Event>" + fields)
	}
	for _, ignored := range []string{
		"<ChangeType>create_user</ChangeType><UserID>a</UserID>", "<ChangeType>delete_user</ChangeType><UserID>a</UserID>",
		"<ChangeType>update_user</ChangeType><UserID>a</UserID><Name>甲</Name>", "<ChangeType>update_party</ChangeType><Id>1</Id>",
		"<ChangeType>update_user</ChangeType><UserID>a</UserID><NewUserID>a</NewUserID>",
	} {
		post(t, w.Callback(), change(ignored))
	}
	post(t, w.Callback(), change("<ChangeType>update_user</ChangeType><UserID>sys0001</UserID><NewUserID>zhangsan</NewUserID>"))
	if in := <-inbox; in.Kind != chat.Renamed || in.UserID != "sys0001" || in.Text != "zhangsan" || in.Reply.Route != "" {
		t.Errorf("%+v", in)
	}
	if c := w.Counters(); c.Ignored != 5 || c.Taken != 1 {
		t.Errorf("counters = %+v", c)
	}
}

// A press on the aibot's card, in the nested form of the page and in the flat one of the client library.
func TestBotPress(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	press := `"event_key":"延期 3 {date} {reason}","task_id":"T-1","selected_items":{"selected_item":[{"question_key":"reason","option_ids":{"option_id":["天气"]}},{"question_key":"date","option_ids":{"option_id":["1月16日"]}}]}`
	for name, event := range map[string]string{
		"nested": `"template_card_event":{"card_type":"multiple_interaction",` + press + `}`,
		"flat":   press,
	} {
		body := `{"msgid":"1","create_time":1767225800,"from":{"userid":"zhangsan"},"chatid":"wrCHAT","msgtype":"event","event":{"eventtype":"template_card_event",` + event + `}}`
		in, fate := w.bot.incoming(&link{id: "c1"}, frame{Cmd: "aibot_event_callback", Headers: frameHeaders{"req-1"}, Body: json.RawMessage(body)})
		want := &chat.Card{ID: "T-1", Until: in.At.Add(5 * time.Second), Update: chat.Address{Platform: chat.WeCom, Route: chat.WeComBotCard, To: "press c1 req-1 T-1"}}
		if fate != wanted || in.Text != "延期 3 1月16日 天气" || !reflect.DeepEqual(in.Card, want) {
			t.Errorf("%s: %+v, card %+v", name, in, in.Card)
		}
	}
}

func TestBotQuote(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	for quote, want := range map[string]*chat.Quote{
		``: nil,
		`,"quote":{"msgtype":"text","text":{"content":" 节点预警 预警〔2026〕3号 "}}`:                                                                                          {Text: "节点预警 预警〔2026〕3号"},
		`,"quote":{"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"甲"}},{"msgtype":"image"},{"msgtype":"text","text":{"content":"乙"}}]}}`: {Text: "甲\n乙"},
		`,"quote":{"msgtype":"voice","voice":{"content":"封顶"}}`:                                                                                                       {Text: "封顶"},
		`,"quote":{"msgtype":"image","image":{"url":"https://x"}}`:                                                                                                    {},
	} {
		body := `{"msgid":"1","from":{"userid":"a"},"msgtype":"text","text":{"content":"完成"}` + quote + `}`
		in, _ := w.bot.incoming(&link{id: "c"}, frame{Cmd: "aibot_msg_callback", Body: json.RawMessage(body)})
		if !reflect.DeepEqual(in.Quote, want) {
			t.Errorf("%s: %+v", quote, in.Quote)
		}
	}
}
