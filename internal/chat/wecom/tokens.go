package wecom

import (
	"context"
	"net/url"
	"sync"
	"time"

	"github.com/silenceper/wechat/v2/credential"
	"github.com/silenceper/wechat/v2/work/config"
	wctx "github.com/silenceper/wechat/v2/work/context"

	"duban/internal/chat"
	"duban/internal/clock"
)

// tokenEarly is how long before its end a token is renewed.
const tokenEarly = 5 * time.Minute

// tokens is the one source of the app's access token. At most one fetch is under way; whoever waits for
// it gives up with his own context. Times are of the injected clock, as the platform's are in tests.
type tokens struct {
	w              *WeCom
	corpID, secret string
	turn           chan struct{} // holds one while somebody fetches

	mu      sync.Mutex
	token   string
	until   clock.Instant
	bad     string // the token the platform last took no more
	fetches int    // how many fetches have ended
	failed  *call  // the last one, where it failed
}

// get gives the token, or the call that failed to fetch it. Whoever was waiting while a fetch failed
// takes its failure for his own: otherwise a queue of senders would wait out the time limit one by one.
func (t *tokens) get(ctx context.Context) (string, *call) {
	token, seen, _ := t.kept()
	if token != "" {
		return token, nil
	}
	select {
	case t.turn <- struct{}{}:
		defer func() { <-t.turn }()
	case <-ctx.Done():
		return "", &call{w: t.w, err: ctx.Err()}
	}
	token, fetches, failed := t.kept()
	if token != "" || failed != nil && fetches > seen {
		return token, failed
	}
	token, sealed := t.adopt(ctx)
	if token != "" {
		return token, nil
	}
	token, failed = t.fetch(ctx)
	if failed != nil {
		return "", failed
	}
	return t.share(ctx, token, sealed), nil
}

// vaultLimit bounds one visit to the vault: a slow database must not hold up a message for long.
const vaultLimit = 3 * time.Second

// name is what the token is kept under for all replicas.
func (t *tokens) name() string { return "wecom:" + t.corpID + ":" + t.w.agentID }

// adopt takes the token another replica has fetched, if it is still good, and gives what lies in the
// vault. Without a vault, or when it fails, this process fetches for itself.
func (t *tokens) adopt(ctx context.Context) (token, sealed string) {
	if t.w.vault == nil {
		return "", ""
	}
	ctx, cancel := context.WithTimeout(ctx, vaultLimit)
	defer cancel()
	sealed, until, err := t.w.vault.Token(ctx, t.name())
	if err != nil {
		t.w.log.Warn("wecom: the shared access token cannot be read", "err", err)
		return "", ""
	}
	if sealed == "" {
		return "", ""
	}
	token, err = chat.Unseal(t.secret, t.name(), sealed)
	if err != nil || !t.take(token, clock.At(until)) {
		return "", sealed // of another secret, too old or refused
	}
	return token, sealed
}

// take makes a token of the vault ours, unless it is too old or the one the platform refused.
func (t *tokens) take(token string, until clock.Instant) bool {
	now := clock.At(t.w.clock.Now())
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == "" || token == t.bad || now >= until {
		return false
	}
	t.token, t.until, t.failed = token, until, nil
	return true
}

// share puts a token that was fetched in place of the sealed one, for the other replicas. When one of
// them was quicker its token is used, so that all use the same.
func (t *tokens) share(ctx context.Context, token, old string) string {
	if t.w.vault == nil {
		return token
	}
	ctx, cancel := context.WithTimeout(ctx, vaultLimit)
	defer cancel()
	_, until := t.life()
	sealed, err := chat.Seal(t.secret, t.name(), token)
	kept := false
	if err == nil {
		kept, err = t.w.vault.Keep(ctx, t.name(), old, sealed, until.Time())
	}
	if err != nil {
		t.w.log.Warn("wecom: the access token cannot be shared", "err", err)
		return token
	}
	if !kept {
		if theirs, _ := t.adopt(ctx); theirs != "" {
			return theirs
		}
	}
	return token
}

// life gives the token there is and its end.
func (t *tokens) life() (string, clock.Instant) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.token, t.until
}

// kept gives the token where it is still good, how many fetches have ended, and the last failure.
func (t *tokens) kept() (string, int, *call) {
	now := clock.At(t.w.clock.Now())
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token != "" && now < t.until {
		return t.token, t.fetches, nil
	}
	return "", t.fetches, t.failed
}

// fetch asks the platform. The caller holds the turn.
func (t *tokens) fetch(ctx context.Context) (string, *call) {
	now := clock.At(t.w.clock.Now())
	var got credential.ResAccessToken
	c := t.w.through(ctx, t.secret, answerLimit, func(ticket string) (err error) {
		q := url.Values{"corpid": {t.corpID}, "corpsecret": {ticket}}
		got, err = credential.GetTokenFromServerContext(ctx, realAPI+"/cgi-bin/gettoken?"+q.Encode())
		return err
	})
	if c.ok() && got.AccessToken == "" {
		c.code = nil // the library would take "" for a token
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !c.ok() {
		if ctx.Err() == nil { // one caller's haste is nobody else's failure
			t.fetches, t.failed = t.fetches+1, c
		}
		return "", c
	}
	life := time.Duration(got.ExpiresIn) * time.Second
	t.token, t.until = got.AccessToken, now.Add(max(life-tokenEarly, life/2))
	t.fetches, t.failed = t.fetches+1, nil
	return t.token, nil
}

// drop forgets a token the platform no longer takes, unless somebody has renewed it meanwhile.
func (t *tokens) drop(used string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.token == used {
		t.token = ""
	}
	t.bad = used
}

// held gives the tokens there are, for the scrubber: words of the platform may name a refused one too.
func (t *tokens) held() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return []string{t.token, t.bad}
}

// ticket is what the library gets for an access token.
type ticket string

// GetAccessToken implements the library's credential.AccessTokenHandle.
func (t ticket) GetAccessToken() (string, error) { return string(t), nil }

// withToken runs one library call with the app's token. A token that was revoked or has run out
// (40014, 42001) is renewed and the call repeated once, which the library never does.
// before tells that the message itself was never sent, because there was no token.
func (w *WeCom) withToken(ctx context.Context, limit int64, do func(*wctx.Context) error) (c *call, before bool) {
	return w.withTokenDuring(ctx, w.timeout, limit, do)
}

// withTokenDuring is withToken for a call that may take a time of its own.
func (w *WeCom) withTokenDuring(ctx context.Context, time time.Duration, limit int64, do func(*wctx.Context) error) (c *call, before bool) {
	for range 2 {
		token, failed := w.tokens.get(ctx)
		if failed != nil {
			return failed, true
		}
		c = w.during(ctx, time, token, limit, func(t string) error {
			return do(&wctx.Context{Config: &config.Config{CorpID: w.corpID, AgentID: w.agentID}, AccessTokenHandle: ticket(t)})
		})
		if c.code == nil || *c.code != 40014 && *c.code != 42001 {
			return c, false
		}
		w.tokens.drop(token)
	}
	return c, false
}
