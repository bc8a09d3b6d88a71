package wecom

import (
	"context"

	"github.com/silenceper/wechat/v2/work/appchat"
	wctx "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/robot"

	"duban/internal/chat"
)

// The ways into a group that cannot hear: a group the app created, and a group's webhook robot.
// Neither takes cards with buttons, and neither drops repeats; the robot takes notices with links.
var (
	appChatManner = manner{bytes: 2048, hint: "请向督办机器人发送："}
	webhookManner = manner{bytes: 4096, hint: "请向督办机器人发送：", mention: true}
)

// groupBody is an appchat/send (90248) or webhook/send (99110) request.
type groupBody struct {
	ChatID   string        `json:"chatid,omitempty"`
	Type     string        `json:"msgtype"`
	Markdown *markdownBody `json:"markdown,omitempty"`
	Card     *card         `json:"template_card,omitempty"`
	Image    *mediaBody    `json:"image,omitempty"`
	File     *mediaBody    `json:"file,omitempty"`
}

// appChatSender sends into a group that the app created; to is its chatid.
type appChatSender struct{ w *WeCom }

var _ chat.Sender = (*appChatSender)(nil)

// Route implements chat.Sender.
func (s *appChatSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComAppChat }

// Traits implements chat.Sender. What is over 200 a minute and member is dropped without an error.
func (s *appChatSender) Traits() chat.Traits {
	return chat.Traits{Bytes: appChatManner.bytes, PerMinute: 200, Pictures: true}
}

// Ready implements chat.Sender.
func (s *appChatSender) Ready() bool { return true }

// Send implements chat.Sender.
func (s *appChatSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noGroup
	}
	return within(appChatManner, func(as manner, _ bool) chat.Result {
		return s.post(ctx, groupBody{ChatID: to, Type: "markdown", Markdown: &markdownBody{as.markdown(m, key)}})
	})
}

var noGroup = chat.Result{State: chat.Refused, Detail: "未指定群聊"}

func (s *appChatSender) post(ctx context.Context, body groupBody) chat.Result {
	c, before := s.w.withToken(ctx, answerLimit, func(x *wctx.Context) error {
		_, err := appchat.NewClient(x).Send("appchat/send", body)
		return err
	})
	if before {
		return s.w.unsent(c)
	}
	return s.w.result(c)
}

// webhookSender sends through a group's robot; to is the configured name, never the key.
type webhookSender struct{ w *WeCom }

var _ chat.Sender = (*webhookSender)(nil)

// Route implements chat.Sender.
func (s *webhookSender) Route() (chat.Platform, chat.Route) { return chat.WeCom, chat.WeComWebhook }

// Traits implements chat.Sender.
func (s *webhookSender) Traits() chat.Traits {
	return chat.Traits{Bytes: webhookManner.bytes, PerMinute: 20, Mentions: true, Pictures: true}
}

// Ready implements chat.Sender.
func (s *webhookSender) Ready() bool { return true }

// Send implements chat.Sender.
func (s *webhookSender) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	secret, trouble := s.secret(to)
	if secret == "" {
		return trouble
	}
	return within(webhookManner, func(as manner, cards bool) chat.Result { return s.once(ctx, secret, m, key, as, cards) })
}

func (s *webhookSender) once(ctx context.Context, secret string, m chat.Message, key string, as manner, cards bool) chat.Result {
	body := groupBody{Type: "markdown"}
	// A card rings nobody, and one that cannot be pressed needs no id.
	if c, ok := s.w.cardOf(m, key, maker{room: botRoom, notices: true}); ok && cards && len(m.Mentions) == 0 {
		c.TaskID = ""
		body.Type, body.Card = "template_card", c
	} else {
		body.Markdown = &markdownBody{as.markdown(m, key)}
	}
	return s.post(ctx, secret, body)
}

// secret gives the key of a robot, or why there is none.
func (s *webhookSender) secret(to string) (string, chat.Result) {
	if to == "" {
		return "", chat.Result{State: chat.Refused, Detail: "未指定群机器人"}
	}
	return s.w.hooks[to], chat.Result{State: chat.Retry, After: mending, Detail: "配置中没有名为“" + to + "”的群机器人"}
}

func (s *webhookSender) post(ctx context.Context, secret string, body groupBody) chat.Result {
	// RobotBroadcast reports no error when the platform refused; the fence has noted the code.
	return s.w.result(s.w.through(ctx, secret, answerLimit, func(ticket string) error {
		_, err := robot.NewClient(nil).RobotBroadcast(ticket, body)
		return err
	}))
}
