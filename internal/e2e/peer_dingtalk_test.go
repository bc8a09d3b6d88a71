package e2e

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/sandbox/dingtalk"
)

// dingPeer is DingTalk's published Stream client on a sandbox of its own.
func dingPeer(t *testing.T) (*peer, *dingtalk.Server, *clock.Turnable) {
	t.Helper()
	c := clock.NewTurnable(time.Date(2026, 1, 8, 9, 0, 0, 0, clock.Shanghai))
	s, err := dingtalk.Start(dingtalk.Options{Now: c.Now, AckWait: 20 * time.Second, CardWait: 20 * time.Second, DisconnectPause: 10 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(dingtalk.User{StaffID: "user1", Name: "张三"})
	s.AddUser(dingtalk.User{StaffID: "user2", Name: "李四"})
	s.AddRobot(dingtalk.Robot{AppKey: "dingpeer", AppSecret: "peer-secret", Mode: "stream"})
	s.AddCardTemplate(dingtalk.CardTemplate{ID: "t.schema", Title: "${title}", Text: "状态：${status}", Buttons: []dingtalk.Button{{Text: "受理", Key: "accept"}}})
	s.AddGroup(dingtalk.Group{ConversationID: "cidPEER+/==", Title: "专班", Members: []string{"user1", "user2"}, RobotCode: "dingpeer", Made: true})
	p := startPeer(t, "dingtalk.mjs", "DUBAN_BASE="+s.URL(), "DUBAN_KEY=dingpeer", "DUBAN_SECRET=peer-secret")
	p.hears("connected")
	return p, s, c
}

// DingTalk's own client opens its connection, hears a message of a group, answers it and acknowledges; a quotation
// names the message by its key.
func TestDingTalkPeerTalks(t *testing.T) {
	t.Parallel()
	p, s, _ := dingPeer(t)
	id, err := s.SayInGroup("cidPEER+/==", "user1", "进度 65%")
	if err != nil {
		t.Fatal(err)
	}
	if heard := p.hears("message"); heard["text"] != " 进度 65%" || heard["from"] != "user1" || heard["kind"] != "2" || heard["id"] != id || heard["conversation"] != "cidPEER+/==" {
		t.Errorf("the peer heard %v", heard)
	}
	if out := p.done("answer"); out["errcode"] != 0.0 {
		t.Errorf("its answer was answered %v", out)
	}
	m := s.Messages()[0]
	if m.Text != "**收到** @user1" || fmt.Sprint(m.Mentions) != "[user1]" || m.Route != "session" {
		t.Errorf("people saw %+v", m)
	}
	if acks := s.Acks(); len(acks) != 1 || acks[0].Code != 200 || acks[0].ID != id {
		t.Errorf("acknowledged %+v", acks)
	}
	if err := s.Ping(); err != nil {
		t.Error(err)
	}
	p.order("beat", nil)
	p.hears("pong")
	p.order("token", nil)
	p.hears("token")
}

// A card it delivers is pressed, its answer changes the card at once, and quoting the card names it.
func TestDingTalkPeerCards(t *testing.T) {
	t.Parallel()
	p, s, _ := dingPeer(t)
	p.order("card", map[string]any{"robot": "dingpeer", "conversation": "cidPEER+/=="})
	p.done("card")
	m := s.Messages()[0]
	if m.Title != "逾期提醒" || m.Text != "状态：待处理" || m.Card.OutTrackID != "peer-card" {
		t.Fatalf("people saw %+v", m)
	}
	if err := s.PressCard(m.Seq, "user2", "accept", map[string]string{"why": "天气"}); err != nil {
		t.Fatal(err)
	}
	if heard := p.hears("pressed"); heard["card"] != "peer-card" || heard["by"] != "user2" || fmt.Sprint(heard["actions"], heard["params"]) != "[accept] map[why:天气]" {
		t.Errorf("the peer heard %v", heard)
	}
	if m := s.Messages()[0]; m.Text != "状态：已处理" || !m.Updated {
		t.Errorf("people saw %+v", m)
	}
	if _, err := s.QuoteInGroup("cidPEER+/==", "user1", m.Seq, "请住建局三天内拿出方案"); err != nil {
		t.Fatal(err)
	}
	if heard := p.hears("message"); heard["quoted"] != m.ProcessQueryKey {
		t.Errorf("the peer heard %v", heard)
	}
	p.done("answer")
}

// Events reach it, a message it did not acknowledge comes again, and it comes back after a disconnect.
func TestDingTalkPeerConnection(t *testing.T) {
	t.Parallel()
	p, s, c := dingPeer(t)
	s.AddUser(dingtalk.User{StaffID: "user3", Name: "王五"})
	if err := s.JoinGroup("cidPEER+/==", "user3"); err != nil {
		t.Fatal(err)
	}
	if heard := p.hears("event"); heard["type"] != "chat_add_member" {
		t.Errorf("the peer heard %v", heard)
	}
	s.Disconnect()
	until(t, "a new connection after the disconnect", func() bool { return s.Connections() == 1 })
	if _, err := s.SayToRobot("user2", "我的"); err != nil {
		t.Fatal(err)
	}
	p.hears("message")
	p.done("answer")
	if got := len(s.Messages()); got != 1 {
		t.Errorf("people saw %d messages", got)
	}
	s.DropSockets()
	until(t, "a new connection after the drop", func() bool { return s.Connections() == 1 && s.Count("/v1.0/gateway/connections/open") == 3 })

	s.Redeliver(true)
	unanswered := make(chan error, 1)
	go func() {
		_, err := s.SayToRobot("user2", "不答")
		unanswered <- err
	}()
	first := p.hears("message")["id"]
	s.DropSockets() // before it could acknowledge
	if err := <-unanswered; !errors.Is(err, dingtalk.ErrLater) {
		t.Fatalf("an unacknowledged message: %v", err)
	}
	until(t, "a new connection", func() bool { return s.Connections() == 1 })
	c.Set(c.Now().Add(61 * time.Second))
	if heard := p.hears("message"); heard["id"] != first {
		t.Errorf("what came again is %v, not %v", heard, first)
	}
	s.DropSockets()
}
