package wecom

import (
	"net/http"
	"strings"
)

// Fault is one way for calls to go wrong. What it does when a call comes:
// Hang answers never; else HTTPStatus and ErrCode answer with that status and code;
// with neither, the connection is reset.
type Fault struct {
	// Path is the beginning of the request path; "" means any call, "ws" every command
	// on a long connection, "ws/aibot_send_msg" one of them.
	Path       string
	ErrCode    int  // the errcode answered, with HTTP 200 unless HTTPStatus says otherwise
	HTTPStatus int  // a status other than 200; a long connection is dropped instead
	Hang       bool // no answer, until the caller gives up
	// AfterAccept lets the call take effect first: the message lands and only the answer is lost.
	AfterAccept bool
	Times       int // how many calls it hits; less than 1 means one
}

// Inject arms a fault. Several wait in line: a call takes the first that fits its path.
func (s *Server) Inject(f Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f.Times = max(f.Times, 1)
	s.faults = append(s.faults, &f)
}

// ClearFaults disarms every fault that has not been used up.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// SetDown takes the platform off the net and brings it back. While it is down connections
// are accepted and reset, long connections are gone, and nobody can say or press anything.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	s.down = down
	var sockets []*socket
	if down {
		sockets = s.takeSockets()
	}
	s.mu.Unlock()
	s.gate.set(down)
	for _, c := range sockets {
		c.drop()
	}
}

// DropSockets breaks every long connection without a word, as a network does.
func (s *Server) DropSockets() {
	s.mu.Lock()
	sockets := s.takeSockets()
	s.mu.Unlock()
	for _, c := range sockets {
		c.drop()
	}
}

// Count tells how many calls came in on path and below it; commands of a long connection
// count as "ws/<cmd>". Connections reset while the platform was down are not calls.
func (s *Server) Count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := s.counts[path]
	for p, c := range s.counts {
		if strings.HasPrefix(p, strings.TrimSuffix(path, "/")+"/") {
			n += c
		}
	}
	return n
}

// arrive counts a call and takes the fault meant for it, if any.
func (s *Server) arrive(path string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts[path]++
	for i, f := range s.faults {
		if !strings.HasPrefix(path, f.Path) {
			continue
		}
		if f.Times--; f.Times == 0 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		hit := *f
		return &hit
	}
	return nil
}

// strike answers r the way the fault says.
func (s *Server) strike(f *Fault, w http.ResponseWriter, r *http.Request) {
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done():
		case <-s.closing.Done():
		}
		panic(http.ErrAbortHandler)
	case f.HTTPStatus != 0 && f.ErrCode == 0:
		w.WriteHeader(f.HTTPStatus)
	case f.ErrCode != 0:
		a := failure(refuse(f.ErrCode, "injected fault"))
		if f.HTTPStatus != 0 {
			a.status = f.HTTPStatus
		}
		a.write(w)
	default:
		panic(http.ErrAbortHandler)
	}
}
