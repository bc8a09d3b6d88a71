package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
	sandbox "duban/internal/sandbox/dingtalk"
)

// TestDingTalkGovernment: on a government deployment people are notified and sign in by their employee code.
func TestDingTalkGovernment(t *testing.T) {
	x := startDing(t, func(r *sandbox.Robot) { r.RobotCode, r.Mode = dingApp, "http" })
	o := x.options
	o.RobotCode, o.Plain, o.TenantID = "", true, sandbox.GovTenant()
	x.with(o)
	code, _ := sandbox.GovPerson("zhangsan")
	if err := x.d.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := chat.Message{Title: "节点预警", Rows: []string{"**城东泵站** 应完成：3月5日"}, Foot: []string{"预警〔2026〕3号"}, Buttons: []chat.Button{{Label: "已办结", Say: "办结 J0001"}}}
	x.send(chat.DingPerson, code, m, chat.Sent)
	if got := x.newest(); got.Route != "work" || len(got.Users) != 1 || got.Users[0] != "zhangsan" || !strings.Contains(got.Text, "请在群里@督办机器人发送“办结 J0001”") || strings.Contains(got.Text, "**") {
		t.Errorf("%+v", got)
	}
	m.Buttons = append(m.Buttons, chat.Button{Label: "填写进展", URL: "https://duban.example.gov.cn/report/P001"})
	x.send(chat.DingPerson, code, m, chat.Sent)
	if got := x.newest(); got.MsgType != "action_card" || got.Title != "节点预警" || len(got.Buttons) != 1 || got.Buttons[0].URL != "https://duban.example.gov.cn/report/P001" {
		t.Errorf("%+v", got)
	}
	x.send(chat.DingPerson, "GE_nobody", m, chat.Gone)
	x.srv.RevokeTokens()
	x.send(chat.DingPerson, code, m, chat.Sent)
	x.clock.Advance(3 * time.Hour)
	x.send(chat.DingPerson, code, m, chat.Sent)
	if unknown, ok, err := x.d.Strangers(t.Context(), []string{code, "GE_nobody"}); !ok || err != nil || len(unknown) != 1 {
		t.Errorf("%v %v %v", unknown, ok, err)
	}

	x.srv.SetBrowserUser("zhangsan")
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := browser.Get(x.d.SignIn().URL("https://duban.example.gov.cn/signin/dingtalk/back", "state1"))
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	back, err := url.Parse(res.Header.Get("Location"))
	if err != nil || back.Query().Get("state") != "state1" {
		t.Fatalf("%s: %s %v", res.Status, back, err)
	}
	if who, err := x.d.SignIn().UserID(t.Context(), back.Query().Get("code")); err != nil || who != code {
		t.Errorf("%q %v", who, err)
	}
	if _, err := x.d.SignIn().UserID(t.Context(), back.Query().Get("code")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a code was used twice: %v", err)
	}

	o.AppSecret = "another-secret-0123"
	x.with(o)
	if err := x.d.Ping(t.Context()); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a wrong secret: %v", err)
	}
	if r := x.sender(chat.DingPerson).Send(t.Context(), code, m, "k"); r.State != chat.Retry {
		t.Errorf("a wrong secret: %+v", r)
	}
	if _, err := x.d.SignIn().UserID(t.Context(), "x"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a wrong secret: %v", err)
	}
}
