package wecom

import (
	"context"
	"strings"
	"unicode/utf8"

	wctx "github.com/silenceper/wechat/v2/work/context"

	"github.com/silenceper/wechat/v2/util"

	"duban/internal/chat"
)

// post calls an interface of the app that the library lacks, with the app's token.
func (w *WeCom) post(ctx context.Context, path string, body any) (c *call, before bool) {
	return w.withToken(ctx, answerLimit, func(x *wctx.Context) error {
		token, err := x.GetAccessToken()
		if err != nil {
			return err
		}
		_, err = util.PostJSON(realAPI+"/cgi-bin/"+path+"?access_token="+token, body)
		return err
	})
}

// updateRoom is what a changed card holds: the title is taken as it is, because a card that keeps its
// live buttons would be worse than one whose title is cut on a small screen.
func updateRoom(r room) room {
	r.title = 128
	return r
}

// changed makes the card that stands in place of the one called id: as much of the message as fits,
// whole rows only.
func (w *WeCom) changed(m chat.Message, key, id string, r room) (*card, bool) {
	if w.plain {
		return nil, false
	}
	kept := m
	chat.Fit(m, r.subTitle, func(x chat.Message) string {
		kept = x
		text, _ := lines(x)
		return strings.Repeat(".", utf8.RuneCountInString(strings.Join(text, "\n")))
	})
	c, ok := maker{room: updateRoom(r), home: w.home, always: true}.card(kept, key)
	if ok {
		c.TaskID = id
	}
	return c, ok
}

// What a handle of a card needs to be.
const (
	spent   = "expired" // the code of a change that comes too late
	tooLate = "卡片已更新过或已超过可更新的时间"
)

// cardSender changes a card that the app sent; to is the presser, the code of his press and the card.
type cardSender struct{ w *WeCom }

var _ chat.Sender = (*cardSender)(nil)

// Route implements chat.Sender.
func (s *cardSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComAppCard }

// Traits implements chat.Sender.
func (s *cardSender) Traits() chat.Traits {
	return chat.Traits{Bytes: 3 * (appRoom.subTitle + updateRoom(appRoom).title), Buttons: true, Forms: true}
}

// Ready implements chat.Sender.
func (s *cardSender) Ready() bool { return true }

// updateBody is a message/update_template_card request (94945): either the whole card, or a word in
// place of its buttons.
type updateBody struct {
	Users   []string `json:"userids"`
	AgentID int      `json:"agentid"`
	Code    string   `json:"response_code"`
	Button  *struct {
		Name string `json:"replace_name"`
	} `json:"button,omitempty"`
	Card *card `json:"template_card,omitempty"`
}

// Send implements chat.Sender. A code is good once; that it was used up or is too old is refused as
// spent, which is nobody's fault.
func (s *cardSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	user, rest, _ := strings.Cut(to, " ")
	code, id, _ := strings.Cut(rest, " ")
	if user == "" || code == "" || id == "" {
		return chat.Result{State: chat.Refused, Detail: "要更新的卡片无效"}
	}
	body := updateBody{Users: []string{user}, AgentID: s.w.agent, Code: code}
	c, ok := s.w.changed(m, key, id, appRoom)
	if ok {
		body.Card = c
	} else {
		body.Button = &struct {
			Name string `json:"replace_name"`
		}{"已处理"}
	}
	call, before := s.w.post(ctx, "message/update_template_card", body)
	if before {
		return s.w.unsent(call)
	}
	r := s.w.result(call)
	switch {
	case r.State == chat.Sent:
		r.Card = c.pressID()
	case r.Code == "40058" || r.Code == "42014":
		r.Detail, r.Code = tooLate+"("+r.Code+")", spent
	}
	return r
}

// cardHandle is the address that changes an app's card after a press.
func cardHandle(user, code, id string) string {
	if user == "" || code == "" || id == "" {
		return ""
	}
	return user + " " + code + " " + id
}

// botCardSender changes a card of the aibot in answer to a press on it, for everybody who sees it; to
// is the press and the card.
type botCardSender struct{ w *WeCom }

var _ chat.Sender = (*botCardSender)(nil)

// Route implements chat.Sender.
func (s *botCardSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComBotCard }

// Traits implements chat.Sender.
func (s *botCardSender) Traits() chat.Traits {
	return chat.Traits{Bytes: 3 * (botRoom.subTitle + updateRoom(botRoom).title), Buttons: true, Forms: true}
}

// Ready implements chat.Sender.
func (s *botCardSender) Ready() bool { return s.w.bot.seal != nil || s.w.Ready() }

// pressTo is the kind of the handle of a press.
const pressTo = "press"

// botUpdate is the body of a change (SDK: UpdateTemplateCardBody).
type botUpdate struct {
	Type string `json:"response_type"`
	Card *card  `json:"template_card"`
}

// Send implements chat.Sender.
func (s *botCardSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	kind, rest, _ := strings.Cut(to, " ")
	conn, rest, _ := strings.Cut(rest, " ")
	reqID, id, _ := strings.Cut(rest, " ")
	if kind != pressTo || conn == "" || reqID == "" || id == "" {
		return chat.Result{State: chat.Refused, Detail: "要更新的卡片无效"}
	}
	c, ok := s.w.changed(m, key, id, botRoom)
	if !ok {
		return chat.Result{State: chat.Refused, Detail: "更新后的内容放不进卡片"}
	}
	body := botUpdate{"update_template_card", c}
	if s.w.bot.seal != nil {
		return carded(s.w.bot.fill(conn, reqID, body), c)
	}
	l := s.w.bot.current()
	switch {
	case l == nil:
		return notConnected
	case l.id != conn:
		return chat.Result{State: chat.Refused, Code: spent, Detail: tooLate}
	}
	r := s.w.tell(ctx, l, "aibot_respond_update_msg", reqID, body)
	if r.Code == "846605" {
		r.Code, r.Detail = spent, tooLate
	}
	return carded(r, c)
}
