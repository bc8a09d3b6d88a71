package dingtalk

import "slices"

// QuoteInGroup lets a member answer a message of the group by quoting it, mentioning the robot.
func (s *Server) QuoteInGroup(conversationID, user string, seq int, text string) (msgID string, err error) {
	return s.quote(conversationID, user, seq, " "+text)
}

// QuoteToRobot lets a person answer a message of the first robot in the private chat by quoting it.
func (s *Server) QuoteToRobot(user string, seq int, text string) (msgID string, err error) {
	return s.quote("", user, seq, text)
}

// quote makes the callback of a quoting message. The documents do not describe it; callbacks seen in the field
// have text.isReplyMsg and text.repliedMsg, and beside them originalMsgId, and originalProcessQueryKey where
// the quoted message was sent through the API. What the robot itself sent is told by its ids alone, unless it was
// plain text: markdown and cards come without their words.
func (s *Server) quote(conversationID, user string, seq int, text string) (string, error) {
	s.mu.Lock()
	r, err := s.chat.before(seq, user)
	if err != nil {
		s.mu.Unlock()
		return "", err
	}
	replied := map[string]any{"msgId": r.msgID, "createdAt": r.At.UnixMilli(), "msgType": "interactiveCard", "senderId": encrypted("bot" + r.robotCode)}
	if r.MsgType == "text" {
		replied["msgType"], replied["content"] = "text", map[string]any{"text": r.Text}
	}
	body := map[string]any{
		"text":          map[string]any{"content": text, "isReplyMsg": true, "repliedMsg": replied},
		"originalMsgId": r.msgID,
	}
	if r.ProcessQueryKey != "" {
		body["originalProcessQueryKey"] = r.ProcessQueryKey
	}
	s.mu.Unlock()
	return s.say(conversationID, user, "text", body)
}

// JoinGroup lets a person into a group. The robot's application hears of it (chat_add_member) only where the group
// was made through the API; for one made by hand there is no such event.
func (s *Server) JoinGroup(conversationID, user string) error {
	now := s.now()
	s.mu.Lock()
	g := s.corp.groups[conversationID]
	u, ok := s.corp.users[user]
	if g == nil || g.gone || !ok {
		s.mu.Unlock()
		return errNobodyThere
	}
	if !slices.Contains(g.Members, user) {
		g.Members = append(slices.Clone(g.Members), user)
	}
	robot, made := g.RobotCode, g.Made
	ids, unions := []string{user}, []string{unionID(user)}
	if u.Outside {
		ids, unions = []string{}, []string{}
	}
	body := map[string]any{
		"timeStamp": now.UnixMilli(), "chatId": "chat" + conversationID, "corpId": s.corp.id, "openConversationId": conversationID,
		"operator": "", "operatorUnionId": "", "userId": ids, "unionId": unions,
	}
	_, heard := s.corp.robots[robot]
	s.mu.Unlock()
	if !made || !heard {
		return nil
	}
	return s.PushEvent(robot, "chat_add_member", body)
}
