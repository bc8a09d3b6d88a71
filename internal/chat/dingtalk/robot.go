package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"duban/internal/chat"
)

// paramLimit is the longest msgParam in bytes.
const paramLimit = 15_000

// noTarget answers a send to nobody; nothing leaves.
var noTarget = chat.Result{State: chat.Refused, Code: "no_target", Detail: "没有发送对象"}

// template renders a message as msgKey and msgParam of the application robot, fitted to its limit.
func template(m chat.Message, n manner) (key, param string) {
	buttons := n.links(m.Buttons)
	if len(buttons) > mostButtons || n.bare {
		return "sampleMarkdown", chat.Fit(m, paramLimit, func(m chat.Message) string {
			return string(compact(map[string]string{"title": oneLine(m.Title), "text": text(m, n.inline(m.Buttons))}))
		})
	}
	key = [...]string{"sampleMarkdown", "sampleActionCard", "sampleActionCard2", "sampleActionCard3", "sampleActionCard4", "sampleActionCard5"}[len(buttons)]
	return key, chat.Fit(m, paramLimit, func(m chat.Message) string {
		p := map[string]string{"title": oneLine(m.Title), "text": text(m, n.said(m.Buttons))}
		for i, b := range buttons {
			title, address := "actionTitle"+strconv.Itoa(i+1), "actionURL"+strconv.Itoa(i+1)
			if len(buttons) == 1 {
				title, address = "singleTitle", "singleURL"
			}
			p[title], p[address] = b.title, b.url
		}
		return string(compact(p))
	})
}

// group sends to an internal group as the application robot. Only its cards can ring people.
type group struct{ d *DingTalk }

var _ chat.Sender = group{}

// Route implements chat.Sender.
func (group) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingGroup }

// Traits implements chat.Sender.
func (g group) Traits() chat.Traits {
	return chat.Traits{Bytes: paramLimit, Buttons: true, Mentions: g.d.hasCards(), Pictures: g.d.shows()}
}

// Ready implements chat.Sender.
func (group) Ready() bool { return true }

// Send implements chat.Sender. to is the openConversationId.
func (g group) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	m = asButtons(m)
	if res, done := g.d.carded(ctx, space{group: true, to: to}, m, key); done {
		return res
	}
	msgKey, param := template(m, g.d.manner("也可@我发送“%s”"))
	return g.post(ctx, to, msgKey, param)
}

func (g group) post(ctx context.Context, to, msgKey, param string) chat.Result {
	var out struct {
		ProcessQueryKey string `json:"processQueryKey"`
	}
	err := g.d.api(ctx, http.MethodPost, "/v1.0/robot/groupMessages/send", map[string]string{
		"robotCode": g.d.opt.RobotCode, "openConversationId": to, "msgKey": msgKey, "msgParam": param,
	}, &out)
	return g.d.outcome(out.ProcessQueryKey, accepted(out.ProcessQueryKey, err))
}

// accepted turns a success without the platform's own sign of it into trouble.
func accepted(sign string, err error) error {
	if err == nil && sign == "" {
		return &trouble{status: http.StatusOK, left: true, cause: errors.New("the answer has no processQueryKey")}
	}
	return err
}

// person sends to one person as the application robot.
type person struct{ d *DingTalk }

var _ chat.Sender = person{}

// Route implements chat.Sender.
func (person) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingPerson }

// Traits implements chat.Sender.
func (p person) Traits() chat.Traits {
	return chat.Traits{Bytes: paramLimit, Buttons: true, Pictures: p.d.shows()}
}

// Ready implements chat.Sender.
func (person) Ready() bool { return true }

// Send implements chat.Sender. to is the userId. The platform answers HTTP 200 also when it held the message
// back or knows nobody of that id.
func (p person) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	m = asButtons(m)
	if res, done := p.d.carded(ctx, space{to: to}, m, key); done {
		return res
	}
	msgKey, param := template(m, p.d.manner("也可发送“%s”"))
	return p.post(ctx, to, msgKey, param)
}

func (p person) post(ctx context.Context, to, msgKey, param string) chat.Result {
	var out struct {
		ProcessQueryKey string   `json:"processQueryKey"`
		Invalid         []string `json:"invalidStaffIdList"`
		Held            []string `json:"flowControlledStaffIdList"`
	}
	err := p.d.api(ctx, http.MethodPost, "/v1.0/robot/oToMessages/batchSend", map[string]any{
		"robotCode": p.d.opt.RobotCode, "userIds": []string{to}, "msgKey": msgKey, "msgParam": param,
	}, &out)
	switch {
	case err != nil:
	case slices.Contains(out.Invalid, to):
		err = &trouble{status: http.StatusOK, left: true, code: invalidStaff, message: fmt.Sprintf("userid %s", to)}
	case slices.Contains(out.Held, to):
		err = &trouble{status: http.StatusOK, left: true, code: flowControlled}
	}
	return p.d.outcome(out.ProcessQueryKey, accepted(out.ProcessQueryKey, err))
}
