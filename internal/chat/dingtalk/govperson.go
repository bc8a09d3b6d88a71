package dingtalk

import (
	"context"
	"net/url"
	"strings"

	"duban/internal/chat"
)

// govBytes is the longest work notification in bytes, as on the public platform.
const govBytes = 2048

// notified sends a work notification (工作通知) to one person of a government deployment: words alone, and at most one
// link. It hears nothing, so what can be said is said to the robot in a group.
type notified struct{ g *gov }

var _ chat.Sender = notified{}

// Route implements chat.Sender.
func (notified) Route() (chat.Platform, chat.Route) { return chat.DingTalk, chat.DingPerson }

// Traits implements chat.Sender.
func (notified) Traits() chat.Traits { return chat.Traits{Bytes: govBytes} }

// Ready implements chat.Sender.
func (notified) Ready() bool { return true }

// Send implements chat.Sender. to is what the register names people by.
func (n notified) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	g := n.g
	receiver := to
	if g.byCode {
		found, err := g.accounts(ctx, []string{to})
		if err != nil {
			return unsent(g.d.outcome("", err))
		}
		if receiver = found[to]; receiver == "" {
			return chat.Result{State: chat.Gone, Code: invalidStaff, Detail: whyPerson}
		}
	}
	err := g.call(ctx, "/message/workNotification", url.Values{
		"receiverIds": {receiver}, "tenantId": {g.tenant}, "bizMsgId": {key}, "msg": {govMessage(m)},
	}, nil)
	return g.d.outcome("", err)
}

// unsent is the outcome of a look-up that came before the message: nothing of it is unknown.
func unsent(r chat.Result) chat.Result {
	if r.State == chat.Unknown {
		r.State = chat.Retry
	}
	return r
}

// govMessage renders a message as a work notification: with a page to open as an action_card, else as text.
func govMessage(m chat.Message) string {
	m = asButtons(m)
	hint := manner{bare: true, hint: "请在群里@督办机器人发送“%s”"}
	var page *chat.Button
	for i := range m.Buttons {
		if b := &m.Buttons[i]; b.URL != "" && page == nil {
			page = b
		}
	}
	return chat.Fit(m, govBytes, func(m chat.Message) string {
		if page == nil {
			words := strings.Join(append(append([]string{m.Title}, m.Rows...), m.Foot...), "\n")
			return string(compact(map[string]any{"msgtype": "text", "text": map[string]string{"content": strings.ReplaceAll(strings.Join(append([]string{words}, hint.said(m.Buttons)...), "\n"), "**", "")}}))
		}
		return string(compact(map[string]any{"msgtype": "action_card", "action_card": map[string]string{
			"title": oneLine(m.Title), "markdown": text(m, hint.said(m.Buttons)), "single_title": page.Label, "single_url": page.URL, "single_pc_url": page.URL,
		}}))
	})
}

// Strangers gives those of the ids that the government deployment does not know; ok is false where it cannot be asked,
// because the register names people by account id.
func (d *DingTalk) Strangers(ctx context.Context, ids []string) (unknown []string, ok bool, err error) {
	if d.gov == nil || !d.gov.byCode || len(ids) == 0 {
		return nil, false, nil
	}
	for len(ids) > 0 {
		some := ids[:min(len(ids), govPage)]
		ids = ids[len(some):]
		found, err := d.gov.accounts(ctx, some)
		if err != nil {
			return nil, true, err
		}
		for _, id := range some {
			if found[id] == "" {
				unknown = append(unknown, id)
			}
		}
	}
	return unknown, true, nil
}

// govPage is how many people are asked about at once.
const govPage = 50

// govURL is where a browser is sent to sign in by a scanned code.
func (g *gov) govURL(redirect, state string) string {
	q := url.Values{
		"response_type": {"code"}, "client_id": {g.d.opt.AppKey}, "redirect_uri": {redirect}, "scope": {"get_user_info"},
		"authType": {"QRCODE"}, "state": {state},
	}
	return g.d.opt.LoginBase + "/oauth2/auth.htm?" + q.Encode()
}

// userID trades the code of the sign-in page for what the register names people by.
func (g *gov) userID(ctx context.Context, code string) (string, error) {
	var out struct {
		AccountID    scalar `json:"accountId"`
		EmployeeCode scalar `json:"employeeCode"`
	}
	if err := g.call(ctx, "/rpc/oauth2/getuserinfo_bycode.json", url.Values{"code": {code}}, &out); err != nil {
		return "", signInFault(err)
	}
	id := out.AccountID
	if g.byCode {
		id = out.EmployeeCode
	}
	if id == "" {
		return "", errStranger
	}
	return string(id), nil
}
