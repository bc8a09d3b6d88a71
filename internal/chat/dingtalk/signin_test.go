package dingtalk

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"duban/internal/chat/chattest"
	"duban/internal/fault"
)

const userToken = "user-token-0123456789"

func signInRig(t *testing.T) *rig {
	r := start(t)
	r.on("/v1.0/oauth2/userAccessToken", func(w http.ResponseWriter, _ *http.Request, body []byte) {
		if string(body) != `{"clientId":"`+appKey+`","clientSecret":"`+appSecret+`","code":"browser-code","grantType":"authorization_code"}` {
			reply(w, 400, `{"code":"invalidParameter.authCode.notFound","message":"`+appSecret+`"}`)
			return
		}
		reply(w, 200, `{"accessToken":"`+userToken+`","corpId":"`+corpID+`"}`)
	})
	r.on("/v1.0/contact/users/me", func(w http.ResponseWriter, q *http.Request, _ []byte) {
		if q.Method != http.MethodGet || q.Header.Get("x-acs-dingtalk-access-token") != userToken {
			reply(w, 400, `{"code":"InvalidAuthentication"}`)
			return
		}
		reply(w, 200, `{"nick":"王处长","unionId":"union1"}`)
	})
	r.on("/topapi/user/getbyunionid", func(w http.ResponseWriter, q *http.Request, body []byte) {
		if q.URL.Query().Get("access_token") != accessToken || string(body) != `{"unionid":"union1"}` {
			reply(w, 200, `{"errcode":60121,"errmsg":"`+accessToken+`"}`)
			return
		}
		reply(w, 200, `{"errcode":0,"result":{"contact_type":0,"userid":"user0001"}}`)
	})
	return r
}

func TestSignIn(t *testing.T) {
	r := signInRig(t)
	u, err := url.Parse(r.d.SignIn().URL("https://duban.example/login?next=/a b", "state 1"))
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Path != "/oauth2/auth" || q.Get("redirect_uri") != "https://duban.example/login?next=/a b" || q.Get("state") != "state 1" ||
		q.Get("client_id") != appKey || q.Get("response_type") != "code" || q.Get("prompt") != "consent" || !strings.Contains(u.RawQuery, "scope=openid%20corpid") {
		t.Error(u)
	}
	if id, err := r.d.SignIn().UserID(t.Context(), "browser-code"); id != "user0001" || err != nil {
		t.Errorf("%q %v", id, err)
	}
}

func TestSignInFails(t *testing.T) {
	ok := func(*rig) {}
	for name, c := range map[string]struct {
		change func(*rig)
		code   string
		want   error
	}{
		"no code":   {ok, "", errCodeUsed},
		"used code": {ok, "other", errCodeUsed},
		"other corp": {func(r *rig) {
			r.says("/v1.0/oauth2/userAccessToken", 200, `{"accessToken":"`+userToken+`","corpId":"dingother"}`)
		}, "browser-code", errOtherCorp},
		"no user token": {func(r *rig) { r.says("/v1.0/oauth2/userAccessToken", 200, `{}`) }, "browser-code", errNoSignIn},
		"bad secret":    {func(r *rig) { r.says("/v1.0/oauth2/userAccessToken", 400, `{"code":"invalidClientIdOrSecret"}`) }, "browser-code", errNoSignIn},
		"no permission": {func(r *rig) {
			r.says("/v1.0/contact/users/me", 403, `{"code":"Forbidden.AccessDenied.AccessTokenPermissionDenied"}`)
		}, "browser-code", errNoSignIn},
		"no union id": {func(r *rig) { r.says("/v1.0/contact/users/me", 200, `{}`) }, "browser-code", errNoSignIn},
		"stranger":    {func(r *rig) { r.says("/v1.0/contact/users/me", 200, `{"unionId":"union2"}`) }, "browser-code", errStranger},
		"outsider": {func(r *rig) {
			r.says("/topapi/user/getbyunionid", 200, `{"errcode":0,"result":{"contact_type":1,"userid":"x"}}`)
		}, "browser-code", errStranger},
		"platform down": {func(r *rig) { r.says("/topapi/user/getbyunionid", 502, `<html>`) }, "browser-code", errNoSignIn},
	} {
		r := signInRig(t)
		c.change(r)
		id, err := r.d.SignIn().UserID(t.Context(), c.code)
		if id != "" || err == nil || err.Error() != c.want.Error() || fault.CodeOf(err) != fault.CodeOf(c.want) {
			t.Errorf("%s: %q %v, want %v", name, id, err, c.want)
		}
		chattest.NoSecrets(t, []string{appSecret, userToken, accessToken, "browser-code"}, chattest.Whole(err))
	}
}

func TestUserIDByAuthCode(t *testing.T) {
	r := start(t)
	r.on("/topapi/v2/user/getuserinfo", func(w http.ResponseWriter, q *http.Request, body []byte) {
		switch string(body) {
		case `{"code":"c1"}`:
			reply(w, 200, `{"errcode":0,"result":{"userid":"user0001"}}`)
		case `{"code":"c2"}`:
			reply(w, 200, `{"errcode":0,"result":{"userid":""}}`)
		default:
			reply(w, 200, `{"errcode":40078,"errmsg":"不存在的临时授权码"}`)
		}
	})
	s := r.d.SignIn()
	if id, err := s.UserIDByAuthCode(t.Context(), "c1"); id != "user0001" || err != nil {
		t.Errorf("%q %v", id, err)
	}
	for code, want := range map[string]error{"c2": errStranger, "c3": errCodeUsed, "": errCodeUsed} {
		if id, err := s.UserIDByAuthCode(t.Context(), code); id != "" || err == nil || err.Error() != want.Error() {
			t.Errorf("%s: %q %v", code, id, err)
		}
	}
}

func TestPing(t *testing.T) {
	r := start(t)
	if err := r.d.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	for _, c := range []struct {
		status int
		body   string
		part   string
		code   fault.Code
	}{
		{400, `{"code":"invalidClientIdOrSecret","message":"` + appSecret + `"}`, "Client Secret", fault.Invalid},
		{403, `{"code":"Forbidden.AccessDenied.IpNotInWhiteList"}`, "白名单", fault.Invalid},
		{502, `<html>`, "暂时繁忙", fault.Unavailable},
		{200, `<html>`, "网关", fault.Unavailable},
	} {
		r.says("/v1.0/oauth2/accessToken", c.status, c.body)
		err := r.d.Ping(t.Context())
		if err == nil || !strings.Contains(err.Error(), c.part) || fault.CodeOf(err) != c.code {
			t.Errorf("%d: %v", c.status, err)
		}
		chattest.NoSecrets(t, []string{appSecret}, chattest.Whole(err))
	}
	r.srv.Close()
	if err := r.d.Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "127.0.0.1") || fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("nobody listens: %v", err)
	}
	if err := start(t, func(o *Options) { o.AppKey, o.AppSecret = "", "" }).d.Ping(t.Context()); err != nil {
		t.Errorf("nothing to prove: %v", err)
	}
}
