package dingtalk

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"
)

// The WebSocket server of RFC 6455, as far as text frames need it: no extensions, no subprotocols.

const (
	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xA

	maxMessage = 1 << 20 // bytes of one message from the client

	closeNormal   = 1000
	closeProtocol = 1002
	closeNotText  = 1003
	closeBadUTF8  = 1007
	closeTooBig   = 1009
)

// errGone says that the other side closed in good order.
var errGone = errors.New("the client closed the connection")

// protocolError is what the client did wrong, with the code it is told.
type protocolError struct {
	code   uint16
	reason string
}

func (e protocolError) Error() string { return fmt.Sprintf("websocket %d: %s", e.code, e.reason) }

// socket is the server's end of one connection. Reading belongs to one goroutine, writing to any.
type socket struct {
	conn net.Conn
	in   *bufio.Reader
	mu   sync.Mutex // one frame at a time
}

// acceptKey answers a handshake's key (RFC 6455, 4.2.2).
func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// handshakeTrouble says why a request is no handshake; "" when it is one.
func handshakeTrouble(r *http.Request) string {
	key, err := base64.StdEncoding.DecodeString(r.Header.Get("Sec-WebSocket-Key"))
	switch {
	case !listed(r.Header.Values("Connection"), "upgrade"), !listed(r.Header.Values("Upgrade"), "websocket"):
		return "not a websocket handshake"
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		return "unsupported websocket version"
	case err != nil || len(key) != 16:
		return "bad Sec-WebSocket-Key"
	}
	return ""
}

// listed reports whether a comma-separated header holds a word, whatever its case.
func listed(values []string, word string) bool {
	for _, part := range strings.Split(strings.Join(values, ","), ",") {
		if strings.EqualFold(strings.TrimSpace(part), word) {
			return true
		}
	}
	return false
}

// take has the connection from the http server. Nothing can be written before open has answered the handshake.
func take(w http.ResponseWriter) (*socket, error) {
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	k := &socket{conn: conn, in: buffered.Reader}
	k.mu.Lock()
	return k, nil
}

// open completes the handshake. Whoever wants to write meanwhile waits, so a connection may be known to others
// before the client knows that it is up.
func (k *socket) open(key string) {
	defer k.mu.Unlock()
	// A failure shows at the first read.
	_, _ = io.WriteString(k.conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: "+acceptKey(key)+"\r\n\r\n")
}

// write sends one unfragmented frame; a server's frames are not masked.
func (k *socket) write(op byte, payload []byte) error {
	head := []byte{0x80 | op}
	switch n := len(payload); {
	case n < 126:
		head = append(head, byte(n))
	case n <= 0xFFFF:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	_, err := k.conn.Write(append(head, payload...))
	return err
}

// bye sends a close frame.
func (k *socket) bye(code uint16, reason string) {
	_ = k.write(opClose, append(binary.BigEndian.AppendUint16(nil, code), reason...))
}

type frame struct {
	fin     bool
	op      byte
	payload []byte
}

// readFrame reads one frame and takes its mask off.
func (k *socket) readFrame() (frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(k.in, head[:]); err != nil {
		return frame{}, err
	}
	f := frame{fin: head[0]&0x80 != 0, op: head[0] & 0x0F}
	size := uint64(head[1] & 0x7F)
	control := f.op&0x8 != 0
	switch {
	case head[0]&0x70 != 0:
		return f, protocolError{closeProtocol, "reserved bits set"}
	case head[1]&0x80 == 0:
		return f, protocolError{closeProtocol, "frame not masked"}
	case control && (!f.fin || size > 125):
		return f, protocolError{closeProtocol, "control frame fragmented or too long"}
	}
	var wide [8]byte
	switch size {
	case 126:
		if _, err := io.ReadFull(k.in, wide[6:]); err != nil {
			return f, err
		}
		size = binary.BigEndian.Uint64(wide[:])
	case 127:
		if _, err := io.ReadFull(k.in, wide[:]); err != nil {
			return f, err
		}
		size = binary.BigEndian.Uint64(wide[:])
	}
	if size > maxMessage {
		return f, protocolError{closeTooBig, "message too big"}
	}
	var mask [4]byte
	if _, err := io.ReadFull(k.in, mask[:]); err != nil {
		return f, err
	}
	f.payload = make([]byte, size)
	if _, err := io.ReadFull(k.in, f.payload); err != nil {
		return f, err
	}
	for i := range f.payload {
		f.payload[i] ^= mask[i%4]
	}
	return f, nil
}

// next gives the client's next text message. It answers pings on the way unless deaf says not to, and completes
// the closing handshake.
func (k *socket) next(deaf func() bool) ([]byte, error) {
	var text []byte
	inside := false
	for {
		f, err := k.readFrame()
		if err != nil {
			return nil, k.blame(err)
		}
		switch f.op {
		case opPing:
			if !deaf() {
				if err := k.write(opPong, f.payload); err != nil {
					return nil, err
				}
			}
			continue
		case opPong:
			continue
		case opClose:
			k.bye(closeNormal, "")
			return nil, errGone
		case opBinary:
			return nil, k.blame(protocolError{closeNotText, "text frames only"})
		case opText, opContinue:
			if inside != (f.op == opContinue) {
				return nil, k.blame(protocolError{closeProtocol, "fragments out of order"})
			}
		default:
			return nil, k.blame(protocolError{closeProtocol, "unknown opcode"})
		}
		text, inside = append(text, f.payload...), !f.fin
		switch {
		case len(text) > maxMessage:
			return nil, k.blame(protocolError{closeTooBig, "message too big"})
		case inside:
		case !utf8.Valid(text):
			return nil, k.blame(protocolError{closeBadUTF8, "not UTF-8"})
		default:
			return text, nil
		}
	}
}

// blame tells the client what it did wrong, if it did.
func (k *socket) blame(err error) error {
	var p protocolError
	if errors.As(err, &p) {
		k.bye(p.code, p.reason)
	}
	return err
}
