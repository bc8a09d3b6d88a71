package dingtalk

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func (w *world) hook(token string, body any) object {
	w.t.Helper()
	return w.ask("POST", "/robot/send?access_token="+token, "", body)
}

func TestCustomRobotSignature(t *testing.T) {
	w := start(t)
	send := func(at time.Time, secret string) string {
		ms := fmt.Sprint(at.UnixMilli())
		q := url.Values{"access_token": {"sealed"}, "timestamp": {ms}, "sign": {macByHand(secret, ms+"\n"+secret)}}
		return w.ask("POST", "/robot/send?"+q.Encode(), "", text("x")).text("errcode")
	}
	now := w.clock.now()
	want(t, "signed", send(now, "SECexample"), 0)
	want(t, "an hour old", send(now.Add(-time.Hour), "SECexample"), 0)
	want(t, "older", send(now.Add(-time.Hour-time.Millisecond), "SECexample"), 310000)
	want(t, "from the future", send(now.Add(61*time.Minute), "SECexample"), 310000)
	want(t, "wrong secret", send(now, "SECother"), 310000)
	want(t, "unsigned", w.hook("sealed", text("x")).text("errcode"), 310000)
	want(t, "seen", len(w.Messages()), 2)
}

func TestCustomRobotRefusals(t *testing.T) {
	w := start(t)
	md := func(title string) any {
		return map[string]any{"msgtype": "markdown", "markdown": map[string]any{"title": title, "text": "正文"}}
	}
	for _, c := range []struct {
		name, token string
		body        any
		errcode     int
	}{
		{"unknown token", "nobody", text("x"), 300001},
		{"no JSON", "plain", []byte("{"), 40035},
		{"nothing", "plain", nil, 400105},
		{"unknown type", "plain", map[string]any{"msgtype": "image"}, 400105},
		{"field missing", "plain", map[string]any{"msgtype": "markdown", "markdown": map[string]any{"text": "x"}}, 40035},
		{"link with the feedCard's spelling", "plain", map[string]any{"msgtype": "link", "link": map[string]any{"title": "a", "text": "b", "messageURL": "http://c"}}, 40035},
		{"too long", "plain", text(strings.Repeat("a", 20000)), 460101},
		{"keyword missing", "worded", text("周报"), 310000},
		{"keyword in the title", "worded", md("督办提醒"), 0},
		{"keyword in the text", "worded", text("黄色预警"), 0},
	} {
		o := w.hook(c.token, c.body)
		want(t, c.name, o.text("errcode"), c.errcode)
		want(t, c.name+": status", o.text("http"), 200)
	}
	resp, err := http.Post(w.URL()+"/robot/send?access_token=plain", "text/plain", strings.NewReader(`{"msgtype":"text","text":{"content":"x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	_, o, _ := readBody(&http.Request{Body: resp.Body, Header: resp.Header})
	want(t, "content type", o.text("errcode"), 43004)
	want(t, "seen", len(w.Messages()), 2)
	w.Disband(groupID)
	want(t, "disbanded", w.hook("plain", text("x")).text("errcode"), 400013)
}

func TestCustomRobotRate(t *testing.T) {
	w := start(t)
	for i := range 20 {
		want(t, fmt.Sprint("message ", i+1), w.hook("plain", text("x")).text("errcode"), 0)
		w.clock.turn(2 * time.Second)
	}
	o := w.hook("plain", text("one too many"))
	want(t, "the 21st", o.text("errcode")+o.text("status")+o.str("punish"), "1301011111deny")
	w.clock.turn(10*time.Minute - time.Second)
	want(t, "blocked", w.hook("plain", text("x")).text("errcode"), 410100)
	want(t, "another robot of the group", w.hook("worded", text("督办")).text("errcode"), 0)
	w.clock.turn(time.Second)
	want(t, "after ten minutes", w.hook("plain", text("x")).text("errcode"), 0)
	want(t, "seen", len(w.Messages()), 22)
	for range 19 {
		w.hook("plain", text("x"))
	}
	w.clock.turn(time.Minute)
	want(t, "a minute later", w.hook("plain", text("x")).text("errcode"), 0)
}

func TestCustomRobotIdempotency(t *testing.T) {
	w := start(t)
	body := text("通报")
	body["msgUuid"] = "report-1"
	for range 30 { // repeats do not draw on the rate
		want(t, "repeat", w.hook("plain", body).text("errcode"), 0)
	}
	want(t, "seen once", len(w.Messages()), 1)
	body["msgUuid"] = "report-2"
	w.hook("plain", body)
	want(t, "another id", len(w.Messages()), 2)
}

func TestMentions(t *testing.T) {
	w := start(t)
	at := func(m map[string]any, at map[string]any) map[string]any {
		m["at"] = at
		return m
	}
	md := func(s string) map[string]any {
		return map[string]any{"msgtype": "markdown", "markdown": map[string]any{"title": "t", "text": s}}
	}
	card := func(s string) map[string]any {
		return map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{"title": "t", "text": s, "singleTitle": "打开", "singleURL": "https://h/x"}}
	}
	ids := func(list ...string) map[string]any { return map[string]any{"atUserIds": list} }
	for _, c := range []struct {
		name, token string
		body        map[string]any
		rings       []string
	}{
		{"in both", "plain", at(text("@user1 请"), ids("user1")), []string{"user1"}},
		{"only in at", "plain", at(text("请"), ids("user1")), nil},
		{"only in the text", "plain", text("@user1 请"), nil},
		{"a longer id", "plain", at(text("@user12 请"), ids("user1", "user12")), []string{"user12"}},
		{"Chinese right behind", "plain", at(md("@user1请"), ids("user1")), []string{"user1"}},
		{"no member", "plain", at(text("@user3 请"), ids("user3")), nil},
		{"by mobile", "plain", at(text("@13900000002 请"), map[string]any{"atMobiles": []string{"13900000002"}}), []string{"user2"}},
		{"all", "plain", at(text("请"), map[string]any{"isAtAll": true}), []string{"user1", "user2", "user12"}},
		{"actionCard", "plain", card("@user2 请"), []string{"user2"}},
		{"link", "plain", at(map[string]any{"msgtype": "link", "link": map[string]any{"title": "t", "text": "@user1", "messageUrl": "https://h"}}, ids("user1")), nil},
		{"a group with people from outside", "mixed", at(text("@user1 请"), ids("user1")), nil},
	} {
		want(t, c.name+": answer", w.hook(c.token, c.body).text("errcode"), 0)
		want(t, c.name, w.last().Mentions, c.rings)
	}
}

func TestWebhookLooks(t *testing.T) {
	w := start(t)
	btn := func(title, link string) map[string]any { return map[string]any{"title": title, "actionURL": link} }
	for _, c := range []struct {
		body    map[string]any
		text    string
		buttons []Button
	}{
		{map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{"title": "t", "text": "x", "btnOrientation": "1", "btns": []any{btn("是", "https://h/1"), btn("否", "https://h/2")}}},
			"x", []Button{{"是", "https://h/1", ""}, {"否", "https://h/2", ""}}},
		{map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{"title": "t", "text": "x", "singleTitle": "看", "singleURL": "https://h/3", "btns": []any{btn("是", "https://h/1")}}},
			"x", []Button{{"看", "https://h/3", ""}}},
		{map[string]any{"msgtype": "feedCard", "feedCard": map[string]any{"links": []any{map[string]any{"title": "一", "messageURL": "https://h/4", "picURL": "https://h/p"}}}},
			"一", []Button{{"一", "https://h/4", ""}}},
		{map[string]any{"msgtype": "link", "link": map[string]any{"title": "题", "text": "文", "messageUrl": "https://h/5"}}, "文", []Button{{"题", "https://h/5", ""}}},
	} {
		want(t, "answer", w.hook("plain", c.body).text("errcode"), 0)
		want(t, "text", w.last().Text, c.text)
		want(t, "buttons", w.last().Buttons, c.buttons)
		want(t, "route", w.last().Route, "custom")
	}
}

func TestSessionWebhook(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	if _, err := w.SayInGroup(groupID, "user1", "进度"); err != nil {
		t.Fatal(err)
	}
	b := (<-c.frames).body(t)
	link, _ := url.Parse(b.str("sessionWebhook"))
	path := link.RequestURI()
	answer := map[string]any{"msgtype": "markdown", "markdown": map[string]any{"title": "回执", "text": "@user1 已收"}, "at": map[string]any{"atUserIds": []string{"user1"}}}
	want(t, "answered", w.ask("POST", path, "", answer).text("errcode"), 0)
	m := w.last()
	want(t, "seen", fmt.Sprint(m.Route, m.ConversationID, m.Title, m.Mentions), "session"+groupID+"回执[user1]")
	if _, err := w.SayToRobot("user2", "帮助"); err != nil {
		t.Fatal(err)
	}
	private, _ := url.Parse((<-c.frames).body(t).str("sessionWebhook"))
	w.ask("POST", private.RequestURI(), "", text("您好"))
	want(t, "private", fmt.Sprint(w.last().ConversationID, w.last().Users), "[user2]")
	want(t, "a type it does not know", w.ask("POST", path, "", map[string]any{"msgtype": "file"}).text("errcode"), 400105)
	w.clock.turn(90*time.Minute - time.Millisecond)
	want(t, "90 minutes", w.ask("POST", path, "", answer).text("errcode"), 0)
	w.clock.turn(time.Millisecond)
	o := w.ask("POST", path, "", answer)
	want(t, "expired", o.text("errcode")+o.text("http"), "300001200")
	want(t, "invented", w.ask("POST", "/robot/sendBySession?session=0", "", answer).text("errcode"), 300001)
}
