package wecom_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

// botDoor is a service that hears an aibot by callback: reply makes the plain answer to what came, "" for none.
type botDoor struct {
	t     *testing.T
	mu    sync.Mutex
	got   []object
	reply func(object) string
}

func (d *botDoor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v := r.URL.Query()
	if echo := v.Get("echostr"); echo != "" {
		text, receiver, err := unseal(echo)
		if err != nil || receiver != "" {
			d.t.Errorf("echostr for %q: %v", receiver, err)
		}
		fmt.Fprint(w, text)
		return
	}
	var e struct{ Encrypt string }
	body, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(body, &e); err != nil || sign(v.Get("timestamp"), v.Get("nonce"), e.Encrypt) != v.Get("msg_signature") {
		d.t.Errorf("callback %q is not signed: %v", body, err)
	}
	plain, receiver, err := unseal(e.Encrypt)
	var said object
	if err != nil || receiver != "" || json.Unmarshal([]byte(plain), &said) != nil {
		d.t.Errorf("callback for %q: %q, %v", receiver, plain, err)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.got = append(d.got, said)
	if answer := d.reply(said); answer != "" {
		sealed := seal(answer, "")
		_ = json.NewEncoder(w).Encode(object{"encrypt": sealed, "msgsignature": sign("1767225601", "n", sealed), "timestamp": 1767225601, "nonce": "n"})
	}
}

func (w *world) botByCallback(reply func(object) string) *botDoor {
	d := &botDoor{t: w.t, reply: reply}
	srv := httptest.NewServer(d)
	w.t.Cleanup(srv.Close)
	w.s.AddBot(wecom.Bot{ID: botID, Secret: "bot-secret", Name: "督办助手", CallbackURL: srv.URL, Token: token, AESKey: aesKey})
	return d
}

// botCard is a card with a button, as a bot may send it.
func botCard() object {
	return object{"card_type": "button_interaction", "task_id": "bot-1", "main_title": object{"title": "请签收"}, "button_list": []object{{"text": "签收", "key": "签收 3"}}}
}

// The callback mode of an aibot: an empty receiver, a stream that is asked for until it ends, a card that is
// changed in the answer to its press.
func TestBotByCallback(t *testing.T) {
	w := newWorld(t)
	asked := 0
	d := w.botByCallback(func(said object) string {
		switch said["msgtype"] {
		case "text":
			if strings.Contains(fmt.Sprint(said["text"]), "卡") {
				b, _ := json.Marshal(object{"msgtype": "template_card", "template_card": botCard()})
				return string(b)
			}
			return `{"msgtype":"stream","stream":{"id":"S1","finish":false,"content":"正在查"}}`
		case "stream":
			asked++
			return fmt.Sprintf(`{"msgtype":"stream","stream":{"id":"S1","finish":%t,"content":"共%d项"}}`, asked == 3, asked)
		}
		if dig(said, "event", "eventtype") == "template_card_event" {
			card := with(notice(), object{"task_id": dig(said, "event", "template_card_event", "task_id"), "main_title": object{"title": "已处理"}})
			b, _ := json.Marshal(object{"response_type": "update_template_card", "template_card": card})
			return string(b)
		}
		return `{"msgtype":"text","text":{"content":"您好"}}`
	})
	if err := w.s.VerifyBotURL(botID); err != nil {
		t.Fatal(err)
	}
	if _, err := w.s.SayInGroup(groupID, "lisi", "逾期"); err != nil {
		t.Fatal(err)
	}
	w.s.Wait()
	if m := w.last(); m.Text != "共3项" || !m.Finished || m.ChatID != groupID || m.Seq != 1 {
		t.Errorf("people saw %+v", m)
	}
	if err := w.s.EnterBot("lisi"); err != nil || w.last().Text != "您好" {
		t.Errorf("welcome %+v, %v", w.last(), err)
	}
	if _, err := w.s.SayToBot("lisi", "卡"); err != nil {
		t.Fatal(err)
	}
	card := w.last()
	if err := w.s.Press(card.Seq, "lisi", card.Buttons[0].Key, nil); err != nil {
		t.Fatal(err)
	}
	if m := w.last(); m.Seq != card.Seq || m.Title != "已处理" || !m.Updated {
		t.Errorf("the card is %+v", m)
	}
	d.mu.Lock()
	first := d.got[0]
	d.mu.Unlock()
	if first["chatid"] != groupID || dig(first, "text", "content") != "@督办助手 逾期" || !strings.Contains(fmt.Sprint(first["response_url"]), "response_code=") {
		t.Errorf("heard %v", first)
	}
}

// A bot that does not finish gets no fourth message of the same person, until six minutes have passed.
func TestBotByCallbackAtWork(t *testing.T) {
	w := newWorld(t)
	n := 0
	w.botByCallback(func(said object) string {
		if said["msgtype"] == "stream" {
			return ""
		}
		n++
		return fmt.Sprintf(`{"msgtype":"stream","stream":{"id":"S%d","finish":false,"content":"……"}}`, n)
	})
	for range 3 {
		if _, err := w.s.SayToBot("lisi", "查"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := w.s.SayToBot("lisi", "再查"); err == nil {
		t.Error("a fourth message in progress")
	}
	if _, err := w.s.SayToBot("wangwu", "我也查"); err != nil {
		t.Errorf("somebody else: %v", err)
	}
	w.clock.turn(6 * time.Minute)
	if _, err := w.s.SayToBot("lisi", "再查"); err != nil {
		t.Errorf("after six minutes: %v", err)
	}
	w.clock.turn(6 * time.Minute)
	w.s.Wait()
}

// A passive reply with a wrong signature is no answer, and the callback is tried again.
func TestBotByCallbackRefuses(t *testing.T) {
	w := newWorld(t)
	var tries atomic.Int32
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		tries.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.Copy(rw, bytes.NewReader([]byte(`{"encrypt":"`+seal(`{"msgtype":"text"}`, "")+`","msgsignature":"bad","timestamp":"1","nonce":"n"}`)))
	}))
	t.Cleanup(srv.Close)
	w.s.AddBot(wecom.Bot{ID: botID, Secret: "s", Name: "督办助手", CallbackURL: srv.URL, Token: token, AESKey: aesKey})
	if _, err := w.s.SayToBot("lisi", "查"); err == nil {
		t.Error("a wrong signature was taken")
	}
	w.s.Wait()
	if tries.Load() != 3 || len(w.s.Messages()) != 0 {
		t.Errorf("%d tries, %d messages", tries.Load(), len(w.s.Messages()))
	}
}
