package wecom_test

import (
	"bytes"
	"crypto/aes"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

const (
	corp     = "ww1a2b3c4d5e6f7a8b"
	agent    = 1000002
	secret   = "app-secret"
	token    = "cbtoken"
	aesKey   = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	botID    = "aibTEST"
	hookKey  = "hook-key"
	groupID  = "wrGROUP"
	patience = 2 * time.Minute // how long a test waits for a signal before it fails
)

// hand is a platform clock that is turned by hand.
type hand struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hand) Now() time.Time { h.mu.Lock(); defer h.mu.Unlock(); return h.now }

func (h *hand) turn(d time.Duration) { h.mu.Lock(); defer h.mu.Unlock(); h.now = h.now.Add(d) }

// world is one platform with a corporation, and the service that hangs on it.
type world struct {
	t     *testing.T
	s     *wecom.Server
	clock *hand
	app   *receiver
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, clock: &hand{now: time.Unix(1767225600, 0)}, app: newReceiver(t)}
	s, err := wecom.Start(wecom.Options{Now: w.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	w.s = s
	s.SetCorp(corp)
	for _, id := range []string{"ZhangSan", "lisi", "wangwu"} {
		s.AddUser(wecom.User{ID: id, Name: "名" + id, Mobile: "138" + id})
	}
	s.AddApp(wecom.App{AgentID: agent, Secret: secret, Token: token, AESKey: aesKey, CallbackURL: w.app.url(), RootScope: true})
	s.AddApp(wecom.App{AgentID: 1000003, Secret: "other-secret", Scope: []string{"lisi"}})
	s.AddApp(wecom.App{Secret: "contacts-secret", RootScope: true})
	s.AddBot(wecom.Bot{ID: botID, Secret: "bot-secret", Name: "督办助手"})
	s.AddGroup(wecom.Group{ChatID: groupID, Name: "专班", Members: []string{"ZhangSan", "lisi"}, BotID: botID, WebhookKeys: []string{hookKey}})
	return w
}

// client never keeps connections, so that a reset is seen as such and not retried.
var client = &http.Client{
	Transport:     &http.Transport{DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       patience,
}

type object = map[string]any

func (w *world) do(method, path, kind string, body []byte) (*http.Response, []byte, error) {
	r, err := http.NewRequest(method, w.s.URL()+path, bytes.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	resp, err := client.Do(r)
	if err != nil {
		return nil, nil, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp, b, err
}

func (w *world) get(path string) object { w.t.Helper(); return w.call("GET", path, nil) }
func (w *world) post(path string, body any) object {
	w.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.call("POST", path, b)
}

func (w *world) call(method, path string, body []byte) object {
	w.t.Helper()
	resp, b, err := w.do(method, path, "application/json", body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	var out object
	if err := json.Unmarshal(b, &out); err != nil || resp.StatusCode != 200 {
		w.t.Fatalf("%s %s: %s %q", method, path, resp.Status, b)
	}
	return out
}

func (w *world) token(secret string) string {
	w.t.Helper()
	out := w.get("/cgi-bin/gettoken?corpid=" + corp + "&corpsecret=" + secret)
	text, _ := out["access_token"].(string)
	if text == "" {
		w.t.Fatalf("gettoken: %v", out)
	}
	return text
}

// api posts with the token of the first app.
func (w *world) api(path string, body any) object {
	w.t.Helper()
	return w.post(path+"?access_token="+w.token(secret), body)
}

func (w *world) send(body object) object {
	w.t.Helper()
	all := object{"touser": "zhangsan", "agentid": agent}
	for k, v := range body {
		all[k] = v
	}
	return w.api("/cgi-bin/message/send", all)
}

func (w *world) want(out object, code int) {
	w.t.Helper()
	if got, ok := out["errcode"].(float64); !ok || int(got) != code {
		w.t.Errorf("answered %v, want errcode %d", out, code)
	}
}

func (w *world) last() wecom.Message {
	w.t.Helper()
	all := w.s.Messages()
	if len(all) == 0 {
		w.t.Fatal("nobody saw anything")
	}
	return all[len(all)-1]
}

// said is one callback as the service reads it. Reading is written apart from the platform's
// writing: another cipher mode by hand, another order of steps.
type said struct {
	Query url.Values `xml:"-"`
	Plain string     `xml:"-"`

	ToUserName, FromUserName, MsgType, Content, PicUrl, MediaId string
	Event, EventKey, TaskId, CardType, ResponseCode             string
	CreateTime, MsgId, AgentID                                  int64
	SelectedItems                                               struct {
		SelectedItem []struct {
			QuestionKey string
			OptionIds   struct{ OptionId []string }
		}
	}
}

// receiver is the service's callback URL.
type receiver struct {
	t    *testing.T
	srv  *httptest.Server
	got  chan said
	mu   sync.Mutex
	deny int // how many deliveries to answer with 500
	body string
	hold chan struct{} // while not nil deliveries wait for it
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t, got: make(chan said, 1000)}
	r.srv = httptest.NewServer(r)
	t.Cleanup(r.srv.Close)
	return r
}

func (r *receiver) url() string { return r.srv.URL + "/cb?district=1" }

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if q.Method == "GET" {
		fmt.Fprint(w, r.open(q, q.URL.Query().Get("echostr")))
		return
	}
	var e struct{ ToUserName, AgentID, Encrypt string }
	if err := xml.NewDecoder(q.Body).Decode(&e); err != nil {
		r.t.Errorf("envelope: %v", err)
		return
	}
	m := said{Query: q.URL.Query()}
	m.Plain = r.open(q, e.Encrypt)
	if err := xml.Unmarshal([]byte(m.Plain), &m); err != nil || e.ToUserName != corp || e.AgentID != fmt.Sprint(agent) {
		r.t.Errorf("callback %q in envelope %+v: %v", m.Plain, e, err)
	}
	r.got <- m
	r.mu.Lock()
	hold, deny, body := r.hold, r.deny > 0, r.body
	r.deny--
	r.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-q.Context().Done():
		}
	}
	if deny {
		w.WriteHeader(500)
		return
	}
	fmt.Fprint(w, body)
}

func (r *receiver) open(q *http.Request, sealed string) string {
	v := q.URL.Query()
	if want := sign(v.Get("timestamp"), v.Get("nonce"), sealed); v.Get("msg_signature") != want {
		r.t.Errorf("signature %q, want %q", v.Get("msg_signature"), want)
	}
	text, receiver, err := unseal(sealed)
	if err != nil || receiver != corp {
		r.t.Errorf("unseal: %v, receiver %q", err, receiver)
	}
	return text
}

func (r *receiver) next() said {
	r.t.Helper()
	select {
	case m := <-r.got:
		return m
	case <-time.After(patience):
		r.t.Fatal("no callback came")
		return said{}
	}
}

func (r *receiver) none() {
	r.t.Helper()
	select {
	case m := <-r.got:
		r.t.Errorf("an unexpected callback: %s", m.Plain)
	default:
	}
}

func sign(stamp, nonce, sealed string) string {
	all := sort.StringSlice{sealed, token, nonce, stamp}
	all.Sort()
	return fmt.Sprintf("%x", sha1.Sum([]byte(strings.Join(all, ""))))
}

// unseal decrypts block by block: plain = D(cipher) xor the cipher block before.
func unseal(sealed string) (text, receiver string, err error) {
	key, _ := base64.StdEncoding.DecodeString(aesKey + "=")
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%32 != 0 {
		return "", "", fmt.Errorf("%d bytes: %w", len(data), err)
	}
	block, _ := aes.NewCipher(key)
	before, plain := key[:16], make([]byte, len(data))
	for i := 0; i < len(data); i += 16 {
		block.Decrypt(plain[i:i+16], data[i:i+16])
		for j := range before {
			plain[i+j] ^= before[j]
		}
		before = data[i : i+16]
	}
	pad := int(plain[len(plain)-1])
	if pad < 1 || pad > 32 || strings.TrimRight(string(plain[len(plain)-pad:]), string(rune(pad))) != "" {
		return "", "", fmt.Errorf("padding %d", pad)
	}
	n := int(plain[16])<<24 | int(plain[17])<<16 | int(plain[18])<<8 | int(plain[19])
	return string(plain[20 : 20+n]), string(plain[20+n : len(plain)-pad]), nil
}

// seal is the other way round, for passive replies.
func seal(text, receiver string) string {
	key, _ := base64.StdEncoding.DecodeString(aesKey + "=")
	plain := make([]byte, 20)
	_, _ = rand.Read(plain[:16])
	plain[18], plain[19] = byte(len(text)>>8), byte(len(text))
	plain = append(plain, text+receiver...)
	pad := 32 - len(plain)%32
	plain = append(plain, bytes.Repeat([]byte{byte(pad)}, pad)...)
	block, _ := aes.NewCipher(key)
	before := key[:16]
	for i := 0; i < len(plain); i += 16 {
		for j := range before {
			plain[i+j] ^= before[j]
		}
		block.Encrypt(plain[i:i+16], plain[i:i+16])
		before = plain[i : i+16]
	}
	return base64.StdEncoding.EncodeToString(plain)
}
