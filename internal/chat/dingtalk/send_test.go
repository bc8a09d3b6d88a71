package dingtalk

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"duban/internal/chat"
)

var offers = []chat.Button{{Label: "收到", Say: "收到 3"}, {Label: "台账", URL: "https://duban.example/p/3?a=1&b=2"}}

// TestTemplates: the msgKey follows the number of buttons; the body is the platform's.
func TestTemplates(t *testing.T) {
	six := make([]chat.Button, 6)
	for i := range six {
		six[i] = chat.Button{Label: fmt.Sprint("项", i), Say: fmt.Sprint("办结 ", i)}
	}
	say := "dtmd://dingtalkclient/sendMessage?content=%E6%94%B6%E5%88%B0%203"
	for name, c := range map[string]struct {
		buttons []chat.Button
		key     string
		param   map[string]string
	}{
		"none": {nil, "sampleMarkdown", map[string]string{"title": "预警", "text": "### 预警\n\n甲"}},
		"one url": {offers[1:], "sampleActionCard", map[string]string{
			"title": "预警", "text": "### 预警\n\n甲", "singleTitle": "台账", "singleURL": "https://duban.example/p/3?a=1&b=2"}},
		"two": {offers, "sampleActionCard2", map[string]string{
			"title": "预警", "text": "### 预警\n\n甲\n\n- 收到：也可@我发送“收到 3”",
			"actionTitle1": "收到", "actionURL1": say, "actionTitle2": "台账", "actionURL2": "https://duban.example/p/3?a=1&b=2"}},
	} {
		r := start(t)
		r.says("/v1.0/robot/groupMessages/send", 200, `{"processQueryKey":"pqk7"}`)
		got := r.sender(chat.DingGroup).Send(t.Context(), "cid1+/==", chat.Message{Title: "预警", Rows: []string{"甲"}, Buttons: c.buttons}, "k")
		if got.State != chat.Sent || got.ID != "pqk7" {
			t.Errorf("%s: %+v", name, got)
		}
		call := r.calls("/v1.0/robot/groupMessages/send")[0]
		var body, param map[string]string
		if err := json.Unmarshal(call.body, &body); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(body["msgParam"]), &param); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.param, param); diff != "" || body["msgKey"] != c.key {
			t.Errorf("%s: %s (-want +got)\n%s", name, body["msgKey"], diff)
		}
		if call.token != accessToken || body["robotCode"] != robotCode || body["openConversationId"] != "cid1+/==" || len(body) != 4 {
			t.Errorf("%s: %s with %v", name, call.token, body)
		}
	}
	if key, param := template(chat.Message{Title: "预警", Buttons: six}, manner{tap: true, hint: "也可发送“%s”"}); key != "sampleMarkdown" ||
		!strings.Contains(param, "- [项5](dtmd://dingtalkclient/sendMessage?content=%E5%8A%9E%E7%BB%93%205)：也可发送“办结 5”") {
		t.Errorf("six buttons: %s %s", key, param)
	}
}

func TestPerson(t *testing.T) {
	for name, c := range map[string]struct {
		answer string
		want   chat.Result
	}{
		"sent":         {`{"processQueryKey":"pqk1"}`, chat.Result{State: chat.Sent, ID: "pqk1"}},
		"another held": {`{"processQueryKey":"pqk1","flowControlledStaffIdList":["user0002"]}`, chat.Result{State: chat.Sent, ID: "pqk1"}},
		"held":         {`{"processQueryKey":"pqk1","flowControlledStaffIdList":["user0001"]}`, chat.Result{State: chat.Retry, Code: flowControlled, After: minute}},
		"invalid":      {`{"processQueryKey":"pqk1","invalidStaffIdList":["user0001"]}`, chat.Result{State: chat.Gone, Code: invalidStaff}},
	} {
		r := start(t)
		r.says("/v1.0/robot/oToMessages/batchSend", 200, c.answer)
		got := r.sender(chat.DingPerson).Send(t.Context(), "user0001", chat.Message{Title: "预警"}, "k")
		if got.State != chat.Sent {
			c.want.ID = got.ID
			c.want.Detail = got.Detail
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
		var body struct{ UserIDs []string }
		if err := json.Unmarshal(r.calls("/v1.0/robot/oToMessages/batchSend")[0].body, &body); err != nil || len(body.UserIDs) != 1 || body.UserIDs[0] != "user0001" {
			t.Errorf("%s: %v %v", name, body, err)
		}
	}
}

func TestCustom(t *testing.T) {
	type wired struct {
		MsgUUID    string `json:"msgUuid"`
		MsgType    string
		Markdown   struct{ Title, Text string }
		ActionCard struct {
			Text, SingleTitle, SingleURL, BtnOrientation string
			Btns                                         []struct{ Title, ActionURL string }
		}
		At *struct {
			AtUserIDs []string
			IsAtAll   bool
		}
	}
	send := func(to string, m chat.Message) (wired, url.Values) {
		t.Helper()
		r := start(t)
		r.says("/robot/send", 200, `{"errcode":0,"errmsg":"ok"}`)
		if got := r.sender(chat.DingCustom).Send(t.Context(), to, m, "key-17"); got.State != chat.Sent {
			t.Fatalf("%+v", got)
		}
		call := r.calls("/robot/send")[0]
		var w wired
		if err := json.Unmarshal(call.body, &w); err != nil {
			t.Fatal(err)
		}
		q, err := url.ParseQuery(call.query)
		if err != nil {
			t.Fatal(err)
		}
		return w, q
	}
	w, q := send("外部群", chat.Message{Title: "预警", Rows: []string{"甲"}, Mentions: []string{"user0001", "user0002"}, Buttons: offers})
	if w.MsgUUID != "key-17" || w.MsgType != "markdown" || w.At == nil || fmt.Sprint(w.At.AtUserIDs) != "[user0001 user0002]" || w.At.IsAtAll {
		t.Errorf("%+v", w)
	}
	contains(t, w.Markdown.Text, "@user0001 @user0002", "[台账](https://duban.example/p/3?a=1&b=2)", "请向督办机器人发送“收到 3”")
	if q.Get("access_token") != customToken || q.Get("timestamp") != "1772683200000" || q.Get("sign") != sign("1772683200000", customSecret) {
		t.Errorf("%v", q)
	}
	w, q = send("无签", chat.Message{Title: "预警", Buttons: offers})
	if w.MsgType != "actionCard" || w.ActionCard.SingleTitle != "台账" || w.At != nil || q.Has("sign") || q.Has("timestamp") {
		t.Errorf("%+v %v", w, q)
	}
	contains(t, w.ActionCard.Text, "收到 3")
	w, _ = send("无签", chat.Message{Title: "预警", Buttons: []chat.Button{offers[1], offers[1]}})
	if len(w.ActionCard.Btns) != 2 || w.ActionCard.BtnOrientation != "0" || w.ActionCard.Btns[1].ActionURL != offers[1].URL {
		t.Errorf("%+v", w)
	}
	many := make([]string, 60)
	for i := range many {
		many[i] = fmt.Sprintf("user%04d", i)
	}
	if w, _ = send("外部群", chat.Message{Title: "预警", Mentions: many}); len(w.At.AtUserIDs) != mostMentions {
		t.Errorf("rang %d people", len(w.At.AtUserIDs))
	}
	r := start(t)
	if got := r.sender(chat.DingCustom).Send(t.Context(), "没有的", chat.Message{Title: "预警"}, "k"); got.State != chat.Retry || got.After == 0 || len(r.calls("/robot/send")) != 0 {
		t.Errorf("unknown name: %+v", got)
	}
}

// TestSessionHosts: a webhook that is not the platform's is never called.
func TestSessionHosts(t *testing.T) {
	r := start(t)
	r.says("/robot/sendBySession", 200, `{"errcode":0}`)
	for _, to := range []string{
		"http://evil.example/robot/sendBySession?session=1", "https://" + strings.TrimPrefix(r.srv.URL, "http://") + "@evil.example/",
		"//x", "ftp://oapi.dingtalk.com/", "http://127.0.0.1:1/robot/sendBySession", "x", "http://[::1", "file:///etc/passwd",
	} {
		if got := r.sender(chat.DingSessionHook).Send(t.Context(), to, chat.Message{Title: "预警"}, "k"); got.State != chat.Refused {
			t.Errorf("%s: %+v", to, got)
		}
	}
	if len(r.asked) != 0 {
		t.Errorf("asked %v", r.asked)
	}
	for base, c := range map[string]map[string]bool{
		"https://oapi.dingtalk.com": {"https://oapi.dingtalk.com/x": true, "https://OAPI.dingtalk.com/x": true, "http://oapi.dingtalk.com/x": false, "https://oapi.dingtalk.com:8443/x": false, "https://a.oapi.dingtalk.com/x": false},
		"http://10.1.2.3":           {"http://10.1.2.3/x": false, "https://10.1.2.3/x": true},
		"http://127.0.0.1:8080":     {"http://127.0.0.1:8080/x": true, "http://127.0.0.1:8081/x": false, "https://oapi.dingtalk.com/x": false},
	} {
		d := start(t, func(o *Options) { o.OldAPIBase = base }).d
		for hook, want := range c {
			if got := d.hooks.allow(hook); got != want {
				t.Errorf("with %s, %s: %v", base, hook, got)
			}
		}
	}
	d := start(t, func(o *Options) { o.SessionHosts = []string{"hook.gov.example"} }).d
	if !d.hooks.allow("https://hook.gov.example/x") || d.hooks.allow("https://oapi.dingtalk.com/x") {
		t.Error("the configured hosts are not the ones believed")
	}
}

// TestNoRedirect: a redirect would carry the token elsewhere.
func TestNoRedirect(t *testing.T) {
	r := start(t)
	r.on("/robot/send", func(w http.ResponseWriter, q *http.Request, _ []byte) {
		http.Redirect(w, q, "/elsewhere", http.StatusTemporaryRedirect)
	})
	if got := r.sender(chat.DingCustom).Send(t.Context(), "外部群", chat.Message{Title: "预警"}, "k"); got.State != chat.Retry {
		t.Errorf("%+v", got)
	}
	if len(r.calls("/elsewhere")) != 0 {
		t.Error("the redirect was followed")
	}
}

// TestGivenUp: once the request is out, giving up leaves the outcome open.
func TestGivenUp(t *testing.T) {
	r := start(t)
	ctx, cancel := context.WithCancel(t.Context())
	r.on("/v1.0/robot/groupMessages/send", func(_ http.ResponseWriter, q *http.Request, _ []byte) {
		cancel()
		<-q.Context().Done()
	})
	if got := r.sender(chat.DingGroup).Send(ctx, "cid1", chat.Message{Title: "预警"}, "k"); got.State != chat.Unknown {
		t.Errorf("%+v", got)
	}
}

func TestOptions(t *testing.T) {
	r := start(t)
	for name, change := range map[string]func(*Options){
		"no clock":      func(o *Options) { o.Clock = nil },
		"no secret":     func(o *Options) { o.AppSecret = "" },
		"no token":      func(o *Options) { o.Custom = map[string]CustomRobot{"群": {}} },
		"ftp":           func(o *Options) { o.APIBase = "ftp://x" },
		"no host":       func(o *Options) { o.OldAPIBase = "https://" },
		"with password": func(o *Options) { o.LoginBase = "https://u:secret@x" },
	} {
		o := r.d.opt
		change(&o)
		if _, err := New(o); err == nil || strings.Contains(err.Error(), "secret@") {
			t.Errorf("%s: %v", name, err)
		}
	}
	routes := func(change func(*Options)) string {
		o := r.d.opt
		change(&o)
		d, err := New(o)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, s := range d.Senders() {
			p, route := s.Route()
			if p != chat.DingTalk || !s.Ready() || s.Traits().Bytes == 0 {
				t.Errorf("%s: %+v", route, s.Traits())
			}
			out = append(out, string(route))
		}
		return strings.Join(out, " ") + fmt.Sprint(" ", d.SignIn() != nil, d.Callback() != nil)
	}
	for want, change := range map[string]func(*Options){
		"session group person custom true true": func(*Options) {},
		"custom false false":                    func(o *Options) { o.AppKey, o.AppSecret = "", "" },
		"session true true":                     func(o *Options) { o.RobotCode, o.Custom = "", nil },
		"session group person true false":       func(o *Options) { o.Inbox, o.Custom = nil, nil },
	} {
		if got := routes(change); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
