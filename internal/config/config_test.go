package config_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	data "duban/config"
	"duban/internal/config"
	"duban/internal/fault"
	"duban/internal/workday"
)

func load(t *testing.T, yaml string, environ ...string) config.Config {
	t.Helper()
	c, err := config.Load(strings.NewReader(yaml), environ)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func example(t *testing.T) string {
	t.Helper()
	b, err := fs.ReadFile(data.Files, "duban.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// secrets are what an office gives beside the example file.
var secrets = []string{
	"DUBAN_DATABASE__DSN=duban:p@ss:word#1@tcp(db:3306)/duban",
	"DUBAN_WECOM__CORP_ID=wwcorp", "DUBAN_WECOM__AGENT_ID=1000002", "DUBAN_WECOM__SECRET=wecom-secret",
	"DUBAN_WECOM__TOKEN=token", "DUBAN_WECOM__AES_KEY=" + "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG",
	"DUBAN_WECOM__BOT_ID=aib1", "DUBAN_WECOM__BOT_SECRET=bot-secret",
	"DUBAN_DINGTALK__APP_KEY=ding1", "DUBAN_DINGTALK__APP_SECRET=ding-secret", "DUBAN_DINGTALK__ROBOT_CODE=ding1",
}

func TestExampleIsGoodOnceSecretsAreGiven(t *testing.T) {
	c := load(t, example(t))
	if err := c.Validate(); err == nil || !strings.Contains(fault.Sentence(err), "database.dsn") {
		t.Errorf("without secrets: %v", err)
	}
	c = load(t, example(t), append([]string{"HOME=/root", "DUBAN_TEST_MYSQL=x", "DUBAN_DB_PASSWORD=x"}, secrets...)...)
	if err := c.Validate(); err != nil {
		t.Fatal(err)
	}
	if c.Database.DSN.Reveal() != "duban:p@ss:word#1@tcp(db:3306)/duban" || c.WeCom.AgentID != "1000002" || c.Log.Format != "json" {
		t.Errorf("read %q, %q, %q", c.Database.DSN.Reveal(), c.WeCom.AgentID, c.Log.Format)
	}
	if c.District.Code != "yunchuan" || c.Period.Mode != "half_month" || c.DingTalk.Mode != "stream" {
		t.Errorf("the example has %q, %q, %q", c.District.Code, c.Period.Mode, c.DingTalk.Mode)
	}
}

// TestExampleIsComplete: an administrator finds every key there, if only in a comment.
func TestExampleIsComplete(t *testing.T) {
	text := example(t)
	var walk func(section string, of reflect.Type)
	walk = func(section string, of reflect.Type) {
		for i := range of.NumField() {
			f := of.Field(i)
			key := f.Tag.Get("yaml")
			if f.Type.Kind() == reflect.Struct {
				walk(section+key+".", f.Type)
				continue
			}
			if !strings.Contains(text, key+":") && !strings.Contains(text, key+"_file:") {
				t.Errorf("%s is not in the example", section+key)
			}
		}
	}
	walk("", reflect.TypeFor[config.Config]())
}

func TestDefaultsStandWhereNothingIsWritten(t *testing.T) {
	if got := load(t, ""); got.HTTP.Addr != "127.0.0.1:8080" || got.Period.Mode != "half_month" || got.DingTalk.Mode != "stream" || got.WeCom.BotMode != "connection" {
		t.Errorf("%+v", got)
	}
	if got := load(t, "log: {level: warn}"); got.Log.Level != "warn" || got.Log.Format != "text" {
		t.Errorf("%+v", got.Log)
	}
}

func TestEnvironmentGoesBeforeTheFile(t *testing.T) {
	c := load(t, "http: {addr: 'a:1'}\nlog: {level: warn}\nwecom: {webhooks: {old: k0}}",
		"DUBAN_HTTP__ADDR=0.0.0.0:9000", "DUBAN_LOG__LEVEL=error", "DUBAN_PERIOD__MODE=fortnight", "DUBAN_PERIOD__ANCHOR=2026-03-02",
		"DUBAN_WECOM__BOT_NAME=@督办: #1", "DUBAN_WECOM__SECRET=true", "DUBAN_WECOM__WEBHOOKS={g1: k1}", "DUBAN_RULES=/etc/rules.yaml",
		"DUBAN_DINGTALK__CUSTOM={g2: {access_token: a, secret: b}}", "DUBAN_LOG__FORMAT=")
	if c.HTTP.Addr != "0.0.0.0:9000" || c.Log.Level != "error" || c.Log.Format != "text" || c.Rules != "/etc/rules.yaml" || c.WeCom.BotName != "@督办: #1" {
		t.Errorf("%+v", c)
	}
	if c.WeCom.Secret.Reveal() != "true" || c.WeCom.Webhooks["g1"].Reveal() != "k1" || c.DingTalk.Custom["g2"].Secret.Reveal() != "b" {
		t.Error("secrets of the environment are not as given")
	}
	if c.AnchorDay() != workday.NewDay(2026, 3, 2) {
		t.Errorf("anchor %s", c.AnchorDay())
	}
}

func TestLoadNamesWhatItCannotRead(t *testing.T) {
	file := filepath.Join(t.TempDir(), "robots.yaml")
	if err := os.WriteFile(file, []byte("g1: {access_tokn: x}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, yaml, env, want string }{
		{"unknown key", "district:\n  code: a\n  nmae: b", "", "第3行没有“nmae”这个配置项"},
		{"unknown section", "databse: {dsn: a}", "", "没有“databse”这个配置项"},
		{"no YAML", "http: [", "", "配置文件第1行格式不对"},
		{"wrong type", "log:\n  level: [info]", "", "第2行格式不对"},
		{"twice", "rules: a\nrules: b", "", "第2行格式不对"},
		{"unknown variable", "", "DUBAN_WECOM__SECRT=x", "DUBAN_WECOM__SECRT 不对应任何配置项"},
		{"one underscore", "", "DUBAN_WECOM_SECRET=x", "DUBAN_WECOM_SECRET 不对应任何配置项"},
		{"inside a map", "", "DUBAN_WECOM__WEBHOOKS__G1=x", "DUBAN_WECOM__WEBHOOKS__G1 不对应任何配置项"},
		{"below a key", "", "DUBAN_RULES__X=x", "DUBAN_RULES__X 不对应任何配置项"},
		{"a section", "", "DUBAN_LOG={level: info}", "DUBAN_LOG 不对应任何配置项"},
		{"value of a variable", "", "DUBAN_WECOM__WEBHOOKS=g1", "DUBAN_WECOM__WEBHOOKS 的值格式不对"},
		{"unknown key in a variable", "", "DUBAN_DINGTALK__CUSTOM={g1: {token: x}}", "DUBAN_DINGTALK__CUSTOM 的值格式不对"},
		{"no such file", "wecom: {secret_file: /nonexistent/secret}", "", "wecom.secret_file 指的文件读不到"},
		{"no such map", "wecom: {webhooks_file: /nonexistent/hooks}", "", "wecom.webhooks_file 指的文件读不到"},
		{"second document", "rules: a\n---\nrules: b", "", "配置文件中有“---”分隔的第二段"},
		{"file beside the value", "wecom: {secret_file: " + file + "}", "DUBAN_WECOM__SECRET=x", "配置项 wecom.secret 与 wecom.secret_file 同时给出"},
		{"file beside the map", "dingtalk: {custom_file: " + file + ", custom: {g1: {access_token: x}}}", "", "配置项 dingtalk.custom 与 dingtalk.custom_file 同时给出"},
		{"map that cannot be read", "dingtalk: {custom_file: " + file + "}", "", "dingtalk.custom_file 指的文件第1行没有“access_tokn”这个配置项"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := config.Load(strings.NewReader(tt.yaml), []string{tt.env})
			if fault.CodeOf(err) != fault.Invalid || !strings.Contains(fault.Sentence(err), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

func TestAddressesThatMayBe(t *testing.T) {
	for _, env := range []string{
		"DUBAN_WECOM__WS_BASE=ws://127.0.0.1:8081/ws", "DUBAN_WECOM__WS_BASE=wss://ws.example.gov.cn", "DUBAN_DINGTALK__API_BASE=http://127.0.0.1:8082",
		"DUBAN_DATABASE__DSN=u:p@ss/w(0)rd@tcp(h:3306)/duban?tls=true", "DUBAN_DATABASE__DSN=u:p@unix(/run/mysqld.sock)/duban",
	} {
		if err := load(t, example(t), append(secrets, env)...).Validate(); err != nil {
			t.Errorf("%s: %v", env, err)
		}
	}
}

func TestSecretsFromFiles(t *testing.T) {
	dir := t.TempDir()
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := load(t, "", "DUBAN_DATABASE__DSN_FILE="+put("dsn", "u:p@tcp(h:1)/d\n"), "DUBAN_WECOM__SECRET_FILE="+put("a", " s1\n"),
		"DUBAN_WECOM__TOKEN_FILE="+put("b", "s2"), "DUBAN_WECOM__AES_KEY_FILE="+put("c", "s3\r\n"), "DUBAN_WECOM__BOT_SECRET_FILE="+put("d", "s4"),
		"DUBAN_DINGTALK__APP_SECRET_FILE="+put("e", "s5"), "DUBAN_WECOM__WEBHOOKS_FILE="+put("f", "g1: k1\ng2: k2\n"),
		"DUBAN_DINGTALK__CUSTOM_FILE="+put("g", "g3: {access_token: t3, secret: SEC3}\n"))
	got := []string{c.Database.DSN.Reveal(), c.WeCom.Secret.Reveal(), c.WeCom.Token.Reveal(), c.WeCom.AESKey.Reveal(), c.WeCom.BotSecret.Reveal(),
		c.DingTalk.AppSecret.Reveal(), c.WeCom.Webhooks["g1"].Reveal(), c.WeCom.Webhooks["g2"].Reveal(),
		c.DingTalk.Custom["g3"].AccessToken.Reveal(), c.DingTalk.Custom["g3"].Secret.Reveal()}
	if want := "u:p@tcp(h:1)/d s1 s2 s3 s4 s5 k1 k2 t3 SEC3"; strings.Join(got, " ") != want {
		t.Errorf("read %v, want %s", got, want)
	}
}

func TestValidateNamesTheKey(t *testing.T) {
	tests := []struct {
		key    string
		change func(*config.Config)
	}{
		{"district.code", func(c *config.Config) { c.District.Code = "" }},
		{"district.code", func(c *config.Config) { c.District.Code = "云川" }},
		{"district.code", func(c *config.Config) { c.District.Code = strings.Repeat("a", 33) }},
		{"district.name", func(c *config.Config) { c.District.Name = "" }},
		{"district.name", func(c *config.Config) { c.District.Name = strings.Repeat("区", 65) }},
		{"database.dsn", func(c *config.Config) { c.Database.DSN = "" }},
		{"database.dsn", func(c *config.Config) { c.Database.DSN = "mysql://u:p@h/d" }},
		{"database.dsn", func(c *config.Config) { c.Database.DSN = "u:p@tcp(h:3306)" }},
		{"database.sqlite", func(c *config.Config) { c.Database.SQLite = "/data/duban.db" }},
		{"http.addr", func(c *config.Config) { c.HTTP.Addr = "8080" }},
		{"http.addr", func(c *config.Config) { c.HTTP.Addr = "0.0.0.0:http" }},
		{"http.addr", func(c *config.Config) { c.HTTP.Addr = "0.0.0.0:70000" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "duban.example.gov.cn" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "https://duban.example.gov.cn/" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "https://gov.cn/duban" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "https://gov.cn?from=x" }},
		{"http.public_url", func(c *config.Config) { c.HTTP.PublicURL = "https://office:secret@gov.cn" }},
		{"wecom.secret", func(c *config.Config) { c.WeCom.Secret = "" }},
		{"wecom.agent_id", func(c *config.Config) { c.WeCom.AgentID = "" }},
		{"wecom.agent_id", func(c *config.Config) { c.WeCom.AgentID = "app" }},
		{"wecom.token", func(c *config.Config) { c.WeCom.Token = "" }},
		{"wecom.aes_key", func(c *config.Config) { c.WeCom.AESKey = "" }},
		{"wecom.aes_key", func(c *config.Config) { c.WeCom.AESKey = "short" }},
		{"wecom.bot_secret", func(c *config.Config) { c.WeCom.BotSecret = "" }},
		{"wecom.bot_mode", func(c *config.Config) { c.WeCom.BotMode = "stream" }},
		{"wecom.bot_mode", func(c *config.Config) { c.WeCom.BotToken = "t" }},
		{"wecom.bot_secret", func(c *config.Config) { c.WeCom.BotMode = "callback" }},
		{"wecom.bot_token", func(c *config.Config) { c.WeCom.BotMode, c.WeCom.BotSecret = "callback", "" }},
		{"wecom.bot_aes_key", func(c *config.Config) {
			c.WeCom.BotMode, c.WeCom.BotSecret, c.WeCom.BotToken, c.WeCom.BotAESKey = "callback", "", "t", "short"
		}},
		{"wecom.corp_id", func(c *config.Config) { c.WeCom.CorpID = "" }},
		{"wecom.corp_id", func(c *config.Config) { c.WeCom.CorpID, c.WeCom.AgentID, c.WeCom.Secret = "", "", "" }},
		{"wecom.webhooks.g1", func(c *config.Config) { c.WeCom.Webhooks = map[string]config.Secret{"g1": "", "g2": ""} }},
		{"wecom.api_base", func(c *config.Config) { c.WeCom.APIBase = "qyapi.example.gov.cn" }},
		{"wecom.api_base", func(c *config.Config) { c.WeCom.APIBase = "//qyapi.example.gov.cn" }},
		{"wecom.ws_base", func(c *config.Config) { c.WeCom.WSBase = "https://qyapi.example.gov.cn" }},
		{"wecom.ws_base", func(c *config.Config) { c.WeCom.WSBase = "w://qyapi.example.gov.cn" }},
		{"wecom.oauth_base", func(c *config.Config) { c.WeCom.OAuthBase = "ftp://qyapi.example.gov.cn" }},
		{"dingtalk.app_key", func(c *config.Config) { c.DingTalk.AppKey = "" }},
		{"dingtalk.app_secret", func(c *config.Config) { c.DingTalk.AppSecret = "" }},
		{"dingtalk.robot_code", func(c *config.Config) { c.DingTalk.RobotCode = "" }},
		{"dingtalk.mode", func(c *config.Config) { c.DingTalk.Mode = "webhook" }},
		{"dingtalk.app_secret", func(c *config.Config) { c.DingTalk.Plain, c.DingTalk.AppSecret = true, "" }},
		{"dingtalk.card_template", func(c *config.Config) { c.DingTalk.CardTemplate, c.DingTalk.Plain = "t.schema", true }},
		{"dingtalk.card_template", func(c *config.Config) {
			c.DingTalk.CardTemplate, c.DingTalk.AppKey, c.DingTalk.AppSecret, c.DingTalk.RobotCode = "t.schema", "", "", ""
		}},
		{"dingtalk.event_token", func(c *config.Config) {
			c.DingTalk.EventToken, c.DingTalk.EventAESKey = "t", config.Secret(strings.Repeat("a", 43))
		}},
		{"dingtalk.event_token", func(c *config.Config) { c.DingTalk.Mode, c.DingTalk.EventToken = "http", "t" }},
		{"dingtalk.event_aes_key", func(c *config.Config) {
			c.DingTalk.Mode, c.DingTalk.EventToken, c.DingTalk.EventAESKey = "http", "t", "short"
		}},
		{"dingtalk.app_key", func(c *config.Config) {
			d := &c.DingTalk
			d.Mode, d.EventToken, d.EventAESKey, d.AppKey, d.AppSecret, d.RobotCode = "http", "t", config.Secret(strings.Repeat("a", 43)), "", "", ""
		}},
		{"dingtalk.tenant_id", func(c *config.Config) { c.DingTalk.TenantID = "50001" }},
		{"dingtalk.person_id", func(c *config.Config) { c.DingTalk.PersonID = "name" }},
		{"dingtalk.robot_code", func(c *config.Config) {
			d := &c.DingTalk
			d.Plain, d.TenantID, d.AppKey, d.AppSecret, d.RobotCode, d.OldAPIBase, d.LoginBase = true, "50001", "k", "s", "r", "https://a.cn", "https://l.cn"
		}},
		{"dingtalk.monthly_calls", func(c *config.Config) { c.DingTalk.MonthlyCalls = -1 }},
		{"dingtalk.session_hosts", func(c *config.Config) { c.DingTalk.SessionHosts = []string{"https://oapi.dingtalk.com"} }},
		{"dingtalk.custom.g1.access_token", func(c *config.Config) { c.DingTalk.Custom = map[string]config.Robot{"g1": {Secret: "s"}} }},
		{"dingtalk.api_base", func(c *config.Config) { c.DingTalk.APIBase = "x" }},
		{"dingtalk.old_api_base", func(c *config.Config) { c.DingTalk.OldAPIBase = "x" }},
		{"dingtalk.login_base", func(c *config.Config) { c.DingTalk.LoginBase = "x" }},
		{"period.mode", func(c *config.Config) { c.Period.Mode = "week" }},
		{"period.anchor", func(c *config.Config) { c.Period.Mode = "fortnight" }},
		{"log.level", func(c *config.Config) { c.Log.Level = "loud" }},
		{"log.level", func(c *config.Config) { c.Log.Level = "" }},
		{"log.format", func(c *config.Config) { c.Log.Format = "xml" }},
	}
	for _, tt := range tests {
		t.Run(tt.key, func(t *testing.T) {
			c := load(t, example(t), secrets...)
			tt.change(&c)
			err := c.Validate()
			if fault.CodeOf(err) != fault.Invalid || !strings.HasPrefix(fault.Sentence(err), "配置项 "+tt.key+" ") || !strings.HasSuffix(fault.Sentence(err), "。") {
				t.Errorf("got %v", err)
			}
			if errors.Unwrap(err) != nil {
				t.Errorf("a cause that nobody can read: %v", errors.Unwrap(err))
			}
		})
	}
}
