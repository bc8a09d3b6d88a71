package dingtalk

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options says how the imitation is started. Now is required.
type Options struct {
	Addr string           // where to listen; "" is a free port of the loopback interface
	Now  func() time.Time // the platform's clock

	// AckWait bounds the wait for the answer to a robot message; 0 is 10 s.
	AckWait time.Duration
	// CardWait bounds the wait for the answer to a pressed card; 0 is the platform's 2 s.
	CardWait time.Duration
	// DisconnectPause lies between the announcement of Disconnect and the closing of the socket; 0 is the platform's 10 s.
	DisconnectPause time.Duration
}

// Server is one imitation platform with one corp. All methods may be called from any goroutine.
type Server struct {
	opt      Options
	now      func() time.Time
	listener net.Listener
	web      *http.Server
	mux      *http.ServeMux
	ctx      context.Context // ends with Close
	stop     context.CancelFunc
	out      *http.Client   // for callbacks in HTTP mode
	work     sync.WaitGroup // every goroutine the server owns
	retry    sync.Mutex     // one round of redelivery at a time

	mu     sync.Mutex // guards everything below
	calm   *sync.Cond // of mu: a repeated delivery has come to its end
	closed bool
	corp   corp
	access access
	stream stream
	chat   chat
	mood   mood
}

// Start listens and serves until Close.
func Start(opt Options) (*Server, error) {
	if opt.Now == nil {
		return nil, errors.New("dingtalk sandbox: Options.Now is required")
	}
	if opt.Addr == "" {
		opt.Addr = "127.0.0.1:0"
	}
	opt.AckWait = orElse(opt.AckWait, 10*time.Second)
	opt.CardWait = orElse(opt.CardWait, 2*time.Second)
	opt.DisconnectPause = orElse(opt.DisconnectPause, 10*time.Second)

	l, err := net.Listen("tcp", opt.Addr)
	if err != nil {
		return nil, err
	}
	s := &Server{opt: opt, now: opt.Now, listener: l, corp: newCorp(), access: newAccess(), stream: newStream(), chat: newChat(), mood: newMood()}
	s.calm = sync.NewCond(&s.mu)
	s.out = &http.Client{Transport: &http.Transport{}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	s.ctx, s.stop = context.WithCancel(context.Background())
	s.mux = s.routes()
	s.web = &http.Server{
		Handler:     s.Handler(),
		ErrorLog:    log.New(io.Discard, "", 0), // resets are played on purpose
		BaseContext: func(net.Listener) context.Context { return s.ctx },
	}
	s.spawn(func() { _ = s.web.Serve(l) }) // ends with Close; the error says only that
	s.spawn(s.redeliverLoop)
	return s, nil
}

func orElse(d, fallback time.Duration) time.Duration {
	if d == 0 {
		return fallback
	}
	return d
}

// URL is the base URL that stands for api., oapi. and login.dingtalk.com.
func (s *Server) URL() string { return "http://" + s.listener.Addr().String() }

// Handler serves the platform's HTTP side, for those who mount it elsewhere; links still lead to URL.
func (s *Server) Handler() http.Handler { return http.HandlerFunc(s.serve) }

// Close ends all connections and waits for everything the server started. A second call does nothing.
func (s *Server) Close() {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return
	}
	s.stop()
	_ = s.web.Close()
	s.DropSockets()
	s.closeSubscribers()
	s.work.Wait()
	s.out.CloseIdleConnections()
}

// spawn runs f in a goroutine that Close waits for; after Close it does nothing and says so.
func (s *Server) spawn(f func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.work.Go(f)
	return true
}
