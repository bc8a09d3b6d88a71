package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/fault"
)

func TestSignInURL(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	got := w.SignIn().URL("https://duban.example/in?next=/p/3&x=项目", "abcDEF123")
	u, err := url.Parse(got)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	for name, want := range map[string]string{"appid": testCorp, "redirect_uri": "https://duban.example/in?next=/p/3&x=项目",
		"response_type": "code", "scope": "snsapi_base", "state": "abcDEF123", "agentid": "1000002"} {
		if q.Get(name) != want {
			t.Errorf("%s = %q, want %q", name, q.Get(name), want)
		}
	}
	if !strings.HasPrefix(got, "https://open.example/connect/oauth2/authorize?") || u.Fragment != "wechat_redirect" {
		t.Errorf("URL = %s", got)
	}
}

func TestSignInUserID(t *testing.T) {
	for _, c := range []struct {
		name, code string
		fields     map[string]string
		codes      []int64
		want       string
		fault      fault.Code
	}{
		{"member", "CODE_1-x", map[string]string{"userid": "zhangsan"}, nil, "zhangsan", ""},
		{"guest", "CODE", map[string]string{"openid": "o1"}, nil, "", fault.Forbidden},
		{"used", "CODE", nil, []int64{40029}, "", fault.Invalid},
		{"busy", "CODE", nil, []int64{-1}, "", fault.Unavailable},
		{"token renewed", "CODE", map[string]string{"userid": "zhangsan"}, []int64{42001}, "zhangsan", ""},
		{"smuggled parameter", "abc&access_token=EVIL", nil, nil, "", fault.Invalid},
		{"empty", "", nil, nil, "", fault.Invalid},
	} {
		p := newPlatform(t)
		p.fields, p.codes = c.fields, c.codes
		w, _, _ := p.house(nil)
		got, err := w.SignIn().UserID(t.Context(), c.code)
		if got != c.want || fault.CodeOf(err) != c.fault {
			t.Errorf("%s: %q, %v; want %q, %s", c.name, got, err, c.want, c.fault)
		}
		chattest.NoSecrets(t, testSecrets, chattest.Whole(err))
	}
}

var png = append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte{1, 2, 3}, 100)...)

func TestFetchMedia(t *testing.T) {
	p := newPlatform(t)
	p.file = png
	w, _, _ := p.house(nil)
	data, kind, err := w.Fetch(t.Context(), chat.Media{Kind: "image", ID: "MEDIA_1"}, int64(len(png)))
	if err != nil || !bytes.Equal(data, png) || kind != "image/png" {
		t.Errorf("%d bytes of %s, %v", len(data), kind, err)
	}
	for _, c := range []struct {
		name, id string
		limit    int64
		codes    []int64
		want     fault.Code
	}{
		{"too large", "MEDIA_1", int64(len(png)) - 1, nil, fault.Invalid},
		{"expired", "MEDIA_2", 1 << 20, nil, fault.NotFound},
		{"smuggled parameter", "MEDIA_1&x=1", 1 << 20, nil, fault.NotFound},
		{"nothing", "", 1 << 20, nil, fault.NotFound},
		{"busy", "MEDIA_1", 1 << 20, []int64{-1}, fault.Unavailable},
	} {
		p.do(func() { p.codes = c.codes })
		_, _, err := w.Fetch(t.Context(), chat.Media{Kind: "image", ID: c.id}, c.limit)
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
		chattest.NoSecrets(t, testSecrets, chattest.Whole(err))
	}
	p.do(func() { p.codes = []int64{42001} })
	if _, _, err := w.Fetch(t.Context(), chat.Media{ID: "MEDIA_1"}, 1<<20); err != nil {
		t.Errorf("after renewal: %v", err)
	}
}

// lockedFile is the platform's side of a file's encryption.
func lockedFile(t *testing.T, key string, data []byte) []byte {
	t.Helper()
	k, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(key, "="))
	if err != nil {
		t.Fatal(err)
	}
	text := append(bytes.Clone(data), bytes.Repeat([]byte{byte(32 - len(data)%32)}, 32-len(data)%32)...)
	block, err := aes.NewCipher(k)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, k[:16]).CryptBlocks(text, text)
	return text
}

func TestFetchBotFile(t *testing.T) {
	key := bytes.Repeat([]byte("k"), 32)
	p := newPlatform(t)
	p.file = lockedFile(t, base64.StdEncoding.EncodeToString(key), png)
	w, _, _ := p.house(nil)
	for _, k := range []string{base64.StdEncoding.EncodeToString(key), base64.RawStdEncoding.EncodeToString(key)} {
		data, kind, err := w.Fetch(t.Context(), chat.Media{Kind: "image", URL: p.http.URL + "/file", Key: k}, int64(len(png)))
		if err != nil || !bytes.Equal(data, png) || kind != "image/png" {
			t.Errorf("%d bytes of %s, %v", len(data), kind, err)
		}
	}
	for _, c := range []struct {
		name  string
		m     chat.Media
		limit int64
		want  fault.Code
	}{
		{"too large", chat.Media{URL: p.http.URL + "/file", Key: base64.StdEncoding.EncodeToString(key)}, int64(len(png)) - 1, fault.Invalid},
		{"far too large", chat.Media{URL: p.http.URL + "/file", Key: base64.StdEncoding.EncodeToString(key)}, 10, fault.Invalid},
		{"wrong key", chat.Media{URL: p.http.URL + "/file", Key: base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("x"), 32))}, 1 << 20, fault.NotFound},
		{"short key", chat.Media{URL: p.http.URL + "/file", Key: "eA=="}, 1 << 20, fault.NotFound},
		{"expired", chat.Media{URL: p.http.URL + "/none", Key: "x"}, 1 << 20, fault.NotFound},
		{"a local file", chat.Media{URL: "file:///etc/passwd"}, 1 << 20, fault.NotFound},
	} {
		if _, _, err := w.Fetch(t.Context(), c.m, c.limit); fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestNew(t *testing.T) {
	p := newPlatform(t)
	full, _, _ := p.house(nil)
	if len(full.Senders()) != 7 || full.Callback() == nil || full.SignIn() == nil {
		t.Error("a part is missing")
	}
	hooks, _, _ := p.house(func(o *Options) {
		o.AgentID, o.Secret, o.Token, o.AESKey, o.BotID, o.BotSecret = "", "", "", "", "", ""
	})
	if len(hooks.Senders()) != 1 || hooks.Callback() != nil || hooks.SignIn() != nil || hooks.Ready() || hooks.Run(t.Context()) != nil || hooks.Ping(t.Context()) != nil {
		t.Error("a part is there that is not configured")
	}
	for name, change := range map[string]func(*Options){
		"secret alone":    func(o *Options) { o.AgentID = "" },
		"agent alone":     func(o *Options) { o.Secret = "" },
		"no corporation":  func(o *Options) { o.CorpID = "" },
		"agent is a word": func(o *Options) { o.AgentID = "abc" },
		"token alone":     func(o *Options) { o.AESKey = "" },
		"bad key":         func(o *Options) { o.AESKey = "short" },
		"bot alone":       func(o *Options) { o.BotSecret = "" },
		"bot token alone": func(o *Options) { byCallback(o); o.BotAESKey = "" },
		"bad bot key":     func(o *Options) { byCallback(o); o.BotAESKey = "short" },
		"two ways":        func(o *Options) { o.BotToken, o.BotAESKey = testBotToken, testBotAESKey },
		"no inbox":        func(o *Options) { o.Inbox = nil },
		"no clock":        func(o *Options) { o.Clock = nil },
		"bad address":     func(o *Options) { o.APIBase = "qyapi.weixin.qq.com" },
		"bad ws address":  func(o *Options) { o.WSBase = "https://x" },
	} {
		o := Options{CorpID: testCorp, AgentID: "1", Secret: testSecret, Token: testToken, AESKey: testAESKey, BotID: "b", BotSecret: testBotSecret,
			Clock: p.clock, Log: full.log, Inbox: full.inbox}
		change(&o)
		_, err := New(o)
		if err == nil || fault.CodeOf(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
		chattest.NoSecrets(t, testSecrets, chattest.Whole(err))
	}
}
