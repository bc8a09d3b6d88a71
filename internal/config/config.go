// Package config reads what an office writes down for duban (floor 1): the service's settings and the
// register of its district. It checks every line and names the key or the row to mend. It knows no
// database and no rule of the ladder, and no secret leaves it by being printed.
package config

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v3"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Secret is a value that never shows itself: it prints as ***.
type Secret string

// String hides the value.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return "***"
}

// Format hides the value from every verb of fmt, the wrong ones too: %d would else show it in its complaint.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText hides the value from every encoder.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Reveal gives the value to whom it is meant for.
func (s Secret) Reveal() string { return string(s) }

// Config is the service's settings; config/duban.example.yaml explains each.
type Config struct {
	District struct {
		Code string `yaml:"code"`
		Name string `yaml:"name"`
	} `yaml:"district"`
	Database struct {
		DSN     Secret `yaml:"dsn"`
		DSNFile string `yaml:"dsn_file"`
		SQLite  string `yaml:"sqlite"`
	} `yaml:"database"`
	HTTP struct {
		Addr      string `yaml:"addr"`
		PublicURL string `yaml:"public_url"`
	} `yaml:"http"`
	WeCom    WeCom    `yaml:"wecom"`
	DingTalk DingTalk `yaml:"dingtalk"`
	Period   struct {
		Mode   string `yaml:"mode"`   // half_month or fortnight
		Anchor string `yaml:"anchor"` // first day of some fortnight
	} `yaml:"period"`
	Rules     string   `yaml:"rules"`     // file; empty: the built-in ones
	Recurring []string `yaml:"recurring"` // names of what recurs that are in force; the rules say what they are
	Calendar  string   `yaml:"calendar"`  // folder with further years; empty: the built-in ones
	Log       struct {
		Level  string `yaml:"level"`
		Format string `yaml:"format"`
	} `yaml:"log"`
}

// WeCom are the settings of 企业微信; empty parts are not used.
type WeCom struct {
	CorpID        string            `yaml:"corp_id"`
	AgentID       string            `yaml:"agent_id"`
	Secret        Secret            `yaml:"secret"`
	SecretFile    string            `yaml:"secret_file"`
	Token         Secret            `yaml:"token"`
	TokenFile     string            `yaml:"token_file"`
	AESKey        Secret            `yaml:"aes_key"`
	AESKeyFile    string            `yaml:"aes_key_file"`
	BotID         string            `yaml:"bot_id"`
	BotName       string            `yaml:"bot_name"`
	BotSecret     Secret            `yaml:"bot_secret"`
	BotSecretFile string            `yaml:"bot_secret_file"`
	BotMode       string            `yaml:"bot_mode"` // connection (default) or callback
	BotToken      Secret            `yaml:"bot_token"`
	BotTokenFile  string            `yaml:"bot_token_file"`
	BotAESKey     Secret            `yaml:"bot_aes_key"`
	BotAESKeyFile string            `yaml:"bot_aes_key_file"`
	Plain         bool              `yaml:"plain"` // markdown only, for editions without cards
	APIBase       string            `yaml:"api_base"`
	WSBase        string            `yaml:"ws_base"`
	OAuthBase     string            `yaml:"oauth_base"`
	Webhooks      map[string]Secret `yaml:"webhooks"`      // name of a group robot to its key
	WebhooksFile  string            `yaml:"webhooks_file"` // the same as a YAML file of its own
}

// DingTalk are the settings of 钉钉; empty parts are not used.
type DingTalk struct {
	AppKey        string   `yaml:"app_key"`
	AppSecret     Secret   `yaml:"app_secret"`
	AppSecretFile string   `yaml:"app_secret_file"`
	RobotCode     string   `yaml:"robot_code"`
	AgentID       string   `yaml:"agent_id"`
	CorpID        string   `yaml:"corp_id"`
	Mode          string   `yaml:"mode"` // stream (default) or http
	APIBase       string   `yaml:"api_base"`
	OldAPIBase    string   `yaml:"old_api_base"`
	LoginBase     string   `yaml:"login_base"`
	Script        string   `yaml:"script"`        // address of the JSAPI script for signing in inside DingTalk
	SessionHosts  []string `yaml:"session_hosts"` // hosts a reply address may have; empty: that of old_api_base
	CardTemplate  string   `yaml:"card_template"` // id of the interactive card's template; empty: no such cards
	Plain         bool     `yaml:"plain"`         // markdown only, for deployments of one's own
	// Of a government deployment; with tenant_id people are notified and sign in there.
	TenantID string `yaml:"tenant_id"`
	PersonID string `yaml:"person_id"` // what the register names people by: employee (default) or account
	// Of the events that are pushed in HTTP mode; empty: none.
	EventToken      Secret `yaml:"event_token"`
	EventTokenFile  string `yaml:"event_token_file"`
	EventAESKey     Secret `yaml:"event_aes_key"`
	EventAESKeyFile string `yaml:"event_aes_key_file"`
	// What the organisation may use in a calendar month, by its edition; 0: not watched.
	MonthlyCalls    int64            `yaml:"monthly_calls"`
	MonthlyMessages int64            `yaml:"monthly_messages"`
	Custom          map[string]Robot `yaml:"custom"`
	CustomFile      string           `yaml:"custom_file"`
}

// Robot is a custom robot (自定义机器人) of one group.
type Robot struct {
	AccessToken Secret `yaml:"access_token"`
	Secret      Secret `yaml:"secret"`
}

// Default gives the settings that are good as they are.
func Default() Config {
	var c Config
	c.HTTP.Addr = "127.0.0.1:8080"
	c.Period.Mode = "half_month"
	c.WeCom.BotMode, c.DingTalk.Mode = "connection", "stream"
	c.DingTalk.PersonID = "employee"
	c.DingTalk.MonthlyCalls, c.DingTalk.MonthlyMessages = 5000, 3000 // the standard edition
	c.Log.Level, c.Log.Format = "info", "text"
	return c
}

// Load reads the settings: defaults, then the YAML, then the environment (DUBAN_WECOM__SECRET stands
// for wecom.secret), then files named by *_file keys. It does not validate.
func Load(r io.Reader, environ []string) (Config, error) {
	c := Default()
	if err := Decode(r, &c); err != nil {
		return c, fault.New(fault.Invalid, "配置文件"+fault.Sentence(err))
	}
	if err := override(&c, environ); err != nil {
		return c, err
	}
	return c, readFiles(&c)
}

// Decode reads one YAML document strictly: a key the target does not have is a fault that names it, and
// a second document, which would be passed over, is one too. The cause is not kept: what the parser says quotes values, and a value may be a secret.
func Decode(r io.Reader, into any) error {
	d := yaml.NewDecoder(r)
	d.KnownFields(true)
	if err := d.Decode(into); err != nil && !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, yamlWords(err)+"。请对照随附的样例修改。")
	}
	var second yaml.Node
	if err := d.Decode(&second); !errors.Is(err, io.EOF) {
		return fault.New(fault.Invalid, "中有“---”分隔的第二段，不会被读取。请合并成一段。")
	}
	return nil
}

var (
	yamlLine  = regexp.MustCompile(`line (\d+)`)
	yamlField = regexp.MustCompile(`field (\S+) not found in type`)
)

// yamlWords keeps the line and the unknown key of a YAML error, and nothing else of it.
func yamlWords(err error) string {
	first, _, _ := strings.Cut(strings.TrimPrefix(err.Error(), "yaml: unmarshal errors:\n"), "\n")
	place := ""
	if m := yamlLine.FindStringSubmatch(first); m != nil {
		place = "第" + m[1] + "行"
	}
	if m := yamlField.FindStringSubmatch(first); m != nil {
		return place + "没有“" + m[1] + "”这个配置项"
	}
	return place + "格式不对"
}

// override puts the values of the environment in place. An empty one is not given: compose files pass
// on what is not set as empty.
func override(c *Config, environ []string) error {
	for _, e := range environ {
		key, value, _ := strings.Cut(e, "=")
		name, ok := strings.CutPrefix(key, "DUBAN_")
		if !ok || value == "" || strings.HasPrefix(name, "TEST_") || name == "DB_PASSWORD" {
			continue
		}
		field, err := find(reflect.ValueOf(c).Elem(), strings.Split(strings.ToLower(name), "__"))
		if err != nil {
			return fault.Newf(fault.Invalid, "环境变量 %s 不对应任何配置项，请核对名称（层级之间用两条下划线）。", key)
		}
		if err := Decode(strings.NewReader(quoted(field, value)), field.Addr().Interface()); err != nil {
			return fault.Newf(fault.Invalid, "环境变量 %s 的值格式不对。", key)
		}
	}
	return nil
}

// quoted protects a text value from being read as YAML; numbers stay as they are.
func quoted(v reflect.Value, value string) string {
	if v.Kind() != reflect.String {
		return value
	}
	b, err := yaml.Marshal(value)
	if err != nil {
		return value
	}
	return string(b)
}

// find walks down the struct by yaml keys.
func find(v reflect.Value, path []string) (reflect.Value, error) {
	for _, key := range path {
		if v.Kind() != reflect.Struct {
			return v, fmt.Errorf("%s is no section", key)
		}
		found := false
		for i := range v.NumField() {
			if tag, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("yaml"), ","); tag == key {
				v, found = v.Field(i), true
				break
			}
		}
		if !found {
			return v, fmt.Errorf("no key %s", key)
		}
	}
	if v.Kind() == reflect.Struct {
		return v, fmt.Errorf("%s is a section, not a key", path[len(path)-1])
	}
	return v, nil
}

// readFiles reads the secrets that lie in files of their own. One that is given both ways is refused:
// nobody could tell which of the two is in force.
func readFiles(c *Config) error {
	for _, f := range []struct {
		key, path string
		into      *Secret
	}{
		{"database.dsn_file", c.Database.DSNFile, &c.Database.DSN},
		{"wecom.secret_file", c.WeCom.SecretFile, &c.WeCom.Secret},
		{"wecom.token_file", c.WeCom.TokenFile, &c.WeCom.Token},
		{"wecom.aes_key_file", c.WeCom.AESKeyFile, &c.WeCom.AESKey},
		{"wecom.bot_secret_file", c.WeCom.BotSecretFile, &c.WeCom.BotSecret},
		{"wecom.bot_token_file", c.WeCom.BotTokenFile, &c.WeCom.BotToken},
		{"wecom.bot_aes_key_file", c.WeCom.BotAESKeyFile, &c.WeCom.BotAESKey},
		{"dingtalk.app_secret_file", c.DingTalk.AppSecretFile, &c.DingTalk.AppSecret},
		{"dingtalk.event_token_file", c.DingTalk.EventTokenFile, &c.DingTalk.EventToken},
		{"dingtalk.event_aes_key_file", c.DingTalk.EventAESKeyFile, &c.DingTalk.EventAESKey},
	} {
		if f.path == "" {
			continue
		}
		if *f.into != "" {
			return twice(f.key)
		}
		b, err := os.ReadFile(f.path)
		if err != nil {
			return fault.Newf(fault.Invalid, "%s 指的文件读不到，请核对路径和权限。", f.key).Because(err)
		}
		*f.into = Secret(strings.TrimSpace(string(b)))
	}
	for _, f := range []struct {
		key, path string
		given     bool
		into      any
	}{
		{"wecom.webhooks_file", c.WeCom.WebhooksFile, len(c.WeCom.Webhooks) > 0, &c.WeCom.Webhooks},
		{"dingtalk.custom_file", c.DingTalk.CustomFile, len(c.DingTalk.Custom) > 0, &c.DingTalk.Custom},
	} {
		if f.path == "" {
			continue
		}
		if f.given {
			return twice(f.key)
		}
		file, err := os.Open(f.path)
		if err != nil {
			return fault.Newf(fault.Invalid, "%s 指的文件读不到，请核对路径和权限。", f.key).Because(err)
		}
		err = Decode(file, f.into)
		_ = file.Close()
		if err != nil {
			return fault.New(fault.Invalid, f.key+" 指的文件"+fault.Sentence(err))
		}
	}
	return nil
}

func twice(key string) error {
	return wrong(strings.TrimSuffix(key, "_file"), "与 "+key+" 同时给出", "请只留一种（环境变量也算一种）")
}

// AnchorDay gives the first day of the anchor fortnight; Validate has checked it.
func (c Config) AnchorDay() workday.Day {
	d, _ := workday.ParseDay(c.Period.Anchor)
	return d
}
