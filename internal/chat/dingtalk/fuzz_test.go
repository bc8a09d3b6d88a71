package dingtalk

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/clock"
)

// fuzzed is an adapter that sends nothing and keeps what comes in.
func fuzzed(f *testing.F) (*DingTalk, *[]chat.Incoming) {
	f.Helper()
	var got []chat.Incoming
	d, err := New(Options{
		AppKey: appKey, AppSecret: appSecret, RobotCode: robotCode, CorpID: corpID, CardTemplate: cardTemplate, Clock: clock.NewTurnable(noon),
		Inbox: func(_ context.Context, in chat.Incoming) error { got = append(got, in); return nil },
	})
	if err != nil {
		f.Fatal(err)
	}
	return d, &got
}

// FuzzEvents: whatever an event holds, what is kept of it is whole, and there is not more than it has ids.
func FuzzEvents(f *testing.F) {
	f.Add("chat_add_member", []byte(`{"openConversationId":"cid1","userId":["user1"],"unionId":["u1","u2"]}`))
	f.Add("user_modify_org", []byte(`{"diffInfo":[{"userid":"user1","prev":{"name":"a"},"curr":{"name":"b"}}]}`))
	f.Add("user_modify_org", []byte(`{"diffInfo":{"userid":1,"curr":{"name":[]}},"timeStamp":1e400}`))
	f.Add("chat_disband", []byte(`[]`))
	d, got := fuzzed(f)
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		*got = nil
		fr := frame{Type: "EVENT", Data: document(raw)}
		fr.Headers.v = map[string]scalar{"eventType": scalar(kind), "eventId": "e1"}
		if a := d.handle(t.Context(), fr); a == nil || a.Code != 200 {
			t.Fatalf("%+v", a)
		}
		if len(*got) > len(raw)+1 {
			t.Errorf("%d from %d bytes", len(*got), len(raw))
		}
		for _, in := range *got {
			joined := in.Kind == chat.Joined && in.ChatID != ""
			renamed := in.Kind == chat.Renamed && in.UserID != "" && in.Text != ""
			if in.ID == "" || in.At.IsZero() || !joined && !renamed {
				t.Errorf("incomplete: %+v", in)
			}
		}
	})
}

// FuzzCallback: no headers but the right ones get a body in, and no body makes the handler fall.
func FuzzCallback(f *testing.F) {
	stamp := strconv.FormatInt(noon.UnixMilli(), 10)
	f.Add(stamp, sign(stamp, appSecret), false, message())
	f.Add(stamp, sign(stamp, "another"), false, message())
	f.Add("", "", true, []byte(`{}`))
	f.Add(stamp, sign(stamp, appSecret), true, []byte(`{"outTrackId":"d7-x","userId":"user0001","content":"{\"cardPrivateData\":{\"params\":{\"say\":\"x\"}}}"}`))
	f.Add("9223372036854775808", "=", false, []byte("\x00"))
	d, got := fuzzed(f)
	f.Fuzz(func(t *testing.T, stamp, signature string, press bool, body []byte) {
		*got = nil
		r := httptest.NewRequest(http.MethodPost, "/callback/dingtalk", bytes.NewReader(body))
		good := stamp == strconv.FormatInt(noon.UnixMilli(), 10)
		if press {
			r.Header[http.CanonicalHeaderKey(cardStamp)], r.Header[http.CanonicalHeaderKey(cardSign)] = []string{stamp}, []string{signature}
			good = good && signature == d.cardSignature(stamp)
		} else {
			r.Header["Timestamp"], r.Header["Sign"] = []string{stamp}, []string{signature}
			good = good && signature == sign(stamp, appSecret)
		}
		w := httptest.NewRecorder()
		d.serveCallback(w, r)
		if w.Code == http.StatusOK && len(*got) == 0 && !bytes.Contains(body, []byte(quotaUsed)) || len(*got) > 1 {
			t.Errorf("%d with %d kept", w.Code, len(*got))
		}
		if len(*got) == 1 && !good && !near(stamp) {
			t.Errorf("kept with stamp %q", stamp)
		}
		if w.Code == http.StatusInternalServerError || strings.Contains(w.Body.String(), appSecret) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

// near reports whether a signed moment is one that may be taken: another spelling of a number within the hour.
func near(stamp string) bool {
	ms, err := strconv.ParseInt(stamp, 10, 64)
	return err == nil && ms >= noon.Add(-signLife).UnixMilli() && ms <= noon.Add(signLife).UnixMilli()
}

// FuzzCards: a message of any words either goes as a card within the platform's bounds, nothing lost, or does not.
func FuzzCards(f *testing.F) {
	f.Add("逾期提醒", "**3号标段** 已逾期3天\n- 甲\n\n- 乙", "预警〔2026〕3号", "收到", "收到 3")
	f.Add("", strings.Repeat("很长的一行", 90)+"\n"+strings.Repeat("x", 999), "\xff", "", "")
	f.Fuzz(func(t *testing.T, title, rows, foot, label, say string) {
		m := chat.Message{Title: title, Rows: strings.Split(rows, "\n"), Foot: []string{foot}, Buttons: []chat.Button{{Label: label, Say: say}}}
		fields, ok := fitCard(m)
		if !ok {
			return
		}
		total := 0
		for name, v := range fields {
			total += len(name) + len(v)
			if len(v) > cardValue {
				t.Errorf("%s has %d bytes", name, len(v))
			}
		}
		if total > 100<<10 || fields["say1"] != say && say != "" || len([]rune(track("d1", "cid1", fields))) > trackLimit {
			t.Errorf("%d bytes, %q", total, fields["say1"])
		}
	})
}

// FuzzPushedEvents: whatever is signed well and sealed, or only looks like it, ends in an answer and never in a panic;
// what is kept is about somebody or some group, and nothing secret comes back.
func FuzzPushedEvents(f *testing.F) {
	e, err := chat.NewEnvelope(eventToken, eventKey, appKey)
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(`{"EventType":"chat_add_member","OpenConversationId":"c","UserId":["u"],"eventId":"1"}`), "", true)
	f.Add([]byte(`{"EventType":"user_modify_org","diffInfo":[{"userid":"u","curr":{"name":"b"}},7,null]}`), "", true)
	f.Add([]byte(`{"eventtype":{},"userId":{"a":1},"timeStamp":"x"}`), "", true)
	f.Add([]byte(`[`), "", true)
	f.Add([]byte(`{"encrypt":7}`), "AAAA", false)
	f.Add([]byte(`{}`), strings.Repeat("A", 43)+"=", false)
	d, got := fuzzed(f)
	d.events = e
	f.Fuzz(func(t *testing.T, event []byte, raw string, seal bool) {
		*got = nil
		if seal {
			raw = e.Shut(event)
		}
		const at, nonce = "1772683200000", "n"
		q := url.Values{"msg_signature": {e.Sign(at, nonce, raw)}, "timestamp": {at}, "nonce": {nonce}}
		body := compact(map[string]string{"encrypt": raw})
		if !seal && len(event)%2 == 1 {
			body = event
		}
		w := httptest.NewRecorder()
		d.serveCallback(w, httptest.NewRequest(http.MethodPost, "/d?"+q.Encode(), bytes.NewReader(body)))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest && w.Code != http.StatusUnauthorized {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), eventToken) || strings.Contains(w.Body.String(), eventKey) {
			t.Error(w.Body)
		}
		for _, in := range *got {
			if in.ID == "" || in.ChatID == "" && in.UserID == "" {
				t.Errorf("kept %+v", in)
			}
		}
	})
}
