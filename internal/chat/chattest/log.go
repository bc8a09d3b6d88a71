package chattest

import (
	"bytes"
	"log/slog"
	"sync"
)

// Log keeps what was logged, down to debug level.
type Log struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// NewLog gives a logger and the Log it writes to.
func NewLog() (*slog.Logger, *Log) {
	l := &Log{}
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug})), l
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// String gives everything logged so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}
