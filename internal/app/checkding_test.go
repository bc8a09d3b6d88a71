package app_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"duban/config"
	"duban/internal/app"
	"duban/internal/clock"
	conf "duban/internal/config"
)

var spring = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

// office is a configuration of the sample district on an imitation of DingTalk's hosts.
func office(t *testing.T, answers map[string]string) (app.Options, conf.Register) {
	t.Helper()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		var in struct{ UserID string }
		_ = json.Unmarshal(raw, &in) // other calls name nobody
		for _, key := range []string{r.URL.Path + " " + in.UserID, r.URL.Path} {
			if body, ok := answers[key]; ok {
				if strings.HasPrefix(body, `{"code"`) {
					w.WriteHeader(http.StatusBadRequest)
				}
				_, _ = io.WriteString(w, body)
				return
			}
		}
		http.NotFound(w, r)
	}))
	t.Cleanup(srv.Close)
	folder, err := fs.Sub(config.Files, "sample")
	if err != nil {
		t.Fatal(err)
	}
	reg, findings := conf.ReadRegister(folder)
	if len(findings) > 0 {
		t.Fatal(findings)
	}
	kept := 0
	for i := range reg.People { // look-ups keep a pace: three are enough
		if kept += min(len(reg.People[i].DingTalk), 1); kept > 3 {
			reg.People[i].DingTalk = ""
		}
	}
	c := conf.Default()
	c.District.Code, c.District.Name = reg.District.Code, reg.District.Name
	c.Database.SQLite = filepath.Join(t.TempDir(), "duban.db")
	c.HTTP.PublicURL = "https://duban.example.gov.cn"
	c.DingTalk.AppKey, c.DingTalk.AppSecret, c.DingTalk.RobotCode = "ding1", "ding-secret-0123456789", "ding1"
	c.DingTalk.APIBase, c.DingTalk.OldAPIBase = srv.URL, srv.URL
	return app.Options{Config: c, Clock: clock.NewTurnable(spring)}, reg
}

// checked founds the district and checks it; the lines come without their level's column.
func checked(t *testing.T, o app.Options, reg conf.Register) string {
	t.Helper()
	founded := o
	founded.Manual, founded.Migrate, founded.Register = true, true, &reg
	a, err := app.New(t.Context(), founded)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, f := range app.Check(t.Context(), o) {
		lines = append(lines, f.String())
	}
	return strings.Join(lines, "\n")
}

func wants(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(got, p) {
			t.Errorf("%q is missing from\n%s", p, got)
		}
	}
}

const good = `{"accessToken":"access-token-0123456789","expireIn":7200}`

// TestCheckDingTalk: what an administrator reads after each step of the set-up.
func TestCheckDingTalk(t *testing.T) {
	person := func(name string) string { return `{"errcode":0,"result":{"name":"` + name + `"}}` }
	t.Run("all is well", func(t *testing.T) {
		o, reg := office(t, map[string]string{
			"/v1.0/oauth2/accessToken":             good,
			"/topapi/v2/user/get ding_dengguodong": person("邓国栋"),
			"/topapi/v2/user/get ding_luhongwei":   person("陆宏炜"),
			"/topapi/v2/user/get":                  `{"errcode":60121,"errmsg":"m"}`,
		})
		o.Config.DingTalk.CardTemplate = "t1.schema"
		wants(t, checked(t, o, reg),
			"正常  钉钉：凭证有效", "正常  钉钉卡片：使用互动卡片模板t1.schema",
			"注意  钉钉人员：1人在钉钉通讯录里查不到：", "注意  钉钉人员：1人的姓名与钉钉不同：陆宏伟（钉钉为陆宏炜）",
			"钉钉额度：接口调用本月已用0次、额度5000次；按现有名册每月约需", "正常  钉钉额度：机器人消息本月已用0次、额度3000次")
	})
	t.Run("no permission, http, a small plan", func(t *testing.T) {
		o, reg := office(t, map[string]string{"/v1.0/oauth2/accessToken": good, "/topapi/v2/user/get": `{"errcode":60011,"errmsg":"access-token-0123456789"}`})
		o.Config.DingTalk.Mode, o.Config.DingTalk.MonthlyCalls, o.Config.DingTalk.MonthlyMessages = "http", 10, 0
		got := checked(t, o, reg)
		wants(t, got, "正常  钉钉回调：机器人的消息接收地址请填 https://duban.example.gov.cn/callback/dingtalk",
			"注意  钉钉事件：没有填写 event_token 和 event_aes_key",
			"注意  钉钉人员：没有核对完：应用缺少接口权限", "正常  钉钉卡片：没有配置卡片模板", "注意  钉钉额度：接口调用本月已用0次、额度10次", "额度可能不够")
		if strings.Contains(got, "access-token") || strings.Contains(got, "机器人消息本月") {
			t.Error(got)
		}
	})
	t.Run("pushed events", func(t *testing.T) {
		o, reg := office(t, map[string]string{"/v1.0/oauth2/accessToken": good, "/topapi/v2/user/get": person("某人")})
		o.Config.DingTalk.Mode, o.Config.DingTalk.EventToken, o.Config.DingTalk.EventAESKey = "http", "token-0123456789", conf.Secret(strings.Repeat("a", 43))
		got := checked(t, o, reg)
		wants(t, got, "正常  钉钉事件：事件订阅的请求网址请填 https://duban.example.gov.cn/callback/dingtalk")
		if strings.Contains(got, "token-0123456789") {
			t.Error(got)
		}
	})
	t.Run("wrong secret, no https", func(t *testing.T) {
		o, reg := office(t, map[string]string{"/v1.0/oauth2/accessToken": `{"code":"invalidClientIdOrSecret","message":"ding-secret-0123456789"}`})
		o.Config.DingTalk.Mode, o.Config.HTTP.PublicURL = "http", "http://duban.example.gov.cn"
		got := checked(t, o, reg)
		wants(t, got, "失败  钉钉：", "Client Secret", "失败  钉钉回调：")
		if strings.Contains(got, "ding-secret") || strings.Contains(got, "钉钉人员") {
			t.Error(got)
		}
	})
	t.Run("a government deployment", func(t *testing.T) {
		o, reg := office(t, map[string]string{
			"/gettoken.json":                        `{"success":true,"content":{"success":true,"data":{"accessToken":"access-token-0123456789","expiresIn":"7200"},"responseCode":"0"}}`,
			"/mozi/employee/listEmployeeAccountIds": `{"success":true,"content":{"success":true,"data":[{"employeeCode":"ding_luhongwei","accountId":1}],"responseCode":"0"}}`,
		})
		d := &o.Config.DingTalk
		d.Plain, d.RobotCode, d.Mode, d.TenantID, d.MonthlyCalls, d.MonthlyMessages = true, "", "http", "50001", 0, 0
		wants(t, checked(t, o, reg), "正常  钉钉：凭证有效", "正常  钉钉：专有钉钉方式", "注意  钉钉人员：2个员工编号在专有钉钉查不到：")
	})
	t.Run("a deployment that only answers", func(t *testing.T) {
		o, reg := office(t, nil)
		o.Config.DingTalk.Plain, o.Config.DingTalk.RobotCode, o.Config.DingTalk.Mode, o.Config.DingTalk.MonthlyCalls, o.Config.DingTalk.MonthlyMessages = true, "", "http", 0, 0
		got := checked(t, o, reg)
		wants(t, got, "正常  钉钉：纯文字方式，只回复群里的消息")
		if strings.Contains(got, "凭证有效") || strings.Contains(got, "钉钉额度") {
			t.Error(got)
		}
	})
}
