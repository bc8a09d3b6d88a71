package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
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
	"duban/internal/chat/dingtalk"
	"duban/internal/clock"
	"duban/internal/fault"
	sandbox "duban/internal/sandbox/dingtalk"
)

const (
	dingGroup  = "cidGROUP0001+a/b=="
	dingMixed  = "cidMIXED0001=="
	dingApp    = "dingapp0001"
	dingSecret = "app-secret-0123456789"
	dingHook   = "custom-token-abcdef0123456789"
	dingKey    = "SECcustom0123456789"
)

var dingNoon = time.Date(2026, 3, 5, 12, 0, 0, 0, clock.Shanghai)

// ding is the adapter on the imitation platform, both on one clock.
type ding struct {
	t     *testing.T
	srv   *sandbox.Server
	d     *dingtalk.DingTalk
	clock *clock.Turnable
	log   *chattest.Log
	wire  *dingWire

	options dingtalk.Options

	mu     sync.Mutex
	refuse error
	got    []chat.Incoming
}

// dingWire records what goes over the network.
type dingWire struct {
	http.Transport
	mu   sync.Mutex
	sent map[string][]string // bodies by path
}

// RoundTrip implements http.RoundTripper.
func (w *dingWire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.GetBody != nil && r.Context().Err() == nil { // what was given up before does not go out
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		raw, err := io.ReadAll(body)
		if err != nil {
			return nil, err
		}
		w.mu.Lock()
		w.sent[r.URL.Path] = append(w.sent[r.URL.Path], string(raw))
		w.mu.Unlock()
	}
	return w.Transport.RoundTrip(r)
}

func (w *dingWire) bodies(path string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.sent[path])
}

func startDing(t *testing.T, change ...func(*sandbox.Robot)) *ding {
	t.Helper()
	x := &ding{t: t, clock: clock.NewTurnable(dingNoon), wire: &dingWire{sent: map[string][]string{}}}
	t.Cleanup(x.wire.CloseIdleConnections)
	srv, err := sandbox.Start(sandbox.Options{Now: x.clock.Now, AckWait: 5 * time.Second, DisconnectPause: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(srv.Close)
	x.srv = srv
	for _, u := range []sandbox.User{{StaffID: "user0001", Name: "王处长"}, {StaffID: "zhangsan", Name: "张三"}, {StaffID: "out1", Name: "施工方", Outside: true}} {
		srv.AddUser(u)
	}
	robot := sandbox.Robot{AppKey: dingApp, AppSecret: dingSecret, RobotCode: "dingrobot0001", Mode: "stream"}
	for _, c := range change {
		c(&robot)
	}
	srv.AddRobot(robot)
	hook := []sandbox.CustomRobot{{AccessToken: dingHook, Secret: dingKey}}
	srv.AddGroup(sandbox.Group{ConversationID: dingGroup, Title: "督办群", Members: []string{"user0001", "zhangsan"}, RobotCode: "dingrobot0001", Custom: hook})
	srv.AddGroup(sandbox.Group{ConversationID: dingMixed, Title: "外部群", Members: []string{"user0001", "out1"}, RobotCode: "dingrobot0001"})

	log, kept := chattest.NewLog()
	x.log = kept
	x.with(dingtalk.Options{
		AppKey: dingApp, AppSecret: dingSecret, RobotCode: "dingrobot0001", CorpID: "dingcorp0001",
		APIBase: srv.URL(), OldAPIBase: srv.URL(), LoginBase: srv.URL(),
		Custom: map[string]dingtalk.CustomRobot{"督办群": {AccessToken: dingHook, Secret: dingKey}},
		Clock:  x.clock, HTTP: &http.Client{Transport: x.wire}, Log: log, Inbox: x.take,
	})
	return x
}

// with makes the adapter, or another in its place.
func (x *ding) with(o dingtalk.Options) {
	x.t.Helper()
	d, err := dingtalk.New(o)
	if err != nil {
		x.t.Fatal(err)
	}
	x.d, x.options = d, o
}

func (x *ding) take(_ context.Context, in chat.Incoming) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.refuse != nil {
		return x.refuse
	}
	x.got = append(x.got, in)
	return nil
}

func (x *ding) inbox() []chat.Incoming {
	x.mu.Lock()
	defer x.mu.Unlock()
	return slices.Clone(x.got)
}

// last gives the newest message of the n that must have come.
func (x *ding) last(n int) chat.Incoming {
	x.t.Helper()
	got := x.inbox()
	if len(got) != n {
		x.t.Fatalf("%d messages came, want %d", len(got), n)
	}
	return got[n-1]
}

// connect runs the Stream connection for the rest of the test.
func (x *ding) connect() {
	x.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- x.d.Run(ctx) }()
	x.t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			x.t.Error(err)
		}
		chattest.NoSecrets(x.t, []string{dingSecret, dingHook, dingKey}, x.log.String())
	})
	x.until(func() bool { return x.d.Ready() && x.srv.Connections() == 1 })
}

// until waits for what the platform shows only by being asked.
func (x *ding) until(ok func() bool) {
	x.t.Helper()
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	limit := time.After(2 * time.Minute)
	for !ok() {
		select {
		case <-tick.C:
		case <-limit:
			x.t.Fatal("it never came to be")
		}
	}
}

func (x *ding) sender(route chat.Route) chat.Sender {
	x.t.Helper()
	for _, s := range x.d.Senders() {
		if _, r := s.Route(); r == route {
			return s
		}
	}
	x.t.Fatalf("no sender for %s", route)
	return nil
}

func (x *ding) send(route chat.Route, to string, m chat.Message, want chat.State) chat.Result {
	x.t.Helper()
	r := x.sender(route).Send(x.t.Context(), to, m, "key")
	if r.State != want {
		x.t.Fatalf("%s: %+v, want %s", route, r, want)
	}
	return r
}

// newest gives the last message people saw.
func (x *ding) newest() sandbox.Message {
	x.t.Helper()
	all := x.srv.Messages()
	if len(all) == 0 {
		x.t.Fatal("nobody saw anything")
	}
	return all[len(all)-1]
}

// dingLane is one route with the errors the platform has for it.
type dingLane struct {
	route               chat.Route
	path, shown         string
	refuse, limit, gone sandbox.Fault
	to                  func(*ding) string
}

var dingLanes = []dingLane{
	{chat.DingGroup, "/v1.0/robot/groupMessages/send", "group",
		sandbox.Fault{Code: "contain.unsafe.url"}, sandbox.Fault{Code: "send.too.fast"}, sandbox.Fault{Code: "group.disbanded"},
		func(*ding) string { return dingGroup }},
	{chat.DingPerson, "/v1.0/robot/oToMessages/batchSend", "oto",
		sandbox.Fault{Code: "contain.unsafe.url"}, sandbox.Fault{Code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}, sandbox.Fault{Code: "staffId.notExisted"},
		func(*ding) string { return "user0001" }},
	{chat.DingCustom, "/robot/send", "custom",
		sandbox.Fault{ErrCode: 310000}, sandbox.Fault{ErrCode: 130101}, sandbox.Fault{ErrCode: 400101},
		func(*ding) string { return "督办群" }},
	{chat.DingSessionHook, "/robot/sendBySession", "session",
		sandbox.Fault{ErrCode: 430102}, sandbox.Fault{ErrCode: 410100}, sandbox.Fault{ErrCode: 300001},
		func(x *ding) string {
			x.connect()
			if _, err := x.srv.SayInGroup(dingGroup, "user0001", "进度"); err != nil {
				x.t.Fatal(err)
			}
			return x.last(1).Reply.To
		}},
}

// A pressed interactive card says what its button says and can be changed in place; the suite runs on the change.
func TestDingTalkCardChanges(t *testing.T) {
	const path = "/v1.0/card/instances"
	l := dingLane{chat.DingCard, path, "card", sandbox.Fault{Code: "param.cardDataTooLong"}, sandbox.Fault{Code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
		sandbox.Fault{}, func(x *ding) string {
			x.connect()
			sent := x.send(chat.DingGroup, dingGroup, chat.Message{Title: "请签收", Rows: []string{"一行"}, Buttons: []chat.Button{{Label: "签收", Say: "签收 3"}}}, chat.Sent)
			if err := x.srv.PressCard(1, "user0001", "1", map[string]string{"say": "签收 3"}); err != nil {
				x.t.Fatal(err)
			}
			in := x.last(1)
			if in.Kind != chat.Press || in.Text != "签收 3" || in.Card == nil || in.Card.ID != sent.Card || in.Card.Update.Route != chat.DingCard {
				x.t.Fatalf("the press is %+v of %q", in, sent.Card)
			}
			return in.Card.Update.To
		}}
	chattest.Suite(t, func(t *testing.T) *chattest.Rig {
		x := dingCards(t)
		r := l.rig(x)
		r.Once, r.Never = true, []chattest.Case{chattest.Vanish} // no code is published for a card that is no more
		r.Read = func() []string {
			var out []string
			for _, m := range x.srv.Messages() {
				if m.Updated {
					var texts []string // the template here shows only some of the fields
					for _, name := range slices.Sorted(maps.Keys(m.Card.Params)) {
						texts = append(texts, m.Card.Params[name])
					}
					out = append(out, strings.Join(texts, "\n"))
				}
			}
			return out
		}
		return r
	})
}

// TestDingTalkSenders runs the promises of package chat against the imitation platform.
func TestDingTalkSenders(t *testing.T) {
	for _, l := range dingLanes {
		t.Run(string(l.route), func(t *testing.T) {
			chattest.Suite(t, func(t *testing.T) *chattest.Rig { return l.rig(startDing(t)) })
		})
	}
}

func (l dingLane) rig(x *ding) *chattest.Rig {
	to := l.to(x)
	faults := map[chattest.Case]sandbox.Fault{
		chattest.Refuse: l.refuse, chattest.Limit: l.limit, chattest.Vanish: l.gone,
		chattest.Lose: {AfterAccept: true}, chattest.Break: {HTTPStatus: 500},
	}
	rig := &chattest.Rig{
		Sender: x.sender(l.route), To: to, Log: x.log, Down: func() { x.srv.Close(); x.wire.CloseIdleConnections() },
		Secrets: []string{dingSecret, dingHook, dingKey},
		Next: func(c chattest.Case) {
			x.srv.ClearFaults()
			if f, bad := faults[c]; bad {
				f.Path, f.Times = l.path, -1
				x.srv.Inject(f)
			}
		},
		Read: func() []string {
			var out []string
			for _, m := range x.srv.Messages() {
				if m.Route == l.shown {
					out = append(out, dingSeen(m))
				}
			}
			return out
		},
		Wire: func() []string { return x.wire.bodies(l.path) },
		Shown: func() (out [][]byte) {
			for _, m := range x.srv.Messages() {
				if data, ok := x.srv.Media(m.Text); ok {
					out = append(out, data)
				}
			}
			return out
		},
		TakenBack: func(id string) bool {
			return slices.ContainsFunc(x.srv.Messages(), func(m sandbox.Message) bool { return m.ProcessQueryKey == id && m.Recalled })
		},
		Reads: func(id string) string {
			for _, m := range x.srv.Messages() {
				if m.ProcessQueryKey == id {
					if err := x.srv.MarkRead(m.Seq, "user0001"); err != nil {
						x.t.Error(err)
					}
				}
			}
			return "user0001"
		},
	}
	if u, err := url.Parse(to); err == nil && u.Query().Get("session") != "" {
		rig.Secrets = append(rig.Secrets, u.Query().Get("session"))
	}
	return rig
}

// dingSeen is a message as a person reads it.
func dingSeen(m sandbox.Message) string {
	out := []string{m.Title, m.Text}
	for _, b := range m.Buttons {
		said, _ := strings.CutPrefix(b.URL, "dtmd://dingtalkclient/sendMessage?content=")
		if words, err := url.QueryUnescape(said); err == nil && said != b.URL {
			b.URL = words
		}
		out = append(out, b.Text, b.URL)
	}
	return strings.Join(out, "\n")
}

// TestDingTalkStream: what people say arrives once decoded, can be answered where it was said, and is repeated when
// it was not kept.
func TestDingTalkStream(t *testing.T) {
	x := startDing(t)
	x.connect()
	id, err := x.srv.SayInGroup(dingGroup, "user0001", "进度 3号标段 65%")
	if err != nil {
		t.Fatal(err)
	}
	in := x.last(1)
	if in.ID != id || in.UserID != "user0001" || in.UserName != "王处长" || in.ChatID != dingGroup || in.ChatName != "督办群" || in.Kind != chat.Text ||
		in.Text != "进度 3号标段 65%" || !in.At.Equal(dingNoon) || in.Reply.Route != chat.DingSessionHook || !in.ReplyUntil.Equal(dingNoon.Add(89*time.Minute)) {
		t.Errorf("%+v", in)
	}
	x.send(in.Reply.Route, in.Reply.To, chat.Message{Title: "已登记", Rows: []string{"3号标段 65%"}, Mentions: []string{"zhangsan"}}, chat.Sent)
	if m := x.newest(); m.ConversationID != dingGroup || !slices.Equal(m.Mentions, []string{"zhangsan"}) {
		t.Errorf("%+v", m)
	}
	x.clock.Advance(90 * time.Minute)
	x.send(in.Reply.Route, in.Reply.To, chat.Message{Title: "太迟"}, chat.Gone)

	if _, err := x.srv.SayToRobot("zhangsan", "我的事项"); err != nil {
		t.Fatal(err)
	}
	if in := x.last(2); in.ChatID != "" || in.UserID != "zhangsan" || in.Text != "我的事项" {
		t.Errorf("%+v", in)
	}
	if _, err := x.srv.SayInGroup(dingMixed, "out1", "进度"); err != nil {
		t.Fatal(err)
	}
	if in := x.last(3); in.UserID != "" || in.UserName != "施工方" {
		t.Errorf("an outsider has an identity: %+v", in)
	}
	x.srv.Repeat(2)
	if id, err = x.srv.SayToRobot("zhangsan", "再说"); err != nil {
		t.Fatal(err)
	}
	x.srv.Settle()
	if got := x.inbox()[3:]; len(got) != 2 || got[0].ID != id || got[1].ID != id {
		t.Errorf("%+v", got)
	}
	x.srv.Repeat(1)

	x.srv.Redeliver(true)
	x.mu.Lock()
	x.refuse = errors.New("database away")
	x.mu.Unlock()
	if _, err := x.srv.SayToRobot("zhangsan", "别丢"); !errors.Is(err, sandbox.ErrLater) {
		t.Fatalf("acknowledged although not kept: %v", err)
	}
	x.mu.Lock()
	x.refuse = nil
	x.mu.Unlock()
	x.clock.Advance(time.Minute)
	x.srv.Tick()
	x.until(func() bool { return len(x.inbox()) == 6 })
	if in := x.last(6); in.Text != "别丢" {
		t.Errorf("%+v", in)
	}
	if err := x.srv.Ping(); err != nil {
		t.Error(err)
	}
	if err := x.srv.PushEvent("dingrobot0001", "user_leave_org", map[string]any{"userId": []string{"zhangsan"}}); err != nil {
		t.Error(err)
	}
	if c := x.d.Counters(); c.NotTaken != 1 || c.Messages != 6 || c.Events != 1 {
		t.Errorf("%+v", c)
	}
}

// say has a person write to the robot, which must hear it once.
func (x *ding) say() {
	x.t.Helper()
	n := len(x.inbox())
	if _, err := x.srv.SayToRobot("zhangsan", "在吗"); err != nil {
		x.t.Fatal(err)
	}
	x.last(n + 1)
}

// TestDingTalkConnection: the connection comes back when it is announced to end and when it is cut.
func TestDingTalkConnection(t *testing.T) {
	t.Parallel() // it waits out a second of backoff
	x := startDing(t)
	x.connect()
	x.srv.Disconnect()
	x.until(func() bool { return x.srv.Connections() == 1 })
	x.say()
	x.srv.DropSockets()
	x.until(func() bool { return x.d.Counters().Connects == 3 && x.srv.Connections() == 1 })
	x.say()
}

// TestDingTalkDown: the connection comes back after the platform does.
func TestDingTalkDown(t *testing.T) {
	t.Parallel()
	x := startDing(t)
	x.connect()
	x.srv.SetDown(true)
	x.until(func() bool { return !x.d.Ready() && x.d.Counters().Failures > 0 && !x.d.DownSince().IsZero() })
	x.srv.SetDown(false)
	x.until(func() bool { return x.d.Ready() && x.srv.Connections() == 1 })
	x.say()
}

// TestDingTalkPicture: a picture is fetched by its code, once the code is good and within the limit.
func TestDingTalkPicture(t *testing.T) {
	x := startDing(t)
	x.connect()
	png := append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("x"), 100)...)
	if _, err := x.srv.SendPictureInGroup(dingGroup, "user0001", "3号 完成", png); err != nil {
		t.Fatal(err)
	}
	in := x.last(1)
	if in.Kind != chat.Text || in.Text != "3号 完成" || len(in.Media) != 1 {
		t.Fatalf("%+v", in)
	}
	data, kind, err := x.d.Fetch(t.Context(), in.Media[0], 1000)
	if !bytes.Equal(data, png) || kind != "image/png" || err != nil {
		t.Errorf("%d bytes of %s, %v", len(data), kind, err)
	}
	if _, _, err := x.d.Fetch(t.Context(), in.Media[0], 50); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("over the limit: %v", err)
	}
	if _, err := x.srv.SendPictureToRobot("user0001", "", png); err != nil {
		t.Fatal(err)
	}
	if in = x.last(2); in.Kind != chat.Picture || in.Text != "" || len(in.Media) != 1 {
		t.Fatalf("%+v", in)
	}
	x.clock.Advance(48 * time.Hour)
	if _, _, err := x.d.Fetch(t.Context(), in.Media[0], 1000); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("expired: %v", err)
	}
}

// TestDingTalkCallback: the HTTP mode, honest and forged.
func TestDingTalkCallback(t *testing.T) {
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	x := startDing(t, func(r *sandbox.Robot) { r.Mode, r.CallbackURL = "http", web.URL+"/dingtalk" })
	mux.Handle("/dingtalk", x.d.Callback())
	if _, err := x.srv.SayInGroup(dingGroup, "zhangsan", "进度"); err != nil {
		t.Fatal(err)
	}
	in := x.last(1)
	x.send(in.Reply.Route, in.Reply.To, chat.Message{Title: "已登记"}, chat.Sent)
	for _, f := range []sandbox.Forgery{{WrongSign: true}, {Age: 61 * time.Minute}, {Age: -61 * time.Minute}} {
		x.srv.Forge(f)
		if _, err := x.srv.SayToRobot("zhangsan", "进度"); err == nil {
			t.Errorf("%+v was taken", f)
		}
	}
	x.srv.Forge(sandbox.Forgery{})
	x.mu.Lock()
	x.refuse = errors.New("database away")
	x.mu.Unlock()
	if _, err := x.srv.SayToRobot("zhangsan", "进度"); err == nil || !strings.Contains(err.Error(), "500") {
		t.Errorf("not kept, yet answered %v", err)
	}
	if c := x.d.Counters(); c.BadSign != 1 || c.Stale != 2 || c.NotTaken != 1 || c.Messages != 1 {
		t.Errorf("%+v", c)
	}
}

// TestDingTalkPushedEvents: in HTTP mode the platform pushes events encrypted; what is not kept comes again after 10 and
// 30 s, every repeat has one id, and nothing forged or replayed is taken.
func TestDingTalkPushedEvents(t *testing.T) {
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	const token, key = "event-token-0123456789", "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	x := startDing(t, func(r *sandbox.Robot) {
		r.Mode, r.CallbackURL = "http", web.URL+"/dingtalk"
		r.EventURL, r.EventToken, r.EventAESKey = web.URL+"/dingtalk", token, key
	})
	o := x.options
	o.EventToken, o.EventAESKey = token, key
	x.with(o)
	mux.Handle("/dingtalk", x.d.Callback())
	x.srv.AddGroup(sandbox.Group{ConversationID: "cidMADE==", Title: "专班", Members: []string{"zhangsan"}, RobotCode: "dingrobot0001", Made: true})
	join := func() error {
		return x.srv.PushEvent("dingrobot0001", "chat_add_member", map[string]any{"openConversationId": "cidMADE==", "userId": []string{"user0001"}})
	}
	if err := x.srv.CheckEvents("dingrobot0001"); err != nil {
		t.Fatal(err)
	}
	if err := join(); err != nil {
		t.Fatal(err)
	}
	if in := x.last(1); in.Kind != chat.Joined || in.ChatID != "cidMADE==" || in.UserID != "user0001" {
		t.Errorf("%+v", in)
	}
	if err := x.srv.PushEvent("dingrobot0001", "user_modify_org", map[string]any{
		"userId": []string{"zhangsan"}, "diffInfo": map[string]any{"userid": "zhangsan", "prev": map[string]any{"name": "张三"}, "curr": map[string]any{"name": "张山"}},
	}); err != nil {
		t.Fatal(err)
	}
	if in := x.last(2); in.Kind != chat.Renamed || in.Text != "张山" {
		t.Errorf("%+v", in)
	}

	x.mu.Lock()
	x.refuse = errors.New("database away")
	x.mu.Unlock()
	if err := join(); !errors.Is(err, sandbox.ErrLater) {
		t.Errorf("not kept, yet %v", err)
	}
	x.clock.Advance(10 * time.Second)
	x.srv.Tick()
	x.mu.Lock()
	x.refuse = nil
	x.mu.Unlock()
	x.clock.Advance(30 * time.Second)
	x.srv.Tick()
	x.until(func() bool { return len(x.inbox()) == 3 })

	x.srv.Repeat(3)
	if err := join(); err != nil {
		t.Fatal(err)
	}
	x.srv.Settle()
	if all := x.inbox()[3:]; len(all) != 3 || all[0].ID != all[1].ID || all[1].ID != all[2].ID {
		t.Errorf("%+v", all)
	}
	x.srv.Repeat(1)
	for _, f := range []sandbox.Forgery{{WrongSign: true}, {Age: 61 * time.Minute}, {Age: -61 * time.Minute}} {
		x.srv.Forge(f)
		if err := join(); err == nil || len(x.inbox()) != 6 {
			t.Errorf("%+v was taken", f)
		}
	}
}

// TestDingTalkPlatformRules: what the platform itself refuses, and when it takes it again.
func TestDingTalkPlatformRules(t *testing.T) {
	x := startDing(t)
	m := chat.Message{Title: "预警", Rows: []string{"甲"}}
	x.send(chat.DingPerson, "user0001", m, chat.Sent)
	x.send(chat.DingPerson, "nobody", m, chat.Gone)
	x.send(chat.DingPerson, "out1", m, chat.Gone)
	x.srv.SetFlowControlled("user0001")
	if r := x.send(chat.DingPerson, "user0001", m, chat.Retry); r.After != time.Minute {
		t.Errorf("%+v", r)
	}
	x.srv.SetFlowControlled()

	x.srv.RevokeTokens()
	x.send(chat.DingGroup, dingGroup, m, chat.Sent)
	x.clock.Advance(3 * time.Hour)
	x.send(chat.DingGroup, dingGroup, m, chat.Sent)

	hook := x.sender(chat.DingCustom)
	for i := range 20 {
		if r := hook.Send(t.Context(), "督办群", m, fmt.Sprint("k", i)); r.State != chat.Sent {
			t.Fatalf("message %d: %+v", i, r)
		}
	}
	for _, key := range []string{"k20", "k21"} { // one too many, and during the block
		if r := hook.Send(t.Context(), "督办群", m, key); r.State != chat.Retry || r.After != 10*time.Minute {
			t.Errorf("%s: %+v", key, r)
		}
	}
	x.clock.Advance(10 * time.Minute)
	if r := hook.Send(t.Context(), "督办群", chat.Message{Title: "预警", Mentions: []string{"zhangsan"}}, "k20"); r.State != chat.Sent {
		t.Errorf("after the block: %+v", r)
	}
	if got := x.newest(); !slices.Equal(got.Mentions, []string{"zhangsan"}) {
		t.Errorf("rang %v", got.Mentions)
	}
	before := len(x.srv.Messages())
	if r := hook.Send(t.Context(), "督办群", m, "k20"); r.State != chat.Sent || len(x.srv.Messages()) != before {
		t.Errorf("a repeat was shown twice, or refused: %+v", r)
	}

	x.srv.SetQuota(1, 0)
	if r := x.send(chat.DingGroup, dingGroup, m, chat.Retry); r.Code != "Forbidden.AccessDenied.ApiCountLimitForOrg" {
		t.Errorf("%+v", r)
	}
	x.srv.SetQuota(0, 0)
	x.srv.Disband(dingGroup)
	x.send(chat.DingGroup, dingGroup, m, chat.Gone)
	x.send(chat.DingCustom, "督办群", m, chat.Gone)
}

// TestDingTalkQuotaUsed: a message without text is an alarm, not an empty command.
func TestDingTalkQuotaUsed(t *testing.T) {
	x := startDing(t)
	x.connect()
	x.srv.SetQuota(0, 1)
	for range 2 {
		if _, err := x.srv.SayToRobot("zhangsan", "进度"); err != nil {
			t.Fatal(err)
		}
	}
	x.last(1)
	if c := x.d.Counters(); c.QuotaUsed != 1 {
		t.Errorf("%+v", c)
	}
}

// TestDingTalkSay: a tapped button says its words in private.
func TestDingTalkSay(t *testing.T) {
	x := startDing(t)
	x.connect()
	x.send(chat.DingPerson, "zhangsan", chat.Message{Title: "预警", Buttons: []chat.Button{{Label: "延期", Say: "延期 3(补)+1"}}}, chat.Sent)
	m := x.newest()
	if len(m.Buttons) != 1 {
		t.Fatalf("%+v", m)
	}
	if _, err := x.srv.PressURL(m.Seq, "zhangsan", m.Buttons[0].URL); err != nil {
		t.Fatal(err)
	}
	if in := x.last(1); in.Text != "延期 3(补)+1" || in.UserID != "zhangsan" || in.ChatID != "" {
		t.Errorf("%+v", in)
	}
}

// TestDingTalkCardPress: an interactive card's press arrives as one; the card itself is made here, for the adapter
// sends none.
func TestDingTalkCardPress(t *testing.T) {
	x := startDing(t)
	x.connect()
	post := func(path, token, body string, out any) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, x.srv.URL()+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("x-acs-dingtalk-access-token", token)
		resp, err := x.wire.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
			t.Fatal(err)
		}
	}
	var token struct{ AccessToken string }
	post("/v1.0/oauth2/accessToken", "", `{"appKey":"`+dingApp+`","appSecret":"`+dingSecret+`"}`, &token)
	var made struct{ Success bool }
	post("/v1.0/card/instances/createAndDeliver", token.AccessToken, `{"cardTemplateId":"t.schema","outTrackId":"warn-1","callbackType":"STREAM","cardData":{"cardParamMap":{"title":"预警"}},
		"openSpaceId":"dtv1.card//IM_GROUP.`+dingGroup+`","imGroupOpenSpaceModel":{},"imGroupOpenDeliverModel":{"robotCode":"dingrobot0001"}}`, &made)
	if err := x.srv.PressCard(x.newest().Seq, "zhangsan", "1", map[string]string{"say": "收到 3"}); err != nil || !made.Success {
		t.Fatal(made, err)
	}
	if in := x.last(1); in.Kind != chat.Press || in.Text != "收到 3" || in.UserID != "zhangsan" || in.ChatID != dingGroup {
		t.Errorf("%+v", in)
	}
}

// TestDingTalkSignIn: the browser's way and the client's, and credentials that do not hold.
func TestDingTalkSignIn(t *testing.T) {
	x := startDing(t)
	s := x.d.SignIn()
	if id, err := s.UserIDByAuthCode(t.Context(), x.srv.AuthCode("zhangsan")); id != "zhangsan" || err != nil {
		t.Errorf("%q %v", id, err)
	}
	code := x.srv.AuthCode("zhangsan")
	x.clock.Advance(6 * time.Minute)
	for _, bad := range []string{code, "never given", x.srv.AuthCode("out1")} {
		if id, err := s.UserIDByAuthCode(t.Context(), bad); id != "" || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%q %v", id, err)
		}
	}
	x.srv.SetBrowserUser("user0001")
	browser := &http.Client{Transport: x.wire, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := browser.Get(s.URL("https://duban.example/login/dingtalk", "state-1"))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	back, err := resp.Location()
	if err != nil {
		t.Fatal(err)
	}
	q := back.Query()
	if q.Get("state") != "state-1" {
		t.Errorf("%s", back)
	}
	if id, err := s.UserID(t.Context(), q.Get("authCode")); id != "user0001" || err != nil {
		t.Errorf("%q %v", id, err)
	}
	if id, err := s.UserID(t.Context(), q.Get("authCode")); id != "" || fault.CodeOf(err) != fault.Invalid {
		t.Errorf("a second time: %q %v", id, err)
	}
	if err := x.d.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	x.srv.AddRobot(sandbox.Robot{AppKey: dingApp, AppSecret: "rotated", RobotCode: "dingrobot0001", Mode: "stream"})
	if err := x.d.Ping(t.Context()); fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "Client Secret") {
		t.Errorf("%v", err)
	}
}
