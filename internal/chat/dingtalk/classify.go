package dingtalk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
)

// throttled is the "status" in the answer of the throttle in front of the platform; it stands for a code.
const throttled = "1111"

// The waits the platform's documents give.
const (
	blink   = time.Second
	surge   = 4 * time.Second // the whole platform is at its limit
	minute  = time.Minute
	ipBlock = 5 * time.Minute
	penalty = 10 * time.Minute // a custom robot over 20 a minute

	// mending is how long a message waits when the fault is in our own set-up: nothing is wrong with the
	// message or its reader, so it goes out once an administrator has put the setting right. A warning
	// that counts must not be lost over an address missing from a list.
	mending = 10 * time.Minute
)

// verdict is what a code means for the message that met it.
type verdict struct {
	state chat.State
	after time.Duration
	why   string // for the office, with the mend where there is one
	token bool   // the token was refused: nothing was done, get a fresh one
}

const denied = "Forbidden.AccessDenied."

// Sentences that several codes share.
const (
	whyToken   = "访问凭证已失效"
	whyQPS     = "调用过快，稍后再发"
	whyRobot   = "机器人发送过快，稍后再发"
	whyQuota   = "本月接口调用额度已用完：请在钉钉管理后台“资源管理”中核对版本与余量"
	whyServer  = "钉钉暂时繁忙"
	whyScope   = "应用缺少接口权限：请在开放平台“权限管理”中开通提示的权限"
	whyIP      = "服务器出口地址不在白名单：请在开放平台“安全中心”中加入本机出口地址"
	whyRange   = "对方不在应用可见范围：请在开放平台“版本管理与发布”中调整可见范围"
	whyGroup   = "群已解散或机器人已被移出：请重新绑定群"
	whyWebhook = "回复时限已过，或群机器人已删除、令牌已更换：请在群设置中核对并更新配置"
	whyPerson  = "查无此人或已离职"
	whyUnsafe  = "内容被钉钉安全策略拦截：请换用简短说法"
	whyLong    = "内容过长"
	whyOurs    = "请求格式不被接受"
)

// codes is every error code of the fact sheet's sections 4.4, 4.6 and 4.8, old numbers and new names alike.
var codes = map[string]verdict{
	// token
	"InvalidAuthentication": {state: chat.Retry, after: minute, why: whyToken, token: true},
	"40001":                 {state: chat.Retry, after: minute, why: whyToken, token: true},
	"40014":                 {state: chat.Retry, after: minute, why: whyToken, token: true},
	"42001":                 {state: chat.Retry, after: minute, why: whyToken, token: true},

	// credentials, permission, allow-list: an administrator must act
	"invalidClientIdOrSecret":              {state: chat.Retry, after: mending, why: whyCredentials},
	denied + "AccessTokenPermissionDenied": {state: chat.Retry, after: mending, why: whyScope},
	"60011":                                {state: chat.Retry, after: mending, why: whyScope},
	"50002":                                {state: chat.Refused, why: whyRange},
	"50004":                                {state: chat.Refused, why: whyRange},
	denied + "IpNotInWhiteList":            {state: chat.Retry, after: mending, why: whyIP},
	"60020":                                {state: chat.Retry, after: mending, why: whyIP},
	"chatbotId.notAllow.sendOTO":           {state: chat.Retry, after: mending, why: "机器人未开通单聊：请在开放平台机器人配置中开启并发布"},
	denied + "ApiCountLimitForOrg":         {state: chat.Retry, after: mending, why: whyQuota},
	"90020":                                {state: chat.Retry, after: mending, why: whyQuota},
	"only.groupAdmin.canAtAll":             {state: chat.Refused, why: "本群只有群主和管理员可以@所有人"},

	// too fast
	denied + "QpsLimitForAppkeyAndApi": {state: chat.Retry, after: blink, why: whyQPS},
	"90018":                            {state: chat.Retry, after: blink, why: whyQPS},
	denied + "QpsLimitForApi":          {state: chat.Retry, after: surge, why: whyQPS},
	"90002":                            {state: chat.Retry, after: surge, why: whyQPS},
	denied + "QpmLimitForAppkeyAndApi": {state: chat.Retry, after: minute, why: whyQPS},
	throttled:                          {state: chat.Retry, after: ipBlock, why: "本机出口地址调用过多，钉钉暂停受理"},
	"send.too.fast":                    {state: chat.Retry, after: minute, why: whyRobot},
	"send.byToken.tooFast":             {state: chat.Retry, after: minute, why: whyRobot},
	"too.many.group":                   {state: chat.Retry, after: minute, why: whyRobot},
	"too.many.people":                  {state: chat.Retry, after: minute, why: whyRobot},
	"toomuch.msg":                      {state: chat.Retry, after: minute, why: whyRobot},
	flowControlled:                     {state: chat.Retry, after: minute, why: "对此人发送过快，稍后再发"},
	"130101":                           {state: chat.Retry, after: penalty, why: "群机器人一分钟超过 20 条，已被停发十分钟"},
	"410100":                           {state: chat.Retry, after: penalty, why: "群机器人被限流，十分钟后再发"},

	// the platform itself
	"system.error":        {state: chat.Retry, why: whyServer},
	"-1":                  {state: chat.Retry, why: whyServer},
	"15":                  {state: chat.Retry, why: whyServer},
	"88":                  {state: chat.Retry, why: whyServer}, // with an empty sub code only
	"unknown.send.result": {state: chat.Unknown, why: "钉钉未能确认是否送达"},

	// the target is no more
	"group.disbanded":            {state: chat.Gone, why: whyGroup},
	"bot.stopped":                {state: chat.Gone, why: "机器人已停用：请在群设置中启用后重新绑定"},
	"invalid.openConversationId": {state: chat.Gone, why: whyGroup},
	"staffId.notExisted":         {state: chat.Gone, why: whyPerson},
	"resource.unavailable":       {state: chat.Gone, why: whyGroup},
	invalidStaff:                 {state: chat.Gone, why: whyPerson},
	"33012":                      {state: chat.Gone, why: whyPerson},
	"60121":                      {state: chat.Gone, why: whyPerson},
	"300001":                     {state: chat.Gone, why: whyWebhook},
	"300005":                     {state: chat.Gone, why: whyWebhook},
	"400013":                     {state: chat.Gone, why: whyGroup},
	"400101":                     {state: chat.Gone, why: whyWebhook},
	"400102":                     {state: chat.Gone, why: "机器人已停用：请在群设置中启用后重新绑定"},
	"400106":                     {state: chat.Gone, why: whyGroup},

	// the content
	"310000":                            {state: chat.Refused, why: "群机器人安全校验未通过：请核对加签密钥、关键词、IP 段与服务器时钟"},
	"contain.unsafe.url":                {state: chat.Refused, why: whyUnsafe},
	"430101":                            {state: chat.Refused, why: whyUnsafe},
	"430102":                            {state: chat.Refused, why: whyUnsafe},
	"430103":                            {state: chat.Refused, why: whyUnsafe},
	"430104":                            {state: chat.Refused, why: whyUnsafe},
	"invalidParameter.msgParam.tooLong": {state: chat.Refused, why: whyLong},
	"460101":                            {state: chat.Refused, why: whyLong},
	"101002":                            {state: chat.Refused, why: whyLong},
	"40035":                             {state: chat.Refused, why: whyOurs},
	"43004":                             {state: chat.Refused, why: whyOurs},
	"400002":                            {state: chat.Refused, why: whyOurs},
	"400105":                            {state: chat.Refused, why: whyOurs},
}

// invalid is how the codes begin that blame the request; of a file it is the download code that is over.
const invalid = "invalidParameter"

// families are codes known by how they begin.
var families = []struct {
	prefix string
	verdict
}{
	{invalid + ".robotCode", verdict{state: chat.Retry, after: mending, why: "机器人编码不对或已删除：请核对配置中的 RobotCode"}},
	{"contain.notAllowed", verdict{state: chat.Refused, why: whyUnsafe}},
	{invalid, verdict{state: chat.Refused, why: whyOurs}},
}

// Codes of our own for outcomes that the platform puts into the body of a success.
const (
	flowControlled = "flowControlledStaffIdList"
	invalidStaff   = "invalidStaffIdList"
)

// judge gives the verdict on a call that did not succeed.
func judge(t *trouble) verdict {
	if t.status == 0 {
		if t.left {
			return verdict{state: chat.Unknown, why: "已发出但没有等到钉钉的答复"}
		}
		return verdict{state: chat.Retry, why: "连不上钉钉"}
	}
	if v, ok := lookup(t); ok {
		return v
	}
	switch {
	case t.status == http.StatusTooManyRequests:
		return verdict{state: chat.Retry, after: minute, why: whyQPS}
	case t.status >= 500:
		return verdict{state: chat.Retry, why: whyServer}
	case t.status == http.StatusUnauthorized:
		return verdict{state: chat.Retry, after: minute, why: whyToken, token: true}
	case t.page, t.status/100 == 3:
		return verdict{state: chat.Retry, after: ipBlock, why: "答复的不是钉钉接口，可能被网关或限流拦截"}
	case t.code != "" && t.code != "0", t.status/100 != 2:
		return verdict{state: chat.Refused, why: "钉钉不接受"}
	case t.left:
		return verdict{state: chat.Unknown, why: "钉钉的答复不完整"}
	}
	return verdict{state: chat.Retry, why: whyServer}
}

func lookup(t *trouble) (verdict, bool) {
	if t.sub != "" && t.code == "88" { // a sub code makes it a definite refusal
		return verdict{state: chat.Refused, why: "钉钉不接受"}, true
	}
	if v, ok := codes[t.code]; ok {
		return v, true
	}
	for _, f := range families {
		if strings.HasPrefix(t.code, f.prefix) {
			return f.verdict, true
		}
	}
	return verdict{}, false
}

// tokenRefused reports whether the platform did nothing because of the token.
func tokenRefused(err error) bool {
	var t *trouble
	return errors.As(err, &t) && t.status != 0 && judge(t).token
}

// outcome is the result of a call: Sent with the platform's id only where there is no error.
func outcome(id string, err error) chat.Result {
	if err == nil {
		return chat.Result{State: chat.Sent, ID: id}
	}
	var t *trouble
	if !errors.As(err, &t) {
		return chat.Result{State: chat.Unknown, Detail: "发送结果不明"}
	}
	v := judge(t)
	return chat.Result{State: v.state, After: v.after, Code: codeOf(t), Detail: v.why + detail(t)}
}

func codeOf(t *trouble) string {
	switch {
	case t.code != "" && t.code != "0":
		return t.code
	case t.status != 0:
		return "http_" + strconv.Itoa(t.status)
	}
	return "network"
}

// detail adds what the platform's support would ask for.
func detail(t *trouble) string {
	var parts []string
	for _, s := range []string{t.sub, t.message} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if t.request != "" {
		parts = append(parts, "requestid "+t.request)
	}
	if len(parts) == 0 {
		return ""
	}
	return "(" + clip(strings.Join(parts, ";"), 300) + ")"
}

// clip keeps the first n bytes of s, whole characters only.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "") + "…"
}
