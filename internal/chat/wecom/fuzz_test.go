package wecom

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"duban/internal/chat"
)

// sized fails when what was made of an input is far larger than the input.
func sized(t *testing.T, in chat.Incoming, input int) {
	t.Helper()
	if out, err := json.Marshal(in); err != nil || len(out) > 1<<12+64*input {
		t.Errorf("%d bytes became %d, %v", input, len(out), err)
	}
}

// FuzzAppMessage reads what an app's callback holds once it is opened.
func FuzzAppMessage(f *testing.F) {
	f.Add(plainXML("<MsgType>text</MsgType><Content><![CDATA[逾期]]></Content><MsgId>1</MsgId>"))
	f.Add(plainXML("<MsgType>event</MsgType><Event>template_card_event</Event><EventKey>延期 3 {date} {reason}</EventKey><TaskId>T</TaskId><ResponseCode>RC</ResponseCode>" + chosen))
	f.Add(plainXML("<MsgType>event</MsgType><Event>change_contact</Event><ChangeType>update_user</ChangeType><UserID>a</UserID><NewUserID>b</NewUserID>"))
	f.Add(plainXML("<MsgType>event</MsgType><Event>x</Event><SelectedItems><SelectedItem/><OptionId>1</OptionId></SelectedItems>"))
	w, _, _ := newPlatform(f).house(nil)
	f.Fuzz(func(t *testing.T, doc string) {
		in, wanted, err := w.appIncoming([]byte(doc))
		if err != nil || !wanted {
			return
		}
		if in.ID == "" || in.UserID == "" || in.Kind == "" {
			t.Errorf("taken without who or what: %+v", in)
		}
		sized(t, in, len(doc))
	})
}

// FuzzBotMessage reads the body of an aibot's callback, however it came.
func FuzzBotMessage(f *testing.F) {
	f.Add(`{"msgid":"1","from":{"userid":"zhangsan"},"chatid":"wrCHAT","msgtype":"text","text":{"content":"@督办助手 逾期"},"quote":{"msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"text","text":{"content":"甲"}}]}}}`)
	f.Add(`{"msgid":"1","from":{"userid":"a"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"延期 {date}","task_id":"T","selected_items":{"selected_item":[{"question_key":"date","option_ids":{"option_id":["1月16日"]}}]}}}}`)
	f.Add(`{"msgid":"1","from":{"userid":"a"},"msgtype":"event","event":{"eventtype":"enter_chat"}}`)
	f.Add(`{"msgid":"1","from":{"userid":"a"},"response_url":"https://x/y?response_code=z","msgtype":"mixed","mixed":{"msg_item":[{"msgtype":"image","image":{"url":"https://f"}}]}}`)
	line, _, _ := newPlatform(f).house(nil)
	calls, _, _ := newPlatform(f).house(byCallback)
	f.Fuzz(func(t *testing.T, body string) {
		for _, w := range []*WeCom{line, calls} {
			in, fate := w.bot.message(source{conn: "c"}, []byte(body))
			if fate != wanted {
				continue
			}
			if in.ID == "" || in.UserID == "" || in.Kind == "" {
				t.Errorf("taken without who or what: %+v", in)
			}
			sized(t, in, len(body))
		}
	})
}

// FuzzDoor posts anything to the callback, with a good signature and without one.
func FuzzDoor(f *testing.F) {
	f.Add("<xml><Encrypt>x</Encrypt></xml>", true)
	f.Add(`{"encrypt":"x"}`, true)
	f.Add(`{"encrypt":"`+strings.Repeat("A", 64)+`"}`, false)
	f.Add(" {", true)
	w, _, inbox := newPlatform(f).house(byCallback)
	f.Fuzz(func(t *testing.T, body string, sign bool) {
		q := url.Values{"timestamp": {"1"}, "nonce": {"2"}}
		if sign {
			var e struct{ Encrypt string }
			token := testToken
			if json.Unmarshal([]byte(body), &e) == nil {
				token = testBotToken
			} else if pairs, err := pairs(t, body); err == nil {
				e.Encrypt = pairs["Encrypt"]
			}
			q.Set("msg_signature", signature(token, "1", "2", e.Encrypt))
		}
		rw := httptest.NewRecorder()
		w.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodPost, "/cb?"+q.Encode(), strings.NewReader(body)))
		if rw.Code != 400 && rw.Code != 403 && rw.Code != 413 || rw.Body.Len() != 0 || len(inbox) != 0 {
			t.Errorf("answered %d %q, %d messages", rw.Code, rw.Body, len(inbox))
		}
	})
}

// FuzzFilled fills forms in.
func FuzzFilled(f *testing.F) {
	f.Add("延期 3 {date} {reason}", "date", "{reason}")
	f.Add("{", "x", "{x}{x}")
	f.Fuzz(func(t *testing.T, key, name, value string) {
		got := filled(key, []choice{{name, []string{value}}})
		if len(got) > len(key)*(1+len(value)) {
			t.Errorf("%d bytes of %d and %d", len(got), len(key), len(value))
		}
	})
}
