package e2e

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"duban/internal/chat"
	sandbox "duban/internal/sandbox/dingtalk"
)

const dingTemplate = "00000000-0000-0000-0000-000000000001.schema"

// dingCards is the adapter with a template such as setup-dingtalk.md has an administrator build.
func dingCards(t *testing.T) *ding {
	t.Helper()
	x := startDing(t)
	card := sandbox.CardTemplate{ID: dingTemplate, Title: "${title}", Text: "${note}|${tone}|${text1}|${text2}|${foot}"}
	for i := 1; i <= 6; i++ {
		card.Buttons = append(card.Buttons, sandbox.Button{Text: fmt.Sprintf("${button%d}", i), Key: fmt.Sprint(i)})
	}
	x.srv.AddCardTemplate(card)
	o := x.options
	o.CardTemplate = dingTemplate
	x.with(o)
	return x
}

var dingWarning = chat.Message{
	Title: "逾期提醒", Rows: []string{"**3号标段** 已逾期3天"}, Foot: []string{"预警〔2026〕3号"}, Tone: chat.Alert, Mentions: []string{"zhangsan"},
	Buttons: []chat.Button{{Label: "收到", Say: "收到 3"}, {Label: "申请延期", Say: "延期 3"}},
}

// TestDingTalkCard: a card rings who it names, its press says its words and names the card, the card is changed in
// place, and is taken back.
func TestDingTalkCard(t *testing.T) {
	x := dingCards(t)
	x.connect()
	sent := x.send(chat.DingGroup, dingGroup, dingWarning, chat.Sent)
	card := x.newest()
	if card.MsgType != "card" || card.Title != "逾期提醒" || !strings.Contains(card.Text, "|alert|**3号标段** 已逾期3天||预警〔2026〕3号") ||
		card.Buttons[1].Text != "申请延期" || !slices.Equal(card.Mentions, []string{"zhangsan"}) || sent.ID != card.ProcessQueryKey || sent.Card == "" {
		t.Fatalf("%+v %+v", sent, card)
	}
	if again := x.send(chat.DingGroup, dingGroup, dingWarning, chat.Sent); again.Card != sent.Card || x.newest().Seq != card.Seq {
		t.Errorf("a repeat made a second card: %+v", again)
	}
	if err := x.srv.PressCard(card.Seq, "zhangsan", "1", map[string]string{"say": "收到 3"}); err != nil {
		t.Fatal(err)
	}
	in := x.last(1)
	if in.Kind != chat.Press || in.Text != "收到 3" || in.UserID != "zhangsan" || in.ChatID != dingGroup || in.Card == nil || in.Card.ID != sent.Card {
		t.Fatalf("%+v", in)
	}
	x.send(in.Card.Update.Route, in.Card.Update.To, chat.Message{Title: "张三已收到", Rows: []string{"12:00"}, Tone: chat.Good}, chat.Sent)
	if now := x.newest(); now.Seq != card.Seq || now.Title != "张三已收到" || !strings.Contains(now.Text, "|good|12:00||") || len(now.Buttons) != 0 {
		t.Errorf("%+v", now)
	}
	if err := x.srv.MarkRead(card.Seq, "zhangsan"); err != nil {
		t.Fatal(err)
	}
	read, err := x.sender(chat.DingGroup).(chat.ReadBy).ReadBy(t.Context(), dingGroup, sent.ID)
	if err != nil || !slices.Equal(read, []string{"zhangsan"}) {
		t.Errorf("read by %v, %v", read, err)
	}
	if r := x.sender(chat.DingGroup).(chat.Recaller).Recall(t.Context(), dingGroup, sent.ID); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
}

// TestDingTalkCardUnpublished: without a usable template the words go without a card.
func TestDingTalkCardUnpublished(t *testing.T) {
	x := dingCards(t)
	x.srv.AddCardTemplate(sandbox.CardTemplate{ID: dingTemplate, Unpublished: true})
	if r := x.send(chat.DingPerson, "zhangsan", dingWarning, chat.Sent); r.Card != "" || x.newest().MsgType == "card" {
		t.Errorf("%+v as %s", r, x.newest().MsgType)
	}
}

// TestDingTalkCardHTTP: in HTTP mode the address is registered, and presses come signed.
func TestDingTalkCardHTTP(t *testing.T) {
	x := dingCards(t)
	mux := http.NewServeMux()
	srv := httptest.NewServer(mux)
	t.Cleanup(srv.Close)
	o := x.options
	o.CardURL = srv.URL + "/callback/dingtalk"
	x.with(o)
	mux.Handle("/callback/dingtalk", x.d.Callback())
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- x.d.Listen(ctx) }()
	x.until(func() bool { return len(x.wire.bodies("/v1.0/card/callbacks/register")) == 1 })
	x.until(func() bool {
		return x.sender(chat.DingPerson).Send(t.Context(), "zhangsan", dingWarning, "key").Card != ""
	})
	if err := x.srv.PressCard(x.newest().Seq, "zhangsan", "2", map[string]string{"say": "延期 3"}); err != nil {
		t.Fatal(err)
	}
	if in := x.last(1); in.Kind != chat.Press || in.Text != "延期 3" || in.ChatID != "" || in.Card == nil {
		t.Errorf("%+v", in)
	}
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestDingTalkQuote: an answer that quotes what we sent names it by the id of its send.
func TestDingTalkQuote(t *testing.T) {
	x := startDing(t)
	x.connect()
	sent := x.send(chat.DingGroup, dingGroup, chat.Message{Title: "请报进度"}, chat.Sent)
	if _, err := x.srv.QuoteInGroup(dingGroup, "zhangsan", x.newest().Seq, "六成五"); err != nil {
		t.Fatal(err)
	}
	if in := x.last(1); in.Text != "六成五" || in.Quote == nil || in.Quote.ID != sent.ID {
		t.Errorf("%+v %+v", in, in.Quote)
	}
}

// TestDingTalkNewcomers: who joins a group made through the platform's interface is told, somebody from outside too.
func TestDingTalkNewcomers(t *testing.T) {
	x := startDing(t)
	x.srv.AddGroup(sandbox.Group{ConversationID: "cidMADE0001==", Title: "新群", Members: []string{"user0001"}, RobotCode: "dingrobot0001", Made: true})
	x.connect()
	for i, user := range []string{"zhangsan", "out1"} {
		if err := x.srv.JoinGroup("cidMADE0001==", user); err != nil {
			t.Fatal(err)
		}
		x.until(func() bool { return len(x.inbox()) == i+1 })
		want := user
		if user == "out1" {
			want = ""
		}
		if in := x.last(i + 1); in.Kind != chat.Joined || in.ChatID != "cidMADE0001==" || in.UserID != want {
			t.Errorf("%+v", in)
		}
	}
}
