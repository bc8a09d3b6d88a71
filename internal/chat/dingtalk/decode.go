package dingtalk

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"duban/internal/chat"
)

// spare is how long before its end a session webhook is no longer used.
const spare = time.Minute

// quotaUsed is the errorCode of a callback without text: the month's messages are used up.
const quotaUsed = "20001"

var (
	errQuotaUsed  = errors.New("dingtalk: the month's message quota is used up, the text is withheld")
	errUnreadable = errors.New("dingtalk: the message is not a JSON object")
)

// robotMessage is the body of a robot callback, the same over Stream and HTTP.
type robotMessage struct {
	MsgID             scalar `json:"msgId"`
	MsgType           scalar `json:"msgtype"`
	ConversationID    scalar `json:"conversationId"`
	ConversationType  scalar `json:"conversationType"`
	ConversationTitle scalar `json:"conversationTitle"`
	CreateAt          scalar `json:"createAt"`
	SenderStaffID     scalar `json:"senderStaffId"`
	SenderNick        scalar `json:"senderNick"`
	SenderCorpID      scalar `json:"senderCorpId"`
	SessionWebhook    scalar `json:"sessionWebhook"`
	SessionExpires    scalar `json:"sessionWebhookExpiredTime"`
	ErrorCode         scalar `json:"errorCode"`
	Text              loose[struct {
		Content scalar         `json:"content"`
		Replied loose[replied] `json:"repliedMsg"`
	}] `json:"text"`
	OriginalMsgID scalar          `json:"originalMsgId"`
	OriginalQuery scalar          `json:"originalProcessQueryKey"` // of a message of ours: what its send was answered with
	Content       json.RawMessage `json:"content"`                 // an object, or the text itself in an older form of the body
}

// loose is an object that may be missing or something else; then it is empty.
type loose[T any] struct{ v T }

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (l *loose[T]) UnmarshalJSON(raw []byte) error {
	var v T
	if json.Unmarshal(raw, &v) == nil {
		l.v = v
	}
	return nil
}

// payload is the object "content" of everything but text.
type payload struct {
	DownloadCode        scalar   `json:"downloadCode"`
	PictureDownloadCode scalar   `json:"pictureDownloadCode"`
	Recognition         scalar   `json:"recognition"`
	FileName            scalar   `json:"fileName"`
	VideoType           scalar   `json:"videoType"`
	RichText            richText `json:"richText"`
}

// richPart is a piece of a rich text: words, or a picture.
type richPart struct {
	Text                scalar `json:"text"`
	DownloadCode        scalar `json:"downloadCode"`
	PictureDownloadCode scalar `json:"pictureDownloadCode"`
}

// richText is a list of pieces; a deployment of one's own wraps it in an object.
type richText []richPart

// UnmarshalJSON implements json.Unmarshaler and never fails.
func (r *richText) UnmarshalJSON(raw []byte) error {
	var list []richPart
	if json.Unmarshal(raw, &list) != nil {
		var wrapped struct {
			List []richPart `json:"richTextList"`
		}
		_ = json.Unmarshal(raw, &wrapped) // anything else is no pieces
		list = wrapped.List
	}
	*r = list
	return nil
}

// decode reads a robot callback leniently: only what is no JSON object, and a callback that says the quota is
// used up, are errors.
func (d *DingTalk) decode(raw []byte) (chat.Incoming, error) {
	var m robotMessage
	if len(raw) == 0 || json.Unmarshal(raw, &m) != nil {
		return chat.Incoming{}, errUnreadable
	}
	if m.ErrorCode == quotaUsed {
		return chat.Incoming{}, errQuotaUsed
	}
	in := chat.Incoming{
		Platform: chat.DingTalk, ID: string(m.MsgID), At: m.CreateAt.millis(),
		UserID: string(m.SenderStaffID), UserName: string(m.SenderNick),
	}
	if in.ID == "" { // two messages with the same words in one millisecond are one
		in.ID = digest(raw)
	}
	if in.At.IsZero() {
		in.At = d.clock.Now()
	}
	if d.opt.CorpID != "" && m.SenderCorpID != "" && string(m.SenderCorpID) != d.opt.CorpID {
		in.UserID = "" // a staff id of another organisation is nobody's here
	}
	// What does not say that it is private is treated as overheard by a group.
	if m.ConversationType != "1" {
		in.ChatID, in.ChatName = string(m.ConversationID), string(m.ConversationTitle)
	}
	in.Reply, in.ReplyUntil = d.replyTo(m)
	in.Kind, in.Text, in.Media = m.content()
	if in.Kind == chat.Text {
		in.Quote = m.quote()
	}
	return in, nil
}

// replyTo gives the webhook of the message, where it can be believed and its end is known.
func (d *DingTalk) replyTo(m robotMessage) (chat.Address, time.Time) {
	until := m.SessionExpires.millis()
	if until.IsZero() || !d.hooks.allow(string(m.SessionWebhook)) {
		return chat.Address{}, time.Time{}
	}
	return chat.Address{Platform: chat.DingTalk, Route: chat.DingSessionHook, To: string(m.SessionWebhook)}, until.Add(-spare)
}

// content gives what was said and what was attached.
func (m robotMessage) content() (chat.Kind, string, []chat.Media) {
	var p payload
	_ = json.Unmarshal(m.Content, &p) // a text or nothing at all leaves it empty
	switch strings.ToLower(string(m.MsgType)) {
	case "text":
		return chat.Text, m.said(), nil
	case "richtext":
		return p.rich()
	case "picture":
		if media := one("image", p.DownloadCode, p.PictureDownloadCode, ""); media != nil {
			return chat.Picture, "", media
		}
	case "audio":
		media := one("voice", p.DownloadCode, "", "")
		if words := strings.TrimSpace(string(p.Recognition)); words != "" {
			return chat.Text, words, media
		}
		return chat.Other, "", media
	case "video":
		name := ""
		if p.VideoType != "" {
			name = "video." + string(p.VideoType)
		}
		return chat.Other, "", one("file", p.DownloadCode, "", name)
	case "file":
		return chat.Other, "", one("file", p.DownloadCode, "", string(p.FileName))
	}
	return chat.Other, "", nil
}

// said gives the words of a text: text.content, or a plain content in the older form.
func (m robotMessage) said() string {
	if s := m.Text.v.Content; s != "" {
		return strings.TrimSpace(string(s))
	}
	var older scalar
	_ = json.Unmarshal(m.Content, &older) // scalar takes anything
	return strings.TrimSpace(string(older))
}

// rich joins the words of a rich text; its pictures come along.
func (p payload) rich() (chat.Kind, string, []chat.Media) {
	var words strings.Builder
	var media []chat.Media
	for _, part := range p.RichText {
		words.WriteString(string(part.Text))
		media = append(media, one("image", part.DownloadCode, part.PictureDownloadCode, "")...)
	}
	said := strings.TrimSpace(words.String())
	switch {
	case said != "":
		return chat.Text, said, media
	case len(media) > 0:
		return chat.Picture, "", media
	}
	return chat.Other, "", nil
}

// one gives the file behind the first code that is there.
func one(kind string, code, second scalar, name string) []chat.Media {
	if code == "" {
		code = second
	}
	if code == "" {
		return nil
	}
	return []chat.Media{{Kind: kind, ID: string(code), Name: name}}
}

// cardPress is the body of a card callback.
type cardPress struct {
	OutTrackID scalar   `json:"outTrackId"`
	UserID     scalar   `json:"userId"`
	UserIDType scalar   `json:"userIdType"`
	CorpID     scalar   `json:"corpId"`
	SpaceID    scalar   `json:"spaceId"`
	SpaceType  scalar   `json:"spaceType"`
	Content    document `json:"content"`
	Value      document `json:"value"` // an older page's name for content
}

// decodeCard reads a pressed button of a card: the words are its parameter "say", else "action", else its action
// id. id and at are the frame's, for the body has neither; without them two presses of one button by one person are
// told apart by their minute only.
func (d *DingTalk) decodeCard(raw []byte, id string, at time.Time) (chat.Incoming, error) {
	var p cardPress
	if len(raw) == 0 || json.Unmarshal(raw, &p) != nil {
		return chat.Incoming{}, errUnreadable
	}
	if len(p.Content) == 0 {
		p.Content = p.Value
	}
	var c struct {
		Private loose[struct {
			ActionIDs loose[[]scalar]          `json:"actionIds"`
			Params    loose[map[string]scalar] `json:"params"`
		}] `json:"cardPrivateData"`
	}
	_ = json.Unmarshal(p.Content, &c) // an unreadable content is a press of nothing
	if id == "" {
		minute := at
		if minute.IsZero() {
			minute = d.clock.Now().Truncate(time.Minute)
		}
		id = digest(append([]byte(minute.UTC().String()), raw...))
	}
	in := chat.Incoming{Platform: chat.DingTalk, ID: "card:" + id, At: at, Kind: chat.Press}
	if in.At.IsZero() {
		in.At = d.clock.Now()
	}
	if p.OutTrackID != "" {
		in.Card = &chat.Card{
			ID: string(p.OutTrackID), Until: in.At.Add(cardLife),
			Update: chat.Address{Platform: chat.DingTalk, Route: chat.DingCard, To: string(p.OutTrackID)},
		}
	}
	stranger := d.opt.CorpID != "" && p.CorpID != "" && string(p.CorpID) != d.opt.CorpID
	if !stranger && (p.UserIDType == "" || p.UserIDType == "1") { // 2 is a union id
		in.UserID = string(p.UserID)
	}
	if p.SpaceType == "IM_GROUP" {
		in.ChatID = strings.TrimPrefix(string(p.SpaceID), groupSpace)
	}
	for _, words := range []scalar{c.Private.v.Params.v["say"], c.Private.v.Params.v["action"], first(c.Private.v.ActionIDs.v)} {
		if words != "" {
			in.Text = strings.TrimSpace(string(words))
			break
		}
	}
	return in, nil
}

func first(list []scalar) scalar {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// digest stands in for an id the platform did not give.
func digest(raw []byte) string {
	sum := sha256.Sum256(raw)
	return "sha256:" + hex.EncodeToString(sum[:])
}
