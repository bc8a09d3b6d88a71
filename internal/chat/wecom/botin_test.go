package wecom

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"duban/internal/chat"
)

func TestBotIncoming(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	l := &link{id: "c1"}
	single := `"from":{"userid":"zhangsan"},"chattype":"single",`
	group := `"from":{"userid":"zhangsan"},"chattype":"group","chatid":"wrCHAT",`
	answer := chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: "reply c1 req-1"}
	push := func(to string) chat.Address {
		return chat.Address{Platform: chat.WeCom, Route: chat.WeComBot, To: to}
	}
	for _, c := range []struct {
		name, body string
		want       chat.Incoming // its Kind, Text, ChatID, Media and Reply
	}{
		{"group text", `{"msgid":"1",` + group + `"msgtype":"text","text":{"content":"@督办助手 逾期"},"quote":{"msgtype":"text","text":{"content":"上期"}}}`,
			chat.Incoming{Kind: chat.Text, Text: "逾期", ChatID: "wrCHAT", Reply: answer}},
		{"private text keeps its @", `{"msgid":"1",` + single + `"msgtype":"text","text":{"content":"交办 @李四 下周三前"}}`,
			chat.Incoming{Kind: chat.Text, Text: "交办 @李四 下周三前", Reply: answer}},
		{"voice", `{"msgid":"1",` + single + `"msgtype":"voice","voice":{"content":"本周完成封顶"}}`,
			chat.Incoming{Kind: chat.Text, Text: "本周完成封顶", Reply: answer}},
		{"image", `{"msgid":"1",` + single + `"msgtype":"image","image":{"url":"https://f.example/1?sign=x","aeskey":"K"}}`,
			chat.Incoming{Kind: chat.Picture, Media: []chat.Media{{Kind: "image", URL: "https://f.example/1?sign=x", Key: "K"}}, Reply: answer}},
		{"mixed", `{"msgid":"1",` + group + `"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"@督办助手 进展 泵站"}},{"msgtype":"image","image":{"url":"https://f.example/1","aeskey":"K"}},{"msgtype":"text","text":{"content":"62%"}}]}}`,
			chat.Incoming{Kind: chat.Text, Text: "进展 泵站\n62%", ChatID: "wrCHAT", Media: []chat.Media{{Kind: "image", URL: "https://f.example/1", Key: "K"}}, Reply: answer}},
		{"mixed without words", `{"msgid":"1",` + group + `"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"@督办助手"}},{"msgtype":"image","image":{"url":"https://f.example/1"}}]}}`,
			chat.Incoming{Kind: chat.Picture, ChatID: "wrCHAT", Media: []chat.Media{{Kind: "image", URL: "https://f.example/1"}}, Reply: answer}},
		{"file", `{"msgid":"1",` + single + `"msgtype":"file","file":{"url":"https://f.example/1","aeskey":"K"}}`,
			chat.Incoming{Kind: chat.Other, Media: []chat.Media{{Kind: "file", URL: "https://f.example/1", Key: "K"}}, Reply: answer}},
		{"something new", `{"msgid":"1",` + single + `"msgtype":"hologram"}`, chat.Incoming{Kind: chat.Other, Reply: answer}},
		{"press, nested", `{"msgid":"1","create_time":1767225800,` + group + `"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"签收 3","task_id":"T"}}}`,
			chat.Incoming{Kind: chat.Press, Text: "签收 3", ChatID: "wrCHAT", At: time.Unix(1767225800, 0), Reply: push("wrCHAT")}},
		{"press, flat", `{"msgid":"1",` + single + `"msgtype":"event","event":{"eventtype":"template_card_event","event_key":"签收 3","task_id":"T"}}`,
			chat.Incoming{Kind: chat.Press, Text: "签收 3", Reply: push("zhangsan")}},
		{"enter", `{"msgid":"1",` + single + `"msgtype":"event","event":{"eventtype":"enter_chat"}}`,
			chat.Incoming{Kind: chat.Enter, Reply: chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: "welcome c1 req-1"}}},
	} {
		in, fate := w.bot.incoming(l, frame{Cmd: "aibot_msg_callback", Headers: frameHeaders{"req-1"}, Body: json.RawMessage(c.body)})
		if c.want.At.IsZero() {
			c.want.At = testStart
		}
		if fate != wanted || in.ID != "1" || in.UserID != "zhangsan" || in.Platform != chat.WeCom || in.Kind != c.want.Kind || in.Text != c.want.Text ||
			in.ChatID != c.want.ChatID || fmt.Sprint(in.Media) != fmt.Sprint(c.want.Media) || in.Reply != c.want.Reply || !in.At.Equal(c.want.At) || !in.ReplyUntil.After(in.At) {
			t.Errorf("%s: %+v (%v)\nwant %+v", c.name, in, fate, c.want)
		}
	}
	for body, want := range map[string]fate{
		`{"msgid":"1",` + single + `"msgtype":"event","event":{"eventtype":"feedback_event"}}`: ignored,
		`{"msgtype":"event","event":{"eventtype":"disconnected_event"}}`:                       kicked,
		`{"msgid":"1","msgtype":"text","text":{"content":"x"}}`:                                malformed,
		`{"from":{"userid":"a"},"msgtype":"text"}`:                                             malformed,
		`"x"`: malformed,
	} {
		if _, got := w.bot.incoming(l, frame{Cmd: "aibot_event_callback", Body: json.RawMessage(body)}); got != want {
			t.Errorf("%s: %v, want %v", body, got, want)
		}
	}
}

func TestUnmention(t *testing.T) {
	for _, c := range []struct {
		name, said string
		group      bool
		want       string
	}{
		{"", "@督办助手 逾期", true, "逾期"},
		{"", "@督办助手\u2005逾期 泵站", true, "逾期 泵站"},
		{"", "逾期 @督办助手", true, "逾期"},
		{"", "逾期@督办助手", true, "逾期"},
		{"", "@督办助手", true, ""},
		{"", "@督办助手 交办 @李四 下周三", true, "交办 @李四 下周三"},
		{"", "联系 a@b.cn @督办助手", true, "联系 a@b.cn"},
		{"", "没有称呼", true, "没有称呼"},
		{"督办 助手", "@督办 助手 逾期", true, "逾期"},
		{"督办 助手", "@李四 请 @督办 助手 交办", true, "@李四 请   交办"},
		{"督办 助手", "@督办 助手 逾期", false, "逾期"},
		{"", "@李四 逾期", false, "@李四 逾期"},
	} {
		if got := (&bot{name: c.name}).unmention(c.said, c.group); got != c.want {
			t.Errorf("%q as %q: %q, want %q", c.said, c.name, got, c.want)
		}
	}
}
