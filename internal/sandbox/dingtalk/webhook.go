package dingtalk

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	customLimit  = 20 // messages a minute
	customWindow = time.Minute
	customBlock  = 10 * time.Minute
	customBytes  = 20000 // of a whole body
	signSkew     = time.Hour
)

// sendBySession answers in the chat a callback came from: POST /robot/sendBySession.
func (s *Server) sendBySession(c *call) reply {
	if !jsonBody(c) {
		return errcode(errContentType, "content-type 必须是 application/json")
	}
	if len(c.raw) > customBytes {
		return errcode(errBodyTooLong, "message too long, exceed 20000 bytes")
	}
	if a := s.sessionPost(c.r.URL.Query().Get("session"), c); a != nil {
		return *a
	}
	return errcode(0, "ok")
}

// sessionPost shows a message in the chat of a session; nil when it is shown.
func (s *Server) sessionPost(key string, c *call) *reply {
	open, ok := s.chat.sessions[key]
	if !ok || !c.now.Before(open.until) {
		return refusal(errNoSession, "session 不存在")
	}
	m, a := webhookMessage(c.body)
	if a != nil {
		return a
	}
	m.Route, m.ConversationID, m.Users = "session", open.conversationID, []string{open.user}
	if open.conversationID != "" {
		g := s.corp.groups[open.conversationID]
		if g == nil || g.gone {
			return refusal(errGroupGone, "群已解散")
		}
		m.Users, m.Mentions = slices.Clone(g.Members), s.corp.rings(g, m, c.body.obj("at"))
	}
	if !s.mood.charge(message, c.now) {
		return refusal(errQuota, "本月 Webhook 与 Stream 调用量已用完")
	}
	m.At, m.Raw = c.now, slices.Clone(c.raw)
	s.chat.post(&record{Message: m, robotCode: open.robotCode})
	return nil
}

// customSend takes the message of a custom robot: POST /robot/send.
func (s *Server) customSend(c *call) reply {
	q := c.r.URL.Query()
	hook := s.corp.customs[q.Get("access_token")]
	switch {
	case !jsonBody(c):
		return errcode(errContentType, "content-type 必须是 application/json")
	case len(c.raw) > customBytes:
		return errcode(errBodyTooLong, "message too long, exceed 20000 bytes")
	case hook == nil:
		return errcode(errNoSession, "token is not exist")
	case hook.group.gone:
		return errcode(errGroupGone, "群已解散")
	}
	if why := hook.insecure(q.Get("timestamp"), q.Get("sign"), c.now); why != "" {
		return errcode(errSecurity, "错误描述："+why)
	}
	m, a := webhookMessage(c.body)
	if a != nil {
		return *a
	}
	if !hook.keyword(m) {
		return errcode(errSecurity, "错误描述：关键词不匹配；解决方案：请联系群管理员查看此机器人的关键词，并在发送的信息中包含此关键词；")
	}
	uuid := c.body.str("msgUuid")
	if uuid != "" && hook.uuids[uuid] {
		return errcode(0, "ok") // the message is there already
	}
	if a := hook.throttle(c.now); a != nil {
		return *a
	}
	if !s.mood.charge(message, c.now) {
		return errcode(errQuota, "本月 Webhook 与 Stream 调用量已用完")
	}
	hook.sent = append(hook.sent, c.now)
	if uuid != "" {
		hook.uuids[uuid] = true
	}
	m.At, m.Route, m.ConversationID, m.Raw = c.now, "custom", hook.group.ConversationID, slices.Clone(c.raw)
	m.Users, m.Mentions = slices.Clone(hook.group.Members), s.corp.rings(hook.group, m, c.body.obj("at"))
	s.chat.post(&record{Message: m})
	return errcode(0, "ok")
}

func jsonBody(c *call) bool {
	return strings.HasPrefix(c.r.Header.Get("Content-Type"), "application/json")
}

func refusal(code int, message string) *reply {
	a := errcode(code, message)
	return &a
}

// webhookMessage reads a body, or says in the old API's numbers what is wrong with it.
func webhookMessage(body object) (Message, *reply) {
	m, lack := visible(body)
	switch lack {
	case "":
		return m, nil
	case "msgtype":
		return m, refusal(errMsgType, "不支持的消息类型")
	}
	return m, refusal(errNoJSON, "缺少参数 "+lack)
}

// insecure says why a request does not pass the signature check; "" when it does or none is switched on.
func (h *custom) insecure(timestamp, sign string, now time.Time) string {
	if h.Secret == "" {
		return ""
	}
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	switch {
	case err != nil || now.Sub(time.UnixMilli(ms)).Abs() > signSkew:
		return "timestamp 无效；解决方案：请校准服务器时间；"
	case sign != signTime(timestamp, h.Secret):
		return "签名不匹配；解决方案：请检查签名的计算方法与密钥；"
	}
	return ""
}

// keyword reports whether what is shown holds one of the words asked for.
func (h *custom) keyword(m Message) bool {
	shown := m.Title + "\n" + m.Text
	for _, b := range m.Buttons {
		shown += "\n" + b.Text
	}
	return len(h.Keywords) == 0 || slices.ContainsFunc(h.Keywords, func(w string) bool { return strings.Contains(shown, w) })
}

// throttle refuses the 21st message of any minute and everything in the ten minutes after it. Which of the two
// documented codes comes when is ours: 130101 for the one too many, 410100 while the block lasts.
func (h *custom) throttle(now time.Time) *reply {
	if now.Before(h.blocked) {
		return refusal(errThrottled, "发送速度太快而限流")
	}
	h.sent = slices.DeleteFunc(h.sent, func(at time.Time) bool { return now.Sub(at) >= customWindow })
	if len(h.sent) < customLimit {
		return nil
	}
	h.blocked = now.Add(customBlock)
	return &reply{200, map[string]any{"errcode": errTooFast, "errmsg": "send too fast, exceed 20 times per minute",
		"status": 1111, "wait": 5, "source": "x5", "punish": "deny"}}
}
