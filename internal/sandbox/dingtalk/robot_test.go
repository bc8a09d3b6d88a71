package dingtalk

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestGroupSend(t *testing.T) {
	w := start(t)
	w.AddRobot(Robot{AppKey: "dingapp2", AppSecret: "s2", RobotCode: "robot2", Mode: "stream"})
	good := func() map[string]any {
		return map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleMarkdown", "msgParam": `{"title":"双周报","text":"### 双周报 @user1"}`}
	}
	with := func(key string, v any) map[string]any {
		b := good()
		b[key] = v
		return b
	}
	param := func(content string) string { return `{"content":"` + content + `"}` }
	for _, c := range []struct {
		name string
		body map[string]any
		code string
	}{
		{"good", good(), ""},
		{"no robotCode", with("robotCode", ""), "invalidParameter.robotCode.empty"},
		{"unknown robot", with("robotCode", "x"), "invalidParameter.robotCode.notExsit"},
		{"another app's robot", with("robotCode", "robot2"), "invalidParameter.robotCode.auth"},
		{"unknown group", with("openConversationId", "cidX"), "invalid.openConversationId"},
		{"no msgKey", with("msgKey", ""), "invalidParameter.msgKey.empty"},
		{"unknown msgKey", with("msgKey", "sampleTable"), "invalidParameter.msgKey.invalid"},
		{"msgParam an object", with("msgParam", map[string]any{"title": "a", "text": "b"}), "invalidParameter.msgParam.invalid"},
		{"msgParam no JSON", with("msgParam", "hello"), "invalidParameter.msgParam.invalid"},
		{"key missing", with("msgParam", `{"title":"a"}`), "invalidParameter.msgParam.invalid"},
		{"a byte too long", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleText", "msgParam": param(strings.Repeat("a", 15001-len(param(""))))}, "invalidParameter.msgParam.tooLong"},
		{"just fits", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleText", "msgParam": param(strings.Repeat("a", 15000-len(param(""))))}, ""},
	} {
		before := len(w.Messages())
		o := w.api("/v1.0/robot/groupMessages/send", c.body)
		want(t, c.name, o.str("code"), c.code)
		if c.code != "" {
			want(t, c.name+": status", o.text("http"), 400)
			want(t, c.name+": seen", len(w.Messages()), before)
		} else if o.str("processQueryKey") == "" {
			t.Errorf("%s: no processQueryKey", c.name)
		}
	}
	m := w.Messages()[0]
	want(t, "seen", fmt.Sprint(m.Seq, m.Route, m.ConversationID, m.Users, m.MsgType, m.Title, m.Text), fmt.Sprint(1, "group", groupID, []string{"user1", "user2", "user12"}, "markdown", "双周报", "### 双周报 @user1"))
	want(t, "it can mention nobody", len(m.Mentions), 0)
	w.Disband(groupID)
	want(t, "disbanded", w.api("/v1.0/robot/groupMessages/send", good()).str("code"), "group.disbanded")
}

func TestTemplates(t *testing.T) {
	w := start(t)
	for key, s := range samples {
		full := map[string]string{}
		for _, k := range s.need {
			full[k] = "v-" + k
		}
		if key == "sampleFile" {
			full["fileType"] = "xlsx"
		}
		try := func(p map[string]string) (Message, *reply) {
			raw, _ := json.Marshal(p)
			quoted, _ := json.Marshal(string(raw))
			return w.templated(object{"msgKey": json.RawMessage(`"` + key + `"`), "msgParam": quoted})
		}
		m, a := try(full)
		if a != nil || m.Text == "" || m.MsgType == "" {
			t.Errorf("%s: full: %v %+v", key, a, m)
		}
		for _, b := range m.Buttons {
			if !strings.HasPrefix(b.URL, "v-") || !strings.HasPrefix(b.Text, "v-") {
				t.Errorf("%s: button %+v", key, b)
			}
		}
		for _, k := range s.need {
			short := map[string]string{}
			for n, v := range full {
				if n != k {
					short[n] = v
				}
			}
			if _, a := try(short); a == nil {
				t.Errorf("%s: taken without %s", key, k)
			}
		}
	}
	want(t, "msgKeys", len(samples), 13)
	want(t, "buttons of ActionCard5", len(samples["sampleActionCard5"].buttons), 5)
}

func TestPrivateSend(t *testing.T) {
	w := start(t)
	w.SetFlowControlled("user2")
	send := func(users ...string) object {
		return w.api("/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": "robot1", "userIds": users, "msgKey": "sampleText", "msgParam": `{"content":"整改通知"}`})
	}
	o := send("user1", "user2", "nobody", "guest", "user1")
	want(t, "status", o.text("http"), 200)
	want(t, "invalid", o.strs("invalidStaffIdList"), []string{"nobody", "guest"})
	want(t, "flow control", o.strs("flowControlledStaffIdList"), []string{"user2"})
	m := w.last()
	want(t, "seen", fmt.Sprint(m.Route, m.Users, m.ConversationID, m.Text), fmt.Sprint("oto", []string{"user1"}, "", "整改通知"))
	send("nobody")
	want(t, "nobody sees what reached nobody", len(w.Messages()), 1)
	many := make([]string, 21)
	want(t, "21 people", send(many...).str("code"), "invalidParameter.userIds.overMax")
	want(t, "nobody", send().str("code"), "invalidParameter.userIds.empty")
	w.SetFlowControlled()
	want(t, "lifted", len(send("user2").strs("flowControlledStaffIdList")), 0)
}

func TestReceiptsAndRecall(t *testing.T) {
	w := start(t)
	group := w.api("/v1.0/robot/groupMessages/send", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleText", "msgParam": `{"content":"x"}`}).str("processQueryKey")
	oto := w.api("/v1.0/robot/oToMessages/batchSend", map[string]any{"robotCode": "robot1", "userIds": []string{"user1", "user2"}, "msgKey": "sampleText", "msgParam": `{"content":"x"}`}).str("processQueryKey")
	for _, user := range []string{"user1", "user12"} {
		if err := w.MarkRead(1, user); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.MarkRead(1, "user3"); err == nil {
		t.Error("somebody outside the group read it")
	}
	if err := w.MarkRead(2, "user2"); err != nil {
		t.Fatal(err)
	}
	query := map[string]any{"robotCode": "robot1", "openConversationId": groupID, "processQueryKey": group, "maxResults": 1}
	page := w.api("/v1.0/robot/groupMessages/query", query)
	want(t, "first page", fmt.Sprint(page.str("sendStatus"), page.strs("readUserIds"), page.text("hasMore")), "SUCCESS[user1]true")
	query["nextToken"] = page.str("nextToken")
	page = w.api("/v1.0/robot/groupMessages/query", query)
	want(t, "second page", fmt.Sprint(page.strs("readUserIds"), page.text("hasMore")), "[user12]false")

	status := func() object {
		return w.ask("GET", "/v1.0/robot/oToMessages/readStatus?robotCode=robot1&processQueryKey="+url.QueryEscape(oto), w.token, nil)
	}
	list := status().list("messageReadInfoList")
	want(t, "private", list[0].str("userId")+list[0].str("readStatus")+list[1].str("name")+list[1].str("readStatus"), "user1UNREAD干部2READ")

	watch, cancel := w.Subscribe()
	defer cancel()
	o := w.api("/v1.0/robot/otoMessages/batchRecall", map[string]any{"robotCode": "robot1", "processQueryKeys": []string{oto, group}})
	want(t, "recalled", o.strs("successResult"), []string{oto})
	want(t, "another route's key", o.obj("failedResult").has(group), true)
	want(t, "it is gone from the screen", w.Messages()[1].Recalled, true)
	want(t, "watchers are told", (<-watch).Recalled, true)
	want(t, "its status", status().str("sendStatus"), "RECALLED")
	o = w.api("/v1.0/robot/groupMessages/recall", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "processQueryKeys": []string{group}})
	want(t, "recalled in the group", o.strs("successResult"), []string{group})
	want(t, "21 keys", w.api("/v1.0/robot/groupMessages/recall", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "processQueryKeys": make([]string, 21)}).text("http"), 400)

	w.clock.turn(25 * time.Hour)
	w.token = w.ask("GET", "/gettoken?appkey=dingapp1&appsecret=secret1", "", nil).str("access_token")
	want(t, "a day later", status().str("code"), "processQueryKey.expireTime")
}

func TestWorkNotice(t *testing.T) {
	w := start(t)
	send := func(agent string, content string) object {
		return w.old("/topapi/message/corpconversation/asyncsend_v2", map[string]any{"agent_id": agent, "userid_list": "user1,user2,nobody", "msg": text(content)})
	}
	want(t, "sent", send("77", "整改").text("errcode"), 0)
	want(t, "seen", fmt.Sprint(w.last().Route, w.last().Users), "work[user1 user2]")
	want(t, "the same again says ok", send("77", "整改").text("errcode"), 0)
	want(t, "and reaches nobody", len(w.Messages()), 1)
	w.clock.turn(time.Hour)
	send("77", "整改 2")
	want(t, "another content does", len(w.Messages()), 2)
	want(t, "another app's agent", send("78", "x").text("errcode"), errBadParameter)
	want(t, "too long", send("77", strings.Repeat("长", 700)).text("errcode"), errBadParameter)
	form := url.Values{"agent_id": {"77"}, "userid_list": {"user1"}, "msg": {`{"msgtype":"text","text":{"content":"表单"}}`}}
	resp := w.form("/topapi/message/corpconversation/asyncsend_v2?access_token="+w.token, form)
	want(t, "as a form", resp.text("errcode")+w.last().Text, "0表单")
	if _, err := json.Marshal(w.Messages()); err != nil {
		t.Error(err)
	}
}
