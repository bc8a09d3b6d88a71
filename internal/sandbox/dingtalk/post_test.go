package dingtalk

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

type posted struct {
	header http.Header
	body   object
}

// hearing is an application in HTTP mode: it records and answers what reply says.
func hearing(t *testing.T, reply func() (int, string)) (string, chan posted) {
	t.Helper()
	got := make(chan posted, 100)
	h := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, _ := io.ReadAll(r.Body)
		o, _ := parseObject(raw)
		got <- posted{r.Header, o}
		status, body := reply()
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(h.Close)
	return h.URL + "/callback", got
}

func TestHTTPMode(t *testing.T) {
	w := start(t)
	answers := make(chan string, 10)
	status := 200
	link, got := hearing(t, func() (int, string) { return status, <-answers })
	w.AddRobot(Robot{AppKey: "dingapp1", AppSecret: "secret1", RobotCode: "robot1", Mode: "http", CallbackURL: link})
	say := func(answer string) posted {
		t.Helper()
		answers <- answer
		if _, err := w.SayInGroup(groupID, "user1", "进度"); err != nil {
			t.Fatal(err)
		}
		return <-got
	}
	p := say(`{"msgtype":"empty"}`)
	at := p.header.Get("timestamp")
	want(t, "timestamp", at, w.clock.now().UnixMilli())
	want(t, "sign", p.header.Get("sign"), macByHand("secret1", at+"\nsecret1"))
	want(t, "content type", p.header.Get("Content-Type"), "application/json; charset=utf-8")
	want(t, "body", p.body.str("senderStaffId")+p.body.obj("text").str("content"), "user1 进度")
	want(t, "empty shows nothing", len(w.Messages()), 0)
	say(`{"msgtype":"text","text":{"content":"收到"}}`)
	want(t, "an answer is shown", w.last().Route+w.last().Text, "session收到")

	w.Forge(Forgery{WrongSign: true})
	p = say("")
	if p.header.Get("sign") == macByHand("secret1", p.header.Get("timestamp")+"\nsecret1") {
		t.Error("the forged signature is right")
	}
	w.Forge(Forgery{Age: 61 * time.Minute})
	p = say("")
	ms, _ := strconv.ParseInt(p.header.Get("timestamp"), 10, 64)
	want(t, "old", w.clock.now().Sub(time.UnixMilli(ms)), 61*time.Minute)
	want(t, "and signed for its time", p.header.Get("sign"), macByHand("secret1", p.header.Get("timestamp")+"\nsecret1"))

	status = 500
	answers <- ""
	if _, err := w.SayInGroup(groupID, "user1", "x"); err == nil {
		t.Error("a failing callback was taken for an answer")
	}
}
