package wecom

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode"

	"duban/internal/chat"
	"duban/internal/clock"
)

// fate is what becomes of a callback frame.
type fate int

const (
	ignored fate = iota
	wanted
	malformed
	kicked
)

// welcomeWindow is how long somebody who opened the conversation may be greeted (101031).
const welcomeWindow = 5 * time.Second

// botMessage is the body of a callback of the aibot (101027, 100719).
type botMessage struct {
	ID      string `json:"msgid"`
	URL     string `json:"response_url"`
	ChatID  string `json:"chatid"`
	Created int64  `json:"create_time"`
	From    struct {
		UserID string `json:"userid"`
	} `json:"from"`
	Type  string    `json:"msgtype"`
	Text  botText   `json:"text"`
	Voice botText   `json:"voice"`
	Image botMedia  `json:"image"`
	File  botMedia  `json:"file"`
	Video botMedia  `json:"video"`
	Mixed botMixed  `json:"mixed"`
	Event botEvent  `json:"event"`
	Quote *botQuote `json:"quote"`
}

// botQuote is the message somebody replied to; what it was called is not told.
type botQuote struct {
	Text  botText  `json:"text"`
	Voice botText  `json:"voice"`
	Mixed botMixed `json:"mixed"`
}

type botMixed struct {
	Items []struct {
		Type  string   `json:"msgtype"`
		Text  botText  `json:"text"`
		Image botMedia `json:"image"`
	} `json:"msg_item"`
}

type botText struct {
	Content string `json:"content"`
}

type botMedia struct {
	URL  string `json:"url"`
	Key  string `json:"aeskey"`
	Name string `json:"filename"`
}

// botEvent holds a press in its nested form and in the flat one that the platform's own client declares.
type botEvent struct {
	Type string `json:"eventtype"`
	botPress
	Nested botPress `json:"template_card_event"`
}

type botPress struct {
	Key    string `json:"event_key"`
	TaskID string `json:"task_id"`
	Picked struct {
		Items []struct {
			Question string `json:"question_key"`
			Options  struct {
				IDs []string `json:"option_id"`
			} `json:"option_ids"`
		} `json:"selected_item"`
	} `json:"selected_items"`
}

// press gives the press of either form.
func (e *botEvent) press() *botPress {
	if e.Nested.Key != "" || e.Nested.TaskID != "" {
		return &e.Nested
	}
	return &e.botPress
}

// says gives what the press says.
func (p *botPress) says() string {
	var picked []choice
	for _, i := range p.Picked.Items {
		picked = append(picked, choice{i.Question, i.Options.IDs})
	}
	return filled(p.Key, picked)
}

// source is how a callback came: by a connection and under a request of it, or to our address. What is
// to be answered in the answer to the platform itself goes by the pair of them.
type source struct{ conn, reqID string }

// incoming turns a callback frame into an Incoming.
func (b *bot) incoming(l *link, f frame) (chat.Incoming, fate) {
	if f.Cmd != "aibot_msg_callback" && f.Cmd != "aibot_event_callback" {
		if f.Cmd == "" {
			return chat.Incoming{}, malformed
		}
		return chat.Incoming{}, ignored
	}
	return b.message(source{l.id, f.Headers.ReqID}, f.Body)
}

// message turns the body of a callback into an Incoming.
func (b *bot) message(from source, body []byte) (chat.Incoming, fate) {
	var m botMessage
	if err := json.Unmarshal(body, &m); err != nil {
		return chat.Incoming{}, malformed
	}
	switch {
	case m.Type == "event" && m.Event.Type == "disconnected_event":
		return chat.Incoming{}, kicked
	case m.Type == "stream": // asks how an answer goes on; ours are whole at once
		return chat.Incoming{}, ignored
	case m.ID == "" || m.From.UserID == "":
		return chat.Incoming{}, malformed
	}
	in := chat.Incoming{Platform: chat.WeCom, ID: m.ID, At: b.w.clock.Now(), UserID: m.From.UserID, ChatID: m.ChatID}
	if m.Created > 0 {
		in.At = time.Unix(m.Created, 0).In(clock.Shanghai)
	}
	if from.reqID == "" {
		from.reqID = m.ID
	}
	if m.Type == "event" {
		return b.event(from, &m, in)
	}
	b.content(&m, &in)
	in.Quote = m.Quote.quote()
	in.Reply, in.ReplyUntil = b.replyTo(from, &m, in.At)
	return in, wanted
}

// replyTo gives the way to answer a message: on the connection that brought it, or once at the address
// that came along.
func (b *bot) replyTo(from source, m *botMessage, at time.Time) (chat.Address, time.Time) {
	to := chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: from.handle(replyTo)}
	if b.seal == nil {
		return to, at.Add(answerable)
	}
	if m.URL == "" {
		return chat.Address{}, time.Time{}
	}
	kind := "single"
	if m.ChatID != "" {
		kind = "group"
	}
	to.To = urlTo + " " + kind + " " + m.URL
	return to, at.Add(urlLife)
}

// quote gives the words of a quoted message; nil where nothing was quoted.
func (q *botQuote) quote() *chat.Quote {
	if q == nil {
		return nil
	}
	texts := []string{q.Text.Content, q.Voice.Content}
	for _, i := range q.Mixed.Items {
		texts = append(texts, i.Text.Content)
	}
	texts = slices.DeleteFunc(texts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return &chat.Quote{Text: strings.TrimSpace(strings.Join(texts, "\n"))}
}

// content reads what was said or shown.
func (b *bot) content(m *botMessage, in *chat.Incoming) {
	switch m.Type {
	case "text":
		in.Kind, in.Text = chat.Text, b.unmention(m.Text.Content, m.ChatID != "")
	case "voice": // transcribed by the platform
		in.Kind, in.Text = chat.Text, strings.TrimSpace(m.Voice.Content)
	case "image":
		in.Kind, in.Media = chat.Picture, []chat.Media{b.media("image", m.Image)}
	case "mixed":
		var texts []string
		for _, item := range m.Mixed.Items {
			switch item.Type {
			case "text":
				texts = append(texts, item.Text.Content)
			case "image":
				in.Media = append(in.Media, b.media("image", item.Image))
			}
		}
		in.Text = b.unmention(strings.Join(texts, "\n"), m.ChatID != "")
		if in.Kind = chat.Text; in.Text == "" {
			in.Kind = chat.Picture
		}
	case "file":
		in.Kind, in.Media = chat.Other, []chat.Media{b.media("file", m.File)}
	case "video":
		in.Kind, in.Media = chat.Other, []chat.Media{b.media("video", m.Video)}
	default:
		in.Kind = chat.Other
	}
}

// ownKey stands for the key of the callback in a message, where the key itself has no business.
const ownKey = "callback"

func (b *bot) media(kind string, m botMedia) chat.Media {
	if b.seal != nil && m.Key == "" {
		m.Key = ownKey
	}
	return chat.Media{Kind: kind, URL: m.URL, Key: m.Key, Name: m.Name}
}

// event reads what was done. A press cannot be answered in words where it came in, only by changing the
// card, so its answer is pushed into the conversation; where nothing can be pushed it goes by the app.
func (b *bot) event(from source, m *botMessage, in chat.Incoming) (chat.Incoming, fate) {
	switch m.Event.Type {
	case "enter_chat":
		in.Kind = chat.Enter
		in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: from.handle(welcomeTo)}
		in.ReplyUntil = in.At.Add(welcomeWindow)
		return in, wanted
	case "template_card_event":
		p := m.Event.press()
		in.Kind, in.Text = chat.Press, p.says()
		in.Card = pressedCard(p.TaskID, chat.Address{Platform: chat.WeCom, Route: chat.WeComBotCard,
			To: from.handle(pressTo) + " " + p.TaskID}, in.At.Add(botCardWindow))
		switch {
		case b.seal != nil && b.w.tokens == nil:
			return in, wanted
		case b.seal != nil:
			in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComApp, To: m.From.UserID}
		case m.ChatID != "":
			in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComBot, To: m.ChatID}
		default:
			in.Reply = chat.Address{Platform: chat.WeCom, Route: chat.WeComBot, To: m.From.UserID}
		}
		in.ReplyUntil = in.At.Add(answerable)
		return in, wanted
	}
	return in, ignored
}

// unmention takes the bot's own name out of words said in a group, where it must be called to hear.
// Without a configured name the first @word is taken for it.
func (b *bot) unmention(s string, group bool) string {
	switch {
	case b.name != "":
		s = strings.ReplaceAll(s, "@"+b.name, " ")
	case group:
		if i := mention(s); i >= 0 {
			end := strings.IndexFunc(s[i:], unicode.IsSpace)
			if end < 0 {
				end = len(s) - i
			}
			s = s[:i] + " " + s[i+end:]
		}
	}
	return strings.TrimSpace(s)
}

// mention finds the first @ that is not inside a mail address.
func mention(s string) int {
	for i := range len(s) {
		if s[i] == '@' && (i == 0 || s[i-1] >= 0x80 || !unicode.IsLetter(rune(s[i-1])) && !unicode.IsDigit(rune(s[i-1]))) {
			return i
		}
	}
	return -1
}
