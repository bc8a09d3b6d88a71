package dingtalk

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestPageLogin(t *testing.T) {
	w := start(t)
	who := func(code string) object {
		return w.old("/topapi/v2/user/getuserinfo", map[string]any{"code": code})
	}
	code := w.AuthCode("user1")
	r := who(code).obj("result")
	want(t, "person", r.str("userid")+r.str("name")+r.str("unionid"), "user1干部1"+unionID("user1"))
	want(t, "a second time", who(code).text("errcode"), errAuthCode)
	code = w.AuthCode("user1")
	w.clock.turn(5 * time.Minute)
	want(t, "after 5 minutes", who(code).text("errcode"), errAuthCode)
	want(t, "from outside", who(w.AuthCode("guest")).text("errcode"), errAuthCode)
}

// browser follows no redirect, so that what comes back can be looked at.
func browser(t *testing.T) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func get(t *testing.T, c *http.Client, link string) (int, string, *url.URL) {
	t.Helper()
	resp, err := c.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, _ := io.ReadAll(resp.Body)
	to, _ := resp.Location()
	return resp.StatusCode, string(body), to
}

func TestBrowserLogin(t *testing.T) {
	w := start(t)
	q := url.Values{"redirect_uri": {"https://duban.test/back?from=x"}, "response_type": {"code"}, "client_id": {"dingapp1"}, "scope": {"openid corpid"}, "state": {"s/1"}, "prompt": {"consent"}}
	page := w.URL() + "/oauth2/auth?" + q.Encode()

	c := browser(t)
	status, body, _ := get(t, c, page)
	if status != 200 || !strings.Contains(body, "干部2") || strings.Contains(body, "施工方") {
		t.Fatalf("the choice: %d %s", status, body)
	}
	_, _, to := get(t, c, page+"&dingtalk_user=user2")
	if to == nil {
		t.Fatal("no redirect after the choice")
	}
	want(t, "back", to.Host+to.Path+to.Query().Get("from")+to.Query().Get("state"), "duban.test/backxs/1")
	want(t, "both names", to.Query().Get("code"), to.Query().Get("authCode"))
	_, _, to = get(t, c, page) // the cookie remembers
	code := to.Query().Get("authCode")
	w.SetBrowserUser("user3")
	_, _, to = get(t, c, page)
	exchange := func(grant, key, value string) object {
		return w.ask("POST", "/v1.0/oauth2/userAccessToken", "", map[string]any{"clientId": "dingapp1", "clientSecret": "secret1", "grantType": grant, key: value})
	}
	want(t, "the cookie goes before the seat", w.ask("GET", "/v1.0/contact/users/me", exchange("authorization_code", "code", to.Query().Get("code")).str("accessToken"), nil).str("nick"), "干部2")

	tok := exchange("authorization_code", "code", code)
	want(t, "corp", tok.str("corpId")+tok.text("expireIn"), "dingcorp00097200")
	want(t, "once", exchange("authorization_code", "code", code).text("http"), 400)
	me := w.ask("GET", "/v1.0/contact/users/me", tok.str("accessToken"), nil)
	want(t, "me", me.str("nick")+me.str("mobile"), "干部213900000002")
	by := w.old("/topapi/user/getbyunionid", map[string]any{"unionid": me.str("unionId")}).obj("result")
	want(t, "userid", by.str("userid")+by.text("contact_type"), "user20")
	want(t, "the app's token is not the person's", w.ask("GET", "/v1.0/contact/users/me", w.token, nil).str("code"), "InvalidAuthentication")
	w.clock.turn(7200 * time.Second)
	want(t, "expired", w.ask("GET", "/v1.0/contact/users/me", tok.str("accessToken"), nil).str("code"), "InvalidAuthentication")
	tok = exchange("refresh_token", "refreshToken", tok.str("refreshToken"))
	want(t, "refreshed", w.ask("GET", "/v1.0/contact/users/me", tok.str("accessToken"), nil).str("nick"), "干部2")

	_, _, to = get(t, browser(t), page)
	want(t, "the seated one", w.ask("GET", "/v1.0/contact/users/me", exchange("authorization_code", "code", to.Query().Get("code")).str("accessToken"), nil).str("nick"), "干部3")
	w.SetBrowserUser("guest")
	status, _, to = get(t, browser(t), page)
	want(t, "not of the corp", status, 200)
	if to != nil {
		t.Error("somebody from outside signed in")
	}
	for key, wrong := range map[string]string{"client_id": "x", "redirect_uri": "/back", "response_type": "token", "scope": "corpid"} {
		bad := url.Values{}
		for k := range q {
			bad.Set(k, q.Get(k))
		}
		bad.Set(key, wrong)
		status, _, _ := get(t, browser(t), w.URL()+"/oauth2/auth?"+bad.Encode())
		want(t, key, status, 400)
	}
}

func TestAddressBook(t *testing.T) {
	w := start(t)
	u := w.old("/topapi/v2/user/get", map[string]any{"userid": "user1"}).obj("result")
	want(t, "get", u.str("userid")+u.str("name")+u.str("mobile"), "user1干部113900000001")
	want(t, "as a form", w.form("/topapi/v2/user/get?access_token="+w.token, url.Values{"userid": {"user2"}}).obj("result").str("name"), "干部2")
	for _, c := range []struct {
		path    string
		body    map[string]any
		errcode int
	}{
		{"/topapi/v2/user/get", map[string]any{}, 33012},
		{"/topapi/v2/user/get", map[string]any{"userid": "nobody"}, 60121},
		{"/topapi/v2/user/getbymobile", map[string]any{"mobile": "13911111111"}, 60121},
		{"/topapi/v2/user/getbymobile", map[string]any{"mobile": "abc"}, 40104},
		{"/topapi/v2/user/getbymobile", map[string]any{"mobile": "13900000002"}, 0},
		{"/topapi/user/getbyunionid", map[string]any{"unionid": "x"}, 60121},
		{"/topapi/user/getbyunionid", map[string]any{"unionid": unionID("guest")}, 0},
	} {
		want(t, c.path, w.old(c.path, c.body).text("errcode"), c.errcode)
	}
	want(t, "no JSON", w.old("/topapi/v2/user/get", []byte("{")).text("errcode"), 40035)
	want(t, "ticket", w.api("/v1.0/oauth2/jsapiTickets", nil).text("expireIn"), 7200)
}
