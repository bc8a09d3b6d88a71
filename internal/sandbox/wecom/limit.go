package wecom

import "time"

// limit counts over a window that slides with the platform clock.
type limit struct {
	hits    []hit
	blocked time.Time // nothing passes before this moment
}

// hit is what came within one second; whole seconds keep an hour of a busy interface small.
type hit struct {
	at int64
	n  int
}

// within takes n from the allowance of max per span kept under key, and says whether there
// was room. What finds no room is not counted. With block, going over closes the window for
// its whole length: "block time equals the window". The caller holds s.mu.
func (s *Server) within(key string, n, max int, span time.Duration, block bool) bool {
	now := s.now()
	l := s.limits[key]
	if l == nil {
		l = &limit{}
		s.limits[key] = l
	}
	if now.Before(l.blocked) {
		return false
	}
	if l.sum(now, span)+n > max {
		if block {
			l.blocked = now.Add(span)
		}
		return false
	}
	if last := len(l.hits) - 1; last >= 0 && l.hits[last].at == now.Unix() {
		l.hits[last].n += n
	} else {
		l.hits = append(l.hits, hit{now.Unix(), n})
	}
	return true
}

func (l *limit) sum(now time.Time, span time.Duration) int {
	from := now.Add(-span).Unix()
	for len(l.hits) > 0 && l.hits[0].at <= from {
		l.hits = l.hits[1:]
	}
	n := 0
	for _, h := range l.hits {
		n += h.n
	}
	return n
}
