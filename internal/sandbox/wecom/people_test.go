package wecom_test

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

// Renamed once, a member is followed by groups and messages, and the app is told both ids.
func TestRenamedMember(t *testing.T) {
	w := newWorld(t)
	w.send(text("先前"))
	if err := w.s.RenameUser("zhangsan", "zhang.san2"); err != nil {
		t.Fatal(err)
	}
	m := w.app.next()
	for _, s := range []string{"<Event><![CDATA[change_contact]]>", "<ChangeType><![CDATA[update_user]]>", "<UserID><![CDATA[ZhangSan]]>", "<NewUserID><![CDATA[zhang.san2]]>"} {
		if !strings.Contains(m.Plain, s) {
			t.Errorf("%s is missing from %s", s, m.Plain)
		}
	}
	if m.FromUserName != "sys" || fmt.Sprint(w.last().Users) != "[zhang.san2]" || fmt.Sprint(w.s.Groups()[0].Members) != "[zhang.san2 lisi]" {
		t.Errorf("from %s; %v; %v", m.FromUserName, w.last().Users, w.s.Groups()[0].Members)
	}
	w.want(w.get("/cgi-bin/user/get?userid=zhangsan&access_token="+w.token(secret)), 60111)
	for _, c := range [][2]string{{"zhang.san2", "third"}, {"nobody", "x"}, {"lisi", "wangwu"}} {
		if err := w.s.RenameUser(c[0], c[1]); err == nil {
			t.Errorf("%s became %s", c[0], c[1])
		}
	}
	w.app.none()
}

func TestMembersComeAndGo(t *testing.T) {
	w := newWorld(t)
	if err := w.s.HireUser(wecom.User{ID: "zhaoliu", Name: "赵六"}); err != nil {
		t.Fatal(err)
	}
	if m := w.app.next(); !strings.Contains(m.Plain, "create_user") || !strings.Contains(m.Plain, "赵六") {
		t.Errorf("told %s", m.Plain)
	}
	if err := w.s.JoinGroup(groupID, "ZHAOLIU"); err != nil {
		t.Fatal(err)
	}
	w.app.none() // nobody is told of who comes into a group
	if got := fmt.Sprint(w.s.Groups()[0].Members); got != "[ZhangSan lisi zhaoliu]" {
		t.Errorf("members %s", got)
	}
	if err := w.s.RemoveUser("zhaoliu"); err != nil {
		t.Fatal(err)
	}
	if m := w.app.next(); !strings.Contains(m.Plain, "delete_user") {
		t.Errorf("told %s", m.Plain)
	}
	if got := fmt.Sprint(w.s.Groups()[0].Members); got != "[ZhangSan lisi]" {
		t.Errorf("members %s", got)
	}
	if w.s.RemoveUser("zhaoliu") == nil || w.s.JoinGroup(groupID, "zhaoliu") == nil {
		t.Error("somebody who left is there")
	}
}

func TestMenuOfTheApp(t *testing.T) {
	w := newWorld(t)
	for _, do := range []func() error{
		func() error { return w.s.EnterApp("lisi") }, func() error { return w.s.ClickMenu("lisi", "mine") },
		func() error { return w.s.ViewMenu("lisi", "https://duban.example/") },
	} {
		if err := do(); err != nil {
			t.Fatal(err)
		}
	}
	if got := []string{w.app.next().Event, w.app.next().EventKey, w.app.next().EventKey}; fmt.Sprint(got) != "[enter_agent mine https://duban.example/]" {
		t.Errorf("events %v", got)
	}
}

// Quotations carry the words of what was quoted, of a card its title; what somebody does not see they cannot quote.
func TestQuotations(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	w.post("/cgi-bin/webhook/send?key="+hookKey, object{"msgtype": "markdown", "markdown": object{"content": "上期**简报**"}})
	if _, err := w.s.QuoteInGroup(groupID, "lisi", 1, "请住建局三天内拿出方案"); err != nil {
		t.Fatal(err)
	}
	heard := l.next()
	if dig(heard.Body, "quote", "text", "content") != "上期**简报**" || dig(heard.Body, "text", "content") != "@督办助手 请住建局三天内拿出方案" {
		t.Errorf("heard %v", heard.Body)
	}
	w.want(l.ask("aibot_send_msg", object{"chatid": groupID, "msgtype": "template_card", "template_card": botCard()}), 0)
	if _, err := w.s.QuoteInGroup(groupID, "lisi", 2, "同意"); err != nil {
		t.Fatal(err)
	}
	if got := dig(l.next().Body, "quote", "text", "content"); got != w.last().Title {
		t.Errorf("a card is quoted as %v", got)
	}
	if _, err := w.s.QuoteToBot("wangwu", 1, "我看不到"); err == nil {
		t.Error("what somebody does not see was quoted")
	}
}

// Pictures come locked under a key of their own and are gone after five minutes.
func TestLockedPictures(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	picture := []byte("\x89PNG\r\n\x1a\n0123456789")
	if _, err := w.s.SayMixedInGroup(groupID, "lisi", "封顶", picture); err != nil {
		t.Fatal(err)
	}
	items := dig(l.next().Body, "mixed", "msg_item").([]any)
	url, _ := dig(items[1], "image", "url").(string)
	key, err := base64.StdEncoding.DecodeString(fmt.Sprint(dig(items[1], "image", "aeskey")))
	if err != nil || dig(items[0], "text", "content") != "@督办助手 封顶" {
		t.Fatalf("items %v: %v", items, err)
	}
	path := strings.TrimPrefix(url, w.s.URL())
	_, locked, err := w.do("GET", path, "", nil)
	if err != nil || len(locked) != 32 {
		t.Fatalf("%d bytes, %v", len(locked), err)
	}
	block, _ := aes.NewCipher(key)
	cipher.NewCBCDecrypter(block, key[:16]).CryptBlocks(locked, locked)
	if got := string(locked[:len(picture)]); got != string(picture) || locked[31] != byte(32-len(picture)) {
		t.Errorf("unlocked %q", locked)
	}
	w.clock.turn(5 * time.Minute)
	if resp, _, err := w.do("GET", path, "", nil); err != nil || resp.StatusCode != http.StatusNotFound {
		t.Errorf("after five minutes: %v, %v", resp, err)
	}
	if _, err := w.s.SendFileToBot("lisi", []byte("月报的内容")); err != nil || dig(l.next().Body, "file", "url") == nil {
		t.Errorf("a file: %v", err)
	}
	if _, err := w.s.SendImageToBot("lisi", []byte("no picture")); err == nil {
		t.Error("what is no picture was sent as one")
	}
}
