package dingtalk

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"duban/internal/chat"
)

const (
	// bodyLimit is the longest body of a webhook message in bytes.
	bodyLimit = 20_000
	// webhookPerMinute is the platform's limit; past it a robot is silenced for ten minutes.
	webhookPerMinute = 20
)

// webhookBody renders a message for a webhook, fitted to its limit. Only markdown can ring people, so with
// mentions the buttons become lines of it. id is the idempotency key, "" for none.
func webhookBody(m chat.Message, n manner, id string) []byte {
	ids, ring := ringing(m.Mentions)
	buttons := n.links(m.Buttons)
	card := len(ids) == 0 && len(buttons) > 0
	return []byte(chat.Fit(m, bodyLimit, func(m chat.Message) string {
		body := map[string]any{}
		if id != "" {
			body["msgUuid"] = id
		}
		if card {
			body["msgtype"], body["actionCard"] = "actionCard", actionCard(m, n, buttons)
			return string(compact(body))
		}
		body["msgtype"] = "markdown"
		body["markdown"] = map[string]string{"title": oneLine(m.Title), "text": text(m, n.inline(m.Buttons), ring)}
		if len(ids) > 0 {
			body["at"] = map[string]any{"atUserIds": ids, "isAtAll": false}
		}
		return string(compact(body))
	}))
}

func actionCard(m chat.Message, n manner, buttons []link) map[string]any {
	c := map[string]any{"title": oneLine(m.Title), "text": text(m, n.said(m.Buttons))}
	if len(buttons) == 1 {
		c["singleTitle"], c["singleURL"] = buttons[0].title, buttons[0].url
		return c
	}
	list := make([]map[string]string, len(buttons))
	for i, b := range buttons {
		list[i] = map[string]string{"title": b.title, "actionURL": b.url}
	}
	c["btnOrientation"], c["btns"] = "0", list
	return c
}

// session answers one message through the webhook that came with it.
type session struct{ d *DingTalk }

var _ chat.Sender = session{}

// Route implements chat.Sender.
func (session) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingSessionHook }

// Traits implements chat.Sender.
func (session) Traits() chat.Traits {
	return chat.Traits{Bytes: bodyLimit, PerMinute: webhookPerMinute, Mentions: true, Buttons: true}
}

// Ready implements chat.Sender.
func (session) Ready() bool { return true }

// Send implements chat.Sender. to is the webhook; an expired one is Gone.
func (s session) Send(ctx context.Context, to string, m chat.Message, _ string) chat.Result {
	switch {
	case to == "":
		return noTarget
	case !s.d.hooks.allow(to):
		return chat.Result{State: chat.Refused, Code: "host_not_allowed", Detail: "回复地址不是钉钉的，未发送"}
	}
	body := webhookBody(asButtons(m), s.d.manner("也可发送“%s”（群里请@我）"), "")
	s.d.usage.message()
	err := s.d.wire.call(ctx, request{method: http.MethodPost, url: to, body: body, old: true, secrets: bearer(to)}, nil)
	s.d.usage.hook(err)
	return s.d.outcome("", err)
}

// bearer gives what in a webhook must not be shown: all of it, and each of its values.
func bearer(hook string) []string {
	out := []string{hook}
	if u, err := url.Parse(hook); err == nil {
		out = append(out, u.RawQuery)
		for _, values := range u.Query() {
			out = append(out, values...)
		}
	}
	return out
}

// hookRule says which session webhooks are believed: they come out of messages.
type hookRule struct {
	hosts []string
	plain bool // http too: the configured platform is an imitation on this machine
}

func newHookRule(opt Options) hookRule {
	base, _ := url.Parse(opt.OldAPIBase) // checked by New
	r := hookRule{hosts: opt.SessionHosts, plain: base.Scheme == "http" && isLoopback(opt.OldAPIBase)}
	if len(r.hosts) == 0 {
		r.hosts = []string{base.Host}
	}
	return r
}

func (r hookRule) allow(hook string) bool {
	u, err := url.Parse(hook)
	if err != nil || u.User != nil || !slices.ContainsFunc(r.hosts, func(h string) bool { return strings.EqualFold(h, u.Host) }) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && r.plain && isLoopback(hook)
}

// isLoopback reports whether an address names this machine.
func isLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// custom sends through the configured webhooks of groups, outsiders included. Such a robot hears nothing, so
// buttons that say something are shown as words.
type custom struct{ d *DingTalk }

var _ chat.Sender = custom{}

// Route implements chat.Sender.
func (custom) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingCustom }

// Traits implements chat.Sender.
func (custom) Traits() chat.Traits {
	return chat.Traits{Bytes: bodyLimit, PerMinute: webhookPerMinute, Mentions: true, Dedup: true}
}

// Ready implements chat.Sender.
func (custom) Ready() bool { return true }

// Send implements chat.Sender. to is the robot's configured name; key becomes the idempotency key.
func (c custom) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	robot, ok := c.d.opt.Custom[to]
	if !ok {
		return chat.Result{State: chat.Retry, After: mending, Code: "no_robot", Detail: "配置中没有名为“" + to + "”的群机器人"}
	}
	q := url.Values{"access_token": {robot.AccessToken}}
	if robot.Secret != "" {
		stamp := strconv.FormatInt(c.d.clock.Now().UnixMilli(), 10)
		q.Set("timestamp", stamp)
		q.Set("sign", sign(stamp, robot.Secret))
	}
	body := webhookBody(asButtons(m), manner{bare: c.d.opt.Plain, hint: "请向督办机器人发送“%s”"}, key)
	c.d.usage.message()
	err := c.d.wire.call(ctx, request{method: http.MethodPost, url: c.d.opt.OldAPIBase + "/robot/send?" + q.Encode(), body: body, old: true}, nil)
	c.d.usage.hook(err)
	return c.d.outcome("", err)
}
