package wecom_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

// link is a sign-in link; changes override its parts.
func link(changes ...string) string {
	q := url.Values{
		"appid": {corp}, "redirect_uri": {"http://duban.example:8080/in?x=1"}, "response_type": {"code"},
		"scope": {"snsapi_base"}, "state": {"s7aTe"}, "agentid": {"1000002"},
	}
	for i := 0; i+1 < len(changes); i += 2 {
		q.Set(changes[i], changes[i+1])
	}
	return "/connect/oauth2/authorize?" + q.Encode()
}

// visit opens a link in a browser that has the cookie, if one is given.
func (w *world) visit(path, cookie string) (*http.Response, string) {
	w.t.Helper()
	r, err := http.NewRequest("GET", w.s.URL()+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	if cookie != "" {
		r.AddCookie(&http.Cookie{Name: "wecom_user", Value: cookie})
	}
	resp, err := client.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	b := make([]byte, 1<<16)
	n, _ := resp.Body.Read(b)
	return resp, string(b[:n])
}

func (w *world) code(path, cookie string) string {
	w.t.Helper()
	resp, _ := w.visit(path, cookie)
	to, err := resp.Location()
	if err != nil || to.Host != "duban.example:8080" || to.Query().Get("x") != "1" || to.Query().Get("state") != "s7aTe" {
		w.t.Fatalf("sent back to %v, %v", to, err)
	}
	return to.Query().Get("code")
}

func (w *world) info(code string) object {
	w.t.Helper()
	return w.get("/cgi-bin/auth/getuserinfo?access_token=" + w.token(secret) + "&code=" + code)
}

func TestLogin(t *testing.T) {
	w := newWorld(t)
	w.s.SetBrowserUser("lisi")
	code := w.code(link(), "")
	if out := w.info(code); out["userid"] != "lisi" || out["user_ticket"] != nil {
		t.Errorf("info %v", out)
	}
	w.want(w.info(code), 40029)
	w.want(w.info("invented"), 40029)
	if out := w.info(w.code(link(), "ZhangSan")); out["userid"] != "ZhangSan" {
		t.Errorf("the cookie does not go first: %v", out)
	}
	if out := w.info(w.code(link(), "visitor")); out["userid"] != nil || out["openid"] == nil || out["errcode"] != 0.0 {
		t.Errorf("visitor: %v", out)
	}
	late := w.code(link(), "")
	w.clock.turn(5 * time.Minute)
	w.want(w.info(late), 40029)
}

func TestLoginWithConsent(t *testing.T) {
	w := newWorld(t)
	ticket := w.info(w.code(link("scope", "snsapi_privateinfo"), "lisi"))["user_ticket"]
	detail := func(ticket any) object {
		return w.api("/cgi-bin/auth/getuserdetail", object{"user_ticket": ticket})
	}
	if out := detail(ticket); out["mobile"] != "138lisi" {
		t.Errorf("detail %v", out)
	}
	w.want(detail("invented"), 40058)
	w.clock.turn(1800 * time.Second)
	w.want(detail(ticket), 40058)
}

func TestChoosePage(t *testing.T) {
	w := newWorld(t)
	resp, page := w.visit(link(), "")
	if resp.StatusCode != 200 || !strings.Contains(page, "名lisi") {
		t.Fatalf("%s: %s", resp.Status, page)
	}
	resp, _ = w.visit(link("wecom_user", "lisi"), "")
	if resp.StatusCode != 302 || !strings.HasPrefix(resp.Header.Get("Set-Cookie"), "wecom_user=lisi") {
		t.Errorf("%s, cookie %q", resp.Status, resp.Header.Get("Set-Cookie"))
	}
}

func TestLoginRefuses(t *testing.T) {
	w := newWorld(t)
	w.s.AddApp(wecom.App{AgentID: 1000003, Secret: "other-secret", TrustedDomain: "duban.example"})
	w.s.SetBrowserUser("lisi")
	for name, path := range map[string]string{
		"appid": link("appid", "ww0"), "redirect": link("redirect_uri", "/in"), "type": link("response_type", "token"),
		"scope": link("scope", "all"), "state": link("state", "a-b"), "long state": link("state", strings.Repeat("a", 129)),
		"agent": link("agentid", "5"), "private without agent": link("scope", "snsapi_privateinfo", "agentid", ""),
		"port not trusted": link("agentid", "1000003"),
	} {
		if resp, _ := w.visit(path, ""); resp.StatusCode != 400 || resp.Header.Get("Location") != "" {
			t.Errorf("%s: %s", name, resp.Status)
		}
	}
	if resp, _ := w.visit(link("agentid", "1000003", "redirect_uri", "http://duban.example/in"), ""); resp.StatusCode != 302 {
		t.Errorf("trusted: %s", resp.Status)
	}
}

func TestContacts(t *testing.T) {
	w := newWorld(t)
	as := func(secret, path string) object {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		return w.get("/cgi-bin/" + path + sep + "access_token=" + w.token(secret))
	}
	out := as(secret, "user/get?userid=ZHANGSAN")
	if out["userid"] != "ZhangSan" || out["name"] != "名ZhangSan" || out["mobile"] != nil {
		t.Errorf("user/get %v", out)
	}
	for path, code := range map[string]int{
		"user/get?userid=nobody": 60111, "user/get?userid=": 40058, "user/get?userid=wangwu": 60011, "user/get?userid=lisi": 0,
		"user/simplelist?department_id=2": 60011, "department/get?id=2": 60011, "department/get?id=1": 0,
		"department/simplelist": 0, "department/list": 0, "tag/list": 0, "getcallbackip": 0, "get_api_domain_ip": 0,
	} {
		if got := as("other-secret", path); int(got["errcode"].(float64)) != code {
			t.Errorf("%s: %v, want %d", path, got, code)
		}
	}
	if n := len(as("other-secret", "user/simplelist?department_id=1")["userlist"].([]any)); n != 1 {
		t.Errorf("an app sees %d members, its range is 1", n)
	}
	w.want(w.api("/cgi-bin/user/list_id", object{}), 48002)
	path := "/cgi-bin/user/list_id?access_token=" + w.token("contacts-secret")
	first := w.post(path, object{"limit": 2})
	if n := len(first["dept_user"].([]any)); n != 2 || first["next_cursor"] == "" {
		t.Errorf("list_id %v", first)
	}
	if rest := w.post(path, object{"limit": 2, "cursor": first["next_cursor"]}); len(rest["dept_user"].([]any)) != 1 || rest["next_cursor"] != "" {
		t.Errorf("list_id %v", rest)
	}
	w.want(w.post(path, object{"limit": 10001}), 40058)
	w.want(w.post("/cgi-bin/message/send?access_token="+w.token("contacts-secret"), with(text("x"), object{"touser": "lisi", "agentid": agent})), 301002)
	if out := w.api("/cgi-bin/user/getuserid", object{"mobile": "138lisi"}); out["userid"] != "lisi" {
		t.Errorf("getuserid %v", out)
	}
	w.want(w.api("/cgi-bin/user/getuserid", object{"mobile": "1"}), 60111)
}
