package wecom

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Options says where the imitation listens and which clock it lives by.
type Options struct {
	// Addr is the address to listen on; empty means 127.0.0.1:0.
	Addr string
	// Now is the platform clock, required. Token lifetimes, rate windows, reply windows
	// and the times of messages are read from it; only network deadlines are real time.
	Now func() time.Time
	// CallbackTimeout is how long a callback may take to answer before it counts as
	// failed; zero means the platform's 5 s.
	CallbackTimeout time.Duration
}

// Server is one imitation of the platform with one corporation in it.
// All methods may be called from any goroutine.
type Server struct {
	now     func() time.Time
	timeout time.Duration
	gate    *gate
	http    *http.Server
	client  *http.Client
	closing context.Context
	stop    context.CancelFunc
	tasks   sync.WaitGroup // the listener's loop and the sockets

	mu       sync.Mutex // guards everything below
	idle     *sync.Cond // pending became zero
	pending  int        // deliveries that outlived their act
	closed   bool
	down     bool
	repeat   int
	corpID   string
	browser  string
	ids      int
	users    people
	apps     []*App
	bots     map[string]*bot
	botOrder []string
	groups   map[string]*group
	order    []string // group ids as they came
	hooks    map[string]string
	tokens   map[string]*token
	limits   map[string]*limit
	seen     map[string]sighting
	media    map[string]*medium
	taskIDs  map[string]bool
	codes    map[string]*responseCode
	replies  map[string]*replyURL
	logins   map[string]*login
	tickets  map[string]ticket
	faults   []*Fault
	counts   map[string]int
	log      []*record
	revs     int
	sockets  map[*socket]bool
	readers  map[*reader]bool
}

// Start makes the imitation and begins to listen. The caller must Close it.
func Start(o Options) (*Server, error) {
	if o.Now == nil {
		return nil, errors.New("sandbox wecom: Options.Now is required: the platform lives by a clock that is handed in")
	}
	if o.Addr == "" {
		o.Addr = "127.0.0.1:0"
	}
	if o.CallbackTimeout == 0 {
		o.CallbackTimeout = 5 * time.Second
	}
	l, err := net.Listen("tcp", o.Addr)
	if err != nil {
		return nil, fmt.Errorf("sandbox wecom: listen: %w", err)
	}
	s := newServer(o)
	s.gate = newGate(l)
	s.http = &http.Server{Handler: s, ReadHeaderTimeout: 10 * time.Second}
	s.tasks.Go(func() { _ = s.http.Serve(s.gate) })
	return s, nil
}

func newServer(o Options) *Server {
	s := &Server{
		now: o.Now, timeout: o.CallbackTimeout, corpID: "wwsandbox", repeat: 1,
		users: people{byID: map[string]*User{}}, bots: map[string]*bot{}, groups: map[string]*group{},
		hooks: map[string]string{}, tokens: map[string]*token{}, limits: map[string]*limit{},
		seen: map[string]sighting{}, media: map[string]*medium{}, taskIDs: map[string]bool{},
		codes: map[string]*responseCode{}, replies: map[string]*replyURL{}, logins: map[string]*login{}, tickets: map[string]ticket{},
		counts: map[string]int{}, sockets: map[*socket]bool{}, readers: map[*reader]bool{},
	}
	s.idle = sync.NewCond(&s.mu)
	s.closing, s.stop = context.WithCancel(context.Background())
	s.client = &http.Client{
		Timeout:   o.CallbackTimeout,
		Transport: &http.Transport{MaxIdleConnsPerHost: 64},
		// A redirect is not a 200 and so a failed delivery; following it would hide that.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return s
}

// URL is the base of the REST interface and of the sign-in page, for example "http://127.0.0.1:34567".
func (s *Server) URL() string { return "http://" + s.gate.Addr().String() }

// WSURL is the address of the aibot long connection.
func (s *Server) WSURL() string { return "ws://" + s.gate.Addr().String() + socketPath }

// Handler serves the same imitation on somebody else's listener.
func (s *Server) Handler() http.Handler { return s }

// Close stops listening, ends every connection, and waits for deliveries still under way.
func (s *Server) Close() {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return
	}
	s.closed = true
	sockets := s.takeSockets()
	for r := range s.readers {
		r.end()
	}
	clear(s.readers)
	s.mu.Unlock()
	s.stop()
	for _, c := range sockets {
		c.drop()
	}
	_ = s.http.Close()
	s.gate.shut()
	s.tasks.Wait()
	s.Wait()
	s.client.CloseIdleConnections()
}

// Wait blocks until the repeated and retried deliveries that outlived their act have ended.
func (s *Server) Wait() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.pending > 0 {
		s.idle.Wait()
	}
}

// later runs a delivery that outlives its act; after Close it does nothing.
func (s *Server) later(deliver func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.pending++
	go func() {
		deliver()
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.pending--; s.pending == 0 {
			s.idle.Broadcast()
		}
	}()
}

// id makes the next id of the platform; the caller holds s.mu.
func (s *Server) id(prefix string) string {
	s.ids++
	return fmt.Sprintf("%s%08d", prefix, s.ids)
}
