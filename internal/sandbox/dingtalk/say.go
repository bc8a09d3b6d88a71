package dingtalk

import (
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// sessionLife is how long a sessionWebhook answers.
const sessionLife = 5_400_000 * time.Millisecond

var errNobodyThere = errors.New("no such group or person")

func newID() string { return rand.Text() }

// SayToRobot lets a person write to the first robot in private. It returns the msgId once the first delivery was
// acknowledged; the error says what failed, ErrLater that it will be tried again.
func (s *Server) SayToRobot(user, text string) (msgID string, err error) {
	return s.say("", user, "text", map[string]any{"text": map[string]any{"content": text}})
}

// SayInGroup lets a member write to the group's robot; the mention of the robot is taken off as the platform does,
// and the space behind it stays.
func (s *Server) SayInGroup(conversationID, user, text string) (msgID string, err error) {
	return s.say(conversationID, user, "text", map[string]any{"text": map[string]any{"content": " " + text}})
}

// SendPictureToRobot lets a person send a picture in private, with words (richText) or without (picture).
func (s *Server) SendPictureToRobot(user, text string, picture []byte) (msgID string, err error) {
	kind, body := s.pictureBody(text, picture)
	return s.say("", user, kind, body)
}

// SendPictureInGroup lets a member send a picture that mentions the robot, with words or without.
func (s *Server) SendPictureInGroup(conversationID, user, text string, picture []byte) (msgID string, err error) {
	if text != "" {
		text = " " + text
	}
	kind, body := s.pictureBody(text, picture)
	return s.say(conversationID, user, kind, body)
}

// SpeakToRobot lets a person send a voice message in private; it carries the words that were recognised.
func (s *Server) SpeakToRobot(user, words string) (msgID string, err error) {
	return s.say("", user, "audio", map[string]any{"content": map[string]any{
		"downloadCode": s.keepFile([]byte("#!AMR\n")), "recognition": words, "duration": 4000}})
}

func (s *Server) pictureBody(text string, picture []byte) (string, map[string]any) {
	code := s.keepFile(picture)
	if text == "" {
		return "picture", map[string]any{"content": map[string]any{"downloadCode": code, "pictureDownloadCode": code}}
	}
	return "richText", map[string]any{"content": map[string]any{"richText": []any{
		map[string]any{"text": text},
		map[string]any{"type": "picture", "downloadCode": code, "pictureDownloadCode": code},
	}}}
}

// say makes the callback of a message and delivers it.
func (s *Server) say(conversationID, user, kind string, body map[string]any) (string, error) {
	id := "msg" + newID() + "=="
	d, err := s.prepare(conversationID, user, kind, id, body)
	if err != nil {
		return "", err
	}
	err = s.deliver(d)
	return id, err
}

func (s *Server) prepare(conversationID, user, kind, id string, body map[string]any) (delivery, error) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	u, ok := s.corp.users[user]
	if !ok {
		return delivery{}, fmt.Errorf("no user %q", user)
	}
	r, err := s.hearer(conversationID, u)
	if err != nil {
		return delivery{}, err
	}
	key := strings.ToLower(rand.Text())
	until := now.Add(sessionLife)
	s.chat.sessions[key] = session{r.RobotCode, conversationID, user, until}
	msg := map[string]any{
		"conversationId": conversationID, "conversationType": "2", "msgId": id, "createAt": now.UnixMilli(),
		"chatbotCorpId": s.corp.id, "chatbotUserId": r.userID(), "robotCode": r.RobotCode,
		"senderId": encrypted(user), "senderNick": u.Name, "senderPlatform": "Android", "isAdmin": false, "msgtype": kind,
		"sessionWebhook": s.URL() + "/robot/sendBySession?session=" + key, "sessionWebhookExpiredTime": until.UnixMilli(),
	}
	if conversationID == "" {
		msg["conversationId"], msg["conversationType"] = "cid"+r.RobotCode+user+"==", "1"
	} else {
		g := s.corp.groups[conversationID]
		msg["conversationTitle"], msg["isInAtList"] = g.Title, true
		msg["atUsers"] = s.corp.named(g, r, body)
	}
	msg["senderStaffId"] = "" // as for people outside the corp
	if !u.Outside {
		msg["senderStaffId"], msg["senderUnionId"], msg["senderCorpId"] = user, unionID(user), s.corp.id
	}
	if s.mood.charge(message, now) {
		for k, v := range body {
			msg[k] = v
		}
	} else {
		msg["errorCode"], msg["errorMessage"] = 20001, "本月 Webhook 与 Stream 调用量已用完"
	}
	d := delivery{appKey: r.AppKey, kind: "CALLBACK", topic: topicMessage, id: id, data: mustJSON(msg), wait: s.opt.AckWait}
	if r.Mode == "http" {
		d.toURL, d.dress = r.CallbackURL, s.robotDress(r.AppSecret)
		d.accept = func(answer string) error { return s.answered(key, answer) }
	}
	return d, nil
}

// hearer gives the robot that a message said there reaches.
func (s *Server) hearer(conversationID string, u User) (*robot, error) {
	if conversationID == "" {
		switch r := s.corp.robots[s.corp.first]; {
		case r == nil:
			return nil, fmt.Errorf("there is no robot to write to")
		case u.Outside:
			return nil, fmt.Errorf("%s is not in the corp and cannot write to the robot in private", u.StaffID)
		default:
			return r, nil
		}
	}
	g := s.corp.groups[conversationID]
	switch {
	case g == nil || g.gone:
		return nil, fmt.Errorf("no group %q", conversationID)
	case !slices.Contains(g.Members, u.StaffID):
		return nil, fmt.Errorf("%s is not in the group %s", u.StaffID, g.Title)
	case s.corp.robots[g.RobotCode] == nil:
		return nil, fmt.Errorf("the group %s has no application robot", g.Title)
	}
	return s.corp.robots[g.RobotCode], nil
}

// named lists the robot and the members a message mentions by "@name" or "@staffId".
func (c *corp) named(g *group, r *robot, body map[string]any) []map[string]any {
	out := []map[string]any{{"dingtalkId": r.userID()}}
	content, _ := body["text"].(map[string]any)
	text, _ := content["content"].(string)
	for _, id := range g.Members {
		u, ok := c.users[id]
		if !ok || !(mentioned(text, id) || mentioned(text, u.Name)) {
			continue
		}
		at := map[string]any{"dingtalkId": encrypted(id)}
		if !u.Outside {
			at["staffId"], at["unionId"] = id, unionID(id)
		}
		out = append(out, at)
	}
	return out
}

// answered shows the message with which an application answered the callback itself, if it did.
func (s *Server) answered(key, answer string) error {
	o, ok := parseObject([]byte(answer))
	if kind := o.str("msgtype"); !ok || kind == "" || kind == "empty" {
		return nil
	}
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.sessionPost(key, &call{raw: []byte(answer), body: o, now: now}); a != nil {
		return fmt.Errorf("the answer of the callback cannot be shown: %v", a.body)
	}
	return nil
}
