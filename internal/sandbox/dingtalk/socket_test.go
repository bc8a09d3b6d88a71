package dingtalk

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func (w *world) raw() *client {
	w.t.Helper()
	o := w.ticket(allTopics...)
	c, err := handshake(o.str("endpoint"), o.str("ticket"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.conn.Close() })
	return c
}

// What a client does against RFC 6455 ends the connection with the right code.
func TestSocketRefusals(t *testing.T) {
	w := start(t)
	for _, c := range []struct {
		name string
		do   func(*client)
		code int
	}{
		{"not masked", func(c *client) { _, _ = c.conn.Write([]byte{0x81, 1, 'x'}) }, 1002},
		{"reserved bit", func(c *client) { c.send(0x80|0x40|opText, []byte("x")) }, 1002},
		{"unknown opcode", func(c *client) { c.send(0x80|0x3, []byte("x")) }, 1002},
		{"binary", func(c *client) { c.send(0x80|opBinary, []byte("x")) }, 1003},
		{"continuation of nothing", func(c *client) { c.send(0x80|opContinue, []byte("x")) }, 1002},
		{"text inside a text", func(c *client) { c.send(opText, []byte("x")); c.send(0x80|opText, []byte("y")) }, 1002},
		{"fragmented ping", func(c *client) { c.send(opPing, nil) }, 1002},
		{"long ping", func(c *client) { c.send(0x80|opPing, make([]byte, 126)) }, 1002},
		{"not UTF-8", func(c *client) { c.send(0x80|opText, []byte{0xff, 0xfe}) }, 1007},
		{"too big", func(c *client) {
			_, _ = c.conn.Write(binary.BigEndian.AppendUint64([]byte{0x81, 0x80 | 127}, maxMessage+1))
		}, 1009},
		{"too big in pieces", func(c *client) {
			c.send(opText, make([]byte, maxMessage))
			c.send(0x80|opContinue, []byte("x"))
		}, 1009},
	} {
		k := w.raw()
		c.do(k)
		op, payload, err := k.receive()
		if err != nil || op != opClose || len(payload) < 2 {
			t.Errorf("%s: op %d, %q, %v", c.name, op, payload, err)
			continue
		}
		want(t, c.name, binary.BigEndian.Uint16(payload), c.code)
		if _, _, err := k.receive(); err == nil {
			t.Errorf("%s: the connection goes on", c.name)
		}
	}
}

// An acknowledgement may come in pieces, with a ping between them.
func TestSocketFragments(t *testing.T) {
	w := start(t)
	k := w.raw()
	done := make(chan error)
	go func() {
		_, err := w.SayToRobot("user1", strings.Repeat("长", 30000)) // a frame with a 64-bit length
		done <- err
	}()
	_, payload, err := k.receive()
	if err != nil {
		t.Fatal(err)
	}
	o, _ := parseObject(payload)
	ack := fmt.Sprintf(`{"code":200,"headers":{"messageId":%q},"data":"%s"}`, o.obj("headers").str("messageId"), strings.Repeat("x", 70000))
	k.send(opText, []byte(ack[:10]))
	k.send(0x80|opPing, []byte("between"))
	k.send(opContinue, []byte(ack[10:300]))
	k.send(0x80|opContinue, []byte(ack[300:]))
	op, payload, err := k.receive()
	want(t, "pong", fmt.Sprint(op, string(payload), err), fmt.Sprint(opPong, "between", nil))
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestHandshakeRefusals(t *testing.T) {
	w := start(t)
	good := map[string]string{"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
	for key, wrong := range map[string]string{"Upgrade": "h2c", "Connection": "close", "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "short"} {
		r, _ := http.NewRequest("GET", w.URL()+"/connect?ticket="+"x", nil)
		for k, v := range good {
			r.Header.Set(k, v)
		}
		r.Header.Set(key, wrong)
		resp, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		want(t, key, resp.StatusCode, 400)
	}
}

// Close ends sockets, hanging requests and subscriptions, and a second Close is harmless.
func TestClose(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	watch, cancel := w.Subscribe()
	w.Inject(Fault{Path: "/gettoken", Hang: true})
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_, _ = io.WriteString(conn, "GET /gettoken HTTP/1.1\r\nHost: x\r\n\r\n")
	w.Close()
	w.Close()
	<-c.ended
	if _, open := <-watch; open {
		t.Error("the subscription goes on")
	}
	cancel()
	if answer, _ := io.ReadAll(conn); len(answer) != 0 {
		t.Errorf("a hanging request was answered: %s", answer)
	}
	late, _ := w.Subscribe()
	if _, open := <-late; open {
		t.Error("a subscription after Close")
	}
}
