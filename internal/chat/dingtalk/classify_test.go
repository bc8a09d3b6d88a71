package dingtalk

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
)

// TestCodes sends once against every error of the fact sheet's sections 4.4, 4.6 and 4.8, in the shape the
// platform gives it, and compares state and wait. The table here is written from the sheet, not from codes.
func TestCodes(t *testing.T) {
	const (
		group = chat.DingGroup
		robot = chat.DingCustom
	)
	newAPI := func(code string) string { return `{"code":"` + code + `","message":"m","requestid":"REQ9"}` }
	oldAPI := func(code string) string { return `{"errcode":` + code + `,"errmsg":"m","request_id":"REQ9"}` }
	const tomorrow = 12*time.Hour + 5*time.Minute // it is noon
	cases := []struct {
		route  chat.Route
		status int
		body   string
		state  chat.State
		after  time.Duration
		code   string
	}{
		// 4.8, new API
		{group, 403, newAPI("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"), chat.Retry, time.Second, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
		{group, 403, newAPI("Forbidden.AccessDenied.QpsLimitForApi"), chat.Retry, 4 * time.Second, ""},
		{group, 403, newAPI("Forbidden.AccessDenied.QpmLimitForAppkeyAndApi"), chat.Retry, time.Minute, ""},
		{group, 403, newAPI("Forbidden.AccessDenied.ApiCountLimitForOrg"), chat.Retry, tomorrow, "Forbidden.AccessDenied.ApiCountLimitForOrg"},
		{group, 403, newAPI("Forbidden.AccessDenied.AccessTokenPermissionDenied"), chat.Retry, 10 * time.Minute, ""},
		{group, 403, newAPI("Forbidden.AccessDenied.IpNotInWhiteList"), chat.Retry, 10 * time.Minute, ""},
		{group, 400, newAPI("send.too.fast"), chat.Retry, time.Minute, "send.too.fast"},
		{group, 400, newAPI("send.byToken.tooFast"), chat.Retry, time.Minute, ""},
		{group, 400, newAPI("too.many.group"), chat.Retry, time.Minute, ""},
		{group, 400, newAPI("too.many.people"), chat.Retry, time.Minute, ""},
		{group, 400, newAPI("toomuch.msg"), chat.Retry, time.Minute, ""},
		{group, 400, newAPI("group.disbanded"), chat.Gone, 0, "group.disbanded"},
		{group, 400, newAPI("bot.stopped"), chat.Gone, 0, ""},
		{group, 400, newAPI("invalid.openConversationId"), chat.Gone, 0, ""},
		{group, 400, newAPI("invalidParameter.robotCode.notExsit"), chat.Retry, 10 * time.Minute, ""},
		{group, 400, newAPI("staffId.notExisted"), chat.Gone, 0, ""},
		{group, 400, newAPI("resource.unavailable"), chat.Gone, 0, ""},
		{group, 400, newAPI("chatbotId.notAllow.sendOTO"), chat.Retry, 10 * time.Minute, ""},
		{group, 400, newAPI("contain.unsafe.url"), chat.Refused, 0, ""},
		{group, 400, newAPI("contain.notAllowed.word"), chat.Refused, 0, ""},
		{group, 400, newAPI("invalidParameter.msgParam.tooLong"), chat.Refused, 0, ""},
		{group, 400, newAPI("invalidParameter.userIds.overMax"), chat.Refused, 0, ""},
		{group, 400, newAPI("something.never.documented"), chat.Refused, 0, "something.never.documented"},
		{group, 500, newAPI("system.error"), chat.Retry, 0, "system.error"},
		{group, 500, newAPI("unknown.send.result"), chat.Unknown, 0, "unknown.send.result"},
		{group, 429, newAPI("TooManyRequests"), chat.Retry, time.Minute, ""},
		{group, 502, "<html>bad gateway</html>", chat.Retry, 0, "http_502"},
		{group, 503, "", chat.Retry, 0, "http_503"},
		{group, 504, "<html></html>", chat.Retry, 0, "http_504"},
		// the throttle in front
		{group, 200, "<html>too many</html>", chat.Retry, 5 * time.Minute, "http_200"},
		{group, 200, `{"status":1111,"wait":5,"source":"x5","punish":"deny"}`, chat.Retry, 5 * time.Minute, "1111"},
		{group, 403, "<html>denied</html>", chat.Retry, 5 * time.Minute, "http_403"},
		{group, 302, "", chat.Retry, 5 * time.Minute, "http_302"},
		// never Sent without the platform's own success
		{group, 200, `{}`, chat.Unknown, 0, "http_200"},
		{group, 200, ``, chat.Unknown, 0, ""},
		{group, 200, `{"processQueryKey":`, chat.Unknown, 0, ""},
		{group, 200, `{"processQueryKey":7}`, chat.Unknown, 0, ""},
		{group, 200, `null`, chat.Unknown, 0, ""},
		{robot, 200, `{}`, chat.Unknown, 0, ""},
		{robot, 200, `{"errmsg":"ok"}`, chat.Unknown, 0, ""},
		{robot, 200, `{"errcode":null}`, chat.Unknown, 0, ""},
		// 4.8, old API
		{robot, 200, oldAPI("90018"), chat.Retry, time.Second, "90018"},
		{robot, 200, oldAPI("90002"), chat.Retry, 4 * time.Second, ""},
		{robot, 200, oldAPI("90020"), chat.Retry, tomorrow, "90020"},
		{robot, 200, oldAPI("-1"), chat.Retry, 0, "-1"},
		{robot, 200, oldAPI("15"), chat.Retry, 0, ""},
		{robot, 200, oldAPI("88"), chat.Retry, 0, ""},
		{robot, 200, `{"errcode":88,"errmsg":"m","sub_code":"isv.bad","sub_msg":"s"}`, chat.Refused, 0, "88"},
		{robot, 200, oldAPI("60011"), chat.Retry, 10 * time.Minute, ""},
		{robot, 200, oldAPI("50002"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("50004"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("60020"), chat.Retry, 10 * time.Minute, ""},
		// 4.6
		{robot, 200, oldAPI("0"), chat.Sent, 0, ""},
		{robot, 200, `{"errcode":"0","errmsg":"ok"}`, chat.Sent, 0, ""},
		{robot, 200, `{"errcode":130101,"errmsg":"too fast","status":1111,"wait":5,"punish":"deny"}`, chat.Retry, 10 * time.Minute, "130101"},
		{robot, 200, oldAPI(`"130101"`), chat.Retry, 10 * time.Minute, "130101"},
		{robot, 200, oldAPI("410100"), chat.Retry, 10 * time.Minute, ""},
		{robot, 200, oldAPI("310000"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("300001"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("300005"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("400013"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("400101"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("400102"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("400106"), chat.Gone, 0, ""},
		{robot, 200, oldAPI("40035"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("43004"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("400105"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("430101"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("430102"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("430103"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("430104"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("460101"), chat.Refused, 0, ""},
		{robot, 200, oldAPI("101002"), chat.Refused, 0, ""},
	}
	r := start(t)
	to := map[chat.Route]string{group: "cid1", robot: "外部群"}
	path := map[chat.Route]string{group: "/v1.0/robot/groupMessages/send", robot: "/robot/send"}
	for _, c := range cases {
		r.says(path[c.route], c.status, c.body)
		got := r.sender(c.route).Send(context.Background(), to[c.route], chat.Message{Title: "标题"}, "k")
		if got.Wide != (c.after == tomorrow) {
			t.Errorf("%s: does it concern every message: %v", c.body, got.Wide)
		}
		if got.State != c.state || got.After != c.after || c.code != "" && got.Code != c.code {
			t.Errorf("%d %s: %+v, want %s after %s", c.status, c.body, got, c.state, c.after)
		}
		if c.state != chat.Sent && (got.Detail == "" || got.Code == "") {
			t.Errorf("%s: nothing for the office: %+v", c.body, got)
		}
		if strings.Contains(c.body, "REQ9") && c.state != chat.Sent && !strings.Contains(got.Detail, "REQ9") {
			t.Errorf("%s: the request id is lost: %+v", c.body, got)
		}
	}
}

// TestTokenRefused: whatever the code, the token is dropped and the send repeated once with a fresh one.
func TestTokenRefused(t *testing.T) {
	for _, body := range []string{
		`{"code":"InvalidAuthentication","message":"m"}`, `{"errcode":40001}`, `{"errcode":40014}`, `{"errcode":"42001"}`, "unauthorised",
	} {
		r := start(t)
		const path = "/v1.0/robot/groupMessages/send"
		r.on(path, func(w http.ResponseWriter, req *http.Request, _ []byte) {
			if req.Header.Get("x-acs-dingtalk-access-token") == accessToken {
				reply(w, 401, body)
				return
			}
			reply(w, 200, `{"processQueryKey":"pqk1"}`)
		})
		got := r.sender(chat.DingGroup).Send(t.Context(), "cid1", chat.Message{Title: "标题"}, "k")
		if got.State != chat.Sent || got.ID != "pqk1" || len(r.calls(path)) != 2 {
			t.Errorf("%s: %+v after %d calls", body, got, len(r.calls(path)))
		}
		r.says(path, 400, `{"code":"InvalidAuthentication","message":"m"}`)
		got = r.sender(chat.DingGroup).Send(t.Context(), "cid1", chat.Message{Title: "标题"}, "k")
		if got.State != chat.Retry || len(r.calls(path)) != 4 {
			t.Errorf("refused twice: %+v after %d calls", got, len(r.calls(path)))
		}
	}
}

// TestTokenCallFails: the send never left, so it is never Unknown.
func TestTokenCallFails(t *testing.T) {
	for _, c := range []struct {
		status int
		body   string
		want   chat.State
	}{
		{500, "x", chat.Retry}, {200, "<html>", chat.Retry}, {200, `{"accessToken":`, chat.Retry}, {200, `{"accessToken":""}`, chat.Retry},
		{400, `{"code":"invalidClientIdOrSecret","message":"` + appSecret + `"}`, chat.Retry},
	} {
		r := start(t)
		r.says("/v1.0/oauth2/accessToken", c.status, c.body)
		got := r.sender(chat.DingGroup).Send(t.Context(), "cid1", chat.Message{Title: "标题"}, "k")
		if got.State != c.want || strings.Contains(got.Detail, appSecret) {
			t.Errorf("%d %s: %+v, want %s", c.status, c.body, got, c.want)
		}
	}
}

// TestEveryCode: every code of the fact sheet (sections 4.1 to 4.9, 5, 7.1 and 9) has the action the sheet gives it, and
// the table knows none besides but our own. The list is written from the sheet, not from the table.
func TestEveryCode(t *testing.T) {
	type action struct {
		state   chat.State
		waits   bool // told when to come back
		token   bool
		office  bool // an administrator must act
		without bool // goes without a card
		month   bool // once a day until the month turns
	}
	const access = "Forbidden.AccessDenied."
	sheet := []struct {
		what string
		action
		codes string
	}{
		{"refresh the token", action{state: chat.Retry, waits: true, token: true}, "InvalidAuthentication 40001 40014 42001 240133"},
		{"retry after a wait", action{state: chat.Retry, waits: true}, access + "QpsLimitForAppkeyAndApi 90018 " + access + "QpsLimitForApi 90002 " + access +
			"QpmLimitForAppkeyAndApi 1111 send.too.fast send.byToken.tooFast too.many.group too.many.people toomuch.msg 130101 410100"},
		{"retry with backoff", action{state: chat.Retry}, "system.error -1 15 88"},
		{"stop and tell the office", action{state: chat.Retry, waits: true, office: true}, "invalidClientIdOrSecret OPF-B001-05-16-0009 " + access +
			"AccessTokenPermissionDenied 60011 " + access + "IpNotInWhiteList 60020 chatbotId.notAllow.sendOTO " +
			"invalidParameter.robotCode.notExsit"},
		{"wait for the month, and tell the office", action{state: chat.Retry, office: true, month: true}, access + "ApiCountLimitForOrg 90020 20001"},
		{"no card, and tell the office", action{state: chat.Retry, waits: true, office: true, without: true}, "param.templateUnpublished"},
		{"no card", action{state: chat.Refused, without: true}, "param.cardAlreadyExist"}, // made before: seen to where cards are sent
		{"nobody knows", action{state: chat.Unknown}, "unknown.send.result"},
		{"no more", action{state: chat.Gone}, "group.disbanded bot.stopped invalid.openConversationId staffId.notExisted resource.unavailable 300001 300005 " +
			"400013 400101 400102 400106 60003 33012 60121 40104"},
		{"shorten or say it otherwise", action{state: chat.Refused}, "contain.unsafe.url contain.notAllowed.word invalidParameter.msgParam.tooLong 430101 430102 430103 430104 460101 101002"},
		{"out of the app's range", action{state: chat.Refused, office: true}, "50002 50004"},
		{"never like this", action{state: chat.Refused}, "only.groupAdmin.canAtAll 310000 240111 40035 43004 400105 400002 " +
			"invalidParameter.userIds.overMax invalidParameter.robotCode.downloadCode"},
	}
	listed := map[string]bool{flowControlled: true, invalidStaff: true}
	for _, s := range sheet {
		for code := range strings.FieldsSeq(s.codes) {
			listed[code] = true
			v := judge(&trouble{status: 200, code: code, left: true})
			got := action{state: v.state, waits: v.after > 0, token: v.token, office: v.mend, without: v.card, month: v.month}
			if got != s.action || v.why == "" {
				t.Errorf("%s: %+v, want %s: %+v", code, v, s.what, s.action)
			}
		}
	}
	for code := range codes {
		if !listed[code] {
			t.Errorf("%s is in the table and not in the sheet", code)
		}
	}
}
