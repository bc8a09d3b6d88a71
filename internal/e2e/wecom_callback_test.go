package e2e

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/chat/wecom"
	"duban/internal/clock"
	sandbox "duban/internal/sandbox/wecom"
)

// An aibot that calls back, from the check of its address to a card changed in the answer to a press:
// adapter and imitation joined by the wire alone.
func TestWeComBotByCallback(t *testing.T) {
	const token, key = "bot-callback-5d", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"
	c := clock.NewTurnable(time.Date(2026, 1, 5, 9, 7, 0, 0, clock.Shanghai))
	s, err := sandbox.Start(sandbox.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	logger, log := chattest.NewLog()
	inbox := make(chan chat.Incoming, 16)
	var w *wecom.WeCom
	send := func(route chat.Route, to string, m chat.Message) chat.Result {
		for _, sender := range w.Senders() {
			if _, r := sender.Route(); r == route {
				return sender.Send(t.Context(), to, m, "k"+to)
			}
		}
		t.Fatalf("no sender for %s", route)
		return chat.Result{}
	}
	w, err = wecom.New(wecom.Options{
		BotToken: token, BotAESKey: key, BotName: "督办助手", APIBase: s.URL(), Home: "https://duban.example", Clock: c, Log: logger,
		Inbox: func(_ context.Context, in chat.Incoming) error {
			if in.Card != nil {
				if r := send(chat.WeComBotCard, in.Card.Update.To, chat.Message{Title: "已办结", Rows: []string{"张三已办结"}}); r.State != chat.Sent {
					t.Errorf("the card was not changed: %+v", r)
				}
			}
			inbox <- in
			return nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	door := httptest.NewServer(w.Callback())
	t.Cleanup(door.Close)
	s.AddUser(sandbox.User{ID: "zhangsan", Name: "张三"})
	s.AddBot(sandbox.Bot{ID: wecomBot, Name: "督办助手", Token: token, AESKey: key, CallbackURL: door.URL})
	s.AddGroup(sandbox.Group{ChatID: wecomGroup, Name: "泵站专班", Members: []string{"zhangsan"}, BotID: wecomBot})
	if err := s.VerifyBotURL(wecomBot); err != nil {
		t.Fatal(err)
	}

	m := chat.Message{Title: "节点预警", Rows: []string{"城东泵站"}, Buttons: []chat.Button{{Label: "办结", Say: "办结 3"}}}
	if _, err := s.SayInGroup(wecomGroup, "zhangsan", "@督办助手 逾期"); err != nil {
		t.Fatal(err)
	}
	in := <-inbox
	if in.Text != "逾期" || in.ChatID != wecomGroup {
		t.Errorf("heard %+v", in)
	}
	if r := send(in.Reply.Route, in.Reply.To, m); r.State != chat.Sent || r.Card != "" {
		t.Errorf("in the group: %+v", r)
	}
	if r := send(in.Reply.Route, in.Reply.To, m); r.State != chat.Refused {
		t.Errorf("an address is good once: %+v", r)
	}
	if _, err := s.SayToBot("zhangsan", "我的"); err != nil {
		t.Fatal(err)
	}
	in = <-inbox
	r := send(in.Reply.Route, in.Reply.To, m)
	if r.State != chat.Sent || r.Card == "" {
		t.Fatalf("to one person: %+v", r)
	}
	all := s.Messages()
	if err := s.Press(all[len(all)-1].Seq, "zhangsan", "办结 3", nil); err != nil {
		t.Fatal(err)
	}
	if in = <-inbox; in.Text != "办结 3" || in.Card == nil || in.Card.ID != r.Card {
		t.Errorf("pressed %+v", in)
	}
	for giveUp := time.After(2 * time.Minute); ; {
		all = s.Messages()
		if last := all[len(all)-1]; last.Updated && strings.Contains(last.Title+last.Text, "已办结") {
			break
		}
		select {
		case <-giveUp:
			t.Fatalf("the card is %+v", all[len(all)-1])
		case <-time.After(time.Millisecond):
		}
	}
	chattest.NoSecrets(t, []string{token, key}, log.String())
}
