package wecom

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
)

// minute is how long a block lasts that a limit of so many a minute brought on (90454).
const minute = time.Minute

// mending is how long a message waits when the fault is in our own set-up: nothing is wrong with the
// message or its reader, so it goes out once the office has put the setting right.
const mending = 10 * time.Minute

// remedy is what is done about an error code.
type remedy string

// The remedies.
const (
	again   remedy = "again"   // wait and send the same once more
	renew   remedy = "renew"   // fetch a new token and repeat at once; only if that fails too, wait
	shorten remedy = "shorten" // send half as much
	stop    remedy = "stop"    // nothing helps: this message, or this target, is given up
	office  remedy = "office"  // somebody has to mend the set-up: said in the log until it is done
)

// verdict is what an error code means for the message.
type verdict struct {
	state chat.State
	after time.Duration
	do    remedy
	why   string // for the office: what is wrong and who can mend it
}

// verdicts is the one table of error codes (90455, and the pages of the single interfaces).
// A code that is not here is refused: the platform has said no and repeating it would not help.
var verdicts = map[int64]verdict{
	-1:    {chat.Retry, 0, again, "企业微信系统繁忙"},
	6000:  {chat.Retry, 0, again, "企业微信数据版本冲突"},
	45009: {chat.Retry, minute, again, "超过企业微信的频率限制"},
	45033: {chat.Retry, 0, again, "对企业微信的并发调用过多"},

	40014: {chat.Retry, minute, renew, "访问令牌无效，更换后仍未被接受"},
	42001: {chat.Retry, minute, renew, "访问令牌已过期，更换后仍未被接受"},

	40001:  {chat.Retry, mending, office, "应用 Secret 不正确，请核对配置"},
	40013:  {chat.Retry, mending, office, "企业 ID 不正确，请核对配置"},
	40056:  {chat.Retry, mending, office, "AgentId 不正确，请核对配置"},
	48002:  {chat.Retry, mending, office, "应用没有调用此接口的权限，请管理员在后台开通"},
	50003:  {chat.Retry, mending, office, "应用已被停用，请管理员在后台启用"},
	60020:  {chat.Retry, mending, office, "本机 IP 不在企业可信 IP 中，请管理员在应用详情页添加"},
	301002: {chat.Retry, mending, office, "访问令牌与 AgentId 不是同一应用，请核对配置"},
	50001:  {chat.Refused, 0, office, "登录回跳域名不在可信域名中，请管理员添加"},
	50002:  {chat.Refused, 0, office, "收件人不在应用可见范围内，请管理员调整可见范围"},
	60011:  {chat.Refused, 0, office, "应用对该成员无权限；应用群聊要求可见范围为根部门"},
	301055: {chat.Refused, 0, office, "没有审批权限"},

	44004: {chat.Refused, 0, stop, "消息内容为空"},
	45002: {chat.Refused, 0, shorten, "消息内容过长"},

	40007:  {chat.Refused, 0, stop, "素材已失效"},
	40008:  {chat.Refused, 0, stop, "消息类型不被接受"},
	40029:  {chat.Refused, 0, stop, "登录码已使用或超过 5 分钟"},
	40058:  {chat.Refused, 0, stop, "参数不合要求"},
	40093:  {chat.Refused, 0, stop, "页面签名不正确"},
	41001:  {chat.Refused, 0, stop, "请求未带访问令牌"},
	42014:  {chat.Refused, 0, stop, "卡片编号已用过，先前一次可能已经送达"},
	82001:  {chat.Refused, 0, stop, "未指定收件人"},
	86215:  {chat.Refused, 0, stop, "群聊编号已存在"},
	86216:  {chat.Refused, 0, stop, "群成员编号不正确"},
	301025: {chat.Refused, 0, stop, "审批参数不正确"},
	846605: {chat.Refused, 0, stop, "这条消息已不能直接答复"},
	846607: {chat.Retry, 10 * time.Minute, again, "此会话中还没有人对机器人说过话，需有人先发一条消息"},
	846608: {chat.Refused, 0, stop, "这条答复已不能再更新"},

	60111: {chat.Gone, 0, office, "成员已不在通讯录中"},
	81013: {chat.Gone, 0, office, "收件人已不在通讯录或应用可见范围中"},
	86001: {chat.Gone, 0, office, "群聊编号无效"},
	86003: {chat.Gone, 0, office, "群聊已不存在"},
	93000: {chat.Gone, 0, office, "群机器人已被移出群，或地址已失效"},
	93004: {chat.Gone, 0, office, "群机器人已被停用"},
	93006: {chat.Gone, 0, office, "群编号无效"},
	93008: {chat.Gone, 0, office, "机器人已不在群中"},
}

// ok reports whether the platform accepted the call by its own code.
func (c *call) ok() bool { return c.code != nil && *c.code == 0 }

// judge turns an answer's code into a result.
func (w *WeCom) judge(code int64, message string) chat.Result {
	if code == 0 {
		return chat.Result{State: chat.Sent, Code: "0"}
	}
	v, known := verdicts[code]
	if !known {
		v = verdict{chat.Refused, 0, stop, "企业微信未接受这条消息"}
	}
	r := chat.Result{State: v.state, After: v.after, Code: strconv.FormatInt(code, 10),
		Detail: fmt.Sprintf("%s(%d:%s)", v.why, code, w.brief(message))}
	if v.do == office {
		w.alarm(code, r.Detail)
	}
	return r
}

// alarm tells the office by the log what it has to mend: each code at once, and again while it lasts,
// but not for every message that suffers from it.
func (w *WeCom) alarm(code int64, detail string) {
	now := clock.At(w.clock.Now())
	w.alarms.Lock()
	last, told := w.alarmed[code]
	due := !told || now >= last.Add(mending)
	if due {
		w.alarmed[code] = now
	}
	w.alarms.Unlock()
	if due {
		w.log.Error("wecom: somebody has to mend the set-up", "code", code, "detail", detail)
	}
}

// within sends by one manner, and where the platform says it is too much once more with half of it and
// without a card.
func within(m manner, send func(m manner, cards bool) chat.Result) chat.Result {
	r := send(m, true)
	if code, err := strconv.ParseInt(r.Code, 10, 64); err == nil && verdicts[code].do == shorten {
		m.bytes /= 2
		return send(m, false)
	}
	return r
}

// result tells what became of a call that was to send a message.
func (w *WeCom) result(c *call) chat.Result {
	switch {
	case c.code != nil:
		return w.judge(*c.code, c.message)
	case c.status == http.StatusGatewayTimeout:
		// A gateway that gave up waiting does not know either.
		return chat.Result{State: chat.Unknown, Code: "504", Detail: "企业微信网关等待超时，消息可能已送达"}
	case c.status == http.StatusTooManyRequests:
		return chat.Result{State: chat.Retry, After: minute, Code: "429", Detail: "超过企业微信的频率限制"}
	case c.status >= 500:
		return chat.Result{State: chat.Retry, Code: strconv.Itoa(c.status), Detail: fmt.Sprintf("企业微信暂时不可用(HTTP %d)", c.status)}
	case c.status != 0 && c.status != http.StatusOK:
		return chat.Result{State: chat.Refused, Code: strconv.Itoa(c.status), Detail: fmt.Sprintf("企业微信地址或网络出口不正确(HTTP %d)", c.status)}
	case c.left.Load():
		return chat.Result{State: chat.Unknown, Detail: "消息已发出，但没有收到企业微信的答复(" + w.cause(c) + ")"}
	}
	return chat.Result{State: chat.Retry, Detail: "连接不上企业微信(" + w.cause(c) + ")"}
}

// unsent tells what becomes of a message for which there was no token: it never left, so it waits,
// whatever the reason.
func (w *WeCom) unsent(c *call) chat.Result {
	r := w.result(c)
	switch r.State {
	case chat.Sent, chat.Refused, chat.Gone:
		r.State, r.After = chat.Retry, mending
	case chat.Unknown:
		r.State = chat.Retry
	}
	r.Detail = "未取得访问令牌：" + r.Detail
	return r
}

// cause says what went wrong on the way, without anything secret.
func (w *WeCom) cause(c *call) string {
	switch {
	case errors.Is(c.err, context.DeadlineExceeded):
		return "超时"
	case errors.Is(c.err, context.Canceled):
		return "已停止"
	case c.err == nil:
		return "答复无法识别"
	}
	return w.brief(c.err.Error())
}

// brief makes one short clean line of words that are not ours.
func (w *WeCom) brief(s string) string {
	s = strings.ToValidUTF8(strings.Join(strings.Fields(w.scrub(s)), " "), "")
	if r := []rune(s); len(r) > 200 {
		s = string(r[:200]) + "…"
	}
	return s
}

// trouble gives the error of a call that is not a message: nil when the platform accepted it.
func (w *WeCom) trouble(what string, c *call) error {
	switch {
	case c.ok():
		return nil
	case c.code != nil:
		return fmt.Errorf("wecom: %s: errcode %d: %s", what, *c.code, w.brief(c.message))
	case c.status != 0 && c.status != http.StatusOK:
		return fmt.Errorf("wecom: %s: HTTP %d", what, c.status)
	case errors.Is(c.err, context.Canceled):
		return fmt.Errorf("wecom: %s: %w", what, context.Canceled)
	case errors.Is(c.err, context.DeadlineExceeded):
		return fmt.Errorf("wecom: %s: %w", what, context.DeadlineExceeded)
	}
	return fmt.Errorf("wecom: %s: %s", what, w.cause(c))
}
