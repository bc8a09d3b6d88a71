package wecom

import (
	"context"
	"strings"

	wctx "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/message"

	"duban/internal/chat"
)

// repeatWindow is how long the platform remembers a request to drop its repeats: its longest, 4 h.
const repeatWindow = 4 * 60 * 60

type markdownBody struct {
	Content string `json:"content"`
}

// appBody is a message/send request (90236).
type appBody struct {
	ToUser         string        `json:"touser"`
	Type           string        `json:"msgtype"`
	AgentID        int           `json:"agentid"` // the library's own struct has a string, which the page does not allow
	Markdown       *markdownBody `json:"markdown,omitempty"`
	Card           *card         `json:"template_card,omitempty"`
	Image          *mediaBody    `json:"image,omitempty"`
	File           *mediaBody    `json:"file,omitempty"`
	DuplicateCheck int           `json:"enable_duplicate_check"`
	Window         int           `json:"duplicate_check_interval"`
}

// appSender sends to one person as the self-built app. The person needs no mention: he is rung anyway.
type appSender struct{ w *WeCom }

var (
	_ chat.Sender   = (*appSender)(nil)
	_ chat.Recaller = (*appSender)(nil)
)

var appManner = manner{bytes: 2048, hint: "可直接回复：", mark: true}

// Route implements chat.Sender.
func (s *appSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComApp }

// Traits implements chat.Sender.
func (s *appSender) Traits() chat.Traits {
	return chat.Traits{Bytes: appManner.bytes, PerMinute: 30, Buttons: true, Forms: !s.w.plain, Pictures: true, Dedup: true}
}

// Ready implements chat.Sender.
func (s *appSender) Ready() bool { return true }

// notOne reports whether a target is anything but one member.
func notOne(to string) bool { return to == "" || to == "@all" || strings.Contains(to, "|") }

var notOnePerson = chat.Result{State: chat.Refused, Detail: "收件人应为一位成员的账号"}

// Send implements chat.Sender.
func (s *appSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if notOne(to) {
		return notOnePerson
	}
	return within(appManner, func(as manner, cards bool) chat.Result { return s.once(ctx, to, m, key, as, cards) })
}

func (s *appSender) once(ctx context.Context, to string, m chat.Message, key string, as manner, cards bool) chat.Result {
	body := appBody{ToUser: to, AgentID: s.w.agent, DuplicateCheck: 1, Window: repeatWindow}
	var c *card
	if made, ok := s.w.cardOf(m, key, maker{room: appRoom}); ok && cards {
		c = made
		body.Type, body.Card = "template_card", c
	} else {
		body.Type, body.Markdown = "markdown", &markdownBody{as.markdown(m, key)}
	}
	r, code := s.post(ctx, body)
	if r.State != chat.Sent {
		return r
	}
	r.Card = c.pressID()
	if change := cardHandle(to, code, r.Card); change != "" {
		r.Change, r.Until = chat.Address{Platform: chat.WeCom, Route: chat.WeComAppCard, To: change}, s.w.clock.Now().Add(cardLife)
	}
	return r
}

// post sends a message of the app; code changes its card, once.
func (s *appSender) post(ctx context.Context, body appBody) (r chat.Result, code string) {
	var got *message.SendResponse
	call, before := s.w.withToken(ctx, answerLimit, func(x *wctx.Context) (err error) {
		got, err = message.NewClient(x).Send("message/send", body)
		return err
	})
	if before {
		return s.w.unsent(call), ""
	}
	r = s.w.result(call)
	if r.State != chat.Sent {
		return r, ""
	}
	// With code 0 the only recipient may still be listed as one who got nothing.
	switch {
	case got.InvalidUser != "":
		return chat.Result{State: chat.Gone, Code: "invaliduser", Detail: "收件人已不在通讯录或应用可见范围中"}, ""
	case got.UnlicensedUser != "":
		return chat.Result{State: chat.Refused, Code: "unlicenseduser", Detail: "收件人没有接口许可账号，请管理员分配"}, ""
	}
	r.ID = got.MsgID
	return r, got.ResponseCode
}

// Recall implements chat.Recaller: within 24 h, and not in the WeChat plugin (96460).
func (s *appSender) Recall(ctx context.Context, _, id string) chat.Result {
	if id == "" {
		return chat.Result{State: chat.Refused, Detail: "消息编号为空，无法撤回"}
	}
	call, before := s.w.post(ctx, "message/recall", map[string]string{"msgid": id})
	if before {
		return s.w.unsent(call)
	}
	r := s.w.result(call)
	if r.Code == "40058" {
		r.Detail = "消息发出已超过24小时或不是本应用所发，不能撤回"
	}
	return r
}
