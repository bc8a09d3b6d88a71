package dingtalk

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/clock"
)

const (
	appKey       = "dingapp0001"
	appSecret    = "app-secret-0123456789"
	robotCode    = "dingrobot0001"
	corpID       = "dingcorp0001"
	customToken  = "custom-token-abcdef0123456789"
	customSecret = "SECcustom0123456789"
	accessToken  = "access-token-first"
)

var noon = time.Date(2026, 3, 5, 12, 0, 0, 0, clock.Shanghai)

// fake is a platform with one answer per path; it records what was asked.
type fake struct {
	t   *testing.T
	srv *httptest.Server

	mu      sync.Mutex
	answers map[string]func(w http.ResponseWriter, r *http.Request, body []byte)
	asked   []asked
	tokens  int
}

type asked struct {
	path, query, token string
	body               []byte
}

func newFake(t *testing.T) *fake {
	t.Helper()
	f := &fake{t: t, answers: map[string]func(http.ResponseWriter, *http.Request, []byte){}}
	f.on("/v1.0/oauth2/accessToken", func(w http.ResponseWriter, _ *http.Request, body []byte) {
		var in struct{ AppKey, AppSecret string }
		if json.Unmarshal(body, &in) != nil || in.AppKey != appKey || in.AppSecret != appSecret {
			reply(w, 400, `{"code":"invalidClientIdOrSecret","message":"无效 `+in.AppSecret+`","requestid":"R1"}`)
			return
		}
		f.mu.Lock()
		f.tokens++
		n := f.tokens
		f.mu.Unlock()
		token := accessToken
		if n > 1 {
			token = fmt.Sprintf("access-token-%d", n)
		}
		reply(w, 200, `{"accessToken":"`+token+`","expireIn":7200}`)
	})
	f.srv = httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.srv.Close)
	return f
}

func (f *fake) on(path string, h func(http.ResponseWriter, *http.Request, []byte)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.answers[path] = h
}

// says sets a fixed answer.
func (f *fake) says(path string, status int, body string) {
	f.on(path, func(w http.ResponseWriter, _ *http.Request, _ []byte) { reply(w, status, body) })
}

func (f *fake) serve(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	f.asked = append(f.asked, asked{r.URL.Path, r.URL.RawQuery, r.Header.Get("x-acs-dingtalk-access-token"), body})
	h := f.answers[r.URL.Path]
	f.mu.Unlock()
	if h == nil {
		http.NotFound(w, r)
		return
	}
	h(w, r, body)
}

func (f *fake) calls(path string) []asked {
	f.mu.Lock()
	defer f.mu.Unlock()
	var out []asked
	for _, a := range f.asked {
		if a.path == path {
			out = append(out, a)
		}
	}
	return out
}

func reply(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}

// rig is an adapter on a fake.
type rig struct {
	*fake
	d     *DingTalk
	clock *clock.Turnable
	log   *chattest.Log
	inbox *inbox
}

// inbox remembers what came in; fail makes it refuse.
type inbox struct {
	mu   sync.Mutex
	got  []chat.Incoming
	fail error
	came chan chat.Incoming
}

func (b *inbox) take(in chat.Incoming) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	b.got = append(b.got, in)
	b.came <- in
	return nil
}

func (b *inbox) refuse(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail = err
}

func start(t *testing.T, change ...func(*Options)) *rig {
	t.Helper()
	f := newFake(t)
	log, kept := chattest.NewLog()
	r := &rig{fake: f, clock: clock.NewTurnable(noon), log: kept, inbox: &inbox{came: make(chan chat.Incoming, 4096)}}
	opt := Options{
		AppKey: appKey, AppSecret: appSecret, RobotCode: robotCode, CorpID: corpID,
		APIBase: f.srv.URL, OldAPIBase: f.srv.URL + "/", LoginBase: f.srv.URL,
		Custom: map[string]CustomRobot{"外部群": {AccessToken: customToken, Secret: customSecret}, "无签": {AccessToken: customToken}},
		Clock:  r.clock, Log: log, Inbox: r.inbox.Take,
	}
	for _, c := range change {
		c(&opt)
	}
	d, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	r.d = d
	t.Cleanup(func() {
		d.wire.http.CloseIdleConnections()
		chattest.NoSecrets(t, []string{appSecret, customToken, customSecret, accessToken}, kept.String())
	})
	return r
}

func (r *rig) sender(route chat.Route) chat.Sender {
	r.t.Helper()
	for _, s := range r.d.Senders() {
		if _, is := s.Route(); is == route {
			return s
		}
	}
	r.t.Fatalf("no sender for %s", route)
	return nil
}

// message is a robot message's body with the given changes.
func message(changes ...string) []byte {
	m := map[string]any{
		"conversationId": "cidEXAMPLE0001+a/b==", "conversationType": "2", "conversationTitle": "督办群", "msgId": "msg1",
		"createAt": noon.UnixMilli(), "senderStaffId": "user0001", "senderNick": "王处长", "senderCorpId": corpID,
		"msgtype": "text", "text": map[string]any{"content": " 进度 3号标段 65% "},
	}
	for _, c := range changes {
		var set map[string]any
		if err := json.Unmarshal([]byte(c), &set); err != nil {
			panic(c)
		}
		for k, v := range set {
			m[k] = v
		}
	}
	return compact(m)
}

func contains(t *testing.T, s string, parts ...string) {
	t.Helper()
	for _, p := range parts {
		if !strings.Contains(s, p) {
			t.Errorf("%q is missing from %q", p, s)
		}
	}
}

// Take implements chat.Inbox.
func (b *inbox) Take(_ context.Context, in chat.Incoming) error { return b.take(in) }

// noSecret fails when anything that can be printed of v holds a credential.
func noSecret(t *testing.T, v any) {
	t.Helper()
	text := fmt.Sprintf("%+v %#v", v, v)
	if err, ok := v.(error); ok {
		text = chattest.Whole(err)
	}
	chattest.NoSecrets(t, []string{appSecret, customToken, customSecret, accessToken, sessionKey}, text)
}
