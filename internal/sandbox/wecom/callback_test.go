package wecom_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

func TestStartNeedsAClock(t *testing.T) {
	if s, err := wecom.Start(wecom.Options{}); err == nil {
		s.Close()
		t.Error("started without a clock")
	}
}

func TestSayToApp(t *testing.T) {
	w := newWorld(t)
	text := "报 城东泵站 62% ]]> <完>"
	id, err := w.s.SayToApp("zhangsan", text)
	if err != nil {
		t.Fatal(err)
	}
	m := w.app.next()
	if m.FromUserName != "ZhangSan" || m.ToUserName != corp || m.MsgType != "text" || m.Content != text ||
		m.AgentID != agent || m.CreateTime != 1767225600 || fmt.Sprint(m.MsgId) != id {
		t.Errorf("callback %+v, id %s", m, id)
	}
	if m.Query.Get("district") != "1" || m.Query.Get("timestamp") != "1767225600" {
		t.Errorf("query %v", m.Query)
	}
	if len(w.s.Messages()) != 0 {
		t.Error("what a person says is not a message of the service")
	}
}

func TestEnterAppIsAnEventWithoutMsgID(t *testing.T) {
	w := newWorld(t)
	if err := w.s.EnterApp("lisi"); err != nil {
		t.Fatal(err)
	}
	m := w.app.next()
	if m.MsgType != "event" || m.Event != "enter_agent" || m.EventKey != "" || strings.Contains(m.Plain, "MsgId") {
		t.Errorf("event %s", m.Plain)
	}
}

func TestSendImageToApp(t *testing.T) {
	w := newWorld(t)
	picture := append([]byte("\x89PNG\r\n\x1a\n"), "picture"...)
	if _, err := w.s.SendImageToApp("lisi", picture); err != nil {
		t.Fatal(err)
	}
	m := w.app.next()
	for _, path := range []string{strings.TrimPrefix(m.PicUrl, w.s.URL()), "/cgi-bin/media/get?access_token=" + w.token(secret) + "&media_id=" + m.MediaId} {
		if _, b, err := w.do("GET", path, "", nil); err != nil || string(b) != string(picture) {
			t.Errorf("%s gave %q, %v", path, b, err)
		}
	}
	w.clock.turn(3 * 24 * time.Hour)
	w.want(w.get("/cgi-bin/media/get?access_token="+w.token(secret)+"&media_id="+m.MediaId), 40007)
	if _, err := w.s.SendImageToApp("lisi", []byte("no picture")); err == nil {
		t.Error("a picture that is none was sent")
	}
}

func TestActsThatCannotBe(t *testing.T) {
	w := newWorld(t)
	for name, act := range map[string]func() error{
		"stranger to app":     func() error { _, err := w.s.SayToApp("nobody", "x"); return err },
		"stranger to bot":     func() error { _, err := w.s.SayToBot("nobody", "x"); return err },
		"bot without socket":  func() error { _, err := w.s.SayToBot("lisi", "x"); return err },
		"no such group":       func() error { _, err := w.s.SayInGroup("wrNONE", "lisi", "x"); return err },
		"not in the group":    func() error { _, err := w.s.SayInGroup(groupID, "wangwu", "x"); return err },
		"no such message":     func() error { return w.s.Press(1, "lisi", "k", nil) },
		"app does not exist":  func() error { return w.s.VerifyURL(5) },
		"app without address": func() error { return w.s.VerifyURL(1000003) },
	} {
		if err := act(); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	w.s.SetDown(true)
	if _, err := w.s.SayToApp("lisi", "x"); err == nil {
		t.Error("somebody spoke while the platform was down")
	}
	w.app.none()
}

func TestVerifyURL(t *testing.T) {
	w := newWorld(t)
	if err := w.s.VerifyURL(agent); err != nil {
		t.Error(err)
	}
	w.s.AddApp(wecom.App{AgentID: agent, Secret: secret, Token: token, AESKey: aesKey, CallbackURL: w.s.URL() + "/nowhere"})
	if err := w.s.VerifyURL(agent); err == nil {
		t.Error("a 404 was taken for the echo")
	}
}

func TestCallbackRetries(t *testing.T) {
	for denied, deliveries := range []int{1, 2, 3, 3} {
		w := newWorld(t)
		w.app.deny = denied
		id, err := w.s.SayToApp("lisi", "你好")
		if (err != nil) != (denied > 0) {
			t.Errorf("%d denied: error %v", denied, err)
		}
		w.s.Wait()
		signatures := map[string]bool{}
		for range deliveries {
			m := w.app.next()
			signatures[m.Query.Get("msg_signature")] = true
			if fmt.Sprint(m.MsgId) != id {
				t.Errorf("MsgId %d, want %s each time", m.MsgId, id)
			}
		}
		w.app.none()
		if len(signatures) != deliveries {
			t.Errorf("%d signatures for %d deliveries", len(signatures), deliveries)
		}
	}
}

func TestCallbackTimesOut(t *testing.T) {
	w := newWorld(t)
	s, err := wecom.Start(wecom.Options{Now: w.clock.Now, CallbackTimeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	hold := make(chan struct{})
	defer close(hold)
	w.app.hold = hold
	s.SetCorp(corp)
	s.AddUser(wecom.User{ID: "lisi"})
	s.AddApp(wecom.App{AgentID: agent, Token: token, AESKey: aesKey, CallbackURL: w.app.url(), RootScope: true})
	if _, err := s.SayToApp("lisi", "在吗"); err == nil {
		t.Error("no error although nobody answered")
	}
	s.Wait()
	for range 3 {
		w.app.next()
	}
	w.app.none()
}

func TestRepeat(t *testing.T) {
	w := newWorld(t)
	w.s.Repeat(3)
	if _, err := w.s.SayToApp("lisi", "重复"); err != nil {
		t.Fatal(err)
	}
	w.s.Wait()
	first := w.app.next()
	for range 2 {
		if m := w.app.next(); m.Plain != first.Plain || m.Query.Get("msg_signature") == first.Query.Get("msg_signature") {
			t.Errorf("repeated as %s", m.Plain)
		}
	}
	w.app.none()
	w.s.Repeat(0)
	if _, err := w.s.SayToApp("lisi", "一次"); err != nil {
		t.Fatal(err)
	}
	w.s.Wait()
	w.app.next()
	w.app.none()
}

func TestPassiveReply(t *testing.T) {
	w := newWorld(t)
	reply := func(kind, from string) string {
		sealed := seal("<xml><ToUserName>lisi</ToUserName><FromUserName>"+from+"</FromUserName><MsgType>"+kind+"</MsgType><Content>已收到</Content></xml>", corp)
		return "<xml><Encrypt>" + sealed + "</Encrypt><MsgSignature>" + sign("1", "2", sealed) + "</MsgSignature><TimeStamp>1</TimeStamp><Nonce>2</Nonce></xml>"
	}
	w.app.body = reply("text", corp)
	if _, err := w.s.SayToApp("lisi", "你好"); err != nil {
		t.Fatal(err)
	}
	if m := w.last(); m.Route != "app" || m.Text != "已收到" || m.Users[0] != "lisi" {
		t.Errorf("passive reply %+v", m)
	}
	for name, body := range map[string]string{
		"plain words": "success", "another type": reply("music", corp), "not from the corporation": reply("text", "ww0"),
		"wrong signature": strings.Replace(reply("text", corp), "<TimeStamp>1", "<TimeStamp>7", 1),
	} {
		w.app.body = body
		if _, err := w.s.SayToApp("lisi", "你好"); err == nil {
			t.Errorf("%s was taken", name)
		}
		w.s.Wait()
	}
	if n := len(w.s.Messages()); n != 1 {
		t.Errorf("%d messages", n)
	}
}
