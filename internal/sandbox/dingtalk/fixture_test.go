package dingtalk

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	groupID = "cidEXAMPLE0001+a/b=="
	mixedID = "cidMIXED=="
)

// turnClock stands until it is turned.
type turnClock struct {
	mu sync.Mutex
	at time.Time
}

func (c *turnClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *turnClock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// world is a platform with one robot app, two groups and some people.
type world struct {
	*Server
	t     *testing.T
	clock *turnClock
	token string
}

func start(t *testing.T) *world {
	t.Helper()
	return startWith(t, Options{})
}

func startWith(t *testing.T, o Options) *world {
	t.Helper()
	c := &turnClock{at: time.Date(2026, 3, 5, 8, 30, 0, 0, time.UTC)}
	o.Now = c.now
	if o.CardWait == 0 {
		o.CardWait = 2 * time.Minute // a loaded machine must not make a test fail
	}
	s, err := Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	s.SetCorp("dingcorp0009")
	for i := 1; i <= 3; i++ {
		s.AddUser(User{StaffID: fmt.Sprint("user", i), Name: "干部" + fmt.Sprint(i), Mobile: fmt.Sprint("1390000000", i)})
	}
	s.AddUser(User{StaffID: "user12", Name: "干部12"})
	s.AddUser(User{StaffID: "guest", Name: "施工方", Outside: true})
	s.AddRobot(Robot{AppKey: "dingapp1", AppSecret: "secret1", RobotCode: "robot1", AgentID: "77", Mode: "stream"})
	s.AddGroup(Group{ConversationID: groupID, Title: "督办群", Members: []string{"user1", "user2", "user12"}, RobotCode: "robot1",
		Custom: []CustomRobot{{AccessToken: "plain"}, {AccessToken: "sealed", Secret: "SECexample"}, {AccessToken: "worded", Keywords: []string{"督办", "预警"}}}})
	s.AddGroup(Group{ConversationID: mixedID, Title: "外部群", Members: []string{"user1", "guest"}, RobotCode: "robot1", Custom: []CustomRobot{{AccessToken: "mixed"}}})
	w := &world{Server: s, t: t, clock: c}
	w.token = w.ask("POST", "/v1.0/oauth2/accessToken", "", map[string]any{"appKey": "dingapp1", "appSecret": "secret1"}).str("accessToken")
	if w.token == "" {
		t.Fatal("no token")
	}
	return w
}

// do makes a request and gives the status and the body.
func (w *world) do(method, path, token string, body any) (int, []byte, error) {
	raw, ok := body.([]byte)
	if !ok && body != nil {
		raw, _ = json.Marshal(body)
	}
	r, err := http.NewRequest(method, w.URL()+path, bytes.NewReader(raw))
	if err != nil {
		return 0, nil, err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "application/json")
	if token != "" {
		r.Header.Set("x-acs-dingtalk-access-token", token)
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	out, err := io.ReadAll(resp.Body)
	return resp.StatusCode, out, err
}

// ask makes a request that must be answered with JSON; the status is under "http".
func (w *world) ask(method, path, token string, body any) object {
	w.t.Helper()
	status, raw, err := w.do(method, path, token, body)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	o, ok := parseObject(raw)
	if !ok {
		w.t.Fatalf("%s %s: no JSON object: %d %s", method, path, status, raw)
	}
	o["http"] = json.RawMessage(fmt.Sprint(status))
	return o
}

// api calls with the robot's token; old puts it into the query.
func (w *world) api(path string, body any) object {
	w.t.Helper()
	return w.ask("POST", path, w.token, body)
}

func (w *world) old(path string, body any) object {
	w.t.Helper()
	return w.ask("POST", path+"?access_token="+url.QueryEscape(w.token), "", body)
}

func (w *world) form(path string, values url.Values) object {
	w.t.Helper()
	resp, err := http.PostForm(w.URL()+path, values)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	o, _ := parseObject(raw)
	return o
}

func want(t *testing.T, what string, got, want any) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

func (w *world) last() Message {
	w.t.Helper()
	all := w.Messages()
	if len(all) == 0 {
		w.t.Fatal("nobody saw anything")
	}
	return all[len(all)-1]
}

// client is a Stream client of the test's own: the other side of RFC 6455, sharing nothing with the server.
type client struct {
	conn   net.Conn
	in     *bufio.Reader
	mu     sync.Mutex
	frames chan pushFrame // every frame received
	ended  chan struct{}
}

func (w *world) ticket(topics ...string) object {
	w.t.Helper()
	subs := []any{}
	for _, topic := range topics {
		kind, name, _ := strings.Cut(topic, " ")
		subs = append(subs, map[string]string{"type": kind, "topic": name})
	}
	return w.ask("POST", "/v1.0/gateway/connections/open", "", map[string]any{"clientId": "dingapp1", "clientSecret": "secret1", "subscriptions": subs})
}

var allTopics = []string{"CALLBACK " + topicMessage, "CALLBACK " + topicCard, "EVENT *"}

// dial opens a Stream connection that answers every frame through answer; nil acknowledges everything.
func (w *world) dial(answer func(pushFrame) (code int, data string)) *client {
	w.t.Helper()
	o := w.ticket(allTopics...)
	c, err := handshake(o.str("endpoint"), o.str("ticket"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.conn.Close() })
	if answer == nil {
		answer = func(pushFrame) (int, string) { return 200, `{"response":null}` }
	}
	go c.run(answer)
	return c
}

func handshake(endpoint, ticket string) (*client, error) {
	u, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(conn, "GET %s?ticket=%s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", u.Path, url.QueryEscape(ticket), u.Host)
	c := &client{conn: conn, in: bufio.NewReader(conn), frames: make(chan pushFrame, 2000), ended: make(chan struct{})}
	resp, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusSwitchingProtocols || resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		_ = conn.Close()
		return nil, errors.New(resp.Status)
	}
	return c, nil
}

// send writes a masked frame; first is the byte of flags and opcode.
func (c *client) send(first byte, payload []byte) {
	b := []byte{first}
	switch n := len(payload); {
	case n < 126:
		b = append(b, 0x80|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x80|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	mask := []byte{1, 2, 3, 4}
	b = append(b, mask...)
	for i, p := range payload {
		b = append(b, p^mask[i&3])
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	_, _ = c.conn.Write(b)
}

// receive reads one frame of the server.
func (c *client) receive() (op byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err = io.ReadFull(c.in, head); err != nil {
		return 0, nil, err
	}
	if head[0]&0x80 == 0 || head[1]&0x80 != 0 {
		return 0, nil, errors.New("a server's frame is whole and not masked")
	}
	n := int(head[1])
	if n >= 126 {
		wide := make([]byte, map[int]int{126: 2, 127: 8}[n])
		if _, err = io.ReadFull(c.in, wide); err != nil {
			return 0, nil, err
		}
		n = 0
		for _, b := range wide {
			n = n<<8 | int(b)
		}
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(c.in, payload)
	return head[0] & 0x0F, payload, err
}

func (c *client) run(answer func(pushFrame) (int, string)) {
	defer close(c.ended)
	for {
		op, payload, err := c.receive()
		if err != nil || op == opClose {
			return
		}
		var f pushFrame
		if op != opText || json.Unmarshal(payload, &f) != nil {
			continue
		}
		c.frames <- f
		code, data := answer(f)
		if f.Type == "SYSTEM" {
			code, data = 200, f.Data
		}
		if code == 0 {
			continue // no acknowledgement
		}
		raw, _ := json.Marshal(map[string]any{"code": code, "message": "OK", "data": data,
			"headers": map[string]string{"messageId": f.Headers["messageId"], "contentType": "application/json"}})
		c.send(0x80|opText, raw)
	}
}

// body reads the callback in a frame.
func (f pushFrame) body(t *testing.T) object {
	t.Helper()
	o, ok := parseObject([]byte(f.Data))
	if !ok {
		t.Fatalf("data is no object: %s", f.Data)
	}
	return o
}

// macByHand is HMAC-SHA256 from its definition (RFC 2104), not from the library the server uses.
func macByHand(key, text string) string {
	block := make([]byte, 64)
	if len(key) > 64 {
		sum := sha256.Sum256([]byte(key))
		copy(block, sum[:])
	} else {
		copy(block, key)
	}
	inner, outer := []byte{}, []byte{}
	for _, b := range block {
		inner, outer = append(inner, b^0x36), append(outer, b^0x5c)
	}
	first := sha256.Sum256(append(inner, text...))
	second := sha256.Sum256(append(outer, first[:]...))
	return base64.StdEncoding.EncodeToString(second[:])
}
