package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/chat/wecom"
	"duban/internal/clock"
	sandbox "duban/internal/sandbox/wecom"
)

const (
	wecomCorp      = "ww1a2b3c4d5e6f7a8b"
	wecomSecret    = "app+secret/9f31c7"
	wecomToken     = "QDG6eK-callback"
	wecomAESKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	wecomBot       = "aibTEST"
	wecomBotSecret = "bot+secret/77aa01"
	wecomHookKey   = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
	wecomGroup     = "wrGROUP"
)

var wecomSecrets = []string{wecomSecret, wecomToken, wecomAESKey, wecomBotSecret, wecomHookKey}

// wecomWorld is the adapter on the imitation platform, joined by the wire alone.
type wecomWorld struct {
	t     *testing.T
	s     *sandbox.Server
	w     *wecom.WeCom
	clock *clock.Turnable
	log   *chattest.Log
	inbox chan chat.Incoming

	mu    sync.Mutex
	posts []string // bodies of the messages that were posted
}

// RoundTrip notes what is posted.
func (x *wecomWorld) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodPost && r.Body != nil {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		if !strings.Contains(r.URL.Path, "upload") { // a file that nobody is shown is no message
			x.mu.Lock()
			x.posts = append(x.posts, string(body))
			x.mu.Unlock()
		}
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return http.DefaultTransport.RoundTrip(r)
}

func newWeComWorld(t *testing.T) *wecomWorld {
	t.Helper()
	x := &wecomWorld{t: t, clock: clock.NewTurnable(time.Date(2026, 1, 5, 9, 7, 0, 0, clock.Shanghai)), inbox: make(chan chat.Incoming, 64)}
	s, err := sandbox.Start(sandbox.Options{Now: x.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	x.s = s
	logger, log := chattest.NewLog()
	x.log = log
	x.w, err = wecom.New(wecom.Options{
		CorpID: wecomCorp, AgentID: "1000002", Secret: wecomSecret, Token: wecomToken, AESKey: wecomAESKey,
		BotID: wecomBot, BotSecret: wecomBotSecret, Webhooks: map[string]string{"泵站专班群": wecomHookKey},
		APIBase: s.URL(), WSBase: s.WSURL(), OAuthBase: s.URL(), Home: "https://duban.example/", Clock: x.clock, Log: logger, HTTP: &http.Client{Transport: x},
		Inbox: func(_ context.Context, in chat.Incoming) error { x.inbox <- in; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	door := httptest.NewServer(x.w.Callback())
	t.Cleanup(door.Close)
	s.SetCorp(wecomCorp)
	for _, id := range []string{"zhangsan", "lisi"} {
		s.AddUser(sandbox.User{ID: id, Name: "名" + id})
	}
	s.AddApp(sandbox.App{AgentID: 1000002, Secret: wecomSecret, Token: wecomToken, AESKey: wecomAESKey, CallbackURL: door.URL, RootScope: true})
	s.AddBot(sandbox.Bot{ID: wecomBot, Secret: wecomBotSecret, Name: "督办助手"})
	s.AddGroup(sandbox.Group{ChatID: wecomGroup, Name: "泵站专班", Members: []string{"zhangsan", "lisi"}, BotID: wecomBot, WebhookKeys: []string{wecomHookKey}})
	t.Cleanup(func() { chattest.NoSecrets(t, wecomSecrets, log.String()) })
	return x
}

// connect runs the aibot until the test ends.
func (x *wecomWorld) connect() {
	x.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- x.w.Run(ctx) }()
	x.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			x.t.Error(err)
		}
	})
	x.until(x.w.Ready)
}

func (x *wecomWorld) until(ok func() bool) {
	x.t.Helper()
	for !ok() {
		if x.t.Context().Err() != nil {
			x.t.Fatal("it never came about")
		}
		time.Sleep(time.Millisecond)
	}
}

func (x *wecomWorld) sender(route chat.Route) chat.Sender {
	x.t.Helper()
	for _, s := range x.w.Senders() {
		if _, r := s.Route(); r == route {
			return s
		}
	}
	x.t.Fatalf("no sender for %s", route)
	return nil
}

// must waits for the next thing that came in.
func (x *wecomWorld) must(err error) chat.Incoming {
	x.t.Helper()
	if err != nil {
		x.t.Fatal(err)
	}
	return <-x.inbox
}

func (x *wecomWorld) group() string {
	x.t.Helper()
	tok := x.get("/cgi-bin/gettoken?corpid=" + wecomCorp + "&corpsecret=" + url.QueryEscape(wecomSecret))["access_token"].(string)
	resp, err := http.Post(x.s.URL()+"/cgi-bin/appchat/create?access_token="+tok, "application/json",
		strings.NewReader(`{"name":"泵站","owner":"zhangsan","userlist":["zhangsan","lisi"],"chatid":"group1"}`))
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	return "group1"
}

func (x *wecomWorld) get(path string) (out map[string]any) {
	x.t.Helper()
	resp, err := http.Get(x.s.URL() + path)
	if err != nil {
		x.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		x.t.Fatal(err)
	}
	return out
}

func (x *wecomWorld) read() (out []string) {
	for _, m := range x.s.Messages() {
		text := m.Text
		for _, b := range m.Buttons {
			text += "\n" + b.Text + " " + b.Key + b.URL
		}
		out = append(out, text)
	}
	return out
}

func (x *wecomWorld) wire(live bool) (out []string) {
	if !live {
		x.mu.Lock()
		defer x.mu.Unlock()
		return append(out, x.posts...)
	}
	for _, m := range x.s.Messages() {
		out = append(out, string(m.Raw))
	}
	return out
}

// pressed sends a card on the route that a change belongs to, lets somebody press it and gives the handle of the
// change.
func (x *wecomWorld) pressed(route chat.Route) string {
	x.t.Helper()
	first, to := chat.WeComApp, "zhangsan"
	if route == chat.WeComBotCard {
		x.connect()
		_, err := x.s.SayInGroup(wecomGroup, "zhangsan", "帮助")
		first, to = chat.WeComBot, x.must(err).ChatID
	}
	card := chat.Message{Title: "请签收", Rows: []string{"一行"}, Buttons: []chat.Button{{Label: "签收", Say: "签收 3"}}}
	sent := x.sender(first).Send(x.t.Context(), to, card, "k0")
	m := x.s.Messages()[0]
	if sent.State != chat.Sent || sent.Card == "" || m.Card == nil {
		x.t.Fatalf("no card: %+v", sent)
	}
	in := x.must(x.s.Press(m.Seq, "zhangsan", m.Buttons[0].Key, nil))
	if in.Kind != chat.Press || in.Text != "签收 3" || in.Card == nil || in.Card.ID != sent.Card || in.Card.Update.Route != route {
		x.t.Fatalf("the press is %+v of the card %q", in, sent.Card)
	}
	return in.Card.Update.To
}

// changed gives the cards that were changed, as people now read them.
func (x *wecomWorld) changed() (out []string) {
	for i, m := range x.s.Messages() {
		if m.Updated {
			out = append(out, x.read()[i])
		}
	}
	return out
}

func TestWeComSuite(t *testing.T) {
	for _, c := range []struct {
		route chat.Route
		path  string
		gone  int
	}{
		{chat.WeComApp, "/cgi-bin/message/send", 81013},
		{chat.WeComAppChat, "/cgi-bin/appchat/send", 86003},
		{chat.WeComWebhook, "/cgi-bin/webhook/send", 93000},
		{chat.WeComBot, "ws/aibot_send_msg", 93008},
		{chat.WeComBotReply, "ws/aibot_respond_msg", 93008},
		{chat.WeComAppCard, "/cgi-bin/message/update_template_card", 81013},
		{chat.WeComBotCard, "ws/aibot_respond_update_msg", 93008},
	} {
		t.Run(string(c.route), func(t *testing.T) {
			live := strings.HasPrefix(c.path, "ws")
			chattest.Suite(t, func(t *testing.T) *chattest.Rig {
				x := newWeComWorld(t)
				r := &chattest.Rig{Sender: x.sender(c.route), Read: x.read, Wire: func() []string { return x.wire(live) }, Secrets: wecomSecrets, Log: x.log}
				r.Down = func() {
					x.s.Close()
					if live {
						x.until(func() bool { return !x.w.Ready() })
					}
				}
				r.Next = func(k chattest.Case) {
					x.s.ClearFaults()
					f := sandbox.Fault{Path: c.path, Times: 1000}
					switch k {
					case chattest.Accept:
						return
					case chattest.Refuse:
						f.ErrCode = 40058
					case chattest.Limit:
						f.ErrCode = 45009
					case chattest.Vanish:
						f.ErrCode = c.gone
					case chattest.Lose:
						f.AfterAccept = true
						if live { // without a status the connection stays and only the answer is missing
							f.HTTPStatus = http.StatusInternalServerError
						}
					case chattest.Break:
						f.HTTPStatus = http.StatusInternalServerError
					}
					x.s.Inject(f)
				}
				r.Shown = func() (out [][]byte) {
					for _, m := range x.s.Messages() {
						if _, data, ok := x.s.Media(m.MediaID); ok {
							out = append(out, data)
						}
					}
					return out
				}
				r.TakenBack = func(id string) bool {
					return slices.ContainsFunc(x.s.Messages(), func(m sandbox.Message) bool { return m.MsgID == id && m.Recalled })
				}
				switch c.route {
				case chat.WeComApp:
					r.To = "zhangsan"
				case chat.WeComAppCard, chat.WeComBotCard:
					r.To, r.Read, r.Once = x.pressed(c.route), x.changed, true
					if !live {
						sent := len(x.wire(false))
						r.Wire = func() []string { return x.wire(false)[sent:] }
					} else {
						r.Wire = x.changed
					}
				case chat.WeComAppChat:
					r.To = x.group()
				case chat.WeComWebhook:
					r.To = "泵站专班群"
				default:
					x.connect()
					_, err := x.s.SayInGroup(wecomGroup, "zhangsan", "帮助")
					in := x.must(err)
					if r.To = in.ChatID; c.route == chat.WeComBotReply {
						r.To = in.Reply.To
					}
				}
				return r
			})
		})
	}
}

// What people do on the platform comes in once, whole, and can be answered where it was said.
func TestWeComIncoming(t *testing.T) {
	x := newWeComWorld(t)
	x.connect()
	if err := x.s.VerifyURL(1000002); err != nil {
		t.Error(err)
	}
	answer := func(in chat.Incoming, want string) {
		t.Helper()
		r := x.sender(in.Reply.Route).Send(t.Context(), in.Reply.To, chat.Message{Title: want}, want)
		last := x.s.Messages()[len(x.s.Messages())-1]
		if r.State != chat.Sent || !strings.Contains(last.Text, want) || last.ChatID != in.ChatID {
			t.Errorf("%s: %+v, seen %+v", want, r, last)
		}
	}
	id, err := x.s.SayToApp("zhangsan", "进展 泵站 62% <完>&")
	if in := x.must(err); in.ID != id || in.Kind != chat.Text || in.Text != "进展 泵站 62% <完>&" || in.UserID != "zhangsan" || !in.At.Equal(x.clock.Now()) {
		t.Errorf("%+v", in)
	} else {
		answer(in, "已收到一")
	}
	if in := x.must(x.s.EnterApp("lisi")); in.Kind != chat.Enter || in.UserID != "lisi" {
		t.Errorf("%+v", in)
	}
	picture := append([]byte("\xff\xd8\xff\xe0"), bytes.Repeat([]byte{7}, 500)...)
	_, err = x.s.SendImageToApp("zhangsan", picture)
	in := x.must(err)
	if in.Kind != chat.Picture || len(in.Media) != 1 {
		t.Fatalf("%+v", in)
	}
	if data, kind, err := x.w.Fetch(t.Context(), in.Media[0], 1<<20); err != nil || !bytes.Equal(data, picture) || kind != "image/jpeg" {
		t.Errorf("%d bytes of %s, %v", len(data), kind, err)
	}
	id, err = x.s.SayInGroup(wecomGroup, "lisi", "逾期 泵站")
	if in := x.must(err); in.ID != id || in.Text != "逾期 泵站" || in.ChatID != wecomGroup || in.UserID != "lisi" {
		t.Errorf("%+v", in)
	} else {
		answer(in, "已收到二")
	}
	_, err = x.s.SayToBot("lisi", "帮助")
	if in := x.must(err); in.ChatID != "" || in.Text != "帮助" {
		t.Errorf("%+v", in)
	} else {
		answer(in, "已收到三")
	}
	if in := x.must(x.s.EnterBot("zhangsan")); in.Kind != chat.Enter {
		t.Errorf("%+v", in)
	} else {
		answer(in, "您好")
	}
}

// A button says its words in the name of who presses it, on either way.
func TestWeComPress(t *testing.T) {
	x := newWeComWorld(t)
	x.connect()
	_, err := x.s.SayInGroup(wecomGroup, "lisi", "帮助")
	x.must(err)
	m := chat.Message{Title: "节点逾期 3 天", Rows: []string{"责任人：张三"}, Foot: []string{"预警〔2026〕3号"}, Buttons: []chat.Button{{Label: "填写原因", Say: "原因 3"}}}
	for _, c := range []struct {
		route     chat.Route
		to, group string
	}{{chat.WeComApp, "zhangsan", ""}, {chat.WeComBot, wecomGroup, wecomGroup}} {
		if r := x.sender(c.route).Send(t.Context(), c.to, m, "k"); r.State != chat.Sent {
			t.Fatalf("%+v", r)
		}
		seq := x.s.Messages()[len(x.s.Messages())-1].Seq
		in := x.must(x.s.Press(seq, "zhangsan", "原因 3", nil))
		if in.Kind != chat.Press || in.Text != "原因 3" || in.UserID != "zhangsan" || in.ChatID != c.group || in.ID == "" {
			t.Errorf("%+v", in)
		}
		if r := x.sender(in.Reply.Route).Send(t.Context(), in.Reply.To, chat.Message{Title: "已记下"}, "k2"); r.State != chat.Sent {
			t.Errorf("the answer to a press: %+v", r)
		}
	}
}

// Every repeat carries the same id.
func TestWeComRepeats(t *testing.T) {
	x := newWeComWorld(t)
	x.connect()
	x.s.Repeat(3)
	for _, act := range []func() error{
		func() error { _, err := x.s.SayToApp("zhangsan", "帮助"); return err },
		func() error { return x.s.EnterApp("zhangsan") },
		func() error { _, err := x.s.SayInGroup(wecomGroup, "zhangsan", "帮助"); return err },
	} {
		first := x.must(act())
		for range 2 {
			if in := <-x.inbox; in.ID != first.ID {
				t.Errorf("a repeat has another id: %s, %s", first.ID, in.ID)
			}
		}
	}
}

// Revoked tokens, ended tokens, dropped connections: the next message arrives all the same.
func TestWeComHeals(t *testing.T) {
	x := newWeComWorld(t)
	x.connect()
	send := func(key string) {
		t.Helper()
		if r := x.sender(chat.WeComApp).Send(t.Context(), "zhangsan", chat.Message{Title: key}, key); r.State != chat.Sent {
			t.Errorf("%s: %+v", key, r)
		}
	}
	send("第一条")
	x.s.RevokeTokens()
	send("令牌被收回")
	x.clock.Advance(3 * time.Hour)
	send("令牌已过期")
	if n := x.s.Count("/cgi-bin/gettoken"); n != 3 {
		t.Errorf("%d tokens were fetched, want 3", n)
	}
	x.s.DropSockets()
	x.until(func() bool { return x.s.Connected(wecomBot) && x.w.Ready() })
	_, err := x.s.SayInGroup(wecomGroup, "zhangsan", "还在吗")
	if in := x.must(err); in.Text != "还在吗" {
		t.Errorf("%+v", in)
	}
	x.s.KickBot(wecomBot)
	x.until(func() bool { return !x.w.Ready() })
}

func TestWeComSignIn(t *testing.T) {
	x := newWeComWorld(t)
	x.s.SetBrowserUser("lisi")
	browser := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(x.w.SignIn().URL("http://duban.example/in?next=%2Fp%2F3", "abcDEF123"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	back, err := resp.Location()
	if err != nil || back.Query().Get("state") != "abcDEF123" || back.Query().Get("next") != "/p/3" {
		t.Fatalf("%v, %v", back, err)
	}
	code := back.Query().Get("code")
	if id, err := x.w.SignIn().UserID(t.Context(), code); err != nil || id != "lisi" {
		t.Errorf("%q, %v", id, err)
	}
	if id, err := x.w.SignIn().UserID(t.Context(), code); err == nil {
		t.Errorf("a code is good twice, for %q", id)
	}
	if err := x.w.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

// Who of the register the platform does not know is found by the address book.
func TestWeComContacts(t *testing.T) {
	x := newWeComWorld(t)
	unknown, err := x.w.Unknown(t.Context(), []string{"zhangsan", "ZhangSan", "nobody"})
	if err != nil || len(unknown) != 1 || unknown[0] != "nobody" {
		t.Errorf("unknown are %q, %v", unknown, err)
	}
}
