package dingtalk

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"
)

// line is one Stream connection.
type line struct {
	socket  *socket
	appKey  string
	id      string
	topics  map[string]bool // "type topic"
	leaving bool            // disconnect was announced: nothing is delivered here any more

	mu      sync.Mutex
	waiting map[string]chan ackFrame // by frame messageId
	closed  chan struct{}
}

type pushFrame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"`
}

type ackFrame struct {
	Code    int               `json:"code"`
	Headers map[string]string `json:"headers"`
	Message string            `json:"message"`
	Data    string            `json:"data"`
}

// read hands acknowledgements to those who wait for them until the connection ends.
func (l *line) read(deaf func() bool) {
	for {
		raw, err := l.socket.next(deaf)
		if err != nil {
			return
		}
		var a ackFrame
		if json.Unmarshal(raw, &a) != nil {
			continue // what is no frame is nobody's answer
		}
		l.mu.Lock()
		if wait := l.waiting[a.Headers["messageId"]]; wait != nil {
			delete(l.waiting, a.Headers["messageId"])
			wait <- a // buffered
		}
		l.mu.Unlock()
	}
}

// ask writes a frame and waits for its acknowledgement.
func (l *line) ask(ctx context.Context, f pushFrame) (ackFrame, error) {
	id := f.Headers["messageId"]
	wait := make(chan ackFrame, 1)
	l.mu.Lock()
	l.waiting[id] = wait
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.waiting, id)
		l.mu.Unlock()
	}()
	raw, err := json.Marshal(f)
	if err != nil {
		return ackFrame{}, err
	}
	unread := context.AfterFunc(ctx, func() { drop(l.socket.conn) }) // a client that does not read must not hold us
	err = l.socket.write(opText, raw)
	unread()
	if err != nil {
		return ackFrame{}, fmt.Errorf("writing the frame: %w", err)
	}
	select {
	case a := <-wait:
		return a, nil
	case <-l.closed:
		return ackFrame{}, errors.New("the connection ended before the acknowledgement")
	case <-ctx.Done():
		return ackFrame{}, errors.New("no acknowledgement in time")
	}
}

// frame makes a frame for this line with a new messageId.
func (l *line) frame(kind, topic string, at time.Time, data string) pushFrame {
	return pushFrame{SpecVersion: "1.0", Type: kind, Data: data, Headers: map[string]string{
		"appId": "app-" + l.appKey, "connectionId": l.id, "contentType": "application/json", "messageId": rand.Text(),
		"time": fmt.Sprint(at.UnixMilli()), "topic": topic,
	}}
}
