package wecom

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
)

// signature is the platform's side of the signature.
func signature(parts ...string) string {
	sort.Strings(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func query(encrypted string) string {
	return url.Values{"timestamp": {"1767225601"}, "nonce": {"246813579"},
		"msg_signature": {signature(testToken, "1767225601", "246813579", encrypted)}}.Encode()
}

// post brings a plaintext message to the callback, as the platform would.
func post(t *testing.T, h http.Handler, plain string) *httptest.ResponseRecorder {
	t.Helper()
	encrypted := seal(t, plain, testCorp)
	return postRaw(h, query(encrypted), "<xml><ToUserName><![CDATA["+testCorp+"]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA["+encrypted+"]]></Encrypt></xml>")
}

func postRaw(h http.Handler, query, body string) *httptest.ResponseRecorder {
	rw := httptest.NewRecorder()
	h.ServeHTTP(rw, httptest.NewRequest(http.MethodPost, "/cb?"+query, strings.NewReader(body)))
	return rw
}

func plainXML(fields string) string {
	return "<xml><ToUserName><![CDATA[" + testCorp + "]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1767225601</CreateTime>" + fields + "<AgentID>1000002</AgentID></xml>"
}

func TestCallbackVerify(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	v := vectors[1]
	for _, c := range []struct {
		name, query string
		status      int
		body        string
	}{
		{"good", url.Values{"msg_signature": {v.signature}, "timestamp": {"1409659813"}, "nonce": {"1372623149"}, "echostr": {v.encrypted}}.Encode(), 200, v.msg},
		{"bad signature", url.Values{"msg_signature": {v.signature}, "timestamp": {"1409659814"}, "nonce": {"1372623149"}, "echostr": {v.encrypted}}.Encode(), 403, ""},
		{"nothing", "", 403, ""},
		{"signed rubbish", query("rubbish") + "&echostr=rubbish", 400, ""},
		{"other corporation", query(seal(t, "x", "wwother")) + "&echostr=" + url.QueryEscape(seal(t, "x", "wwother")), 403, ""},
	} {
		rw := httptest.NewRecorder()
		w.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodGet, "/cb?"+c.query, nil))
		if rw.Code != c.status || rw.Body.String() != c.body {
			t.Errorf("%s: %d %q, want %d %q", c.name, rw.Code, rw.Body, c.status, c.body)
		}
	}
	if got := w.Counters(); got.BadSignature != 3 || got.Malformed != 1 {
		t.Errorf("counters = %+v", got)
	}
}

func TestCallbackMessages(t *testing.T) {
	p := newPlatform(t)
	w, _, inbox := p.house(nil)
	at := time.Unix(1767225601, 0)
	for _, c := range []struct {
		name, fields string
		kind         chat.Kind
		text         string
		media        []chat.Media
	}{
		{"text", `<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[进展 泵站 62%]]></Content><MsgId>1</MsgId>`, chat.Text, "进展 泵站 62%", nil},
		{"voice", `<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[V1]]></MediaId><Format>amr</Format><MsgId>2</MsgId>`, chat.Other, "", []chat.Media{{Kind: "voice", ID: "V1"}}},
		{"voice in words", `<MsgType><![CDATA[voice]]></MsgType><MediaId><![CDATA[V1]]></MediaId><Recognition><![CDATA[逾期]]></Recognition><MsgId>3</MsgId>`, chat.Text, "逾期", []chat.Media{{Kind: "voice", ID: "V1"}}},
		{"image", `<MsgType><![CDATA[image]]></MsgType><PicUrl><![CDATA[http://x]]></PicUrl><MediaId><![CDATA[I1]]></MediaId><MsgId>4</MsgId>`, chat.Picture, "", []chat.Media{{Kind: "image", ID: "I1"}}},
		{"location", `<MsgType><![CDATA[location]]></MsgType><Location_X>32.0</Location_X><MsgId>5</MsgId>`, chat.Other, "", nil},
		{"enter", `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[enter_agent]]></Event><EventKey></EventKey>`, chat.Enter, "", nil},
		{"click", `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[click]]></Event><EventKey><![CDATA[我的事项]]></EventKey>`, chat.Press, "我的事项", nil},
		{"card", `<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[原因 3]]></EventKey><TaskId>T1</TaskId><SelectedItems><SelectedItem><QuestionKey>EventKey</QuestionKey></SelectedItem></SelectedItems>`, chat.Press, "原因 3", nil},
	} {
		rw := post(t, w.Callback(), plainXML(c.fields))
		if rw.Code != 200 || rw.Body.Len() != 0 {
			t.Fatalf("%s: %d %q, want 200 and nothing", c.name, rw.Code, rw.Body)
		}
		in := <-inbox
		if in.Kind != c.kind || in.Text != c.text || fmt.Sprint(in.Media) != fmt.Sprint(c.media) || in.ID == "" ||
			in.UserID != "zhangsan" || in.ChatID != "" || !in.At.Equal(at) || in.Platform != chat.WeCom {
			t.Errorf("%s: %+v", c.name, in)
		}
		if want := (chat.Address{Platform: chat.WeCom, Route: chat.WeComApp, To: "zhangsan"}); in.Reply != want || !in.ReplyUntil.After(in.At) {
			t.Errorf("%s: reply %+v until %v", c.name, in.Reply, in.ReplyUntil)
		}
	}
	for _, event := range []string{"view", "subscribe", "LOCATION", "sys_approval_change", "change_contact"} {
		if rw := post(t, w.Callback(), plainXML("<MsgType>event</MsgType><Event>"+event+"</Event>")); rw.Code != 200 {
			t.Errorf("%s: %d, want 200", event, rw.Code)
		}
	}
	if got := w.Counters(); got.Taken != 8 || got.Ignored != 5 || len(inbox) != 0 {
		t.Errorf("counters = %+v, %d in the inbox", got, len(inbox))
	}
}

// The same id for a repeat, another one for anything else that happened in the same second.
func TestCallbackIDs(t *testing.T) {
	w, _, inbox := newPlatform(t).house(nil)
	event := func(name, key, task string) string {
		return plainXML("<MsgType>event</MsgType><Event>" + name + "</Event><EventKey>" + key + "</EventKey><TaskId>" + task + "</TaskId>")
	}
	seen := map[string]string{}
	for _, doc := range []string{
		event("click", "a", ""), event("click", "b", ""), event("template_card_event", "a", ""), event("template_card_event", "a", "T1"),
		event("template_card_event", "aT1", ""), event("template_card_event", "a", "T2"), event("enter_agent", "", ""),
		strings.Replace(event("click", "a", ""), "1767225601", "1767225602", 1), strings.Replace(event("click", "a", ""), "zhangsan", "lisi", 1),
		plainXML("<MsgType>text</MsgType><Content>x</Content><MsgId>7001</MsgId>"),
	} {
		post(t, w.Callback(), doc)
		post(t, w.Callback(), doc)
		first, again := <-inbox, <-inbox
		if first.ID != again.ID {
			t.Errorf("a repeat has another id: %s, %s", first.ID, again.ID)
		}
		if other, ok := seen[first.ID]; ok {
			t.Errorf("one id for two:\n%s\n%s", other, doc)
		}
		seen[first.ID] = doc
	}
	if _, ok := seen["7001"]; !ok {
		t.Error("the id of a message is not its MsgId")
	}
}

func TestCallbackRefuses(t *testing.T) {
	w, _, inbox := newPlatform(t).house(nil)
	good := seal(t, plainXML("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>"), testCorp)
	wrap := func(s string) string { return "<xml><Encrypt>" + s + "</Encrypt></xml>" }
	for _, c := range []struct {
		name, query, body string
		status            int
	}{
		{"no signature", "timestamp=1&nonce=2", wrap(good), 403},
		{"signature of another text", query("x"), wrap(good), 403},
		{"other corporation", query(seal(t, "x", "wwother")), wrap(seal(t, "x", "wwother")), 403},
		{"not XML", query(good), `{"encrypt":"x"}`, 400},
		{"nothing encrypted", query(""), "<xml><A>1</A></xml>", 400},
		{"signed rubbish", query("rubbish"), wrap("rubbish"), 400},
		{"inside is not XML", query(seal(t, "hello", testCorp)), wrap(seal(t, "hello", testCorp)), 400},
		{"inside lacks a sender", query(seal(t, "<xml><MsgType>text</MsgType></xml>", testCorp)), wrap(seal(t, "<xml><MsgType>text</MsgType></xml>", testCorp)), 400},
		{"too large", query(good), wrap(strings.Repeat("A", bodyLimit)), 413},
	} {
		if rw := postRaw(w.Callback(), c.query, c.body); rw.Code != c.status {
			t.Errorf("%s: %d, want %d", c.name, rw.Code, c.status)
		}
	}
	rw := httptest.NewRecorder()
	w.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodPut, "/cb", nil))
	if rw.Code != 405 {
		t.Errorf("PUT: %d, want 405", rw.Code)
	}
	if got := w.Counters(); got.BadSignature != 3 || got.Malformed != 5 || got.TooLarge != 1 || got.Taken != 0 || len(inbox) != 0 {
		t.Errorf("counters = %+v, %d in the inbox", got, len(inbox))
	}
}

func TestCallbackNotTaken(t *testing.T) {
	broken := errors.New("the database is away")
	w, _, _ := newPlatform(t).house(func(o *Options) {
		o.Inbox = func(ctx context.Context, _ chat.Incoming) error {
			if _, ok := ctx.Deadline(); !ok {
				t.Error("the Inbox may take for ever")
			}
			return broken
		}
	})
	rw := post(t, w.Callback(), plainXML("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>"))
	body, _ := io.ReadAll(rw.Body)
	if rw.Code != 500 || len(body) != 0 {
		t.Errorf("%d %q, want 500 so that the platform sends again", rw.Code, body)
	}
	if got := w.Counters(); got.NotTaken != 1 || got.Taken != 0 {
		t.Errorf("counters = %+v", got)
	}
}

// A database that hangs holds up no answer, whether it minds its context or not; the message that was
// taken after all is no loss, and the one that was not is sent again.
func TestCallbackIsAnsweredInTime(t *testing.T) {
	if answerBy >= time.Second {
		t.Errorf("an answer may take %s", answerBy)
	}
	for name, minds := range map[string]bool{"minds its context": true, "does not": false} {
		release := make(chan struct{})
		ended := make(chan error, 1)
		w, _, _ := newPlatform(t).house(func(o *Options) {
			o.Inbox = func(ctx context.Context, _ chat.Incoming) error {
				if minds {
					<-ctx.Done()
					return ctx.Err()
				}
				<-release
				ended <- nil
				return nil
			}
		})
		w.answerBy = time.Millisecond
		rw := post(t, w.Callback(), plainXML("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>"))
		if rw.Code != 500 || w.Counters().NotTaken != 1 {
			t.Errorf("%s: %d, want 500 so that the platform sends again", name, rw.Code)
		}
		close(release)
		w.Wait()
		if !minds && len(ended) != 1 {
			t.Errorf("%s: Wait did not wait", name)
		}
	}
}

func BenchmarkCallbackCodec(b *testing.B) {
	e := testEnvelope(b)
	plain := plainXML("<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[" + strings.Repeat("进展", 60) + "]]></Content><MsgId>1</MsgId>")
	encrypted := seal(b, plain, testCorp)
	body := []byte("<xml><ToUserName><![CDATA[" + testCorp + "]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[" + encrypted + "]]></Encrypt></xml>")
	sig := signature(testToken, "1", "2", encrypted)
	b.ReportAllocs()
	for b.Loop() {
		var enc string
		if err := children(body, func(name, text []byte) {
			if string(name) == "Encrypt" {
				enc = string(text)
			}
		}); err != nil || !e.Signed(sig, "1", "2", enc) {
			b.Fatal("refused")
		}
		msg, err := e.Open(enc)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := readAppMessage(msg); err != nil {
			b.Fatal(err)
		}
	}
}
