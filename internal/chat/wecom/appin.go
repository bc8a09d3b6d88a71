package wecom

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
)

// answerable is how long an answer to the asker's own conversation is thought of as an answer.
const answerable = 24 * time.Hour

// appMessage is what we read of an app's message or event (90376, 90240).
type appMessage struct {
	From, Type, ID, Content, MediaID, Recognition string
	Event, EventKey, TaskID, ResponseCode         string
	ChangeType, UserID, NewUserID                 string
	Picked                                        []choice
	Created                                       int64
}

func readAppMessage(doc []byte) (m appMessage, err error) {
	var created string
	var item choice
	err = elements(doc, func(name, text []byte) {
		switch string(name) {
		case "FromUserName":
			m.From = string(text)
		case "CreateTime":
			created = string(text)
		case "MsgType":
			m.Type = string(text)
		case "MsgId":
			m.ID = string(text)
		case "Content":
			m.Content = string(text)
		case "MediaId":
			m.MediaID = string(text)
		case "Recognition":
			m.Recognition = string(text)
		case "Event":
			m.Event = string(text)
		case "EventKey":
			m.EventKey = string(text)
		case "TaskId":
			m.TaskID = string(text)
		case "ResponseCode":
			m.ResponseCode = string(text)
		case "ChangeType":
			m.ChangeType = string(text)
		case "UserID":
			m.UserID = string(text)
		case "NewUserID":
			m.NewUserID = string(text)
		}
	}, func(name, text []byte) { // of SelectedItems
		switch string(name) {
		case "QuestionKey":
			item.question = string(text)
		case "OptionId":
			item.options = append(item.options, string(text))
		case "SelectedItem":
			m.Picked, item = append(m.Picked, item), choice{}
		}
	})
	if err != nil {
		return m, err
	}
	m.Created, err = strconv.ParseInt(strings.TrimSpace(created), 10, 64)
	if err != nil || m.From == "" || m.Type == "" {
		return m, errXML
	}
	return m, nil
}

// key is the same for every repeat. Events carry no MsgId; two clicks in one second differ in the rest.
func (m *appMessage) key() string {
	if m.ID != "" {
		return m.ID
	}
	h := sha256.New()
	parts := []string{m.From, strconv.FormatInt(m.Created, 10), m.Event, m.EventKey, m.TaskID}
	for _, p := range m.Picked {
		parts = append(append(parts, p.question), p.options...)
	}
	if m.ChangeType != "" {
		parts = append(parts, m.ChangeType, m.UserID, m.NewUserID)
	}
	for _, s := range parts {
		h.Write([]byte(strconv.Itoa(len(s)) + ":" + s))
	}
	return "event-" + hex.EncodeToString(h.Sum(nil)[:16])
}

// appIncoming turns a decrypted callback into an Incoming; wanted is false for events of no interest.
func (w *WeCom) appIncoming(doc []byte) (in chat.Incoming, wanted bool, err error) {
	m, err := readAppMessage(doc)
	if err != nil {
		return in, false, err
	}
	in = chat.Incoming{Platform: chat.WeCom, ID: m.key(), At: time.Unix(m.Created, 0).In(clock.Shanghai), UserID: m.From}
	switch m.Type {
	case "text":
		in.Kind, in.Text = chat.Text, m.Content
	case "voice":
		in.Kind, in.Text = chat.Other, m.Recognition
		if in.Text != "" {
			in.Kind = chat.Text
		}
		in.Media = media("voice", m.MediaID)
	case "image":
		in.Kind, in.Media = chat.Picture, media("image", m.MediaID)
	case "video":
		in.Kind, in.Media = chat.Other, media("video", m.MediaID)
	case "event":
		if !m.event(&in) {
			return in, false, nil
		}
	default: // location, link, and what the platform may yet invent
		in.Kind = chat.Other
	}
	if w.tokens != nil && in.Kind != chat.Renamed {
		in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComApp, To: m.From}
		in.ReplyUntil = in.At.Add(answerable)
	}
	return in, true, nil
}

// event reads what was done; false for what is of no interest: a link of the menu was opened, somebody
// came into the app's visible range or left it, a department or a tag was changed, an approval went on.
// Members that are created or deleted change nothing here either: the register says who is who.
func (m *appMessage) event(in *chat.Incoming) bool {
	switch m.Event {
	case "enter_agent":
		in.Kind = chat.Enter
	case "click":
		in.Kind, in.Text = chat.Press, m.EventKey
	case "template_card_event", "template_card_menu_event":
		in.Kind, in.Text = chat.Press, filled(m.EventKey, m.Picked)
		in.Card = pressedCard(m.TaskID, chat.Address{Platform: chat.WeCom, Route: chat.WeComAppCard,
			To: cardHandle(m.From, m.ResponseCode, m.TaskID)}, in.At.Add(cardLife))
	case "change_contact":
		if m.ChangeType != "update_user" || m.UserID == "" || m.NewUserID == "" || m.UserID == m.NewUserID {
			return false
		}
		in.Kind, in.UserID, in.Text = chat.Renamed, m.UserID, m.NewUserID
	default:
		return false
	}
	return true
}

func media(kind, id string) []chat.Media {
	if id == "" {
		return nil
	}
	return []chat.Media{{Kind: kind, ID: id}}
}
