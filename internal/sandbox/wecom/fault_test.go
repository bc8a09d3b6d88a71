package wecom_test

import (
	"bytes"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

func TestInject(t *testing.T) {
	w := newWorld(t)
	path := "/cgi-bin/webhook/send?key=" + hookKey
	body := []byte(`{"msgtype":"text","text":{"content":"x"}}`)
	for name, c := range map[string]struct {
		fault  wecom.Fault
		status int // 0: no answer at all
		body   string
		landed bool
	}{
		"code":              {wecom.Fault{ErrCode: -1}, 200, `{"errcode":-1,"errmsg":"injected fault"}`, false},
		"status":            {wecom.Fault{HTTPStatus: 503}, 503, "", false},
		"both":              {wecom.Fault{HTTPStatus: 500, ErrCode: 45033}, 500, `{"errcode":45033,"errmsg":"injected fault"}`, false},
		"reset":             {wecom.Fault{}, 0, "", false},
		"lost answer":       {wecom.Fault{AfterAccept: true}, 0, "", true},
		"lands and says no": {wecom.Fault{AfterAccept: true, ErrCode: -1}, 200, `{"errcode":-1,"errmsg":"injected fault"}`, true},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.s.Messages())
			c.fault.Path = "/cgi-bin/webhook/"
			w.s.Inject(c.fault)
			resp, b, err := w.do("POST", path, "application/json", body)
			if (err != nil) != (c.status == 0) || err == nil && (resp.StatusCode != c.status || string(b) != c.body) {
				t.Errorf("answered %q, %v", b, err)
			}
			if landed := len(w.s.Messages()) > before; landed != c.landed {
				t.Errorf("landed: %v", landed)
			}
			if resp, _, err = w.do("POST", path, "application/json", body); err != nil || resp.StatusCode != 200 {
				t.Errorf("the second call failed too: %v", err)
			}
		})
	}
	if n := w.s.Count("/cgi-bin/webhook/send"); n != 12 {
		t.Errorf("counted %d", n)
	}
}

func TestInjectMatchesAndRunsOut(t *testing.T) {
	w := newWorld(t)
	w.s.Inject(wecom.Fault{Path: "/cgi-bin/message", ErrCode: 45009, Times: 2})
	w.s.Inject(wecom.Fault{Path: "ws", ErrCode: -1})
	w.want(w.hook(text("x")), 0)
	w.want(w.send(text("x")), 45009)
	w.want(w.send(text("x")), 45009)
	w.want(w.send(text("x")), 0)
	w.s.Inject(wecom.Fault{ErrCode: 60020})
	w.want(w.hook(text("x")), 60020)
	w.s.Inject(wecom.Fault{ErrCode: 60020})
	w.s.ClearFaults()
	w.want(w.hook(text("x")), 0)
}

func TestHang(t *testing.T) {
	w := newWorld(t)
	path, body := "/cgi-bin/webhook/send?key="+hookKey, []byte(`{"msgtype":"text","text":{"content":"x"}}`)
	hasty := &http.Client{Timeout: 100 * time.Millisecond}
	w.s.Inject(wecom.Fault{Hang: true})
	if _, err := hasty.Post(w.s.URL()+path, "application/json", bytes.NewReader(body)); err == nil {
		t.Error("answered although it should hang")
	}
	if n := len(w.s.Messages()); n != 0 || w.s.Count("/cgi-bin/webhook/send") != 1 {
		t.Errorf("%d landed of %d calls", n, w.s.Count("/cgi-bin/webhook/send"))
	}
	feed, cancel := w.s.Subscribe()
	defer cancel()
	w.s.Inject(wecom.Fault{Hang: true, AfterAccept: true})
	done := make(chan error)
	go func() {
		_, _, err := w.do("POST", path, "application/json", body)
		done <- err
	}()
	select {
	case <-feed: // it landed and is held now
	case <-time.After(patience):
		t.Fatal("the message did not land")
	}
	w.s.SetDown(true) // what hangs ends when the platform goes away
	if err := <-done; err == nil {
		t.Error("answered although it should hang")
	}
}

func TestDown(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	calls := w.s.Count("/cgi-bin")
	w.s.SetDown(true)
	if l.ended() != 0 {
		t.Error("a dropped connection said good-bye")
	}
	if w.s.Connected(botID) {
		t.Error("still connected")
	}
	if _, _, err := w.do("GET", "/cgi-bin/getcallbackip", "", nil); err == nil {
		t.Error("the platform answers while it is down")
	}
	w.s.SetDown(false)
	w.want(w.hook(text("x")), 0)
	if n := w.s.Count("/cgi-bin") - calls; n != 1 {
		t.Errorf("%d calls counted", n)
	}
	w.connect()
}

func TestDropSockets(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	w.s.DropSockets()
	if l.ended() != 0 || w.s.Connected(botID) {
		t.Error("not dropped without a word")
	}
	if _, err := w.s.SayToBot("lisi", "在吗"); err == nil {
		t.Error("said into the void without an error")
	}
	again := w.connect()
	if _, err := w.s.SayToBot("lisi", "在吗"); err != nil {
		t.Error(err)
	}
	again.next()
}

func TestSocketFaults(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	if _, err := w.s.SayToBot("lisi", "在"); err != nil {
		t.Fatal(err)
	}
	l.next()
	md := object{"chatid": "lisi", "msgtype": "markdown", "markdown": object{"content": "x"}}
	w.s.Inject(wecom.Fault{Path: "ws/aibot_send_msg", ErrCode: 45009})
	w.want(l.ask("ping", nil), 0)
	w.want(l.ask("aibot_send_msg", md), 45009)
	if len(w.s.Messages()) != 0 {
		t.Error("a refused message landed")
	}
	// Hanging and a lost answer look the same to the client; only one lands.
	w.s.Inject(wecom.Fault{Path: "ws", Hang: true})
	l.send("aibot_send_msg", "hangs", md)
	w.want(l.ask("ping", nil), 0)
	w.s.Inject(wecom.Fault{Path: "ws", AfterAccept: true})
	l.send("aibot_send_msg", "lost", md)
	w.want(l.ask("ping", nil), 0)
	if n := len(w.s.Messages()); n != 1 {
		t.Errorf("%d landed, want 1", n)
	}
	w.s.Inject(wecom.Fault{Path: "ws"})
	l.send("ping", "dropped", nil)
	if l.ended() != 0 {
		t.Error("a lost connection said good-bye")
	}
}

func TestFiftyAtOnce(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	var members []string
	for i := range 50 {
		id := fmt.Sprint("user", i)
		members = append(members, id)
		w.s.AddUser(wecom.User{ID: id})
	}
	w.s.AddGroup(wecom.Group{ChatID: "wrBIG", Members: members, BotID: botID, WebhookKeys: []string{"big"}})
	feed, cancel := w.s.Subscribe()
	defer cancel()
	tok := w.token(secret)
	var all sync.WaitGroup
	for _, id := range members {
		all.Go(func() {
			if _, err := w.s.SayToApp(id, "报 1 50%"); err != nil {
				t.Error(err)
			}
			if _, err := w.s.SayInGroup("wrBIG", id, "逾期"); err != nil {
				t.Error(err)
			}
			w.want(w.post("/cgi-bin/message/send?access_token="+tok, with(text("收到"), object{"touser": id, "agentid": agent})), 0)
			w.s.Messages()
		})
	}
	heard := map[any]bool{}
	for range members {
		heard[dig(l.next().Body, "from", "userid")] = true
	}
	all.Wait()
	told, said := map[string]bool{}, map[string]bool{}
	for range members {
		m := <-feed
		told[m.Users[0]] = true
		said[w.app.next().FromUserName] = true
	}
	if len(heard) != 50 || len(told) != 50 || len(said) != 50 {
		t.Errorf("heard %d, told %d, said %d", len(heard), len(told), len(said))
	}
}
