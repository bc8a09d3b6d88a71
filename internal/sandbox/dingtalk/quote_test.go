package dingtalk

import (
	"fmt"
	"testing"
	"time"
)

// listen keeps the callbacks and events that reach a Stream client, which takes all of them.
func (w *world) listen() chan pushFrame {
	got := make(chan pushFrame, 20)
	w.dial(func(f pushFrame) (int, string) {
		got <- f
		return 200, `{"response":null,"status":"SUCCESS"}`
	})
	return got
}

// A quotation names what it quotes; only plain text of the robot comes with its words.
func TestQuotation(t *testing.T) {
	w := start(t)
	got := w.listen()
	send := func(key, param string) string {
		return w.api("/v1.0/robot/groupMessages/send", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": key, "msgParam": param}).str("processQueryKey")
	}
	plain, rich := send("sampleText", `{"content":"上期简报"}`), send("sampleMarkdown", `{"title":"简报","text":"**上期**"}`)
	for i, c := range []struct{ key, kind, words string }{{plain, "text", "上期简报"}, {rich, "interactiveCard", ""}} {
		if _, err := w.QuoteInGroup(groupID, "user1", i+1, "请三天内拿出方案"); err != nil {
			t.Fatal(err)
		}
		o := (<-got).body(t)
		replied := o.obj("text").obj("repliedMsg")
		want(t, "key", o.str("originalProcessQueryKey"), c.key)
		want(t, "id", replied.str("msgId"), o.str("originalMsgId"))
		want(t, "kind and words", replied.str("msgType")+replied.obj("content").str("text"), c.kind+c.words)
		want(t, "a reply", o.obj("text").text("isReplyMsg")+o.obj("text").str("content"), "true 请三天内拿出方案")
	}
	if _, err := w.QuoteInGroup(groupID, "user1", 9, "没有"); err == nil {
		t.Error("what is not there was quoted")
	}
	if _, err := w.QuoteToRobot("user3", 1, "看不到"); err == nil {
		t.Error("what somebody does not see was quoted")
	}
}

// Whoever joins a group made through the API is announced, an outsider without an id; in a group made by hand
// nobody is.
func TestJoining(t *testing.T) {
	w := start(t)
	got := w.listen()
	w.AddGroup(Group{ConversationID: "cidMADE==", Title: "专班", Members: []string{"user1"}, RobotCode: "robot1", Made: true})
	for user, ids := range map[string]string{"user2": "[user2]", "guest": "[]"} {
		if err := w.JoinGroup("cidMADE==", user); err != nil {
			t.Fatal(err)
		}
		f := <-got
		want(t, "event", f.Headers["eventType"], "chat_add_member")
		want(t, "group and who", f.body(t).str("openConversationId")+fmt.Sprint(f.body(t).strs("userId")), "cidMADE=="+ids)
	}
	if err := w.JoinGroup(groupID, "user3"); err != nil || len(got) != 0 {
		t.Errorf("a group made by hand: %v, %d events", err, len(got))
	}
	if _, err := w.SayInGroup(groupID, "user3", "我来了"); err != nil {
		t.Errorf("who joined cannot speak: %v", err)
	}
	if w.JoinGroup("cidNONE", "user3") == nil || w.JoinGroup(groupID, "nobody") == nil {
		t.Error("nobody joined, or nowhere")
	}
}

func TestVoiceOfAPerson(t *testing.T) {
	w := start(t)
	got := w.listen()
	if _, err := w.SpeakToRobot("user1", "华兴六成五"); err != nil {
		t.Fatal(err)
	}
	want(t, "recognised", (<-got).body(t).obj("content").str("recognition"), "华兴六成五")
}

// A template says what its press carries and hides a button without words; Changed tells what came and what was
// changed since, in that order.
func TestTemplateAndChanges(t *testing.T) {
	w := start(t)
	got := w.listen()
	w.AddCardTemplate(CardTemplate{ID: "t1.schema", Title: "${title}", Text: "${status}",
		Buttons: []Button{{Text: "${title}", Key: "a"}, {Text: "${none}", Key: "b"}}, Params: map[string]map[string]string{"a": {"say": "办结 ${status}"}}})
	b := warning("w1")
	b["cardData"] = map[string]any{"cardParamMap": map[string]any{"title": "逾期", "status": "3", "none": ""}}
	w.api(deliverPath, b)
	m := w.Messages()[0]
	want(t, "buttons", fmt.Sprint(m.Buttons, m.Card.Params["status"]), "[{逾期  a}]3")
	if err := w.PressCard(1, "user1", "a", map[string]string{"more": "1"}); err != nil {
		t.Fatal(err)
	}
	want(t, "carried", (<-got).body(t).str("content"), `{"cardPrivateData":{"actionIds":["a"],"params":{"more":"1","say":"办结 3"}}}`)
	rev := w.Messages()[1].Rev
	w.clock.turn(time.Minute)
	if code := w.ask("PUT", "/v1.0/card/instances", w.token, map[string]any{"outTrackId": "w1", "cardUpdateOptions": map[string]any{"updateCardDataByKey": true},
		"cardData": map[string]any{"cardParamMap": map[string]any{"status": "好"}}}).text("success"); code != "true" {
		t.Fatal(code)
	}
	changed := w.Changed(rev)
	want(t, "changed", len(changed), 2)
	want(t, "when and what", fmt.Sprint(changed[0].ChangedAt.Sub(changed[0].At), changed[0].Text), "1m0s好")
}
