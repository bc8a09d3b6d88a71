package wecom_test

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// line is the test's own long connection, written apart from the platform's side.
type line struct {
	t     *testing.T
	conn  net.Conn
	in    *bufio.Reader
	asked int
	saved []packet // callbacks that came while an answer was waited for
}

// packet is a frame's JSON as the service reads it.
type packet struct {
	Cmd     string
	Headers struct {
		ReqID string `json:"req_id"`
	}
	Body    object
	ErrCode *int `json:"errcode"`
	ErrMsg  string
}

// dial opens the connection by hand and checks the answer to the handshake.
func (w *world) dial() *line {
	w.t.Helper()
	host, path, _ := strings.Cut(strings.TrimPrefix(w.s.WSURL(), "ws://"), "/")
	conn, err := net.DialTimeout("tcp", host, patience)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET /%s HTTP/1.1\r\nHost: %s\r\nUpgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path, host)
	l := &line{t: w.t, conn: conn, in: bufio.NewReader(conn)}
	resp, err := http.ReadResponse(l.in, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	// The key and its answer are the example of RFC 6455, section 1.3.
	if resp.StatusCode != 101 || resp.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		w.t.Fatalf("handshake: %s %v", resp.Status, resp.Header)
	}
	return l
}

// connect dials and subscribes.
func (w *world) connect() *line {
	w.t.Helper()
	l := w.dial()
	w.want(l.ask("aibot_subscribe", object{"bot_id": botID, "secret": "bot-secret"}), 0)
	return l
}

// frame makes the bytes of a frame; a mask of nil leaves it unmasked.
func frame(first byte, body, mask []byte) []byte {
	out := []byte{first}
	bit := byte(0)
	if mask != nil {
		bit = 0x80
	}
	switch n := len(body); {
	case n < 126:
		out = append(out, bit|byte(n))
	case n < 1<<16:
		out = append(out, bit|126, byte(n>>8), byte(n))
	default:
		out = append(out, bit|127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	out = append(out, mask...)
	for i, b := range body {
		if mask != nil {
			b ^= mask[i&3]
		}
		out = append(out, b)
	}
	return out
}

var mask = []byte{0x37, 0xfa, 0x21, 0x3d}

// receive reads one frame of the server, which must be whole and unmasked.
func (l *line) receive() (op byte, body []byte, err error) {
	timer := time.AfterFunc(patience, func() { l.conn.Close() })
	defer timer.Stop()
	head := make([]byte, 2, 10)
	if _, err := io.ReadFull(l.in, head); err != nil {
		return 0, nil, err
	}
	if head[0]&0xF0 != 0x80 || head[1]&0x80 != 0 {
		l.t.Errorf("frame head % x", head)
	}
	n, more := uint64(head[1]), 0
	switch n {
	case 126:
		n, more = 0, 2
	case 127:
		n, more = 0, 8
	}
	for range more {
		b, err := l.in.ReadByte()
		if err != nil {
			return 0, nil, err
		}
		n = n<<8 | uint64(b)
	}
	body = make([]byte, n)
	_, err = io.ReadFull(l.in, body)
	return head[0] & 0x0F, body, err
}

func (l *line) write(b []byte) {
	l.t.Helper()
	if _, err := l.conn.Write(b); err != nil {
		l.t.Fatalf("write: %v", err)
	}
}

func (l *line) send(cmd, req string, body any) {
	l.t.Helper()
	b, err := json.Marshal(object{"cmd": cmd, "headers": object{"req_id": req}, "body": body})
	if err != nil {
		l.t.Fatal(err)
	}
	l.write(frame(0x81, b, mask))
}

func (l *line) read() packet {
	l.t.Helper()
	op, b, err := l.receive()
	if err != nil || op != 1 {
		l.t.Fatalf("frame of kind %d %q: %v", op, b, err)
	}
	var p packet
	if err := json.Unmarshal(b, &p); err != nil {
		l.t.Fatal(err)
	}
	return p
}

// ended reads until the connection is over and gives the close status, 0 if none was sent.
func (l *line) ended() int {
	l.t.Helper()
	for {
		op, b, err := l.receive()
		if err != nil {
			return 0
		}
		if op == 8 {
			return int(b[0])<<8 | int(b[1])
		}
	}
}

// next gives the next callback.
func (l *line) next() packet {
	l.t.Helper()
	if len(l.saved) > 0 {
		p := l.saved[0]
		l.saved = l.saved[1:]
		return p
	}
	return l.read()
}

// answer sends with a req_id that was given and waits for the receipt.
func (l *line) answer(cmd, req string, body any) object {
	l.t.Helper()
	l.send(cmd, req, body)
	for {
		p := l.read()
		if p.Cmd != "" {
			l.saved = append(l.saved, p)
			continue
		}
		if p.Headers.ReqID != req || p.ErrCode == nil {
			l.t.Fatalf("receipt %+v for %s", p, req)
		}
		out := object{"errcode": float64(*p.ErrCode)}
		for k, v := range p.Body {
			out[k] = v
		}
		return out
	}
}

// ask sends with a req_id of the client's own.
func (l *line) ask(cmd string, body any) object {
	l.t.Helper()
	l.asked++
	return l.answer(cmd, fmt.Sprintf("%s_%d", cmd, l.asked), body)
}

func TestHandshakeRefused(t *testing.T) {
	w := newWorld(t)
	good := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
	for name, c := range map[string]struct {
		header, value string
		status        int
	}{
		"no upgrade":  {"Upgrade", "", 400},
		"connection":  {"Connection", "close", 400},
		"short key":   {"Sec-WebSocket-Key", "c2hvcnQ=", 400},
		"bad key":     {"Sec-WebSocket-Key", "?", 400},
		"old version": {"Sec-WebSocket-Version", "8", 426},
	} {
		r, _ := http.NewRequest("GET", "http"+strings.TrimPrefix(w.s.WSURL(), "ws"), nil)
		for k, v := range good {
			r.Header.Set(k, v)
		}
		r.Header.Set(c.header, c.value)
		resp, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: %s, want %d", name, resp.Status, c.status)
		}
	}
}

func TestAcceptIsComputed(t *testing.T) {
	// Guards the constant of dial: the answer is SHA-1 over key and GUID, not a fixed text.
	sum := sha1.Sum([]byte("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	if got := base64.StdEncoding.EncodeToString(sum[:]); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Error(got)
	}
}

func TestFrames(t *testing.T) {
	ping := []byte(`{"cmd":"ping","headers":{"req_id":"p1"}}`)
	w := newWorld(t)
	l := w.dial()
	// In three fragments, with a control frame between them.
	l.write(frame(0x01, ping[:5], mask))
	l.write(frame(0x89, []byte("hi"), mask))
	l.write(frame(0x00, ping[5:9], mask))
	l.write(frame(0x8A, nil, mask)) // an unasked pong is ignored
	l.write(frame(0x80, ping[9:], mask))
	if op, b, err := l.receive(); op != 0xA || string(b) != "hi" || err != nil {
		t.Errorf("pong %d %q %v", op, b, err)
	}
	if p := l.read(); p.Headers.ReqID != "p1" || *p.ErrCode != 0 || p.Cmd != "" {
		t.Errorf("answer %+v", p)
	}
	for _, n := range []int{200, 70_000} { // both longer length forms
		l.write(frame(0x81, append(ping, []byte(strings.Repeat(" ", n))...), mask))
		if p := l.read(); *p.ErrCode != 0 {
			t.Errorf("answer %+v", p)
		}
	}
	l.write(frame(0x88, []byte{0x03, 0xE8}, mask))
	if got := l.ended(); got != 1000 {
		t.Errorf("closed with %d", got)
	}
}

func TestBadFramesEndTheConnection(t *testing.T) {
	long := make([]byte, 126)
	for name, c := range map[string]struct {
		bytes  []byte
		status int
	}{
		"not masked":          {frame(0x81, []byte("{}"), nil), 1002},
		"reserved bit":        {frame(0xC1, []byte("{}"), mask), 1002},
		"unknown opcode":      {frame(0x83, nil, mask), 1002},
		"unknown control":     {frame(0x8B, nil, mask), 1002},
		"long ping":           {frame(0x89, long, mask), 1002},
		"ping in fragments":   {frame(0x09, nil, mask), 1002},
		"goes on from naught": {frame(0x80, nil, mask), 1002},
		"begins twice":        {append(frame(0x01, nil, mask), frame(0x81, nil, mask)...), 1002},
		"binary":              {frame(0x82, []byte("{}"), mask), 1003},
		"not JSON":            {frame(0x81, []byte("{"), mask), 1003},
		"not UTF-8":           {frame(0x81, []byte("\xff"), mask), 1007},
		"too big":             {[]byte{0x81, 0xFF, 0, 0, 0, 0, 2, 0, 0, 0, 1, 2, 3, 4}, 1009},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l := w.dial()
			l.write(c.bytes)
			if got := l.ended(); got != c.status {
				t.Errorf("closed with %d, want %d", got, c.status)
			}
		})
	}
}
