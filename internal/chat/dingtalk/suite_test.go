package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

const sessionKey = "session-key-0123456789"

// lane is one route as the fake plays it.
type lane struct {
	name      string
	route     chat.Route
	change    func(*Options)
	never     []chattest.Case
	pressable bool // every message gets a button, so that it goes as a card
	path      string
	to        func(*rig) string
	ok        string
	codes     map[chattest.Case][2]string // status is the first character group, body the second
	read      func(body []byte) string
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
	{
		// What the card is refused for, or lost, is in card_test: the message then goes another way.
		name: " as card", route: chat.DingGroup, change: withCards, pressable: true, never: []chattest.Case{chattest.Refuse, chattest.Lose},
		path: deliverPath, to: func(*rig) string { return "cidEXAMPLE0001+a/b==" }, ok: delivered, read: readCard,
		codes: map[chattest.Case][2]string{
			chattest.Limit:  {"403", `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"` + appSecret + `"}`},
			chattest.Vanish: {"400", `{"code":"group.disbanded","message":"` + accessToken + `"}`},
		},
	},
	{
		name: " as card", route: chat.DingPerson, change: withCards, pressable: true, never: []chattest.Case{chattest.Refuse, chattest.Lose},
		path: deliverPath, to: func(*rig) string { return "user0001" }, ok: delivered, read: readCard,
		codes: map[chattest.Case][2]string{
			chattest.Limit:  {"403", `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"` + appSecret + `"}`},
			chattest.Vanish: {"400", `{"code":"staffId.notExisted","message":"` + accessToken + `"}`},
		},
	},
	{
		name: " changed", route: chat.DingCard, change: withCards, never: []chattest.Case{chattest.Vanish},
		path: cardPath, to: func(*rig) string { return "d7-0123456789abcdef" }, ok: `{"success":true,"result":true}`, read: readCard,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"400", `{"code":"param.cardNotExist","message":"` + appSecret + `"}`},
			chattest.Limit:  {"403", `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"m"}`},
		},
	},
	{
		name: " plain", route: chat.DingGroup, change: func(o *Options) { o.Plain = true }, path: "/v1.0/robot/groupMessages/send",
		to: func(*rig) string { return "cidEXAMPLE0001+a/b==" }, ok: `{"processQueryKey":"pqk1"}`, read: readTemplate,
		codes: map[chattest.Case][2]string{
			chattest.Refuse: {"400", `{"code":"contain.unsafe.url","message":"m","requestid":"R"}`},
			chattest.Limit:  {"403", `{"code":"Forbidden.AccessDenied.QpmLimitForAppkeyAndApi","message":"m"}`},
			chattest.Vanish: {"400", `{"code":"group.disbanded","message":"m"}`},
		},
	},
}

// pressable gives every message a button that says something.
type pressable struct{ chat.Sender }

func (p pressable) Illustrate(ctx context.Context, to string, photo chat.Photo, key string) chat.Result {
	return p.Sender.(chat.Illustrator).Illustrate(ctx, to, photo, key)
}

func (p pressable) Send(ctx context.Context, to string, m chat.Message, key string) chat.Result {
	m.Buttons = append(m.Buttons, chat.Button{Label: "收到", Say: "收到 9"})
	return p.Sender.Send(ctx, to, m, key)
}

const (
	cardTemplate = "00000000-0000-0000-0000-000000000001.schema"
	deliverPath  = "/v1.0/card/instances/createAndDeliver"
	cardPath     = "/v1.0/card/instances"
	delivered    = `{"success":true,"result":{"outTrackId":"x","deliverResults":[{"spaceType":"IM_GROUP","spaceId":"s","success":true,"carrierId":"pqk-card","errorMsg":""}]}}`
)

// picturePath is where pictures go that are no cards.
var picturePath = map[chat.Route]string{chat.DingGroup: "/v1.0/robot/groupMessages/send", chat.DingPerson: "/v1.0/robot/oToMessages/batchSend"}

func withCards(o *Options) { o.CardTemplate = cardTemplate }

// readCard gives what a person reads of a card.
func readCard(body []byte) string {
	var c struct {
		CardData struct {
			CardParamMap map[string]string `json:"cardParamMap"`
		} `json:"cardData"`
	}
	if json.Unmarshal(body, &c) != nil {
		return "unreadable"
	}
	f := c.CardData.CardParamMap
	out := []string{f["title"]}
	for _, name := range []string{"text", "button", "say", "link", "url"} {
		for i := 1; f[name+strconv.Itoa(i)] != ""; i++ {
			out = append(out, f[name+strconv.Itoa(i)])
		}
	}
	for name, v := range f {
		if len(v) > cardValue || len(name) > 100 {
			return "a value of " + name + " is too long"
		}
	}
	return strings.Join(append(out, f["foot"]), "\n")
}

// TestSenders runs the platform-neutral promises on every route.
func TestSenders(t *testing.T) {
	for _, l := range lanes {
		if l.change == nil {
			l.change = func(*Options) {}
		}
		t.Run(string(l.route)+l.name, func(t *testing.T) {
			chattest.Suite(t, func(t *testing.T) *chattest.Rig { return l.rig(start(t, l.change)) })
		})
	}
}

func (l lane) rig(r *rig) *chattest.Rig {
	var mu sync.Mutex
	now := chattest.Accept
	var read, wire []string
	var shown [][]byte
	media := r.media()
	r.on(l.path, func(w http.ResponseWriter, _ *http.Request, body []byte) {
		mu.Lock()
		defer mu.Unlock()
		wire = append(wire, string(body))
		if now == chattest.Accept || now == chattest.Lose {
			read = append(read, l.read(body))
			if id := imageOf(body); id != "" {
				shown = append(shown, media(id))
			}
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
	sender := r.sender(l.route)
	if l.pressable {
		sender = pressable{sender}
	}
	if l.path == deliverPath { // a picture is no card
		r.on(picturePath[l.route], func(w http.ResponseWriter, _ *http.Request, body []byte) {
			mu.Lock()
			defer mu.Unlock()
			wire = append(wire, string(body))
			shown = append(shown, media(imageOf(body)))
			if now == chattest.Lose {
				panic(http.ErrAbortHandler)
			}
			reply(w, 200, `{"processQueryKey":"pqk1"}`)
		})
	}
	return &chattest.Rig{
		Sender: sender, To: l.to(r), Log: r.log, Never: l.never,
		Next:    func(c chattest.Case) { mu.Lock(); now = c; mu.Unlock() },
		Down:    r.srv.Close,
		Read:    func() []string { mu.Lock(); defer mu.Unlock(); return read },
		Wire:    func() []string { mu.Lock(); defer mu.Unlock(); return wire },
		Shown:   func() [][]byte { mu.Lock(); defer mu.Unlock(); return shown },
		Secrets: []string{appSecret, customToken, customSecret, accessToken, sessionKey},
	}
}

// imageOf gives the media id of a picture's message, "" for any other.
func imageOf(body []byte) string {
	var m struct{ MsgKey, MsgParam string }
	var p struct{ PhotoURL string }
	if json.Unmarshal(body, &m) != nil || m.MsgKey != "sampleImageMsg" || json.Unmarshal([]byte(m.MsgParam), &p) != nil {
		return ""
	}
	return p.PhotoURL
}

// media takes uploads and gives what has which id.
func (f *fake) media() func(id string) []byte {
	var mu sync.Mutex
	kept := map[string][]byte{}
	f.on("/media/upload", func(w http.ResponseWriter, r *http.Request, body []byte) {
		r.Body = io.NopCloser(bytes.NewReader(body))
		file, head, err := r.FormFile("media")
		if err != nil || r.FormValue("type") != "image" || !strings.HasSuffix(head.Filename, ".png") && !strings.HasSuffix(head.Filename, ".jpg") || r.URL.Query().Get("access_token") != accessToken {
			reply(w, 200, `{"errcode":400002,"errmsg":"bad upload"}`)
			return
		}
		data, _ := io.ReadAll(file)
		mu.Lock()
		defer mu.Unlock()
		id := "@l" + strconv.Itoa(len(kept))
		kept[id] = data
		reply(w, 200, `{"errcode":0,"errmsg":"ok","media_id":"`+id+`","type":"image","created_at":1}`)
	})
	return func(id string) []byte { mu.Lock(); defer mu.Unlock(); return kept[id] }
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
