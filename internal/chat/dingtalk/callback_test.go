package dingtalk

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// post sends a callback signed for the given moment; change may spoil it.
func (r *rig) post(t *testing.T, at time.Time, body []byte, change func(*http.Request)) (int, string) {
	t.Helper()
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	req := httptest.NewRequest(http.MethodPost, "/dingtalk", bytes.NewReader(body))
	req.Header.Set("timestamp", stamp)
	req.Header.Set("sign", sign(stamp, appSecret))
	if change != nil {
		change(req)
	}
	w := httptest.NewRecorder()
	r.d.Callback().ServeHTTP(w, req)
	got, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.Code, string(got)
}

func TestCallback(t *testing.T) {
	r := start(t)
	header := func(k, v string) func(*http.Request) { return func(q *http.Request) { q.Header.Set(k, v) } }
	for name, c := range map[string]struct {
		at     time.Time
		body   []byte
		change func(*http.Request)
		want   int
		count  func(Counters) int64
	}{
		"taken":           {noon, message(), nil, 200, func(c Counters) int64 { return c.Messages }},
		"an hour late":    {noon.Add(-time.Hour), message(), nil, 200, func(c Counters) int64 { return c.Messages }},
		"an hour early":   {noon.Add(time.Hour), message(), nil, 200, func(c Counters) int64 { return c.Messages }},
		"too late":        {noon.Add(-time.Hour - time.Millisecond), message(), nil, 401, func(c Counters) int64 { return c.Stale }},
		"too early":       {noon.Add(time.Hour + time.Millisecond), message(), nil, 401, func(c Counters) int64 { return c.Stale }},
		"no signature":    {noon, message(), header("sign", ""), 401, func(c Counters) int64 { return c.BadSign }},
		"wrong signature": {noon, message(), header("sign", sign("1", "x")), 401, func(c Counters) int64 { return c.BadSign }},
		"other moment":    {noon, message(), header("timestamp", "1772683200001"), 401, func(c Counters) int64 { return c.BadSign }},
		"no moment":       {noon, message(), header("timestamp", ""), 401, func(c Counters) int64 { return c.BadSign }},
		"signed no number": {noon, message(), func(q *http.Request) {
			q.Header.Set("timestamp", "noon")
			q.Header.Set("sign", sign("noon", appSecret))
		}, 401, func(c Counters) int64 { return c.BadSign }},
		"GET":           {noon, nil, func(q *http.Request) { q.Method = http.MethodGet }, 405, nil},
		"not JSON":      {noon, []byte("x"), nil, 400, func(c Counters) int64 { return c.Unreadable }},
		"empty":         {noon, nil, nil, 400, func(c Counters) int64 { return c.Unreadable }},
		"too large":     {noon, append(message(), bytes.Repeat([]byte(" "), maxCallback)...), nil, 413, func(c Counters) int64 { return c.TooLarge }},
		"quota used up": {noon, message(`{"errorCode":20001,"text":null}`), nil, 200, func(c Counters) int64 { return c.QuotaUsed }},
	} {
		before, kept := r.d.Counters(), len(r.inbox.got)
		status, body := r.post(t, c.at, c.body, c.change)
		if status != c.want {
			t.Errorf("%s: %d %s, want %d", name, status, body, c.want)
		}
		if status == 200 && body != `{"msgtype":"empty"}` {
			t.Errorf("%s: answered %s", name, body)
		}
		if c.count != nil && c.count(r.d.Counters()) != c.count(before)+1 {
			t.Errorf("%s: not counted: %+v", name, r.d.Counters())
		}
		if taken := r.d.Counters().Messages - before.Messages; int64(len(r.inbox.got)-kept) != taken {
			t.Errorf("%s: %d reached the Inbox, %d counted", name, len(r.inbox.got)-kept, taken)
		}
	}
	r.inbox.refuse(errors.New("database away"))
	if status, body := r.post(t, noon, message(), nil); status != 500 || bytes.Contains([]byte(body), []byte("database")) {
		t.Errorf("Inbox refuses: %d %s", status, body)
	}
	if r.d.Counters().NotTaken != 1 {
		t.Errorf("%+v", r.d.Counters())
	}
}
