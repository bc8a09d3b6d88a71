package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"duban/internal/chat"
)

var (
	_ chat.Recaller = group{}
	_ chat.Recaller = person{}
	_ chat.ReadBy   = group{}
	_ chat.ReadBy   = person{}
)

// Recall implements chat.Recaller: within 24 h of sending, and without a trace in the chat.
func (g group) Recall(ctx context.Context, to, id string) chat.Result {
	if to == "" {
		return noTarget
	}
	return g.d.recall(ctx, "/v1.0/robot/groupMessages/recall", map[string]any{"openConversationId": to}, id)
}

// Recall implements chat.Recaller: within 24 h of sending, and without a trace in the chat.
func (p person) Recall(ctx context.Context, _, id string) chat.Result {
	return p.d.recall(ctx, "/v1.0/robot/otoMessages/batchRecall", map[string]any{}, id)
}

// recall takes one message back. Taking it back twice is no harm.
func (d *DingTalk) recall(ctx context.Context, path string, body map[string]any, id string) chat.Result {
	if id == "" {
		return chat.Result{State: chat.Refused, Code: "no_message", Detail: "没有可撤回的消息编号"}
	}
	body["robotCode"], body["processQueryKeys"] = d.opt.RobotCode, []string{id}
	var out struct {
		Done   []string          `json:"successResult"`
		Failed map[string]scalar `json:"failedResult"`
	}
	err := d.api(ctx, http.MethodPost, path, body, &out)
	switch reason, failed := out.Failed[id]; {
	case err != nil:
	case failed:
		return chat.Result{State: chat.Refused, Code: "recall_failed", Detail: "钉钉没有撤回：超过24小时或已撤回(" + clip(d.wire.hide(string(reason), request{}), 200) + ")"}
	case !slices.Contains(out.Done, id):
		err = &trouble{status: http.StatusOK, left: true, cause: errors.New("the answer does not name the message")}
	}
	return d.outcome(id, err)
}

// errRecalled is why nobody has read a message.
var errRecalled = errors.New("dingtalk: the message was taken back")

const (
	readPage = 200 // the platform's most
	// pages bounds the asking: a group has at most some thousand members, and each page is a counted call.
	pages = 10
)

// ReadBy implements chat.ReadBy, within 24 h of sending. Each page of 200 readers is a counted call.
func (g group) ReadBy(ctx context.Context, to, id string) ([]string, error) {
	var all []string
	next := ""
	for range pages {
		var out struct {
			SendStatus  scalar   `json:"sendStatus"`
			ReadUserIDs []string `json:"readUserIds"`
			NextToken   scalar   `json:"nextToken"`
			HasMore     bool     `json:"hasMore"`
		}
		body := map[string]any{"openConversationId": to, "robotCode": g.d.opt.RobotCode, "processQueryKey": id, "maxResults": readPage}
		if next != "" {
			body["nextToken"] = next
		}
		if err := g.d.api(ctx, http.MethodPost, "/v1.0/robot/groupMessages/query", body, &out); err != nil {
			return nil, err
		}
		if recalled(out.SendStatus) {
			return nil, errRecalled
		}
		all = append(all, out.ReadUserIDs...)
		if next = string(out.NextToken); !out.HasMore || next == "" {
			break
		}
	}
	return all, nil
}

// ReadBy implements chat.ReadBy, within 24 h of sending. It is a counted call.
func (p person) ReadBy(ctx context.Context, _, id string) ([]string, error) {
	var out struct {
		SendStatus scalar `json:"sendStatus"`
		List       []struct {
			UserID     string `json:"userId"`
			ReadStatus scalar `json:"readStatus"`
		} `json:"messageReadInfoList"`
	}
	q := url.Values{"robotCode": {p.d.opt.RobotCode}, "processQueryKey": {id}}
	if err := p.d.api(ctx, http.MethodGet, "/v1.0/robot/oToMessages/readStatus?"+q.Encode(), nil, &out); err != nil {
		return nil, err
	}
	if recalled(out.SendStatus) {
		return nil, errRecalled
	}
	var read []string
	for _, r := range out.List {
		if strings.EqualFold(string(r.ReadStatus), "READ") {
			read = append(read, r.UserID)
		}
	}
	return read, nil
}

// recalled compares leniently: the platform misspells its own words.
func recalled(status scalar) bool { return strings.EqualFold(string(status), "RECALLED") }
