package dingtalk

import (
	"fmt"
	"maps"
	"strings"
	"testing"
)

func warning(id string) map[string]any {
	return map[string]any{"cardTemplateId": "t1.schema", "outTrackId": id, "callbackType": "STREAM", "userIdType": 1,
		"cardData":                map[string]any{"cardParamMap": map[string]any{"title": "逾期提醒", "status": "待处理"}},
		"openSpaceId":             "dtv1.card//IM_GROUP." + groupID + ";dtv1.card//IM_ROBOT.user3",
		"imGroupOpenSpaceModel":   map[string]any{"supportForward": false},
		"imGroupOpenDeliverModel": map[string]any{"robotCode": "robot1", "atUserIds": map[string]any{"user1": "干部1", "user3": "干部3"}},
		"imRobotOpenSpaceModel":   map[string]any{"supportForward": false},
		"imRobotOpenDeliverModel": map[string]any{"spaceType": "IM_ROBOT", "robotCode": "robot1"},
	}
}

const deliverPath = "/v1.0/card/instances/createAndDeliver"

func TestCardDelivery(t *testing.T) {
	w := start(t)
	w.AddCardTemplate(CardTemplate{ID: "t1.schema", Title: "${title}", Text: "状态 ${status}", Buttons: []Button{{Text: "接收", Key: "accept"}}})
	w.AddCardTemplate(CardTemplate{ID: "t2.schema", Unpublished: true})
	o := w.api(deliverPath, warning("w1"))
	for _, e := range o.obj("result").list("deliverResults") {
		if !e.yes("success") || e.str("carrierId") == "" {
			t.Errorf("not delivered: %v", e)
		}
	}
	all := w.Messages()
	want(t, "two places", len(all), 2)
	want(t, "in the group", fmt.Sprint(all[0].Route, all[0].Title, all[0].Text, all[0].Mentions, all[0].Buttons), fmt.Sprint("card", "逾期提醒", "状态 待处理", []string{"user1"}, []Button{{"接收", "", "accept"}}))
	want(t, "in private", fmt.Sprint(all[1].ConversationID, all[1].Users), "[user3]")
	change := func(key string, v any) map[string]any {
		b := warning("other-" + key)
		b[key] = v
		return b
	}
	data := func(m map[string]any) any { return map[string]any{"cardParamMap": m} }
	for name, c := range map[string]struct {
		body map[string]any
		code string
	}{
		"twice":        {warning("w1"), "param.cardAlreadyExist"},
		"unpublished":  {change("cardTemplateId", "t2.schema"), "param.templateUnpublished"},
		"long id":      {change("outTrackId", strings.Repeat("x", 101)), "param.outTrackIdError"},
		"a number":     {change("cardData", data(map[string]any{"days": 3})), "param.cardParamMapError"},
		"a long value": {change("cardData", data(map[string]any{"a": strings.Repeat("x", 1025)})), "param.cardDataTooLong"},
		"a long key":   {change("cardData", data(map[string]any{strings.Repeat("k", 101): ""})), "param.cardDataTooLong"},
		"no route":     {change("callbackType", "HTTP"), "param.callbackRouteKeyNotExist"},
	} {
		want(t, name, w.api(deliverPath, c.body).str("code"), c.code)
	}
	partial := warning("w2")
	delete(partial, "imRobotOpenDeliverModel")
	r := w.api(deliverPath, partial).obj("result").list("deliverResults")
	want(t, "each place by itself", r[0].text("success")+r[1].text("success"), "truefalse")
}

func TestCardUpdate(t *testing.T) {
	w := start(t)
	w.api(deliverPath, warning("w1"))
	put := func(id string, byKey bool, m map[string]any) object {
		return w.ask("PUT", "/v1.0/card/instances", w.token, map[string]any{"outTrackId": id, "cardData": map[string]any{"cardParamMap": m},
			"cardUpdateOptions": map[string]any{"updateCardDataByKey": byKey}})
	}
	watch, cancel := w.Subscribe()
	defer cancel()
	put("w1", true, map[string]any{"status": "已处理"})
	m := <-watch
	want(t, "by key", fmt.Sprint(m.Seq, m.Updated, m.Text), "1 truestatus: 已处理\ntitle: 逾期提醒\n")
	want(t, "both places", (<-watch).Seq, 2)
	put("w1", false, map[string]any{"status": "销号"})
	want(t, "without, all is replaced", w.Messages()[0].Title+w.Messages()[0].Text, "status: 销号\n")
	want(t, "unknown card", put("x", true, nil).str("code"), "param.cardNotExist")
}

func TestCardPressed(t *testing.T) {
	w := start(t)
	w.AddCardTemplate(CardTemplate{ID: "t1.schema", Title: "${title}", Text: "${status}", Buttons: []Button{{Text: "接收", Key: "accept"}}})
	c := w.dial(func(pushFrame) (int, string) {
		return 200, `{"response":{"cardData":{"cardParamMap":{"status":"已接收"}},"cardUpdateOptions":{"updateCardDataByKey":true}}}`
	})
	w.api(deliverPath, warning("w1"))
	if err := w.PressCard(1, "user1", "accept", map[string]string{"action": "accept"}); err != nil {
		t.Fatal(err)
	}
	f := <-c.frames
	b := f.body(t)
	want(t, "callback", f.Headers["topic"]+b.str("type")+b.str("outTrackId")+b.str("corpId")+b.str("userId")+b.text("userIdType")+b.str("spaceId"),
		topicCard+"actionCallbackw1dingcorp0009user11"+groupID)
	want(t, "content is text", b.str("content"), `{"cardPrivateData":{"actionIds":["accept"],"params":{"action":"accept"}}}`)
	want(t, "changed at once", w.Messages()[0].Text+fmt.Sprint(w.Messages()[0].Updated), "已接收true")
	for name, err := range map[string]error{
		"no such action": w.PressCard(1, "user1", "refuse", nil),
		"does not see":   w.PressCard(1, "user3", "accept", nil),
		"no message":     w.PressCard(9, "user1", "accept", nil),
	} {
		if err == nil {
			t.Errorf("%s: pressed", name)
		}
	}
	mute := warning("w3")
	delete(mute, "callbackType")
	w.api(deliverPath, mute)
	if err := w.PressCard(3, "user1", "accept", nil); err == nil {
		t.Error("a card without callbackType called back")
	}
	w.DropSockets()
	<-c.ended
	if err := w.PressCard(1, "user1", "accept", nil); err == nil {
		t.Error("pressed without a connection")
	}
}

func TestCardPressedOverHTTP(t *testing.T) {
	w := start(t)
	link, got := hearing(t, func() (int, string) {
		return 200, `{"cardData":{"cardParamMap":{"status":"好"}},"cardUpdateOptions":{"updateCardDataByKey":true}}`
	})
	register := map[string]any{"callbackRouteKey": "k", "callbackUrl": link, "apiSecret": "api-secret"}
	want(t, "registered", w.api("/v1.0/card/callbacks/register", register).text("success"), true)
	want(t, "again", w.api("/v1.0/card/callbacks/register", register).text("http"), 400)
	forced := maps.Clone(register)
	forced["forceUpdate"] = true
	want(t, "by force", w.api("/v1.0/card/callbacks/register", forced).text("success"), true)
	b := warning("w1")
	b["callbackType"], b["callbackRouteKey"] = "HTTP", "k"
	w.api(deliverPath, b)
	if err := w.PressCard(1, "user2", "1", nil); err != nil {
		t.Fatal(err)
	}
	p := <-got
	want(t, "signature", p.header.Get("x-ddpaas-signature"), macByHand("api-secret", p.header.Get("x-ddpaas-signature-timestamp")))
	want(t, "user", p.body.str("userId"), "user2")
	if !strings.Contains(w.Messages()[0].Text, "status: 好") {
		t.Error("the answer is not on the card")
	}
}

func TestPressURL(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	wrapped := "dingtalk://dingtalkclient/page/link?url=https%3A%2F%2Fh%2Fa%3Fb%3D1&pc_slide=true"
	twice := "dingtalk://dingtalkclient/action/open_platform_link?pcLink=https%253A%252F%252Fh%252Fpc&mobileLink=https%253A%252F%252Fh%252Fm"
	says := "dtmd://dingtalkclient/sendMessage?content=" + "%E5%B8%AE%E5%8A%A9"
	w.hook("plain", map[string]any{"msgtype": "actionCard", "actionCard": map[string]any{"title": "t", "text": "[看](https://h/in-text)", "btns": []any{
		map[string]any{"title": "1", "actionURL": "https://h/1"}, map[string]any{"title": "2", "actionURL": wrapped}, map[string]any{"title": "3", "actionURL": twice}, map[string]any{"title": "4", "actionURL": says}}}})
	for link, opened := range map[string]string{"https://h/1": "https://h/1", "https://h/in-text": "https://h/in-text", wrapped: "https://h/a?b=1", twice: "https://h/m", says: "", "https://h/none": ""} {
		got, err := w.PressURL(1, "user1", link)
		want(t, link, got, opened)
		want(t, link+" fails", err != nil, opened == "")
	}
	w.api("/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": "robot1", "userIds": []string{"user1"}, "msgKey": "sampleMarkdown", "msgParam": `{"title":"t","text":"[帮助](` + says + `)"}`})
	if _, err := w.PressURL(2, "user1", says); err != nil {
		t.Fatal(err)
	}
	want(t, "said in private", (<-c.frames).body(t).obj("text").str("content"), "帮助")
	if _, err := w.PressURL(2, "user2", says); err == nil {
		t.Error("pressed what is not before them")
	}
}
