package wecom

import (
	"bufio"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// The server side of RFC 6455, as much as the long connection needs: text messages,
// whole or in fragments, and the control frames. No extensions, no sub-protocols.

const (
	opContinue = 0x0
	opText     = 0x1
	opBinary   = 0x2
	opClose    = 0x8
	opPing     = 0x9
	opPong     = 0xA

	closeNormal    = 1000
	closeProtocol  = 1002
	closeWrongType = 1003
	closeBadText   = 1007
	closeTooBig    = 1009

	maxMessage   = 16 << 20
	writePatient = 5 * time.Second // a peer that takes longer to read is gone

	socketGUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11" // RFC 6455, section 1.3
)

// closing is the end of a connection with the status that is sent to the peer.
type closing struct {
	status uint16
	reason string
}

func (c *closing) Error() string { return c.reason }

// wire is one upgraded connection. read belongs to one goroutine; write may be called by any.
type wire struct {
	conn net.Conn
	in   *bufio.Reader
	mu   sync.Mutex // one frame at a time
}

// upgrade answers the handshake; on a bad one it answers 400 or 426 and gives nil.
func upgrade(w http.ResponseWriter, r *http.Request) *wire {
	key := r.Header.Get("Sec-WebSocket-Key")
	nonce, err := base64.StdEncoding.DecodeString(key)
	switch {
	case r.Method != http.MethodGet || !hasToken(r.Header, "Upgrade", "websocket") || !hasToken(r.Header, "Connection", "upgrade"),
		err != nil || len(nonce) != 16:
		http.Error(w, "websocket handshake expected", http.StatusBadRequest)
		return nil
	case r.Header.Get("Sec-WebSocket-Version") != "13":
		w.Header().Set("Sec-WebSocket-Version", "13")
		http.Error(w, "websocket version 13 expected", http.StatusUpgradeRequired)
		return nil
	}
	h, ok := w.(http.Hijacker)
	if !ok {
		http.Error(w, "cannot upgrade", http.StatusInternalServerError)
		return nil
	}
	conn, buffered, err := h.Hijack()
	if err != nil {
		return nil
	}
	sum := sha1.Sum([]byte(key + socketGUID))
	_, err = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Accept: "+base64.StdEncoding.EncodeToString(sum[:])+"\r\n\r\n")
	if err != nil {
		_ = conn.Close()
		return nil
	}
	return &wire{conn: conn, in: buffered.Reader}
}

func hasToken(h http.Header, name, token string) bool {
	for _, line := range h.Values(name) {
		for part := range strings.SplitSeq(line, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// read gives the next text message, answering pings on the way. The error is a *closing
// when the peer is to be told why.
func (w *wire) read() ([]byte, error) {
	var message []byte
	started := false
	for {
		f, err := w.readFrame()
		if err != nil {
			return nil, err
		}
		switch f.op {
		case opPing:
			if err := w.write(opPong, f.body); err != nil {
				return nil, err
			}
			continue
		case opPong:
			continue
		case opClose:
			return nil, &closing{closeNormal, "closed by the peer"}
		case opBinary:
			return nil, &closing{closeWrongType, "text messages only"}
		}
		if started != (f.op == opContinue) {
			return nil, &closing{closeProtocol, "fragments out of order"}
		}
		started = true
		if len(message)+len(f.body) > maxMessage {
			return nil, &closing{closeTooBig, "message too big"}
		}
		message = append(message, f.body...)
		if f.fin {
			return message, checkText(message)
		}
	}
}

func checkText(message []byte) error {
	if !utf8.Valid(message) {
		return &closing{closeBadText, "text is not UTF-8"}
	}
	return nil
}

type frame struct {
	fin  bool
	op   byte
	body []byte
}

// readFrame reads one frame and checks what RFC 6455 demands of a client: masked, no
// reserved bits, known opcode, control frames short and whole.
func (w *wire) readFrame() (frame, error) {
	var head [2]byte
	if _, err := io.ReadFull(w.in, head[:]); err != nil {
		return frame{}, err
	}
	f := frame{fin: head[0]&0x80 != 0, op: head[0] & 0x0F}
	control := f.op >= opClose
	size := uint64(head[1] & 0x7F)
	switch {
	case head[0]&0x70 != 0:
		return f, &closing{closeProtocol, "reserved bits are set"}
	case head[1]&0x80 == 0:
		return f, &closing{closeProtocol, "frame of a client is not masked"}
	case f.op > opBinary && !control || f.op > opPong:
		return f, &closing{closeProtocol, "unknown opcode"}
	case control && (size > 125 || !f.fin):
		return f, &closing{closeProtocol, "control frame is long or in fragments"}
	}
	size, err := w.readSize(size)
	if err != nil {
		return f, err
	}
	if size > maxMessage {
		return f, &closing{closeTooBig, "message too big"}
	}
	var mask [4]byte
	if _, err := io.ReadFull(w.in, mask[:]); err != nil {
		return f, err
	}
	f.body = make([]byte, size)
	if _, err := io.ReadFull(w.in, f.body); err != nil {
		return f, err
	}
	for i := range f.body {
		f.body[i] ^= mask[i%4]
	}
	return f, nil
}

func (w *wire) readSize(size uint64) (uint64, error) {
	var more [8]byte
	switch size {
	case 126:
		_, err := io.ReadFull(w.in, more[:2])
		return uint64(binary.BigEndian.Uint16(more[:2])), err
	case 127:
		_, err := io.ReadFull(w.in, more[:8])
		return binary.BigEndian.Uint64(more[:8]), err
	}
	return size, nil
}

// write sends one whole, unmasked frame. A peer that does not read in time loses the connection.
func (w *wire) write(op byte, body []byte) error {
	head := []byte{0x80 | op}
	switch n := len(body); {
	case n < 126:
		head = append(head, byte(n))
	case n <= 0xFFFF:
		head = binary.BigEndian.AppendUint16(append(head, 126), uint16(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 127), uint64(n))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	t := time.AfterFunc(writePatient, func() { _ = w.conn.Close() })
	defer t.Stop()
	_, err := w.conn.Write(append(head, body...))
	return err
}

// part tells the peer why, when there is something to tell, and closes.
func (w *wire) part(err error) {
	var c *closing
	if errors.As(err, &c) {
		_ = w.write(opClose, append(binary.BigEndian.AppendUint16(nil, c.status), c.reason...))
	}
	_ = w.conn.Close()
}
