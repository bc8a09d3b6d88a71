package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

func TestFaults(t *testing.T) {
	const send = "/v1.0/robot/groupMessages/send"
	body := map[string]any{"robotCode": "robot1", "openConversationId": groupID, "msgKey": "sampleText", "msgParam": `{"content":"x"}`}
	for _, c := range []struct {
		name   string
		fault  Fault
		status int    // 0: no answer
		in     string // the answer
		lands  bool
	}{
		{"new API", Fault{Code: "send.too.fast"}, 400, `"code":"send.too.fast"`, false},
		{"forbidden", Fault{Code: "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}, 403, "Qps", false},
		{"with a status", Fault{Code: "system.error", HTTPStatus: 500}, 500, "system.error", false},
		{"old API", Fault{ErrCode: 90018}, 200, `"errcode":90018`, false},
		{"gateway page", Fault{HTTPStatus: 502}, 502, "<html>", false},
		{"throttle page", Fault{HTTPStatus: 200}, 200, "<html>", false},
		{"any body", Fault{Body: `{"status":1111,"wait":5}`}, 200, "1111", false},
		{"reset", Fault{}, 0, "", false},
		{"broken off", Fault{Cut: true}, 0, "", false},
		{"answer lost", Fault{AfterAccept: true}, 0, "", true},
		{"answer broken off", Fault{AfterAccept: true, Cut: true}, 0, "", true},
		{"unknown result", Fault{AfterAccept: true, Code: "unknown.send.result"}, 400, "unknown.send.result", true},
		{"late gateway", Fault{AfterAccept: true, HTTPStatus: 504}, 504, "<html>", true},
	} {
		w := start(t)
		c.fault.Path = "/v1.0/robot/"
		w.Inject(c.fault)
		status, raw, err := w.do("POST", send, w.token, body)
		if c.status == 0 {
			if err == nil {
				t.Errorf("%s: answered %d %s", c.name, status, raw)
			}
		} else if err != nil || status != c.status || !strings.Contains(string(raw), c.in) {
			t.Errorf("%s: %d %s %v", c.name, status, raw, err)
		}
		want(t, c.name+": landed", len(w.Messages()) == 1, c.lands)
		want(t, c.name+": the next goes through", w.api(send, body).text("http"), 200)
		want(t, c.name+": counted", w.Count(send), 2)
	}
}

func TestFaultTimes(t *testing.T) {
	w := start(t)
	w.Inject(Fault{Path: "/topapi/", ErrCode: 88, Times: 2})
	w.Inject(Fault{ErrCode: 15, Times: -1})
	get := func() string {
		return w.old("/topapi/v2/user/get", map[string]any{"userid": "user1"}).text("errcode")
	}
	want(t, "in order", get()+get()+get()+get(), "88881515")
	w.ClearFaults()
	want(t, "cleared", get(), 0)
}

func TestHang(t *testing.T) {
	w := start(t)
	w.Inject(Fault{Path: "/robot/send", Hang: true, AfterAccept: true})
	ctx, cancel := context.WithCancel(context.Background())
	watch, stop := w.Subscribe()
	defer stop()
	failed := make(chan error)
	go func() {
		r, _ := http.NewRequestWithContext(ctx, "POST", w.URL()+"/robot/send?access_token=plain", strings.NewReader(`{"msgtype":"text","text":{"content":"x"}}`))
		r.Header.Set("Content-Type", "application/json")
		_, err := http.DefaultTransport.RoundTrip(r)
		failed <- err
	}()
	want(t, "it landed", (<-watch).Text, "x")
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("answered: %v", err)
	}
}

func TestDown(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	w.SetDown(true)
	<-c.ended
	if status, raw, err := w.do("GET", "/gettoken?appkey=dingapp1&appsecret=secret1", "", nil); err == nil {
		t.Errorf("answered while down: %d %s", status, raw)
	}
	if _, err := w.SayToRobot("user1", "x"); err == nil {
		t.Error("somebody could write")
	}
	w.SetDown(false)
	w.dial(nil)
	if _, err := w.SayToRobot("user1", "x"); err != nil {
		t.Error(err)
	}
}

// A mounted handler cannot reach the connection on every server; it must break off all the same.
func TestMounted(t *testing.T) {
	w := start(t)
	h := httptest.NewUnstartedServer(w.Handler())
	h.EnableHTTP2 = true
	h.StartTLS()
	defer h.Close()
	w.Inject(Fault{})
	if resp, err := h.Client().Get(h.URL + "/gettoken"); err == nil {
		resp.Body.Close()
		t.Error("answered")
	}
	resp, err := h.Client().Get(h.URL + "/gettoken?appkey=dingapp1&appsecret=secret1")
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want(t, "served", resp.StatusCode, 200)
}

func TestCrowd(t *testing.T) {
	w := start(t)
	members := []string{}
	for i := range 50 {
		id := fmt.Sprint("crowd", i)
		w.AddUser(User{StaffID: id, Name: id})
		members = append(members, id)
	}
	w.AddGroup(Group{ConversationID: "cidCrowd", Title: "大群", Members: members, RobotCode: "robot1"})
	w.Repeat(2)
	var answered sync.WaitGroup
	reply := func(f pushFrame) (int, string) {
		o, _ := parseObject([]byte(f.Data))
		answered.Go(func() {
			path := strings.TrimPrefix(o.str("sessionWebhook"), w.URL())
			if _, _, err := w.do("POST", path, "", text("收到 "+o.str("msgId"))); err != nil {
				t.Error(err)
			}
		})
		return 200, "{}"
	}
	clients := []*client{w.dial(reply), w.dial(reply), w.dial(reply)}
	watch, cancel := w.Subscribe()
	defer cancel()
	const each = 10
	var talk sync.WaitGroup
	for i, id := range members {
		talk.Go(func() {
			for n := range each {
				var err error
				if (i+n)%2 == 0 {
					_, err = w.SayInGroup("cidCrowd", id, "进度")
				} else {
					_, err = w.SayToRobot(id, "进度")
				}
				if err != nil {
					t.Error(err)
				}
				_ = w.Messages()
			}
		})
	}
	talk.Wait()
	w.Settle()
	for i := range 2 * 50 * each { // every delivery is answered, and seen in order
		want(t, "seq", (<-watch).Seq, i+1)
	}
	answered.Wait()
	want(t, "acks", len(w.Acks()), 2*50*each)
	got := 0
	for _, c := range clients {
		got += len(c.frames)
	}
	want(t, "frames", got, 2*50*each)
}
