package dingtalk

import (
	"testing"
	"time"
)

func TestTokens(t *testing.T) {
	w := start(t)
	keys := map[string]any{"appKey": "dingapp1", "appSecret": "secret1"}
	works := func() string {
		return w.api("/v1.0/robot/messageFiles/download", map[string]any{"robotCode": "robot1", "downloadCode": "none"}).str("code")
	}
	const reached = "invalidParameter.robotCode.downloadCode"
	want(t, "a fresh token", works(), reached)

	w.clock.turn(7000 * time.Second)
	again := w.ask("POST", "/v1.0/oauth2/accessToken", "", keys)
	want(t, "the same token while valid", again.str("accessToken"), w.token)
	want(t, "its life", again.text("expireIn"), 7200)
	w.clock.turn(7199 * time.Second)
	want(t, "renewed by asking", works(), reached)
	w.clock.turn(time.Second)
	want(t, "expired", works(), "InvalidAuthentication")
	want(t, "expired, old API", w.old("/topapi/v2/user/get", map[string]any{"userid": "user1"}).text("errcode"), 42001)
	want(t, "unknown, old API", w.ask("POST", "/topapi/v2/user/get?access_token=x", "", map[string]any{}).text("errcode"), 40014)

	next := w.ask("GET", "/gettoken?appkey=dingapp1&appsecret=secret1", "", nil)
	want(t, "gettoken", next.text("errcode")+next.text("expires_in"), "07200")
	w.token = next.str("access_token")
	want(t, "a token of the old API in the new", works(), reached)
	corp := w.ask("POST", "/v1.0/oauth2/dingcorp0009/token", "", map[string]any{"client_id": "dingapp1", "client_secret": "secret1", "grant_type": "client_credentials"})
	want(t, "the corp's variant", corp.str("access_token"), w.token)

	w.RevokeTokens()
	gone := w.api("/v1.0/robot/messageFiles/download", map[string]any{})
	want(t, "revoked", gone.str("code")+gone.text("http"), "InvalidAuthentication400")
	if gone.str("requestid") == "" {
		t.Error("no requestid")
	}
	if fresh := w.ask("POST", "/v1.0/oauth2/accessToken", "", keys).str("accessToken"); fresh == w.token || fresh == "" {
		t.Error("a revoked token was given out again")
	}
	keys["appSecret"] = "wrong"
	wrong := w.ask("POST", "/v1.0/oauth2/accessToken", "", keys)
	want(t, "wrong secret", wrong.str("code")+wrong.text("http"), "invalidClientIdOrSecret400")
	if w.ask("GET", "/gettoken?appkey=dingapp1&appsecret=no", "", nil).text("errcode") == "0" {
		t.Error("gettoken took a wrong secret")
	}
	want(t, "counted", w.Count("/gettoken"), 2)
}

func TestQuota(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	w.SetQuota(2, 1)
	send := func() object {
		return w.api("/v1.0/robot/groupMessages/send", map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleText", "msgParam": `{"content":"x"}`})
	}
	send()
	w.api("/v1.0/robot/groupMessages/send", map[string]any{}) // refused, counted all the same
	over := send()
	want(t, "over the month", over.str("code")+over.text("http"), "Forbidden.AccessDenied.ApiCountLimitForOrg403")
	want(t, "old API", w.old("/media/upload", nil).text("errcode"), 90020)
	want(t, "the address book is free", w.old("/topapi/v2/user/get", map[string]any{"userid": "user1"}).text("errcode"), 0)

	for i := range 2 {
		if _, err := w.SayToRobot("user1", "进度"); err != nil {
			t.Fatal(err)
		}
		b := (<-c.frames).body(t)
		want(t, "errorCode", b.text("errorCode"), []string{"", "20001"}[i])
		want(t, "the text is there", b.has("text"), i == 0)
	}
	want(t, "a webhook over the month", w.ask("POST", "/robot/send?access_token=plain", "", text("x")).text("errcode"), 90020)
	calls, messages := w.Used()
	want(t, "used", []int{calls, messages}, []int{2, 1})
	w.clock.turn(31 * 24 * time.Hour)
	w.token = w.ask("POST", "/v1.0/oauth2/accessToken", "", map[string]any{"appKey": "dingapp1", "appSecret": "secret1"}).str("accessToken")
	want(t, "a new month", send().text("http"), 200)
}

// text is the body of a plain webhook message.
func text(content string) map[string]any {
	return map[string]any{"msgtype": "text", "text": map[string]any{"content": content}}
}
