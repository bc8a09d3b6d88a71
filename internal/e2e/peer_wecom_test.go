package e2e

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/internal/clock"
	"duban/internal/sandbox/wecom"
)

// wecomPeer is WeCom's published client on a sandbox of its own.
func wecomPeer(t *testing.T) (*peer, *wecom.Server) {
	t.Helper()
	c := clock.NewTurnable(time.Date(2026, 1, 8, 9, 0, 0, 0, clock.Shanghai))
	s, err := wecom.Start(wecom.Options{Now: c.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.AddUser(wecom.User{ID: "ZhangSan", Name: "张三"})
	s.AddUser(wecom.User{ID: "lisi", Name: "李四"})
	s.AddBot(wecom.Bot{ID: "aibPEER", Secret: "peer-secret", Name: "督办助手"})
	s.AddGroup(wecom.Group{ChatID: "wrPEER", Name: "专班", Members: []string{"ZhangSan", "lisi"}, BotID: "aibPEER"})
	p := startPeer(t, "wecom.mjs", "DUBAN_WS="+s.WSURL(), "DUBAN_BOT=aibPEER", "DUBAN_SECRET=peer-secret")
	p.hears("authenticated")
	return p, s
}

func said(t *testing.T) func(string, error) {
	return func(_ string, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
}

func lastWe(t *testing.T, s *wecom.Server) wecom.Message {
	t.Helper()
	all := s.Messages()
	if len(all) == 0 {
		t.Fatal("nobody saw anything")
	}
	return all[len(all)-1]
}

// WeCom's own client subscribes, hears words, answers with a stream and a push, and is refused as it expects.
func TestWeComPeerTalks(t *testing.T) {
	t.Parallel()
	p, s := wecomPeer(t)
	ok := said(t)
	ok(s.SayInGroup("wrPEER", "ZhangSan", "流"))
	if heard := p.hears("text"); heard["content"] != "@督办助手 流" || heard["from"] != "ZhangSan" || heard["chatid"] != "wrPEER" || heard["chattype"] != "group" {
		t.Errorf("the peer heard %v", heard)
	}
	p.done("stream begun")
	p.done("stream ended")
	stream := lastWe(t, s)
	if stream.Text != "共**2**项 <@lisi>" || !stream.Finished || fmt.Sprint(stream.Mentions) != "[lisi]" || stream.ChatID != "wrPEER" || stream.Seq != 1 {
		t.Errorf("people saw %+v", stream)
	}
	ok(s.QuoteInGroup("wrPEER", "lisi", stream.Seq, "推"))
	if heard := p.hears("text"); heard["quote"] != stream.Text {
		t.Errorf("the peer heard %v", heard)
	}
	p.done("push")
	if m := lastWe(t, s); m.Text != "**主动**推送" || m.Route != "aibot_push" || m.ChatID != "wrPEER" {
		t.Errorf("people saw %+v", m)
	}
	ok(s.SayToBot("lisi", "错"))
	p.hears("text")
	if said := p.hears("refused"); said["ok"] != false || said["code"] != 40058.0 {
		t.Errorf("a card without buttons: %v", said)
	}
	ok(s.SpeakToBot("lisi", "华兴六成五"))
	if heard := p.hears("voice"); heard["content"] != "华兴六成五" {
		t.Errorf("the peer heard %v", heard)
	}
	if err := s.EnterBot("lisi"); err != nil {
		t.Fatal(err)
	}
	p.done("welcome")
	if m := lastWe(t, s); m.Text != "您好" || fmt.Sprint(m.Users) != "[lisi]" {
		t.Errorf("people saw %+v", m)
	}
}

// Its cards are taken, a press with a choice reaches it, and its change of the card is what people then have.
func TestWeComPeerCards(t *testing.T) {
	t.Parallel()
	p, s := wecomPeer(t)
	said(t)(s.SayInGroup("wrPEER", "ZhangSan", "卡"))
	p.hears("text")
	p.done("card")
	card := lastWe(t, s)
	if c := card.Card; c == nil || c.Title != "节点逾期3天" || c.Color != 2 || len(c.Questions) != 1 || len(c.Buttons) != 2 {
		t.Fatalf("people saw %+v", card)
	}
	if err := s.Press(card.Seq, "lisi", "延期 3", map[string][]string{"reason": {"money"}}); err != nil {
		t.Fatal(err)
	}
	pressed := p.hears("pressed")
	if pressed["key"] != "延期 3" || pressed["task"] != "peer-1" || !strings.Contains(fmt.Sprint(pressed["selected"]), "money") {
		t.Errorf("the peer heard %v", pressed)
	}
	p.done("changed")
	if c := lastWe(t, s); c.Seq != card.Seq || !c.Updated || c.Card.Title != "已申请延期" || c.Card.Buttons[0].Key != "撤回" {
		t.Errorf("people saw %+v", c.Card)
	}
	if err := s.Press(card.Seq, "lisi", "办结 3", nil); err == nil {
		t.Error("a button that is gone was pressed")
	}
}

// Files pass both ways: its upload in pieces, and the decryption of what somebody sends it.
func TestWeComPeerFiles(t *testing.T) {
	t.Parallel()
	p, s := wecomPeer(t)
	said(t)(s.SayToBot("lisi", "文件"))
	p.hears("text")
	p.done("file")
	if name, data, ok := s.Media(lastWe(t, s).MediaID); !ok || name != "月报.bin" || len(data) != 700<<10 {
		t.Errorf("the file is %q with %d bytes", name, len(data))
	}
	picture := append([]byte("\x89PNG\r\n\x1a\n"), []byte(strings.Repeat("像素", 100))...)
	said(t)(s.SayMixedInGroup("wrPEER", "lisi", "封顶照片", picture))
	got := p.done("picture")
	if got["words"] != "@督办助手 封顶照片" || got["bytes"] != base64.StdEncoding.EncodeToString(picture) {
		t.Errorf("the peer decrypted %v", got)
	}
}

// It keeps the connection with its own heartbeat, comes back by itself after a break of the network, and does
// not fight after it was replaced by a newer connection.
func TestWeComPeerConnection(t *testing.T) {
	t.Parallel()
	p, s := wecomPeer(t)
	until(t, "its heartbeats", func() bool { return s.Count("ws/ping") > 2 })
	if !s.Connected("aibPEER") {
		t.Error("its heartbeat did not keep the connection")
	}
	s.DropSockets()
	p.hears("disconnected")
	p.hears("authenticated")
	said(t)(s.SayToBot("lisi", "还在吗"))
	p.hears("text")

	newer := startPeer(t, "wecom.mjs", "DUBAN_WS="+s.WSURL(), "DUBAN_BOT=aibPEER", "DUBAN_SECRET=peer-secret")
	newer.hears("authenticated")
	p.hears("kicked")
	p.hears("disconnected")
	said(t)(s.SayToBot("lisi", "换谁了"))
	if heard := newer.hears("text"); heard["content"] != "换谁了" {
		t.Errorf("the newer heard %v", heard)
	}
	p.order("connect", nil) // told to, it takes its place again
	p.hears("authenticated")
	newer.hears("kicked")
	newer.hears("disconnected")
	said(t)(s.SayToBot("lisi", "又换了"))
	p.hears("text")
}

func TestWeComPeerWithAWrongSecret(t *testing.T) {
	t.Parallel()
	_, s := wecomPeer(t)
	p := startPeer(t, "wecom.mjs", "DUBAN_WS="+s.WSURL(), "DUBAN_BOT=aibPEER", "DUBAN_SECRET=wrong")
	for {
		e := p.hearsAny("error", "disconnected")
		if strings.Contains(fmt.Sprint(e["error"]), "Max auth") {
			break
		}
	}
	if !s.Connected("aibPEER") {
		t.Error("a wrong secret drove the right one away")
	}
}
