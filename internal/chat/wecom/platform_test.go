package wecom

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/clock"
)

// The credentials of the tests; none may ever be seen again.
const (
	testCorp      = "ww1a2b3c4d5e6f7a8b"
	testSecret    = "app+secret/9f31c7"
	testToken     = "QDG6eK"
	testAESKey    = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	testBotSecret = "bot+secret/77aa01"
	testBotToken  = "bot-callback-token-5d"
	testBotAESKey = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq"
	testReplyCode = "reply/code+91"
	testHookKey   = "693axxx6-7aoc-4bc4-97a0-0ec2sifa5aaa"
)

var testSecrets = []string{testSecret, testToken, testAESKey, testBotSecret, testHookKey, testBotToken, testBotAESKey, testReplyCode, "access-token-of-"}

var testStart = time.Date(2026, 1, 5, 9, 7, 0, 0, clock.Shanghai)

// platform is the smallest imitation these tests need. The complete one is in internal/sandbox.
type platform struct {
	t     testing.TB
	http  *httptest.Server
	clock *clock.Turnable

	mu       sync.Mutex
	mode     chattest.Case
	codes    []int64           // answered instead of 0, one a call, in order
	fields   map[string]string // added to the next answers
	fetches  int               // of a token
	tokens   func(n int) string
	expires  int
	paths    []string
	types    []string // content types of the posts
	wire     []string // messages that arrived
	taken    []string // of them, those accepted
	commands chan frame
	socks    []*websocket.Conn
	refuse   int64 // code for a subscription
	mute     bool  // answers no heartbeat
	file     []byte
	uploads  map[string][]byte // by media id
	pieces   []byte            // of the upload that is under way over the connection
	shown    [][]byte          // pictures people see
	stale    int               // so many media ids are answered as run out
}

func newPlatform(t testing.TB) *platform {
	p := &platform{t: t, clock: clock.NewTurnable(testStart), mode: chattest.Accept, expires: 7200, uploads: map[string][]byte{}, commands: make(chan frame, 4096),
		tokens: func(n int) string { return fmt.Sprintf("access-token-of-%d", n) }}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cgi-bin/gettoken", p.token)
	mux.HandleFunc("POST /cgi-bin/message/send", p.message)
	mux.HandleFunc("POST /cgi-bin/appchat/send", p.message)
	mux.HandleFunc("POST /cgi-bin/webhook/send", p.message)
	mux.HandleFunc("POST /cgi-bin/message/update_template_card", p.message)
	mux.HandleFunc("POST /cgi-bin/message/recall", p.message)
	mux.HandleFunc("POST /cgi-bin/aibot/response", p.message)
	mux.HandleFunc("GET /cgi-bin/auth/getuserinfo", p.plain)
	mux.HandleFunc("GET /cgi-bin/media/get", p.media)
	mux.HandleFunc("POST /cgi-bin/media/upload", p.upload)
	mux.HandleFunc("POST /cgi-bin/webhook/upload_media", p.upload)
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(p.file) })
	mux.HandleFunc("GET /ws", p.socket)
	p.http = httptest.NewServer(mux)
	t.Cleanup(p.down)
	return p
}

// down takes the platform away with all its connections.
func (p *platform) down() {
	p.mu.Lock()
	socks := p.socks
	p.socks = nil
	p.mu.Unlock()
	for _, s := range socks {
		_ = s.CloseNow()
	}
	p.http.CloseClientConnections()
	p.http.Close()
}

func (p *platform) do(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
}

func (p *platform) next(c chattest.Case) { p.do(func() { p.mode = c }) }

func (p *platform) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fetches++
	if r.URL.Query().Get("corpid") != testCorp || r.URL.Query().Get("corpsecret") != testSecret {
		answer(w, map[string]any{"errcode": 40001, "errmsg": "invalid credential"})
		return
	}
	answer(w, map[string]any{"errcode": 0, "errmsg": "ok", "access_token": p.tokens(p.fetches), "expires_in": p.expires})
}

func answer(w http.ResponseWriter, v map[string]any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(v)
}

// allowed reports whether the call carries the newest token, or the webhook's key.
func (p *platform) allowed(r *http.Request) bool {
	q := r.URL.Query()
	return q.Get("key") == testHookKey || q.Get("response_code") == testReplyCode || p.fetches > 0 && q.Get("access_token") == p.tokens(p.fetches)
}

func (p *platform) message(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paths, p.types = append(p.paths, r.URL.Path), append(p.types, r.Header.Get("Content-Type"))
	if !p.allowed(r) {
		answer(w, map[string]any{"errcode": 40014, "errmsg": "invalid access_token " + r.URL.Query().Get("access_token")})
		return
	}
	p.wire = append(p.wire, string(body))
	code := p.code(map[chattest.Case]int64{chattest.Refuse: 40058, chattest.Limit: 45009, chattest.Vanish: 93000})
	switch {
	case p.mode == chattest.Break:
		http.Error(w, "<html>"+r.URL.String()+"</html>", http.StatusInternalServerError)
		return
	case code == 0 && !p.show(body):
		code = 40007
	case code == 0:
		p.taken = append(p.taken, string(body))
	}
	if p.mode == chattest.Lose {
		panic(http.ErrAbortHandler)
	}
	out := map[string]any{"errcode": code, "errmsg": "hint: " + r.URL.String()}
	if code == 0 {
		out["msgid"] = fmt.Sprintf("MSG%d", len(p.taken))
	}
	for k, v := range p.fields {
		out[k] = v
	}
	answer(w, out)
}

// code gives the code for a message. The caller holds p.mu.
func (p *platform) code(of map[chattest.Case]int64) int64 {
	if len(p.codes) > 0 {
		code := p.codes[0]
		p.codes = p.codes[1:]
		return code
	}
	return of[p.mode]
}

// plain answers with the next code and the fields.
func (p *platform) plain(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.paths = append(p.paths, r.URL.Path+"?code="+r.URL.Query().Get("code"))
	if !p.allowed(r) {
		answer(w, map[string]any{"errcode": 40014, "errmsg": "invalid access_token"})
		return
	}
	out := map[string]any{"errcode": p.code(nil), "errmsg": "hint: " + r.URL.String()}
	for k, v := range p.fields {
		out[k] = v
	}
	answer(w, out)
}

func (p *platform) media(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if code := p.code(nil); code != 0 {
		answer(w, map[string]any{"errcode": code, "errmsg": "hint: " + r.URL.String()})
		return
	}
	if !p.allowed(r) || r.URL.Query().Get("media_id") != "MEDIA_1" {
		answer(w, map[string]any{"errcode": 40007, "errmsg": "invalid media_id"})
		return
	}
	w.Header().Set("Content-Type", "image/png")
	_, _ = w.Write(p.file)
}

// socket is the long connection: it answers what it is told and keeps the commands.
func (p *platform) socket(w http.ResponseWriter, r *http.Request) {
	c, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	c.SetReadLimit(1 << 20)
	defer func() { _ = c.CloseNow() }()
	for {
		_, text, err := c.Read(context.Background())
		if err != nil {
			return
		}
		var f frame
		if err := json.Unmarshal(text, &f); err != nil {
			p.t.Errorf("the platform got what is not JSON: %q", text)
			return
		}
		out, cut := p.obey(c, f)
		p.commands <- f
		if cut {
			return
		}
		if out != nil {
			_ = c.Write(context.Background(), websocket.MessageText, out)
		}
	}
}

// obey gives the answer to a command, and whether the connection is cut instead.
func (p *platform) obey(c *websocket.Conn, f frame) (out []byte, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var code int64
	switch f.Cmd {
	case "aibot_subscribe":
		if code = p.refuse; code == 0 {
			if want := `{"bot_id":"aibTEST","secret":"` + testBotSecret + `"}`; string(f.Body) != want {
				p.t.Errorf("subscribed with %s", f.Body)
			}
			p.socks = append(p.socks, c)
		}
	case "ping":
		if p.mute {
			return nil, false
		}
	case "aibot_upload_media_init", "aibot_upload_media_chunk", "aibot_upload_media_finish":
		out, _ = json.Marshal(map[string]any{"headers": f.Headers, "errcode": 0, "errmsg": "ok", "body": p.piece(f)})
		return out, false
	default:
		p.wire = append(p.wire, string(f.Body))
		if code = p.code(map[chattest.Case]int64{chattest.Refuse: 40058, chattest.Limit: 45009, chattest.Vanish: 93008}); code == 0 && !p.show(f.Body) {
			code = 40007
		} else if code == 0 {
			p.taken = append(p.taken, string(f.Body))
		}
		if p.mode == chattest.Lose {
			return nil, true
		}
	}
	out, _ = json.Marshal(map[string]any{"headers": f.Headers, "errcode": code, "errmsg": "hint: " + testBotSecret})
	return out, false
}

// tell sends a callback down every connection.
func (p *platform) tell(cmd, reqID, body string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	text := fmt.Sprintf(`{"cmd":%q,"headers":{"req_id":%q},"body":%s}`, cmd, reqID, body)
	for _, c := range p.socks {
		if err := c.Write(context.Background(), websocket.MessageText, []byte(text)); err != nil {
			p.t.Errorf("tell: %v", err)
		}
	}
}

// await gives the next command of the kind.
func (p *platform) await(cmd string) frame {
	p.t.Helper()
	for {
		select {
		case f := <-p.commands:
			if f.Cmd == cmd {
				return f
			}
		case <-p.t.Context().Done():
			p.t.Fatalf("no %s came", cmd)
		}
	}
}

// read shows the accepted messages as a person reads them.
func (p *platform) read() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []string
	for _, body := range p.taken {
		out = append(out, shown(p.t, body))
	}
	return out
}

func (p *platform) wires() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.wire...)
}

// house is a WeCom with everything configured against p.
func (p *platform) house(change func(*Options)) (*WeCom, *chattest.Log, chan chat.Incoming) {
	p.t.Helper()
	log, lines := chattest.NewLog()
	inbox := make(chan chat.Incoming, 4096)
	o := Options{
		CorpID: testCorp, AgentID: "1000002", Secret: testSecret, Token: testToken, AESKey: testAESKey,
		BotID: "aibTEST", BotSecret: testBotSecret, Webhooks: map[string]string{"泵站专班群": testHookKey},
		Home: "https://duban.example", APIBase: p.http.URL, WSBase: "ws" + strings.TrimPrefix(p.http.URL, "http") + "/ws", OAuthBase: "https://open.example",
		Clock: p.clock, Log: log,
		Inbox: func(_ context.Context, in chat.Incoming) error { inbox <- in; return nil },
	}
	if change != nil {
		change(&o)
	}
	w, err := New(o)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { chattest.NoSecrets(p.t, testSecrets, lines.String()) })
	return w, lines, inbox
}

// byCallback makes the aibot of a house one that calls back.
func byCallback(o *Options) {
	o.BotID, o.BotSecret, o.BotToken, o.BotAESKey = "", "", testBotToken, testBotAESKey
}

// replyURL is the address at which a message may be answered.
func (p *platform) replyURL() string {
	return p.http.URL + "/cgi-bin/aibot/response?response_code=" + url.QueryEscape(testReplyCode)
}

// connect runs the aibot until the test ends and waits until it is connected.
func (p *platform) connect(w *WeCom) (stop func()) {
	p.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			p.t.Errorf("Run = %v", err)
		}
	})
	p.t.Cleanup(stop)
	p.await("aibot_subscribe")
	p.ready(w)
	return stop
}

// ready asks once more than the subscription: its answer may be on the way still.
func (p *platform) ready(w *WeCom) {
	p.t.Helper()
	for !w.Ready() {
		if p.t.Context().Err() != nil {
			p.t.Fatal("never ready")
		}
		time.Sleep(time.Millisecond)
	}
}

// gone waits until the adapter has noticed that its connection is no more.
func (p *platform) gone(w *WeCom) {
	p.t.Helper()
	for w.Ready() {
		if p.t.Context().Err() != nil {
			p.t.Fatal("ready without a connection")
		}
		time.Sleep(time.Millisecond)
	}
}

// sender gives the sender of a route.
func sender(t *testing.T, w *WeCom, route chat.Route) chat.Sender {
	t.Helper()
	for _, s := range w.Senders() {
		if _, r := s.Route(); r == route {
			return s
		}
	}
	t.Fatalf("no sender for %s", route)
	return nil
}
