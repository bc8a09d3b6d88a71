package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

// shelf is a vault in memory.
type shelf struct {
	mu     sync.Mutex
	sealed string
	until  time.Time
	broken error
	kept   int
}

func (s *shelf) Token(context.Context, string) (string, time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sealed, s.until, s.broken
}

func (s *shelf) Keep(_ context.Context, _, old, sealed string, until time.Time) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.broken != nil {
		return false, s.broken
	}
	if s.sealed != old {
		return false, nil
	}
	s.sealed, s.until = sealed, until
	s.kept++
	return true, nil
}

// replicas are two adapters of one application with one vault, on one platform.
func replicas(t *testing.T) (a, b *rig, v *shelf) {
	v = &shelf{}
	a = start(t, func(o *Options) { o.Vault = v })
	b = start(t, func(o *Options) { o.Vault, o.APIBase, o.OldAPIBase = v, a.srv.URL, a.srv.URL })
	a.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
	return a, b, v
}

func send(t *testing.T, r *rig) chat.Result {
	t.Helper()
	return r.sender(chat.DingGroup).Send(t.Context(), "cid1", chat.Message{Title: "标题"}, "k")
}

// TestVault: the second replica uses what the first has fetched; what lies in the vault is sealed; and near its end
// one of them fetches the next.
func TestVault(t *testing.T) {
	a, b, v := replicas(t)
	if send(t, a).State != chat.Sent || send(t, b).State != chat.Sent || a.fake.tokens != 1 || v.kept != 1 {
		t.Errorf("%d tokens fetched, %d kept", a.fake.tokens, v.kept)
	}
	chattest.NoSecrets(t, []string{accessToken, appSecret}, v.sealed)
	for _, r := range []*rig{b, a} {
		r.clock.Advance(2 * time.Hour)
		send(t, r)
	}
	if a.fake.tokens != 2 || v.kept != 2 {
		t.Errorf("after its end: %d tokens fetched, %d kept", a.fake.tokens, v.kept)
	}
}

// TestVaultRefused: a token the platform refuses is fetched anew once for all, and never taken from the vault again.
func TestVaultRefused(t *testing.T) {
	a, b, v := replicas(t)
	send(t, a)
	send(t, b)
	a.on(groupPath, func(w http.ResponseWriter, r *http.Request, _ []byte) {
		if r.Header.Get("x-acs-dingtalk-access-token") == accessToken {
			reply(w, 400, `{"code":"InvalidAuthentication"}`)
			return
		}
		reply(w, 200, `{"processQueryKey":"pqk1"}`)
	})
	if x, y := send(t, a), send(t, b); x.State != chat.Sent || y.State != chat.Sent || a.fake.tokens != 2 || v.kept != 2 {
		t.Errorf("%+v %+v after %d tokens", x, y, a.fake.tokens)
	}
}

// TestVaultUseless: a vault that is down, or was sealed with another secret, costs a fetch and no message.
func TestVaultUseless(t *testing.T) {
	for name, v := range map[string]*shelf{
		"down":         {broken: errors.New("database away")},
		"other secret": {sealed: "AAAA", until: noon.Add(time.Hour)},
	} {
		r := start(t, func(o *Options) { o.Vault = v })
		r.says(groupPath, 200, `{"processQueryKey":"pqk1"}`)
		if res := send(t, r); res.State != chat.Sent || r.fake.tokens != 1 {
			t.Errorf("%s: %+v", name, res)
		}
		if v.broken != nil && !strings.Contains(r.log.String(), "could not be shared") {
			t.Errorf("%s: nothing in the log", name)
		}
		if v.broken == nil && v.kept != 1 {
			t.Errorf("%s: the useless value was left there", name)
		}
	}
}
