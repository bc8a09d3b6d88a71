package wecom

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

func botSeal(t testing.TB) *chat.Envelope {
	t.Helper()
	e, err := chat.NewEnvelope(testBotToken, testBotAESKey, "")
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// call brings a plaintext body to the aibot's callback and gives the answer opened, "" for an empty one.
func callBot(t *testing.T, h http.Handler, plain string) (int, string) {
	t.Helper()
	e := botSeal(t)
	encrypted := e.Shut([]byte(plain))
	q := url.Values{"timestamp": {"1"}, "nonce": {"2"}, "msg_signature": {signature(testBotToken, "1", "2", encrypted)}}.Encode()
	rw := postRaw(h, q, `{"encrypt":"`+encrypted+`"}`)
	if rw.Body.Len() == 0 {
		return rw.Code, ""
	}
	var a struct {
		Encrypt, MsgSignature, Nonce string
		Timestamp                    int64
	}
	if err := json.Unmarshal(rw.Body.Bytes(), &a); err != nil || a.MsgSignature != signature(testBotToken, strconv.FormatInt(a.Timestamp, 10), a.Nonce, a.Encrypt) {
		t.Fatalf("the answer is not signed: %s", rw.Body)
	}
	text, err := e.Open(a.Encrypt)
	if err != nil {
		t.Fatal(err)
	}
	return rw.Code, string(text)
}

func TestBotCallbackVerify(t *testing.T) {
	for name, change := range map[string]func(*Options){
		"with an app": byCallback,
		"alone":       func(o *Options) { byCallback(o); o.Token, o.AESKey = "", "" },
	} {
		w, _, _ := newPlatform(t).house(change)
		echo := botSeal(t).Shut([]byte("echo-1"))
		q := url.Values{"timestamp": {"1"}, "nonce": {"2"}, "echostr": {echo}, "msg_signature": {signature(testBotToken, "1", "2", echo)}}
		rw := httptest.NewRecorder()
		w.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/cb?"+q.Encode(), nil))
		if rw.Code != 200 || rw.Body.String() != "echo-1" {
			t.Errorf("%s: %d %q", name, rw.Code, rw.Body)
		}
		q.Set("nonce", "3")
		rw = httptest.NewRecorder()
		w.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/cb?"+q.Encode(), nil))
		if rw.Code != 403 {
			t.Errorf("%s: a wrong signature gets %d", name, rw.Code)
		}
	}
	w, _, _ := newPlatform(t).house(byCallback)
	if rw := post(t, w.Callback(), plainXML("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>")); rw.Code != 200 {
		t.Errorf("the app's own callback beside it: %d", rw.Code)
	}
}

func TestBotCallbackMessages(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(byCallback)
	for _, c := range []struct {
		name, chat, handle string
	}{{"private", "", "url single "}, {"group", `"chatid":"wrCHAT",`, "url group "}} {
		code, answer := callBot(t, w.Callback(), `{"msgid":"M-`+c.name+`","from":{"userid":"zhangsan"},`+c.chat+`"response_url":"`+p.replyURL()+`","msgtype":"text","text":{"content":"逾期"}}`)
		if code != 200 || answer != "" {
			t.Fatalf("%s: %d %q", c.name, code, answer)
		}
		in := <-inbox
		want := chat.Address{Platform: chat.WeCom, Route: chat.WeComBotReply, To: c.handle + p.replyURL()}
		if in.Kind != chat.Text || in.Text != "逾期" || in.Reply != want || !in.ReplyUntil.Equal(in.At.Add(time.Hour)) {
			t.Errorf("%s: %+v", c.name, in)
		}
	}
	if code, _ := callBot(t, w.Callback(), `{"msgid":"M3","from":{"userid":"zhangsan"},"msgtype":"text","text":{"content":"逾期"}}`); code != 200 {
		t.Error(code)
	}
	if in := <-inbox; in.Reply.Route != "" {
		t.Errorf("without an address: %+v", in.Reply)
	}
	for body, want := range map[string]int{
		`{"msgtype":"stream","stream":{"id":"S1"}}`: 200, `{"msgid":"1","from":{"userid":"a"},"msgtype":"event","event":{"eventtype":"feedback_event"}}`: 200,
		`{"msgtype":"text"}`: 400, `rubbish`: 400,
	} {
		if code, _ := callBot(t, w.Callback(), body); code != want {
			t.Errorf("%s: %d, want %d", body, code, want)
		}
	}
	if rw := postRaw(w.Callback(), query("x"), `{"encrypt":"x"}`); rw.Code != 403 {
		t.Errorf("the app's token opens the aibot's door: %d", rw.Code)
	}
	if rw := postRaw(w.Callback(), query("x"), `{"other":1}`); rw.Code != 400 {
		t.Errorf("no envelope: %d", rw.Code)
	}
	if len(inbox) != 0 {
		t.Error("something reached the inbox")
	}
}

// A card goes to one person; into a group go words, and nothing of the address into a result.
func TestBotCallbackReply(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(byCallback)
	reply := sender(t, w, chat.WeComBotReply)
	m := chat.Message{Title: "题", Buttons: []chat.Button{{Label: "办结", Say: "办结 3"}}}
	if r := reply.Send(t.Context(), "url single "+p.replyURL(), m, "k"); r.State != chat.Sent || r.Card == "" || !reply.Ready() {
		t.Errorf("%+v", r)
	}
	if r := reply.Send(t.Context(), "url group "+p.replyURL(), m, "k"); r.State != chat.Sent || r.Card != "" {
		t.Errorf("%+v", r)
	}
	if got := p.wires(); !strings.Contains(got[0], `"msgtype":"template_card"`) || !strings.Contains(got[1], `"msgtype":"markdown"`) {
		t.Errorf("sent %s", got)
	}
	p.do(func() { p.codes = []int64{40058} })
	r := reply.Send(t.Context(), "url single "+p.replyURL(), m, "k")
	if r.State != chat.Refused {
		t.Errorf("used twice: %+v", r)
	}
	chattest.NoSecrets(t, []string{testReplyCode}, fmt.Sprintf("%+v", r))
	for _, to := range []string{"url single", "url single ", "url single ftp://x", "url single /relative"} {
		if r := reply.Send(t.Context(), to, m, "k"); r.State != chat.Refused {
			t.Errorf("%q: %+v", to, r)
		}
	}
	for _, s := range w.Senders() {
		if _, route := s.Route(); route == chat.WeComBot {
			t.Error("an aibot that calls back cannot push")
		}
	}
	if err := w.Run(t.Context()); err != nil {
		t.Error(err)
	}
}

// A press changes the card, and an entry is welcomed, in the answer to the callback.
func TestBotCallbackAnswers(t *testing.T) {
	events := map[string]string{
		"press": `"eventtype":"template_card_event","template_card_event":{"event_key":"办结 3","task_id":"T-1"}`,
		"enter": `"eventtype":"enter_chat"`,
	}
	var w *WeCom
	results := make(chan chat.Result, 8)
	p := newPlatform(t)
	w, _, _ = p.house(func(o *Options) {
		byCallback(o)
		o.Inbox = func(_ context.Context, in chat.Incoming) error {
			route, to := chat.WeComBotReply, in.Reply.To
			if in.Card != nil {
				route, to = chat.WeComBotCard, in.Card.Update.To
				if want := (chat.Address{Platform: chat.WeCom, Route: chat.WeComApp, To: "zhangsan"}); in.Reply != want {
					t.Errorf("words to a press go to %+v", in.Reply)
				}
			}
			for range 2 { // the second finds the place taken
				results <- sender(t, w, route).Send(context.Background(), to, settled, "k")
			}
			return nil
		}
	})
	w.bot.pace.hold = 2 * time.Minute // an answer that is there is not waited for
	for name, event := range events {
		code, answer := callBot(t, w.Callback(), `{"msgid":"E-`+name+`","from":{"userid":"zhangsan"},"msgtype":"event","event":{`+event+`}}`)
		if first, second := <-results, <-results; first.State != chat.Sent || second.State != chat.Refused {
			t.Errorf("%s: %+v, then %+v", name, first, second)
		}
		if code != 200 || !strings.Contains(answer, "已办结") || name == "press" != strings.Contains(answer, `"response_type":"update_template_card"`) {
			t.Errorf("%s: %d %s", name, code, answer)
		}
	}
	// One that nobody answers is not held for long, and then it is too late.
	var to string
	w.inbox = func(_ context.Context, in chat.Incoming) error { to = in.Card.Update.To; return nil }
	w.bot.pace.hold = time.Millisecond
	if code, answer := callBot(t, w.Callback(), `{"msgid":"E2","from":{"userid":"zhangsan"},"msgtype":"event","event":{`+events["press"]+`}}`); code != 200 || answer != "" {
		t.Errorf("%d %s", code, answer)
	}
	if r := sender(t, w, chat.WeComBotCard).Send(t.Context(), to, settled, "k"); r.State != chat.Refused || r.Code != spent {
		t.Errorf("%+v", r)
	}
	if answerBy+holdFor >= time.Second {
		t.Errorf("an answer may take %s", answerBy+holdFor)
	}
}

// The key of the callback opens files, and is in no message.
func TestBotCallbackFile(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(byCallback)
	p.file = png // not encrypted: what comes is refused, not shown as it is
	callBot(t, w.Callback(), `{"msgid":"M1","from":{"userid":"zhangsan"},"msgtype":"image","image":{"url":"`+p.http.URL+`/file"}}`)
	in := <-inbox
	text, _ := json.Marshal(in)
	chattest.NoSecrets(t, testSecrets, string(text))
	if _, _, err := w.Fetch(t.Context(), in.Media[0], 1<<20); err == nil {
		t.Error("a file that is not encrypted is taken")
	}
	p.file = lockedFile(t, testBotAESKey, png)
	if data, _, err := w.Fetch(t.Context(), in.Media[0], 1<<20); err != nil || string(data) != string(png) {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}
