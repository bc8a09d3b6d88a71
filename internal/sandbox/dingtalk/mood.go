package dingtalk

import "time"

// cost is which monthly budget a call draws on.
type cost int

const (
	free cost = iota
	apiCall
	message // callbacks, custom robots and session replies (for the last the documents do not say; ours)
)

// month is where the month begins; the host's zone must not matter.
var month = time.FixedZone("CST", 8*3600)

// mood is how the platform behaves just now, and what it has counted.
type mood struct {
	down      bool
	faults    []*Fault
	counts    map[string]int
	repeat    int
	flying    int // repeated deliveries not yet answered
	redeliver bool
	late      []*late // deliveries that will be tried again
	forgery   Forgery
	limit     [3]int
	used      [3]int
	usedIn    string
}

func newMood() mood { return mood{counts: map[string]int{}, repeat: 1} }

// charge draws one on a budget of the month and reports whether there was any left.
func (m *mood) charge(c cost, now time.Time) bool {
	if c == free {
		return true
	}
	m.turn(now)
	if m.limit[c] > 0 && m.used[c] >= m.limit[c] {
		return false
	}
	m.used[c]++
	return true
}

func (m *mood) turn(now time.Time) {
	if in := now.In(month).Format("2006-01"); in != m.usedIn {
		m.usedIn, m.used = in, [3]int{}
	}
}

// SetQuota bounds the counted API calls and the messages of a calendar month (China time); 0 is without bound.
func (s *Server) SetQuota(calls, messages int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.limit[apiCall], s.mood.limit[message] = calls, messages
}

// Used gives what this month has drawn on the two budgets.
func (s *Server) Used() (calls, messages int) {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.turn(now)
	return s.mood.used[apiCall], s.mood.used[message]
}

// Count gives how many requests came for exactly this path, those that failed or met a fault included.
func (s *Server) Count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.mood.counts[path]
}

// Repeat makes the platform deliver every following callback n times: the same msgId, a new frame each time.
func (s *Server) Repeat(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.repeat = max(n, 1)
}

// Redeliver says whether a callback nobody acknowledged is tried again every 60 s of the platform's clock.
// Off, it is lost, and what was waiting is forgotten: the documents promise neither.
func (s *Server) Redeliver(on bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.redeliver = on
	if !on {
		s.mood.late = nil
	}
}

// Forgery spoils the signature of the callbacks in HTTP mode.
type Forgery struct {
	WrongSign bool
	Age       time.Duration // how old the timestamp is
}

// Forge spoils every following HTTP callback; the zero Forgery makes them honest again.
func (s *Server) Forge(f Forgery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.forgery = f
}
