package dingtalk

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
)

// Fault is something that goes wrong with requests. Exactly one of Body, Code, ErrCode and HTTPStatus says what is
// answered; with none of them the connection is reset.
type Fault struct {
	Path        string // prefix of the request's path; "" is any
	Code        string // new API's error; HTTPStatus 0 is 403 for Forbidden…, else 400
	ErrCode     int    // old API's error; HTTPStatus 0 is 200
	HTTPStatus  int    // alone: an HTML page with this status, as a gateway or the IP throttle gives
	Body        string // this very body, with HTTPStatus or 200
	Hang        bool   // no answer at all until the caller gives up
	Cut         bool   // the answer breaks off in the middle
	AfterAccept bool   // the request does its work first; only its answer suffers
	Times       int    // how many requests it meets; 0 is 1, negative is until ClearFaults
}

// Inject adds a fault; the oldest that fits a request strikes.
func (s *Server) Inject(f Fault) {
	if f.Times == 0 {
		f.Times = 1
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.faults = append(s.mood.faults, &f)
}

// ClearFaults forgets all faults not yet met.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mood.faults = nil
}

// SetDown takes the platform off the network: requests are reset, sockets closed, people cannot write.
func (s *Server) SetDown(down bool) {
	s.mu.Lock()
	s.mood.down = down
	s.mu.Unlock()
	if down {
		s.DropSockets()
	}
}

// take finds the fault that strikes a path and uses it up by one.
func (m *mood) take(path string) (Fault, bool) {
	for i, f := range m.faults {
		if !strings.HasPrefix(path, f.Path) {
			continue
		}
		if f.Times > 0 {
			f.Times--
		}
		if f.Times == 0 {
			m.faults = append(m.faults[:i:i], m.faults[i+1:]...)
		}
		return *f, true
	}
	return Fault{}, false
}

// serve counts a request, lets it meet its fault, or passes it on.
func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.mood.counts[r.URL.Path]++
	down := s.mood.down
	var f Fault
	struck := false
	if !down {
		f, struck = s.mood.take(r.URL.Path)
	}
	s.mu.Unlock()
	switch {
	case down:
		reset(w)
	case struck:
		s.strike(w, r, f)
	default:
		s.mux.ServeHTTP(w, r)
	}
}

func (s *Server) strike(w http.ResponseWriter, r *http.Request, f Fault) {
	real := &held{header: http.Header{}, status: http.StatusOK}
	if f.AfterAccept {
		s.mux.ServeHTTP(real, r)
	} else {
		// Read to the end, or the caller's going away would not be noticed.
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxBody))
	}
	switch {
	case f.Hang:
		select {
		case <-r.Context().Done(): // the caller gave up
		case <-s.ctx.Done():
		}
		reset(w)
	case f.Body != "":
		f.send(w, orStatus(f.HTTPStatus, http.StatusOK), "text/html", []byte(f.Body))
	case f.Code != "":
		status := http.StatusBadRequest
		if strings.HasPrefix(f.Code, "Forbidden") {
			status = http.StatusForbidden
		}
		f.answer(w, refuse(orStatus(f.HTTPStatus, status), f.Code, "imitated fault"))
	case f.ErrCode != 0:
		a := errcode(f.ErrCode, "imitated fault")
		a.status = orStatus(f.HTTPStatus, a.status)
		f.answer(w, a)
	case f.HTTPStatus != 0:
		f.send(w, f.HTTPStatus, "text/html", []byte("<html><body>imitated gateway page</body></html>"))
	case f.Cut && f.AfterAccept:
		f.send(w, real.status, real.header.Get("Content-Type"), real.body.Bytes())
	case f.Cut:
		f.send(w, http.StatusOK, "application/json", []byte(`{"errcode":0,"errmsg":"ok"}`))
	default:
		reset(w)
	}
}

func orStatus(status, fallback int) int {
	if status == 0 {
		return fallback
	}
	return status
}

func (f Fault) answer(w http.ResponseWriter, a reply) {
	out := &held{header: http.Header{}}
	a.write(out)
	f.send(w, out.status, out.header.Get("Content-Type"), out.body.Bytes())
}

// send writes a body, or half of it when the fault cuts.
func (f Fault) send(w http.ResponseWriter, status int, kind string, body []byte) {
	w.Header().Set("Content-Type", kind)
	if !f.Cut {
		w.WriteHeader(status)
		_, _ = w.Write(body)
		return
	}
	w.WriteHeader(status)
	_, _ = w.Write(body[:len(body)/2])
	_ = http.NewResponseController(w).Flush()
	panic(http.ErrAbortHandler) // the server's own way to break a connection off
}

// held keeps an answer back.
type held struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (h *held) Header() http.Header         { return h.header }
func (h *held) WriteHeader(status int)      { h.status = status }
func (h *held) Write(b []byte) (int, error) { return h.body.Write(b) }

// reset breaks a connection off as a dead host does.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // mounted where the connection cannot be had
	}
	drop(conn)
}

// drop closes a connection with a reset instead of a farewell.
func drop(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}
