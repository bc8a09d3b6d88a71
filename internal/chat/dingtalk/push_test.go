package dingtalk

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"
	"time"

	"duban/internal/chat"
)

const (
	eventToken = "event-token-0123456789"
	eventKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
)

func withEvents(o *Options) { o.EventToken, o.EventAESKey = eventToken, eventKey }

// event makes a pushed event of a moment; change may spoil its query.
func (r *rig) event(t *testing.T, at, event string, owner string, change func(url.Values)) (*httptest.ResponseRecorder, url.Values) {
	t.Helper()
	e, err := chat.NewEnvelope(eventToken, eventKey, owner)
	if err != nil {
		t.Fatal(err)
	}
	sealed := e.Shut([]byte(event))
	q := url.Values{"msg_signature": {e.Sign(at, "n1", sealed)}, "timestamp": {at}, "nonce": {"n1"}}
	if change != nil {
		change(q)
	}
	w := httptest.NewRecorder()
	r.d.Callback().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/dingtalk?"+q.Encode(), bytes.NewReader(compact(map[string]string{"encrypt": sealed}))))
	return w, q
}

func TestPushedEvents(t *testing.T) {
	now := strconv.FormatInt(noon.UnixMilli(), 10)
	joined := `{"EventType":"chat_add_member","CorpId":"` + corpID + `","eventId":"e1","timeStamp":"` + now + `","OpenConversationId":"cid1","UserId":["user1"]}`
	move := func(from, to string) func(url.Values) {
		return func(q url.Values) { q.Set(to, q.Get(from)); q.Del(from) }
	}
	for name, c := range map[string]struct {
		at, event, owner string
		change           func(url.Values)
		want, kept       int
	}{
		"joined":                       {now, joined, appKey, nil, 200, 1},
		"the other name of signature":  {now, joined, appKey, move("msg_signature", "signature"), 200, 1},
		"the other name of the moment": {now, joined, appKey, move("timestamp", "timeStamp"), 200, 1},
		"in seconds":                   {strconv.FormatInt(noon.Unix(), 10), joined, appKey, nil, 200, 1},
		"check_url":                    {now, `{"EventType":"check_url"}`, appKey, nil, 200, 0},
		"of no interest":               {now, `{"EventType":"org_dept_create","deptId":[1]}`, appKey, nil, 200, 0},
		"of another corp":              {now, `{"EventType":"chat_add_member","CorpId":"dingother","OpenConversationId":"cid1","UserId":["user1"]}`, appKey, nil, 200, 0},
		"an hour late":                 {strconv.FormatInt(noon.Add(-time.Hour).UnixMilli(), 10), joined, appKey, nil, 200, 1},
		"replayed later":               {strconv.FormatInt(noon.Add(-time.Hour-time.Second).UnixMilli(), 10), joined, appKey, nil, 401, 0},
		"no moment":                    {"", joined, appKey, nil, 401, 0},
		"another moment":               {now, joined, appKey, func(q url.Values) { q.Set("timestamp", "1772683200001") }, 401, 0},
		"for another application":      {now, joined, "dingother", nil, 400, 0},
		"no JSON":                      {now, "x", appKey, nil, 400, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := start(t, withEvents)
			if w, _ := r.event(t, c.at, c.event, c.owner, c.change); w.Code != c.want || len(r.inbox.got) != c.kept {
				t.Errorf("%d %s, %d kept", w.Code, w.Body, len(r.inbox.got))
			}
		})
	}
}

// A repeat has the same id, so that the inbox keeps one; what is not kept asks for another push; and without a
// subscription nothing is opened.
func TestPushedAgain(t *testing.T) {
	now := strconv.FormatInt(noon.UnixMilli(), 10)
	joined := `{"EventType":"chat_add_member","OpenConversationId":"cid1","UserId":["user1"],"EventTime":` + now + `,"BizId":"b1"}`
	r := start(t, withEvents)
	for range 2 {
		r.event(t, now, joined, appKey, nil)
	}
	if got := r.inbox.got; len(got) != 2 || got[0].ID != got[1].ID || got[0].Kind != chat.Joined || !got[0].At.Equal(noon) {
		t.Errorf("%+v", got)
	}
	r.inbox.refuse(errors.New("database away"))
	if w, _ := r.event(t, now, joined, appKey, nil); w.Code != http.StatusInternalServerError {
		t.Errorf("not kept, yet answered %d", w.Code)
	}
	bare := start(t)
	if w, _ := bare.event(t, now, joined, appKey, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("without a subscription answered %d", w.Code)
	}
	if _, err := New(Options{Clock: bare.clock, AppKey: "k", AppSecret: "s", EventToken: "t", EventAESKey: "short"}); err == nil {
		t.Error("a short key is taken")
	}
}
