package wecom

import (
	"net"
	"sync"
)

// gate is the listener. It knows every open connection, so that a platform that goes
// down can reset them all, the kept-alive and the upgraded ones too.
type gate struct {
	net.Listener
	mu    sync.Mutex
	down  bool
	conns map[*gated]bool
}

type gated struct {
	net.Conn
	gate *gate
}

func newGate(l net.Listener) *gate {
	return &gate{Listener: l, conns: map[*gated]bool{}}
}

// Accept gives the next connection; while the platform is down each one is accepted and reset.
func (g *gate) Accept() (net.Conn, error) {
	for {
		c, err := g.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if in := g.admit(c); in != nil {
			return in, nil
		}
	}
}

func (g *gate) admit(c net.Conn) net.Conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.down {
		reset(c)
		return nil
	}
	in := &gated{Conn: c, gate: g}
	g.conns[in] = true
	return in
}

func (g *gate) set(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.down = down
	if down {
		g.resetAll()
	}
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	_ = g.Listener.Close()
	g.resetAll()
}

func (g *gate) resetAll() {
	for c := range g.conns {
		reset(c.Conn)
	}
	clear(g.conns)
}

// Close ends the connection and forgets it.
func (c *gated) Close() error {
	c.gate.mu.Lock()
	delete(c.gate.conns, c)
	c.gate.mu.Unlock()
	return c.Conn.Close()
}

// reset closes with a TCP reset instead of an orderly end, as a broken platform does.
func reset(c net.Conn) {
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = c.Close()
}
