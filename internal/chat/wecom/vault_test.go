package wecom

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

// memory is a vault, and all that was ever put into it.
type memory struct {
	mu     sync.Mutex
	sealed string
	until  time.Time
	seen   []string
	broken bool
	first  func() // before the next Keep: another replica is quicker
}

func (m *memory) Token(context.Context, string) (string, time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return "", time.Time{}, errors.New("the database is away")
	}
	return m.sealed, m.until, nil
}

func (m *memory) Keep(_ context.Context, name, old, sealed string, until time.Time) (bool, error) {
	if f := m.first; f != nil {
		m.first = nil
		f()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.broken {
		return false, errors.New("the database is away")
	}
	if m.sealed != old {
		return false, nil
	}
	m.sealed, m.until = sealed, until
	m.seen = append(m.seen, name+sealed)
	return true, nil
}

// Two replicas fetch one token; when it is revoked one of them fetches the next.
func TestTokenIsShared(t *testing.T) {
	p, v := newPlatform(t), &memory{}
	shared := func(o *Options) { o.Vault = v }
	a, _, _ := p.house(shared)
	b, _, _ := p.house(shared)
	send := func(w *WeCom) {
		t.Helper()
		if r := sender(t, w, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Sent {
			t.Errorf("%+v", r)
		}
	}
	send(a)
	send(b)
	if p.count() != 1 {
		t.Errorf("%d fetches, want 1", p.count())
	}
	p.do(func() { p.codes = []int64{42001} })
	send(a) // renews
	send(b) // its token is refused as another's is newer: it takes the vault's
	if p.count() != 2 {
		t.Errorf("%d fetches after a revocation, want 2", p.count())
	}
	p.clock.Advance(2 * time.Hour)
	send(b)
	send(a)
	if p.count() != 3 {
		t.Errorf("%d fetches after the token's end, want 3", p.count())
	}
	chattest.NoSecrets(t, append([]string{p.tokens(1), p.tokens(2), p.tokens(3)}, testSecrets...), strings.Join(v.seen, "\n"))
}

// When another replica was quicker, its token is used.
func TestTokenOfTheQuickerReplica(t *testing.T) {
	p, v := newPlatform(t), &memory{}
	a, _, _ := p.house(func(o *Options) { o.Vault = v })
	b, _, _ := p.house(func(o *Options) { o.Vault = v })
	v.first = func() { sender(t, b, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k") }
	if r := sender(t, a, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Sent {
		t.Errorf("%+v", r)
	}
	one, _ := a.tokens.life()
	two, _ := b.tokens.life()
	if one == "" || one != two {
		t.Error("the replicas use different tokens")
	}
}

// What another secret sealed, and a vault that fails, hold up no message.
func TestTokenWithoutVault(t *testing.T) {
	p, v := newPlatform(t), &memory{sealed: "rubbish", until: testStart.Add(time.Hour)}
	a, _, _ := p.house(func(o *Options) { o.Vault = v })
	if r := sender(t, a, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Sent || v.sealed == "rubbish" {
		t.Errorf("%+v, vault %q", r, v.sealed)
	}
	v.broken = true
	b, log, _ := p.house(func(o *Options) { o.Vault = v })
	if r := sender(t, b, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k"); r.State != chat.Sent || !strings.Contains(log.String(), "the database is away") {
		t.Errorf("%+v, log %s", r, log)
	}
}
