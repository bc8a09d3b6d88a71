package wecom

import (
	"net"
	"sync"
)

// gate is the listener. It knows every open connection, so that a platform that goes down can reset
// them all, the kept-alive and the upgraded ones too; while it is down, connections are refused.
type gate struct {
	mu     sync.Mutex
	moved  sync.Cond // down or closed changed
	inner  net.Listener
	addr   net.Addr
	down   bool
	closed bool
	conns  map[*gated]bool
}

type gated struct {
	net.Conn
	gate *gate
}

func newGate(l net.Listener) *gate {
	g := &gate{inner: l, addr: l.Addr(), conns: map[*gated]bool{}}
	g.moved.L = &g.mu
	return g
}

// Accept gives the next connection; while the platform is down it waits.
func (g *gate) Accept() (net.Conn, error) {
	for {
		inner := g.open()
		if inner == nil {
			return nil, net.ErrClosed
		}
		c, err := inner.Accept()
		if err == nil {
			return g.admit(c), nil
		}
		g.mu.Lock()
		gone := !g.down && !g.closed && g.inner == inner
		g.mu.Unlock()
		if gone {
			return nil, err
		}
	}
}

// open waits until the platform is up and gives its listener; nil once the gate is closed.
func (g *gate) open() net.Listener {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.down && !g.closed {
		g.moved.Wait()
	}
	if g.closed {
		return nil
	}
	return g.inner
}

func (g *gate) admit(c net.Conn) net.Conn {
	g.mu.Lock()
	defer g.mu.Unlock()
	in := &gated{Conn: c, gate: g}
	g.conns[in] = true
	if g.down {
		reset(c)
	}
	return in
}

// set takes the platform down or brings it up at the same address.
func (g *gate) set(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.down == down || g.closed {
		return
	}
	if down {
		_ = g.inner.Close()
		g.resetAll()
	} else {
		inner, err := net.Listen("tcp", g.addr.String())
		if err != nil {
			return // somebody took the port: the platform stays down, and every test of it says so
		}
		g.inner = inner
	}
	g.down = down
	g.moved.Broadcast()
}

// Addr is where the platform is, down or not.
func (g *gate) Addr() net.Addr { return g.addr }

// Close ends the platform for good.
func (g *gate) Close() error {
	g.shut()
	return nil
}

func (g *gate) shut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
	_ = g.inner.Close()
	g.resetAll()
	g.moved.Broadcast()
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
