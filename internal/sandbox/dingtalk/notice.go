package dingtalk

import (
	"slices"
	"strings"
)

const (
	noticeUsers = 100  // in one call
	noticeBytes = 2048 // of msg
	noticeDay   = 500  // a person and day
)

// workNotice: POST /topapi/message/corpconversation/asyncsend_v2. Its traps are silent: the same content reaches a
// person once a day, more than 500 a day do not arrive, and the answer is ok every time.
func (s *Server) workNotice(c *call) reply {
	msg := c.body.obj("msg")
	raw := string(c.body["msg"])
	if text := c.body.str("msg"); text != "" { // a form carries it as text
		msg, _ = parseObject([]byte(text))
		raw = text
	}
	users := strings.Split(c.body.text("userid_list"), ",")
	m, ok := noticeShown(msg)
	switch {
	case c.body.text("agent_id") == "" || c.body.text("agent_id") != c.robot.AgentID:
		return errcode(errBadParameter, "agent_id 与应用不匹配")
	case c.body.text("userid_list") == "" || len(users) > noticeUsers:
		return errcode(errBadParameter, "userid_list 应为 1 至 100 人")
	case len(raw) > noticeBytes:
		return errcode(errBadParameter, "msg 超过 2048 字节")
	case !ok:
		return errcode(errBadParameter, "msg 不合法")
	}
	day := c.now.In(month).Format("2006-01-02")
	for _, id := range users {
		_, staff := s.corp.staff(id)
		once, count := day+"\x00"+id+"\x00"+raw, day+"\x00"+id
		if !staff || s.chat.notices[once] || s.chat.dayCount[count] >= noticeDay {
			continue
		}
		s.chat.notices[once] = true
		s.chat.dayCount[count]++
		m.Users = append(m.Users, id)
	}
	if len(m.Users) > 0 {
		m.At, m.Route, m.Raw = c.now, "work", slices.Clone(c.raw)
		s.chat.post(&record{Message: m, robotCode: c.robot.RobotCode})
	}
	return fine(map[string]any{"errcode": 0, "errmsg": "ok", "task_id": len(s.chat.log) + 1, "request_id": newID()})
}

// noticeShown reads msg: text, markdown, link and action_card.
func noticeShown(msg object) (Message, bool) {
	in := msg.obj(msg.str("msgtype"))
	m := Message{MsgType: msg.str("msgtype"), Title: in.str("title"), Text: in.str("text")}
	switch m.MsgType {
	case "text":
		m.Text = in.str("content")
	case "markdown":
	case "link":
		m.Buttons = []Button{{Text: m.Title, URL: in.str("messageUrl")}}
	case "action_card":
		m.MsgType, m.Text = "actionCard", in.str("markdown")
		if in.str("single_title") != "" {
			m.Buttons = []Button{{Text: in.str("single_title"), URL: in.str("single_url")}}
		}
		for _, b := range in.list("btn_json_list") {
			m.Buttons = append(m.Buttons, Button{Text: b.str("title"), URL: b.str("action_url")})
		}
	default:
		return m, false
	}
	return m, m.Text != ""
}
