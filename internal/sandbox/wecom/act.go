package wecom

import (
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// common is what every message and event to an app begins with.
type common struct {
	XMLName      xml.Name `xml:"xml"`
	ToUserName   cdata
	FromUserName cdata
	CreateTime   int64
	MsgType      cdata
}

type appText struct {
	common
	Content cdata
	MsgID   int64 `xml:"MsgId"`
	AgentID int
}

type appImage struct {
	common
	PicURL  cdata `xml:"PicUrl"`
	MediaID cdata `xml:"MediaId"`
	MsgID   int64 `xml:"MsgId"`
	AgentID int
}

// appEvent has no MsgId: events are told apart by who, when and what.
type appEvent struct {
	common
	Event    cdata
	EventKey cdata
	TaskID   *cdata `xml:"TaskId"`
	CardType *cdata
	Response *cdata `xml:"ResponseCode"`
	AgentID  int
	Selected *selectedItems `xml:"SelectedItems"`
}

type selectedItems struct {
	Items []selectedItem `xml:"SelectedItem"`
}

type selectedItem struct {
	QuestionKey cdata
	OptionIDs   []cdata `xml:"OptionIds>OptionId"`
}

func (s *Server) common(l *line, user, kind string) common {
	return common{ToUserName: cdata{l.corpID}, FromUserName: cdata{user}, CreateTime: s.now().Unix(), MsgType: cdata{kind}}
}

// reach finds the first app that receives and the member who turns to it.
func (s *Server) reach(user string) (*line, string, error) {
	u, ok := s.users.get(user)
	if !ok {
		return nil, "", fmt.Errorf("no member %q", user)
	}
	for _, a := range s.apps {
		if a.CallbackURL == "" {
			continue
		}
		if !a.sees(u.ID) {
			return nil, "", fmt.Errorf("app %d is not visible to %s", a.AgentID, u.ID)
		}
		l, err := s.line(a)
		return l, u.ID, err
	}
	return nil, "", fmt.Errorf("no app has a callback URL")
}

// SayToApp lets a member write to the app, privately; the app is the first with a callback URL.
// Like every act it returns when the first delivery was answered, or with what went wrong.
func (s *Server) SayToApp(user, text string) (msgID string, err error) {
	s.mu.Lock()
	l, id, err := s.reach(user)
	if err != nil {
		s.mu.Unlock()
		return "", err
	}
	m := appText{common: s.common(l, id, "text"), Content: cdata{text}, MsgID: s.number(), AgentID: l.agentID}
	s.mu.Unlock()
	return strconv.FormatInt(m.MsgID, 10), s.deliver(l, m, id)
}

// SendImageToApp lets a member send the app a picture; it can be fetched as media for 3 days.
func (s *Server) SendImageToApp(user string, image []byte) (msgID string, err error) {
	if err := checkMedia("image", image); err != nil {
		return "", err
	}
	s.mu.Lock()
	l, id, err := s.reach(user)
	if err != nil {
		s.mu.Unlock()
		return "", err
	}
	media := s.store("image", "", "image.jpg", image)
	m := appImage{
		common: s.common(l, id, "image"), PicURL: cdata{s.URL() + picturePath + media},
		MediaID: cdata{media}, MsgID: s.number(), AgentID: l.agentID,
	}
	s.mu.Unlock()
	return strconv.FormatInt(m.MsgID, 10), s.deliver(l, m, id)
}

// EnterApp lets a member open the app.
func (s *Server) EnterApp(user string) error { return s.appEvent(user, "enter_agent", "") }

// ClickMenu lets a member press an entry of the app's menu, named by its key.
func (s *Server) ClickMenu(user, key string) error { return s.appEvent(user, "click", key) }

// ViewMenu lets a member open a link of the app's menu.
func (s *Server) ViewMenu(user, url string) error { return s.appEvent(user, "view", url) }

func (s *Server) appEvent(user, event, key string) error {
	s.mu.Lock()
	l, id, err := s.reach(user)
	if err != nil {
		s.mu.Unlock()
		return err
	}
	e := appEvent{common: s.common(l, id, "event"), Event: cdata{event}, EventKey: cdata{key}, AgentID: l.agentID}
	s.mu.Unlock()
	return s.deliver(l, e, id)
}

// number makes a MsgId as apps get them.
func (s *Server) number() int64 {
	s.ids++
	return 7_300_000_000_000_000_000 + int64(s.ids)
}

// private finds the bot that private words go to and the member who speaks.
func (s *Server) private(user string) (*bot, *heard, error) {
	u, ok := s.users.get(user)
	if !ok {
		return nil, nil, fmt.Errorf("no member %q", user)
	}
	if len(s.botOrder) == 0 {
		return nil, nil, fmt.Errorf("there is no bot")
	}
	return s.bots[s.botOrder[0]], &heard{user: u.ID}, nil
}

// SayToBot lets a member write to the first bot, privately. It returns when the words are on
// the bot's connection: that protocol has no receipt.
func (s *Server) SayToBot(user, text string) (msgID string, err error) {
	s.mu.Lock()
	b, h, err := s.private(user)
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h.kind = "message"
	return s.tell(b, h, "aibot_msg_callback", fields{"msgtype": "text", "text": fields{"content": text}})
}

// EnterBot lets a member open the chat with the first bot, the first time that day.
func (s *Server) EnterBot(user string) error {
	s.mu.Lock()
	b, h, err := s.private(user)
	s.mu.Unlock()
	if err != nil {
		return err
	}
	h.kind = "enter"
	_, err = s.tell(b, h, "aibot_event_callback", fields{"msgtype": "event", "event": fields{"eventtype": "enter_chat"}})
	return err
}

// SayInGroup lets a member call the group's bot. A bot hears only what calls it by name, so
// "@name " is put before text that does not begin with an @ of its own.
func (s *Server) SayInGroup(chatID, user, text string) (msgID string, err error) {
	s.mu.Lock()
	b, id, err := s.inGroup(chatID, user)
	if err == nil && !strings.HasPrefix(text, "@") {
		text = "@" + b.Name + " " + text
	}
	s.mu.Unlock()
	if err != nil {
		return "", err
	}
	h := &heard{kind: "message", chatID: chatID, user: id}
	return s.tell(b, h, "aibot_msg_callback", fields{"msgtype": "text", "text": fields{"content": text}})
}

func (s *Server) inGroup(chatID, user string) (*bot, string, error) {
	g := s.groups[chatID]
	if g == nil {
		return nil, "", fmt.Errorf("no group %q", chatID)
	}
	u, ok := s.users.get(user)
	if !ok || !slices.Contains(g.Members, u.ID) {
		return nil, "", fmt.Errorf("%q is not in the group %s", user, chatID)
	}
	b := s.bots[g.BotID]
	if b == nil {
		return nil, "", fmt.Errorf("the group %s has no bot: nothing said there reaches anybody", chatID)
	}
	return b, u.ID, nil
}
