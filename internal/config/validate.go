package config

import (
	"maps"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"duban/internal/fault"
	"duban/internal/workday"
)

// Validate checks the settings; the fault names the first key that is wrong and how to mend it.
func (c Config) Validate() error {
	for _, check := range []func() error{c.checkDistrict, c.checkDatabase, c.checkHTTP, c.checkWeCom, c.checkDingTalk, c.checkPeriod, c.checkLog} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

func wrong(key, what, mend string) error {
	return fault.Newf(fault.Invalid, "配置项 %s %s。%s。", key, what, mend)
}

func (c Config) checkDistrict() error {
	switch {
	case c.District.Code == "":
		return wrong("district.code", "没有填写", "请填本区的代码，例如 yunchuan")
	case !plainCode(c.District.Code):
		return wrong("district.code", "不能用", "请用不超过32个字母、数字或横线")
	case c.District.Name == "":
		return wrong("district.name", "没有填写", "请填本区的名称，例如 云川区")
	case utf8.RuneCountInString(c.District.Name) > 64:
		return wrong("district.name", "超过64个字", "请填本区的名称，例如 云川区")
	}
	return nil
}

// plainCode reports whether a district's code can stand in an address and in a file's name.
func plainCode(code string) bool {
	return len(code) <= 32 && !strings.ContainsFunc(code, func(r rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_", r)
	})
}

// address has the shape user:password@tcp(host:port)/name, which the driver wants.
var address = regexp.MustCompile(`^.+@(tcp|unix)\([^()]+\)/[^/?]+(\?.*)?$`)

func (c Config) checkDatabase() error {
	switch {
	case c.Database.DSN == "" && c.Database.SQLite == "":
		return wrong("database.dsn", "没有填写", "请填 MySQL 地址 用户:密码@tcp(主机:3306)/库名，可用环境变量 DUBAN_DATABASE__DSN")
	case c.Database.DSN != "" && c.Database.SQLite != "":
		return wrong("database.sqlite", "与 database.dsn 同时填写", "正式使用请只留 database.dsn，试用请只留 database.sqlite")
	case c.Database.DSN != "" && !address.MatchString(c.Database.DSN.Reveal()):
		return wrong("database.dsn", "格式不对", "应为 用户:密码@tcp(主机:3306)/库名，前面不带 mysql://")
	}
	return nil
}

func (c Config) checkHTTP() error {
	_, port, err := net.SplitHostPort(c.HTTP.Addr)
	if _, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil {
		return wrong("http.addr", "不是地址", "请填 主机:端口，例如 0.0.0.0:8080")
	}
	u, err := url.Parse(c.HTTP.PublicURL)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return wrong("http.public_url", "不是网址", "请填手机能打开的网址，只到主机名（或端口），末尾不带斜杠，例如 https://duban.example.gov.cn")
	}
	return nil
}

// together says that settings that only work together are all there or all missing.
func together(section string, keys []string, values ...string) error {
	var missing []string
	for i, v := range values {
		if v == "" {
			missing = append(missing, section+"."+keys[i])
		}
	}
	if len(missing) == 0 || len(missing) == len(values) {
		return nil
	}
	return wrong(strings.Join(missing, "、"), "没有填写", "与 "+section+" 的其他几项须同时填写，请到管理后台复制")
}

func (c Config) checkWeCom() error {
	w := c.WeCom
	if err := together("wecom", []string{"agent_id", "secret"}, w.AgentID, w.Secret.Reveal()); err != nil {
		return err
	}
	if err := together("wecom", []string{"token", "aes_key"}, w.Token.Reveal(), w.AESKey.Reveal()); err != nil {
		return err
	}
	if err := w.checkBot(); err != nil {
		return err
	}
	switch _, err := strconv.Atoi(w.AgentID); {
	case (w.AgentID != "" || w.Token != "") && w.CorpID == "":
		return wrong("wecom.corp_id", "没有填写", "请到企业微信管理后台“我的企业”复制企业ID")
	case w.AgentID != "" && err != nil:
		return wrong("wecom.agent_id", "不是数字", "请到应用详情页复制 AgentId，例如 1000002")
	case w.AESKey != "" && len(w.AESKey) != 43:
		return wrong("wecom.aes_key", "长度不对", "EncodingAESKey 是43位，请到“接收消息”设置页复制")
	}
	for _, name := range slices.Sorted(maps.Keys(w.Webhooks)) {
		if w.Webhooks[name] == "" {
			return wrong("wecom.webhooks."+name, "没有填写", "请填群机器人地址中 key= 后面的部分")
		}
	}
	return bases([]base{{"wecom.api_base", w.APIBase, "http"}, {"wecom.oauth_base", w.OAuthBase, "http"}, {"wecom.ws_base", w.WSBase, "ws"}})
}

// checkBot wants the settings of the one way the aibot is reached, and none of the other: nobody could
// tell which of the two is in force.
func (w WeCom) checkBot() error {
	switch w.BotMode {
	case "connection", "":
		if w.BotToken != "" || w.BotAESKey != "" {
			return wrong("wecom.bot_mode", "是长连接，却填写了回调的 Token 或 EncodingAESKey", "用回调请填 bot_mode: callback，用长连接请删去这两项")
		}
		return together("wecom", []string{"bot_id", "bot_secret"}, w.BotID, w.BotSecret.Reveal())
	case "callback":
		switch {
		case w.BotSecret != "":
			return wrong("wecom.bot_secret", "是长连接用的", "用回调请删去此项，用长连接请填 bot_mode: connection")
		case w.BotToken == "":
			return wrong("wecom.bot_token", "没有填写", "请到智能机器人的 API 设置页复制 Token")
		case len(w.BotAESKey) != 43:
			return wrong("wecom.bot_aes_key", "长度不对", "EncodingAESKey 是43位，请到智能机器人的 API 设置页复制")
		}
		return nil
	}
	return wrong("wecom.bot_mode", "只能是 connection 或 callback", "推荐 connection，不需要公网地址")
}

func (c Config) checkDingTalk() error {
	d := c.DingTalk
	keys, values := []string{"app_key", "app_secret", "robot_code"}, []string{d.AppKey, d.AppSecret.Reveal(), d.RobotCode}
	if d.Plain { // such a deployment may have robots without a code, which only answer
		keys, values = keys[:2], values[:2]
	}
	if err := together("dingtalk", keys, values...); err != nil {
		return err
	}
	switch {
	case d.Mode != "stream" && d.Mode != "http":
		return wrong("dingtalk.mode", "只能是 stream 或 http", "推荐 stream，不需要公网地址")
	case d.CardTemplate != "" && d.RobotCode == "":
		return wrong("dingtalk.card_template", "需要应用机器人", "请同时填写 app_key、app_secret 和 robot_code")
	case d.CardTemplate != "" && d.Plain:
		return wrong("dingtalk.card_template", "与 dingtalk.plain 同时填写", "专有钉钉请只留 plain，公有云请只留 card_template")
	case (d.EventToken != "" || d.EventAESKey != "") && d.Mode != "http":
		return wrong("dingtalk.event_token", "是 http 方式用的", "stream 方式的事件走长连接，请删去 event_token 和 event_aes_key；用 http 方式请填 mode: http")
	case (d.EventToken == "") != (d.EventAESKey == ""):
		return wrong("dingtalk.event_token", "与 event_aes_key 要一起填写", "请到开放平台“事件订阅”页复制签名 token 和加密 aes_key")
	case d.EventToken != "" && d.AppKey == "":
		return wrong("dingtalk.app_key", "没有填写", "事件由企业内部应用推送，请先填写应用凭证")
	case d.EventAESKey != "" && len(d.EventAESKey) != 43:
		return wrong("dingtalk.event_aes_key", "长度不对", "加密 aes_key 是43位，请到开放平台“事件订阅”页复制")
	case d.TenantID != "" && (!d.Plain || d.AppKey == "" || d.OldAPIBase == "" || d.LoginBase == ""):
		return wrong("dingtalk.tenant_id", "是专有钉钉用的", "请同时填写 plain: true、app_key、old_api_base 和 login_base；公有云请留空")
	case d.TenantID != "" && d.RobotCode != "":
		return wrong("dingtalk.robot_code", "是公有云用的", "专有钉钉请留空：它没有按 robotCode 发送的接口")
	case d.PersonID != "employee" && d.PersonID != "account":
		return wrong("dingtalk.person_id", "只能是 employee 或 account", "名册填员工编号（employeeCode）的填 employee，填账号（accountId）的填 account")
	case d.MonthlyCalls < 0 || d.MonthlyMessages < 0:
		return wrong("dingtalk.monthly_calls 或 dingtalk.monthly_messages", "是负数", "请填本月额度，不看管填 0")
	}
	for _, host := range d.SessionHosts {
		if u, err := url.Parse("https://" + host); err != nil || host == "" || u.Host != host {
			return wrong("dingtalk.session_hosts", "不是主机名", "请填回复地址的主机名，例如 oapi.dingtalk.com")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(d.Custom)) {
		if d.Custom[name].AccessToken == "" {
			return wrong("dingtalk.custom."+name+".access_token", "没有填写", "请填自定义机器人地址中 access_token= 后面的部分")
		}
	}
	return bases([]base{{"dingtalk.api_base", d.APIBase, "http"}, {"dingtalk.old_api_base", d.OldAPIBase, "http"}, {"dingtalk.login_base", d.LoginBase, "http"}})
}

// base is the address of a platform and the scheme it must have, with or without the s of TLS.
type base struct{ key, value, scheme string }

func bases(all []base) error {
	for _, b := range all {
		if b.value == "" {
			continue
		}
		u, err := url.Parse(b.value)
		if err != nil || u.Host == "" || (u.Scheme != b.scheme && u.Scheme != b.scheme+"s") {
			return wrong(b.key, "不是网址", "专有部署请填平台域名，例如 "+b.scheme+"s://qyapi.example.gov.cn；公有云请留空")
		}
	}
	return nil
}

func (c Config) checkPeriod() error {
	switch c.Period.Mode {
	case "half_month":
		return nil
	case "fortnight":
		if _, err := workday.ParseDay(c.Period.Anchor); err != nil {
			return wrong("period.anchor", "不是日期", "双周制须填某一期的第一天，例如 2026-03-02")
		}
		return nil
	}
	return wrong("period.mode", "只能是 half_month 或 fortnight", "半月制填 half_month，双周制填 fortnight")
}

func (c Config) checkLog() error {
	if !slices.Contains([]string{"debug", "info", "warn", "error"}, c.Log.Level) {
		return wrong("log.level", "只能是 debug、info、warn、error", "一般用 info")
	}
	if c.Log.Format != "text" && c.Log.Format != "json" {
		return wrong("log.format", "只能是 text 或 json", "终端用 text，日志平台用 json")
	}
	return nil
}
