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
	Event, EventKey, TaskID                       string
	Created                                       int64
}

func readAppMessage(doc []byte) (m appMessage, err error) {
	var created string
	err = children(doc, func(name, text []byte) {
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
	for _, s := range []string{m.From, strconv.FormatInt(m.Created, 10), m.Event, m.EventKey, m.TaskID} {
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
	case "event":
		switch m.Event {
		case "enter_agent":
			in.Kind = chat.Enter
		case "template_card_event", "click":
			in.Kind, in.Text = chat.Press, m.EventKey
		default:
			return in, false, nil
		}
	default: // video, location, link, and what the platform may yet invent
		in.Kind = chat.Other
	}
	if w.tokens != nil {
		in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComApp, To: m.From}
		in.ReplyUntil = in.At.Add(answerable)
	}
	return in, true, nil
}

func media(kind, id string) []chat.Media {
	if id == "" {
		return nil
	}
	return []chat.Media{{Kind: kind, ID: id}}
}
