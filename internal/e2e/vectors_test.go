package e2e

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/dingtalk"
	"duban/internal/chat/wecom"
	"duban/internal/clock"
)

// sealedVector is one known answer of the callbacks' encryption.
type sealedVector struct {
	Name, Key, Receiver, Message, Encrypt, Token, Timestamp, Nonce, Signature string
}

// vectors are the known answers that peers/vectors.mjs printed.
type vectors struct {
	App  []sealedVector `json:"wecom_app"`
	Bot  []sealedVector `json:"wecom_aibot"`
	File struct {
		Key, Plain, Locked string
	} `json:"wecom_file"`
	Robot []struct{ Timestamp, Secret, Sign, Query string } `json:"dingtalk_robot"`
	Event []sealedVector                                    `json:"dingtalk_event"`
}

func readVectors(t *testing.T) vectors {
	t.Helper()
	raw, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var v vectors
	if err := json.Unmarshal(raw, &v); err != nil || len(v.App) < 70 || len(v.Bot) < 70 || len(v.Robot) < 6 || len(v.Event) < 70 {
		t.Fatalf("%d, %d, %d and %d vectors: %v", len(v.App), len(v.Bot), len(v.Robot), len(v.Event), err)
	}
	return v
}

// The stored answers are what the vendors' library and node's cryptography give today.
func TestVectorsAreWhatThePublishedLibrariesGive(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("peers", "vectors.mjs"))
	cmd.Env = append(os.Environ(), "DUBAN_PEERS="+peerFolder(t))
	got, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error("they differ; if the change is meant: node internal/e2e/peers/vectors.mjs > internal/e2e/testdata/vectors.json with DUBAN_PEERS=$(scripts/peers)")
	}
}

// wecomDoor is the callback of an adapter that has the vector's secrets, on a clock that shows its time.
func wecomDoor(t *testing.T, v sealedVector, o wecom.Options) (*httptest.Server, chan chat.Incoming) {
	t.Helper()
	got := make(chan chat.Incoming, 1)
	o.Log = slog.New(slog.DiscardHandler)
	o.Clock = clock.NewTurnable(time.Unix(1767225600, 0))
	o.Inbox = func(_ context.Context, in chat.Incoming) error { got <- in; return nil }
	w, err := wecom.New(o)
	if err != nil {
		t.Fatal(err)
	}
	door := httptest.NewServer(w.Callback())
	t.Cleanup(door.Close)
	return door, got
}

func (v sealedVector) query(more url.Values) string {
	q := url.Values{"msg_signature": {v.Signature}, "timestamp": {v.Timestamp}, "nonce": {v.Nonce}}
	for k, x := range more {
		q[k] = x
	}
	return "?" + q.Encode()
}

// echoes asks a door to verify itself with the vector and gives what it answers.
func (v sealedVector) echoes(t *testing.T, door string) (int, string) {
	t.Helper()
	res, err := http.Get(door + v.query(url.Values{"echostr": {v.Encrypt}}))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

// The adapter reads what the published library sealed, whatever the padding, and nothing that was touched.
func TestWeComAdapterOnKnownAnswers(t *testing.T) {
	t.Parallel()
	doors := map[string]*httptest.Server{}
	var got chan chat.Incoming
	for _, v := range readVectors(t).App {
		if doors[v.Key] == nil {
			doors[v.Key], got = wecomDoor(t, v, wecom.Options{CorpID: v.Receiver, AgentID: "1000002", Secret: "s", Token: v.Token, AESKey: v.Key, APIBase: "http://127.0.0.1:1"})
		}
		door := doors[v.Key].URL
		if status, answer := v.echoes(t, door); v.Message != "" && (status != http.StatusOK || answer != v.Message) {
			t.Errorf("%s: %d %q", v.Name, status, answer)
		}
		touched := v
		touched.Signature = v.Signature[1:] + v.Signature[:1]
		if status, answer := touched.echoes(t, door); status == http.StatusOK && answer == v.Message {
			t.Errorf("%s: another signature was taken", v.Name)
		}
		if v.Name != "text" {
			continue
		}
		body := "<xml><ToUserName><![CDATA[" + v.Receiver + "]]></ToUserName><AgentID><![CDATA[1000002]]></AgentID><Encrypt><![CDATA[" + v.Encrypt + "]]></Encrypt></xml>"
		res, err := http.Post(door+v.query(nil), "text/xml", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusOK || len(got) != 1 {
			t.Fatalf("%s: %s", v.Name, res.Status)
		}
		if in := <-got; in.Text != "报 华兴 65% 主体结构封顶" || in.UserID != "chenli" {
			t.Errorf("%s: read as %+v", v.Name, in)
		}
	}
}

// A locked picture of an aibot opens with its own key.
func TestWeComAdapterOnALockedFile(t *testing.T) {
	t.Parallel()
	v := readVectors(t).File
	locked, err := base64.StdEncoding.DecodeString(v.Locked)
	if err != nil {
		t.Fatal(err)
	}
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(locked) }))
	t.Cleanup(host.Close)
	w, err := wecom.New(wecom.Options{
		BotID: "b", BotSecret: "s", APIBase: host.URL, WSBase: "ws://127.0.0.1:1", Log: slog.New(slog.DiscardHandler), Clock: clock.NewTurnable(time.Unix(1767225600, 0)),
		Inbox: func(context.Context, chat.Incoming) error { return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	data, _, err := w.Fetch(t.Context(), chat.Media{Kind: "image", URL: host.URL + "/m", Key: v.Key}, 1<<20)
	if err != nil || base64.StdEncoding.EncodeToString(data) != v.Plain {
		t.Errorf("%d bytes, %v", len(data), err)
	}
}

// Both of DingTalk's robot signatures: the one on what it posts to us, and ours on what a custom robot sends.
func TestDingTalkAdapterOnKnownAnswers(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t).Robot {
		ms := json.Number(v.Timestamp)
		at, err := ms.Int64()
		if err != nil {
			t.Fatal(err)
		}
		sent := make(chan url.Values, 1)
		host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			sent <- r.URL.Query()
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, `{"errcode":0,"errmsg":"ok"}`)
		}))
		t.Cleanup(host.Close)
		taken := 0
		d, err := dingtalk.New(dingtalk.Options{
			Log: slog.New(slog.DiscardHandler), AppKey: "dingapp", AppSecret: v.Secret, RobotCode: "dingapp", APIBase: host.URL, OldAPIBase: host.URL, LoginBase: host.URL,
			Custom: map[string]dingtalk.CustomRobot{"群": {AccessToken: "token", Secret: v.Secret}}, Clock: clock.NewTurnable(time.UnixMilli(at)),
			Inbox: func(context.Context, chat.Incoming) error { taken++; return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Senders() {
			if _, route := s.Route(); route == chat.DingCustom {
				if r := s.Send(t.Context(), "群", chat.Message{Title: "提醒", Rows: []string{"一行"}}, "k1"); r.State != chat.Sent {
					t.Errorf("sent with %q: %+v", v.Secret, r)
				}
			}
		}
		if q := <-sent; q.Get("sign") != v.Sign || q.Get("timestamp") != v.Timestamp {
			t.Errorf("signed with %q at %s: %s", v.Secret, v.Timestamp, q.Get("sign"))
		}
		body := `{"conversationId":"cid1","conversationType":"1","msgId":"m1","createAt":` + v.Timestamp + `,"senderStaffId":"u1","senderNick":"张三","robotCode":"dingapp","chatbotUserId":"b","msgtype":"text","text":{"content":"我的"}}`
		for sign, want := range map[string]int{v.Sign: 1, v.Sign[1:] + "A": 0} {
			taken = 0
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/json; charset=utf-8")
			r.Header.Set("timestamp", v.Timestamp)
			r.Header.Set("sign", sign)
			d.Callback().ServeHTTP(httptest.NewRecorder(), r)
			if taken != want {
				t.Errorf("posted with sign %q for %q: taken %d times, want %d", sign, v.Secret, taken, want)
			}
		}
	}
}

// The adapter reads the events that another program sealed, whatever the padding, says success so that it can be read,
// and takes nothing that was touched.
func TestDingTalkAdapterOnPushedEvents(t *testing.T) {
	t.Parallel()
	for _, v := range readVectors(t).Event {
		var got []chat.Incoming
		d, err := dingtalk.New(dingtalk.Options{
			Log: slog.New(slog.DiscardHandler), AppKey: v.Receiver, AppSecret: "secret", RobotCode: v.Receiver, CorpID: "dingcorp0001",
			EventToken: v.Token, EventAESKey: v.Key, Clock: clock.NewTurnable(time.UnixMilli(1767225600000)),
			Inbox: func(_ context.Context, in chat.Incoming) error { got = append(got, in); return nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		push := func(v sealedVector) *httptest.ResponseRecorder {
			body, _ := json.Marshal(map[string]string{"encrypt": v.Encrypt})
			rw := httptest.NewRecorder()
			d.Callback().ServeHTTP(rw, httptest.NewRequest(http.MethodPost, "/"+v.query(nil), bytes.NewReader(body)))
			return rw
		}
		touched := v
		touched.Signature = v.Signature[1:] + v.Signature[:1]
		if rw := push(touched); rw.Code != http.StatusUnauthorized {
			t.Errorf("%s: another signature gave %d", v.Name, rw.Code)
		}
		rw := push(v)
		if v.Name == "success" { // sealed well, and no event
			if rw.Code != http.StatusBadRequest {
				t.Errorf("a word that is no event gave %d", rw.Code)
			}
			continue
		}
		var a struct {
			Signature string `json:"msg_signature"`
			Encrypt   string `json:"encrypt"`
			TimeStamp string `json:"timeStamp"`
			Nonce     string `json:"nonce"`
		}
		if err := json.Unmarshal(rw.Body.Bytes(), &a); err != nil || rw.Code != http.StatusOK {
			t.Fatalf("%s: %d %s", v.Name, rw.Code, rw.Body)
		}
		if said := opened(t, v.Key, a.Encrypt); said != "success"+v.Receiver || sha1Of(v.Token, a.TimeStamp, a.Nonce, a.Encrypt) != a.Signature {
			t.Errorf("%s: the answer says %q with signature %s", v.Name, said, a.Signature)
		}
		switch want := map[string]string{"joined": "cid1+a/b== user1 ", "renamed": " user1 张玮"}[v.Name]; {
		case want == "" && len(got) > 0, want != "" && len(got) != 1:
			t.Errorf("%s: read as %+v", v.Name, got)
		case want != "" && got[0].ChatID+" "+got[0].UserID+" "+got[0].Text != want:
			t.Errorf("%s: read as %+v", v.Name, got[0])
		}
	}
}

// opened undoes the encryption step by step: message and owner together.
func opened(t *testing.T, key, sealed string) string {
	t.Helper()
	k, _ := base64.StdEncoding.DecodeString(key + "=")
	text, err := base64.StdEncoding.DecodeString(sealed)
	block, bad := aes.NewCipher(k)
	if err != nil || bad != nil || len(text) < 32 || len(text)%32 != 0 {
		t.Fatalf("%d bytes, %v, %v", len(text), err, bad)
	}
	cipher.NewCBCDecrypter(block, k[:16]).CryptBlocks(text, text)
	return string(text[20 : len(text)-int(text[len(text)-1])])
}

func sha1Of(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}
