package wecom

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"duban/internal/chat"
)

var (
	botManner   = manner{bytes: 20480, hint: "可回复（群里请先 @ 我）：", mention: true}
	greetManner = manner{bytes: 2048, hint: "可直接回复："}
)

// reconnecting is how long a push waits that found no connection.
const reconnecting = 5 * time.Second

// botBody is the body of a push, an answer or a welcome (101031).
type botBody struct {
	ChatID   string        `json:"chatid,omitempty"`
	Type     string        `json:"msgtype"`
	Markdown *markdownBody `json:"markdown,omitempty"`
	Text     *markdownBody `json:"text,omitempty"`
	Stream   *streamBody   `json:"stream,omitempty"`
	Card     *card         `json:"template_card,omitempty"`
	Image    *mediaBody    `json:"image,omitempty"`
	File     *mediaBody    `json:"file,omitempty"`
}

type streamBody struct {
	ID      string `json:"id"`
	Finish  bool   `json:"finish"`
	Content string `json:"content"`
}

// tell sends one command on l and judges the answer.
func (w *WeCom) tell(ctx context.Context, l *link, cmd, reqID string, body any) chat.Result {
	a, r := w.exchange(ctx, l, cmd, reqID, body)
	var said struct {
		ID string `json:"msgid"`
	}
	if len(a.Body) > 0 && json.Unmarshal(a.Body, &said) == nil {
		r.ID = said.ID
	}
	return r
}

// exchange is tell with the answer.
func (w *WeCom) exchange(ctx context.Context, l *link, cmd, reqID string, body any) (frame, chat.Result) {
	if err := ctx.Err(); err != nil {
		return frame{}, chat.Result{State: chat.Retry, Detail: "发送已停止"}
	}
	a, left, err := l.ask(ctx, w.bot.pace.ack, cmd, reqID, body)
	switch {
	case err == nil && a.Code != nil:
		return a, w.judge(*a.Code, a.Message)
	case !left && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled):
		return a, chat.Result{State: chat.Retry, After: reconnecting, Detail: "智能机器人连接刚刚断开"}
	case !left:
		return a, chat.Result{State: chat.Retry, Detail: "智能机器人忙，尚未发出"}
	}
	return a, chat.Result{State: chat.Unknown, Detail: "消息已发出，但没有收到企业微信的答复"}
}

// botSender pushes into a conversation somebody has spoken to the bot in; to is the group's chatid, or
// the userid for one person.
type botSender struct{ w *WeCom }

var _ chat.Sender = (*botSender)(nil)

// Route implements chat.Sender.
func (s *botSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComBot }

// Traits implements chat.Sender. That <@userid> rings here is not documented, so it is not promised.
func (s *botSender) Traits() chat.Traits {
	return chat.Traits{Bytes: botManner.bytes, PerMinute: 30, Buttons: true, Forms: !s.w.plain, Pictures: true}
}

// Ready implements chat.Sender.
func (s *botSender) Ready() bool { return s.w.Ready() }

// Send implements chat.Sender.
func (s *botSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noConversation
	}
	l := s.w.bot.current()
	if l == nil {
		return notConnected
	}
	return within(botManner, func(as manner, cards bool) chat.Result {
		body := botBody{ChatID: to}
		c, ok := s.w.cardOf(m, key, maker{room: botRoom})
		if ok && cards && len(m.Mentions) == 0 { // a card rings nobody
			body.Type, body.Card = "template_card", c
		} else {
			body.Type, body.Markdown = "markdown", &markdownBody{as.markdown(m, key)}
			c = nil
		}
		r := s.w.tell(ctx, l, "aibot_send_msg", s.w.bot.reqID("aibot_send_msg"), body)
		return carded(r, c)
	})
}

var (
	noConversation = chat.Result{State: chat.Refused, Detail: "未指定会话"}
	notConnected   = chat.Result{State: chat.Retry, After: reconnecting, Detail: "智能机器人未连接"}
)

// Carded implements chat.Carder.
func (s *botSender) Carded(m chat.Message) bool {
	m.Mentions = nil
	c, ok := s.w.cardOf(m, "", maker{room: botRoom})
	return ok && c.pressID() != ""
}

var _ chat.Carder = (*botSender)(nil)

// What a handle answers.
const (
	replyTo   = "reply"
	welcomeTo = "welcome"
)

// handle names the message that is answered: it is good only on the connection that brought it, or
// while its callback waits for the answer.
func (s source) handle(kind string) string { return kind + " " + s.conn + " " + s.reqID }

// replySender answers one message the aibot heard; to is the handle in Incoming.Reply.
type replySender struct{ w *WeCom }

var _ chat.Sender = (*replySender)(nil)

// Route implements chat.Sender.
func (s *replySender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComBotReply }

// Traits implements chat.Sender.
func (s *replySender) Traits() chat.Traits {
	return chat.Traits{Bytes: botManner.bytes, PerMinute: 30, Buttons: true, Forms: !s.w.plain}
}

// Ready implements chat.Sender.
func (s *replySender) Ready() bool { return s.w.bot.seal != nil || s.w.Ready() }

// Send implements chat.Sender. Without a connection here it says retry, because another process may
// have it; on another connection than the message came by it says refused, and the caller pushes.
func (s *replySender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	kind, rest, _ := strings.Cut(to, " ")
	id, reqID, _ := strings.Cut(rest, " ")
	if kind == urlTo && reqID != "" {
		return s.byURL(ctx, id == "group", reqID, m, key)
	}
	if kind != replyTo && kind != welcomeTo || id == "" || reqID == "" {
		return chat.Result{State: chat.Refused, Detail: "答复对象无效"}
	}
	if s.w.bot.seal != nil {
		_, body, c := s.answer(kind, m, key, botManner, true)
		return carded(s.w.bot.fill(id, reqID, body), c)
	}
	l := s.w.bot.current()
	switch {
	case l == nil:
		return notConnected
	case l.id != id:
		return chat.Result{State: chat.Refused, Detail: "收到消息的连接已断开，不能再直接答复"}
	}
	return within(botManner, func(as manner, cards bool) chat.Result {
		cmd, body, c := s.answer(kind, m, key, as, cards)
		return carded(s.w.tell(ctx, l, cmd, reqID, body), c)
	})
}

// answer makes the answer to a message, or the welcome to who opened the conversation.
func (s *replySender) answer(kind string, m chat.Message, key string, as manner, cards bool) (cmd string, body botBody, c *card) {
	cmd = "aibot_respond_msg"
	if kind == welcomeTo {
		cmd = "aibot_respond_welcome_msg"
	}
	c, ok := s.w.cardOf(m, key, maker{room: botRoom})
	switch {
	case ok && cards:
		body.Type, body.Card = "template_card", c
		return cmd, body, c
	case kind == welcomeTo:
		body.Type, body.Text = "text", &markdownBody{plainText(m, key)}
	default:
		sum := sha256.Sum256([]byte(key))
		body.Type, body.Stream = "stream", &streamBody{hex.EncodeToString(sum[:16]), true, as.markdown(m, key)}
		if c, ok = s.below(m, key); ok && cards {
			body.Type, body.Card = "stream_with_template_card", c
			return cmd, body, c
		}
	}
	return cmd, body, nil
}

// below makes the card of a form whose words are too many for it: the words go above it, as text.
func (s *replySender) below(m chat.Message, key string) (*card, bool) {
	if m.Form == nil || len(m.Buttons) > 0 {
		return nil, false
	}
	m.Rows, m.Foot = nil, nil
	return s.w.cardOf(m, key, maker{room: botRoom})
}

// carded adds what a press on the card will name.
func carded(r chat.Result, c *card) chat.Result {
	if r.State == chat.Sent || r.State == chat.Unknown {
		r.Card = c.pressID()
	}
	return r
}

var linkForm = regexp.MustCompile(`\[([^\]]*)\]\(([^)]*)\)`)

// plainText writes a welcome, which is not markdown.
func plainText(m chat.Message, key string) string {
	return chat.Fit(m, greetManner.bytes, func(m chat.Message) string {
		return strings.ReplaceAll(linkForm.ReplaceAllString(greetManner.write(m, key), "$1 $2"), "**", "")
	})
}
