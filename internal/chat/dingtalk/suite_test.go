package dingtalk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

const sessionKey = "session-key-0123456789"

// lane is one route as the fake plays it.
type lane struct {
	route chat.Route
	path  string
	to    func(*rig) string
	ok    string
	codes map[chattest.Case][2]string // status is the first character group, body the second
	read  func(body []byte) string
}

var lanes = []lane{
	{
		route: chat.DingGroup, path: "/v1.0/robot/groupMessages/send", to: func(*rig) string { return "cidEXAMPLE0001+a/b==" },
		ok: `{"processQueryKey":"pqk1"}`, read: readTemplate,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"400", `{"code":"contain.unsafe.url","message":"m","requestid":"R"}`},
			chattest.Limit:  {"403", `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"m"}`},
			chattest.Vanish: {"400", `{"code":"group.disbanded","message":"m"}`},
		},
	},
	{
		route: chat.DingPerson, path: "/v1.0/robot/oToMessages/batchSend", to: func(*rig) string { return "user0001" },
		ok: `{"processQueryKey":"pqk1","invalidStaffIdList":[],"flowControlledStaffIdList":[]}`, read: readTemplate,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"400", `{"code":"invalidParameter.msgParam.tooLong","message":"m"}`},
			chattest.Limit:  {"200", `{"processQueryKey":"","flowControlledStaffIdList":["user0001"]}`},
			chattest.Vanish: {"200", `{"processQueryKey":"pqk","invalidStaffIdList":["user0001"]}`},
		},
	},
	{
		route: chat.DingCustom, path: "/robot/send", to: func(*rig) string { return "外部群" },
		ok: `{"errcode":0,"errmsg":"ok"}`, read: readWebhook,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"200", `{"errcode":310000,"errmsg":"sign not match ` + customToken + `"}`},
			chattest.Limit:  {"200", `{"errcode":130101,"errmsg":"send too fast","status":1111,"wait":5,"punish":"deny"}`},
			chattest.Vanish: {"200", `{"errcode":"300001","errmsg":"token is not exist"}`},
		},
	},
	{
		route: chat.DingSessionHook, path: "/robot/sendBySession",
		to: func(r *rig) string { return r.srv.URL + "/robot/sendBySession?session=" + sessionKey },
		ok: `{"errcode":0,"errmsg":"ok"}`, read: readWebhook,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"200", `{"errcode":460101,"errmsg":"message too long ` + sessionKey + `"}`},
			chattest.Limit:  {"200", `{"errcode":410100,"errmsg":"m"}`},
			chattest.Vanish: {"200", `{"errcode":300001,"errmsg":"session 不存在"}`},
		},
	},
}

// TestSenders runs the platform-neutral promises on every route.
func TestSenders(t *testing.T) {
	for _, l := range lanes {
		t.Run(string(l.route), func(t *testing.T) {
			chattest.Suite(t, func(t *testing.T) *chattest.Rig { return l.rig(start(t)) })
		})
	}
}

func (l lane) rig(r *rig) *chattest.Rig {
	var mu sync.Mutex
	now := chattest.Accept
	var read, wire []string
	r.on(l.path, func(w http.ResponseWriter, _ *http.Request, body []byte) {
		mu.Lock()
		defer mu.Unlock()
		wire = append(wire, string(body))
		if now == chattest.Accept || now == chattest.Lose {
			read = append(read, l.read(body))
		}
		switch now {
		case chattest.Accept:
			reply(w, 200, l.ok)
		case chattest.Lose:
			panic(http.ErrAbortHandler)
		case chattest.Break:
			reply(w, 500, "<html>broken</html>")
		default:
			status := map[string]int{"200": 200, "400": 400, "403": 403}[l.codes[now][0]]
			reply(w, status, l.codes[now][1])
		}
	})
	return &chattest.Rig{
		Sender: r.sender(l.route), To: l.to(r), Log: r.log,
		Next:    func(c chattest.Case) { mu.Lock(); now = c; mu.Unlock() },
		Down:    r.srv.Close,
		Read:    func() []string { mu.Lock(); defer mu.Unlock(); return read },
		Wire:    func() []string { mu.Lock(); defer mu.Unlock(); return wire },
		Secrets: []string{appSecret, customToken, customSecret, accessToken, sessionKey},
	}
}

// readTemplate gives what a person reads of a message of the application robot.
func readTemplate(body []byte) string {
	var m struct{ MsgKey, MsgParam string }
	var p map[string]string
	if json.Unmarshal(body, &m) != nil || json.Unmarshal([]byte(m.MsgParam), &p) != nil || len(m.MsgParam) > paramLimit {
		return "unreadable"
	}
	out := []string{p["text"]}
	if m.MsgKey != "sampleMarkdown" {
		out[0] = p["title"] + "\n" + out[0]
	}
	for k, v := range p {
		if k != "text" && k != "title" {
			out = append(out, seen(v))
		}
	}
	return strings.Join(out, "\n")
}

// readWebhook gives what a person reads of a webhook message.
func readWebhook(body []byte) string {
	var m struct {
		MsgType    string
		Markdown   struct{ Title, Text string }
		ActionCard struct {
			Title, Text, SingleTitle, SingleURL string
			Btns                                []struct{ Title, ActionURL string }
		}
	}
	if json.Unmarshal(body, &m) != nil || len(body) > bodyLimit {
		return "unreadable"
	}
	if m.MsgType == "markdown" {
		return m.Markdown.Title + "\n" + m.Markdown.Text
	}
	c := m.ActionCard
	out := []string{c.Title, c.Text, c.SingleTitle, seen(c.SingleURL)}
	for _, b := range c.Btns {
		out = append(out, b.Title, seen(b.ActionURL))
	}
	return strings.Join(out, "\n")
}

// seen is a button's address, or the words it says.
func seen(address string) string {
	if words, ok := strings.CutPrefix(address, "dtmd://dingtalkclient/sendMessage?content="); ok {
		if said, err := url.QueryUnescape(words); err == nil {
			return said
		}
	}
	return address
}
