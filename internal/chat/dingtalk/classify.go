package dingtalk

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
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
	mend  bool   // an administrator must act
	month bool   // a budget of the month is used up: nothing goes before it turns or the plan is raised
	card  bool   // it is the card that is not taken: the same words can go without one
}

const denied = "Forbidden.AccessDenied."

// Sentences that several codes share.
const (
	whyToken   = "访问凭证已失效"
	whyQPS     = "调用过快，稍后再发"
	whyRobot   = "机器人发送过快，稍后再发"
	whyQuota   = "本月额度已用完，次日再试：请在钉钉管理后台“资源管理”中核对版本与余量"
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
	whyAlone   = "机器人未开通单聊：请在开放平台机器人配置中开启并发布"
	// whyTemplate is about the card's template.
	whyTemplate = "卡片模板不可用：请在开放平台“卡片平台”核对模板编号并发布"
)

// ruled gives a verdict to the codes that share it.
type ruled struct {
	verdict
	codes []string
}

// rules are every error code of the fact sheet, old numbers and new names alike, by what is to be done about them.
var rules = []ruled{
	// refresh the token
	{verdict{state: chat.Retry, after: minute, why: whyToken, token: true}, []string{"InvalidAuthentication", "40001", "40014", "42001", "240133"}},

	// stop and tell the office: an administrator must act, and the message waits until that is done
	{verdict{state: chat.Retry, after: mending, mend: true, why: whyCredentials}, []string{"invalidClientIdOrSecret", "OPF-B001-05-16-0009"}},
	{verdict{state: chat.Retry, after: mending, mend: true, why: whyScope}, []string{denied + "AccessTokenPermissionDenied", "60011"}},
	{verdict{state: chat.Retry, after: mending, mend: true, why: whyIP}, []string{denied + "IpNotInWhiteList", "60020"}},
	{verdict{state: chat.Retry, after: mending, mend: true, why: whyAlone}, []string{"chatbotId.notAllow.sendOTO"}},
	{verdict{state: chat.Retry, mend: true, month: true, why: whyQuota}, []string{denied + "ApiCountLimitForOrg", "90020", quotaUsed}},
	{verdict{state: chat.Retry, after: mending, mend: true, why: whyTemplate, card: true}, []string{"param.templateUnpublished"}},

	// retry after a wait
	{verdict{state: chat.Retry, after: blink, why: whyQPS}, []string{denied + "QpsLimitForAppkeyAndApi", "90018"}},
	{verdict{state: chat.Retry, after: surge, why: whyQPS}, []string{denied + "QpsLimitForApi", "90002"}},
	{verdict{state: chat.Retry, after: minute, why: whyQPS}, []string{denied + "QpmLimitForAppkeyAndApi"}},
	{verdict{state: chat.Retry, after: ipBlock, why: "本机出口地址调用过多，钉钉暂停受理"}, []string{throttled}},
	{verdict{state: chat.Retry, after: minute, why: whyRobot}, []string{"send.too.fast", "send.byToken.tooFast", "too.many.group", "too.many.people", "toomuch.msg"}},
	{verdict{state: chat.Retry, after: minute, why: "对此人发送过快，稍后再发"}, []string{flowControlled}},
	{verdict{state: chat.Retry, after: penalty, why: "群机器人一分钟超过 20 条，已被停发十分钟"}, []string{"130101"}},
	{verdict{state: chat.Retry, after: penalty, why: "群机器人被限流，十分钟后再发"}, []string{"410100"}},
	{verdict{state: chat.Retry, why: whyServer}, []string{"system.error", "-1", "15", "88"}}, // 88 with an empty sub code only
	{verdict{state: chat.Unknown, why: "钉钉未能确认是否送达"}, []string{"unknown.send.result"}},

	// the target is no more
	{verdict{state: chat.Gone, why: whyGroup}, []string{"group.disbanded", "invalid.openConversationId", "resource.unavailable", "400013", "400106"}},
	{verdict{state: chat.Gone, why: "机器人已停用：请在群设置中启用后重新绑定"}, []string{"bot.stopped", "400102"}},
	{verdict{state: chat.Gone, why: whyPerson}, []string{"staffId.notExisted", invalidStaff, "33012", "60121", "60003", "40104"}},
	{verdict{state: chat.Gone, why: whyWebhook}, []string{"300001", "300005", "400101"}},

	// shorten, or say it otherwise
	{verdict{state: chat.Refused, why: whyUnsafe}, []string{"contain.unsafe.url", "430101", "430102", "430103", "430104"}},
	{verdict{state: chat.Refused, why: whyLong}, []string{"invalidParameter.msgParam.tooLong", "460101", "101002"}},

	// never like this
	{verdict{state: chat.Refused, mend: true, why: whyRange}, []string{"50002", "50004"}},
	{verdict{state: chat.Refused, why: "本群只有群主和管理员可以@所有人"}, []string{"only.groupAdmin.canAtAll"}},
	{verdict{state: chat.Refused, why: "群机器人安全校验未通过：请核对加签密钥、关键词、IP 段与服务器时钟"}, []string{"310000"}},
	{verdict{state: chat.Refused, why: "登录码已用过或不存在，请重新打开页面"}, []string{"240111"}},
	{verdict{state: chat.Refused, why: whyOurs}, []string{"40035", "43004", "400002", "400105"}},
	{verdict{state: chat.Refused, why: "文件已过期，请重新发送"}, []string{invalid + ".robotCode.downloadCode"}},
}

// codes finds the verdict of a code.
var codes = byCode()

func byCode() map[string]verdict {
	out := map[string]verdict{}
	for _, r := range rules {
		for _, code := range r.codes {
			out[code] = r.verdict
		}
	}
	return out
}

// invalid is how the codes begin that blame the request; of a file it is the download code that is over.
const invalid = "invalidParameter"

// families are codes known by how they begin.
var families = []struct {
	prefix string
	verdict
}{
	{invalid + ".robotCode", verdict{state: chat.Retry, after: mending, mend: true, why: "机器人编码不对或已删除：请核对配置中的 RobotCode"}},
	{"contain.notAllowed", verdict{state: chat.Refused, why: whyUnsafe}},
	{"param.", verdict{state: chat.Refused, why: whyTemplate, card: true}},
	{"card.", verdict{state: chat.Refused, why: whyTemplate, card: true}},
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
func (d *DingTalk) outcome(id string, err error) chat.Result {
	if err == nil {
		return chat.Result{State: chat.Sent, ID: id}
	}
	var t *trouble
	if !errors.As(err, &t) {
		return chat.Result{State: chat.Unknown, Detail: "发送结果不明"}
	}
	v := judge(t)
	r := chat.Result{State: v.state, After: v.after, Code: codeOf(t), Detail: v.why + detail(t)}
	if v.month {
		r.After, r.Wide = morrow(d.clock.Now()), true
	}
	return r
}

// morrow is how long it is until shortly after midnight. A budget of the month is asked for again once a day: on the
// first it is new, and on any other day the office may have raised its plan.
func morrow(now time.Time) time.Duration {
	y, m, day := now.In(clock.Shanghai).Date()
	return time.Date(y, m, day+1, 0, 5, 0, 0, clock.Shanghai).Sub(now)
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
