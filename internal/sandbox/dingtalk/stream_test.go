package dingtalk

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestMessageCallback(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	id, err := w.SayInGroup(groupID, "user1", "进度 3号标段 65% @user2 @user3")
	if err != nil {
		t.Fatal(err)
	}
	f := <-c.frames
	want(t, "frame", f.SpecVersion+f.Type+f.Headers["topic"]+f.Headers["contentType"], "1.0CALLBACK"+topicMessage+"application/json")
	b := f.body(t)
	for key, v := range map[string]string{"msgId": id, "conversationId": groupID, "conversationType": "2", "conversationTitle": "督办群",
		"chatbotCorpId": "dingcorp0009", "robotCode": "robot1", "senderStaffId": "user1", "senderNick": "干部1", "senderCorpId": "dingcorp0009",
		"createAt": fmt.Sprint(w.clock.now().UnixMilli()), "sessionWebhookExpiredTime": fmt.Sprint(w.clock.now().Add(90 * time.Minute).UnixMilli()),
		"msgtype": "text", "isInAtList": "true", "isAdmin": "false"} {
		want(t, key, b.text(key), v)
	}
	want(t, "the leading space stays", b.obj("text").str("content"), " 进度 3号标段 65% @user2 @user3")
	at := b.list("atUsers")
	want(t, "atUsers", fmt.Sprint(len(at), at[0].str("dingtalkId") == b.str("chatbotUserId"), at[1].str("staffId")), "2 trueuser2")
	acks := w.Acks()
	want(t, "acks", fmt.Sprint(len(acks), acks[0].Code, acks[0].ID == id, acks[0].MessageID == f.Headers["messageId"]), "1 200 true true")

	if _, err := w.SayToRobot("user2", "帮助"); err != nil {
		t.Fatal(err)
	}
	b = (<-c.frames).body(t)
	want(t, "private", b.str("conversationType")+b.obj("text").str("content")+b.str("conversationTitle"), "1帮助")
	if _, err := w.SayInGroup(mixedID, "guest", "到哪了"); err != nil {
		t.Fatal(err)
	}
	b = (<-c.frames).body(t)
	want(t, "from outside", b.str("senderStaffId")+b.str("senderCorpId")+b.str("senderNick"), "施工方")
}

func TestWhoCannotSpeak(t *testing.T) {
	w := start(t)
	w.dial(nil)
	w.AddGroup(Group{ConversationID: "cidNo", Title: "无机器人", Members: []string{"user1"}})
	for name, say := range map[string]func() (string, error){
		"unknown person":        func() (string, error) { return w.SayToRobot("nobody", "x") },
		"from outside, private": func() (string, error) { return w.SayToRobot("guest", "x") },
		"no member":             func() (string, error) { return w.SayInGroup(groupID, "user3", "x") },
		"no such group":         func() (string, error) { return w.SayInGroup("cidX", "user1", "x") },
		"no robot there":        func() (string, error) { return w.SayInGroup("cidNo", "user1", "x") },
	} {
		if _, err := say(); err == nil {
			t.Errorf("%s: spoke", name)
		}
	}
}

func TestTicket(t *testing.T) {
	w := start(t)
	o := w.ticket(allTopics...)
	if c, err := handshake(o.str("endpoint"), o.str("ticket")); err != nil {
		t.Fatal(err)
	} else {
		defer c.conn.Close()
	}
	if _, err := handshake(o.str("endpoint"), o.str("ticket")); err == nil {
		t.Error("a ticket opened two connections")
	}
	o = w.ticket(allTopics...)
	w.clock.turn(90 * time.Second)
	if _, err := handshake(o.str("endpoint"), o.str("ticket")); err == nil {
		t.Error("a ticket lived over 90 s")
	}
	if _, err := handshake(o.str("endpoint"), "invented"); err == nil {
		t.Error("an invented ticket opened")
	}
	want(t, "event topic", w.ticket("EVENT user_add_org").text("http"), 400)
	want(t, "no subscription", w.ticket().text("http"), 400)
	want(t, "wrong secret", w.ask("POST", "/v1.0/gateway/connections/open", "", map[string]any{"clientId": "dingapp1", "clientSecret": "no"}).str("code"), "invalidClientIdOrSecret")
	resp, err := http.Post(w.URL()+"/v1.0/gateway/connections/open", "application/json",
		strings.NewReader(`{"clientId":"dingapp1","clientSecret":"secret1","subscriptions":[{"type":"EVENT","topic":"*"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	want(t, "without Accept", resp.Header.Get("Content-Type"), "application/xml; charset=utf-8")
}

func TestSubscriptionsCount(t *testing.T) {
	w := start(t)
	o := w.ticket("EVENT *")
	c, err := handshake(o.str("endpoint"), o.str("ticket"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.conn.Close()
	go c.run(func(pushFrame) (int, string) { return 200, `{"status":"SUCCESS","message":"ok"}` })
	if _, err := w.SayToRobot("user1", "x"); err == nil {
		t.Error("a message came over a connection that did not subscribe to it")
	}
	if err := w.PushEvent("robot1", "chat_update_title", map[string]any{"title": "新名"}); err != nil {
		t.Fatal(err)
	}
	f := <-c.frames
	want(t, "event", f.Type+f.Headers["topic"]+f.Headers["eventType"]+f.Headers["eventCorpId"]+f.body(t).str("title"), "EVENT*chat_update_titledingcorp0009新名")
	if f.Headers["eventId"] == "" || f.Headers["eventBornTime"] == "" {
		t.Errorf("headers %v", f.Headers)
	}
}

func TestEventLater(t *testing.T) {
	w := start(t)
	answers := make(chan string, 2)
	c := w.dial(func(pushFrame) (int, string) { return 200, <-answers })
	w.Redeliver(true)
	answers <- `{"status":"LATER","message":"busy"}`
	if err := w.PushEvent("robot1", "user_leave_org", map[string]any{"userId": []string{"user1"}}); !errors.Is(err, ErrLater) {
		t.Fatalf("LATER: %v", err)
	}
	first := <-c.frames
	answers <- `{"status":"SUCCESS"}`
	w.clock.turn(60 * time.Second)
	w.Tick()
	want(t, "the same event again", (<-c.frames).Headers["eventId"], first.Headers["eventId"])
}

func TestRepeat(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	w.Repeat(3)
	id, err := w.SayToRobot("user1", "x")
	if err != nil {
		t.Fatal(err)
	}
	w.Settle()
	seen := map[string]bool{}
	for range 3 {
		f := <-c.frames
		want(t, "msgId", f.body(t).str("msgId"), id)
		seen[f.Headers["messageId"]] = true
	}
	want(t, "different frames", len(seen), 3)
	w.Repeat(1)
	_, _ = w.SayToRobot("user1", "x")
	w.Settle()
	want(t, "acks", len(w.Acks()), 4)
}

func TestLostAndRedelivered(t *testing.T) {
	w := start(t)
	if _, err := w.SayToRobot("user1", "丢了"); err == nil || errors.Is(err, ErrLater) {
		t.Fatalf("without a connection: %v", err)
	}
	w.Redeliver(true)
	id, err := w.SayToRobot("user1", "晚到")
	if !errors.Is(err, ErrLater) {
		t.Fatalf("with redelivery: %v", err)
	}
	code := make(chan int, 4)
	c := w.dial(func(pushFrame) (int, string) { return <-code, "" })
	w.clock.turn(59 * time.Second)
	w.Tick()
	want(t, "too early", len(c.frames), 0)
	code <- 500 // handled badly: not acknowledged
	w.clock.turn(time.Second)
	w.Tick()
	want(t, "after 60 s", (<-c.frames).body(t).str("msgId"), id)
	code <- 200
	w.clock.turn(60 * time.Second)
	w.Tick()
	want(t, "and again", (<-c.frames).body(t).str("msgId"), id)
	w.clock.turn(time.Hour)
	w.Tick()
	want(t, "then never more", len(c.frames), 0)
	code <- 500
	_, err = w.SayToRobot("user1", "x")
	if !errors.Is(err, ErrLater) {
		t.Errorf("code 500: %v", err)
	}
	w.Redeliver(false)
	w.clock.turn(time.Hour)
	w.Tick()
	want(t, "forgotten", len(w.Acks()), 3)
}

func TestDisconnect(t *testing.T) {
	w := startWith(t, Options{DisconnectPause: time.Hour}) // announced, but still standing
	old := w.dial(nil)
	want(t, "up", w.Connections(), 1)
	w.Disconnect()
	f := <-old.frames
	want(t, "announced", f.Type+f.Headers["topic"]+f.body(t).str("reason"), "SYSTEMdisconnectconnection is expired")
	want(t, "nothing is delivered there", w.Connections(), 0)
	if _, err := w.SayToRobot("user1", "x"); err == nil {
		t.Error("delivered on a connection that was told to go")
	}
	next := w.dial(nil)
	if _, err := w.SayToRobot("user1", "x"); err != nil {
		t.Fatal(err)
	}
	want(t, "on the new one", len(next.frames), 1)
}

func TestDisconnectCloses(t *testing.T) {
	w := startWith(t, Options{DisconnectPause: time.Millisecond})
	c := w.dial(nil)
	w.Disconnect()
	<-c.ended
}

func TestSeveralConnections(t *testing.T) {
	w := start(t)
	a, b := w.dial(nil), w.dial(nil)
	for range 64 {
		if _, err := w.SayToRobot("user1", "x"); err != nil {
			t.Fatal(err)
		}
	}
	if len(a.frames) == 0 || len(b.frames) == 0 || len(a.frames)+len(b.frames) != 64 {
		t.Errorf("not at random: %d and %d", len(a.frames), len(b.frames))
	}
}

func TestPingAndStall(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	if err := w.Ping(); err != nil {
		t.Fatal(err)
	}
	f := <-c.frames
	want(t, "ping", f.Type+f.Headers["topic"], "SYSTEMping")

	o := w.ticket(allTopics...)
	raw, err := handshake(o.str("endpoint"), o.str("ticket"))
	if err != nil {
		t.Fatal(err)
	}
	defer raw.conn.Close()
	raw.send(0x80|opPing, []byte("hello"))
	op, payload, err := raw.receive()
	want(t, "pong", fmt.Sprint(op, string(payload), err), fmt.Sprint(opPong, "hello", nil))
	w.Stall(true)
	raw.send(0x80|opPing, []byte("swallowed"))
	raw.send(0x80|opText, []byte("{}")) // read before Stall ends, like the ping
	if _, err := w.SayToRobot("user1", "x"); err == nil {
		t.Error("a half-open connection delivered")
	}
	raw.send(0x80|opClose, nil)
	op, _, err = raw.receive()
	want(t, "no pong before the farewell", fmt.Sprint(op, err), fmt.Sprint(opClose, nil))
}

func TestDropSockets(t *testing.T) {
	w := start(t)
	c := w.dial(func(pushFrame) (int, string) { return 0, "" }) // never acknowledges
	done := make(chan error)
	go func() {
		_, err := w.SayToRobot("user1", "x")
		done <- err
	}()
	<-c.frames
	w.DropSockets()
	if err := <-done; err == nil {
		t.Error("acknowledged by a dead connection")
	}
	<-c.ended
}
