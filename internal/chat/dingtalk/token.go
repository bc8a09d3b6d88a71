package dingtalk

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
)

// early is how long before its end a token is replaced; of a short-lived one, half its life.
const early = 5 * time.Minute

// tokens keeps the application's access token for both APIs; however many ask, one of them fetches. With a vault
// the replicas share one token: what another has fetched is used, and what one was refused is not taken again.
type tokens struct {
	clock  clock.Clock
	fetch  func(context.Context) (token string, life time.Duration, err error)
	vault  chat.Vault // nil: this process only
	name   string     // in the vault
	secret string     // seals what goes there
	log    *slog.Logger

	mu     sync.Mutex
	value  string
	until  time.Time
	bad    string // the last token the platform refused: it is not taken from the vault again
	flight *flight
}

// flight is one fetch that others wait for.
type flight struct {
	done  chan struct{}
	value string
	err   error
	quit  bool // the one who fetched gave up: that is no answer for the others
}

// get gives a token that is still good, fetching one when there is none.
func (t *tokens) get(ctx context.Context) (string, error) {
	for {
		t.mu.Lock()
		if t.value != "" && t.clock.Now().Before(t.until) {
			defer t.mu.Unlock()
			return t.value, nil
		}
		f := t.flight
		if f == nil {
			f = &flight{done: make(chan struct{})}
			t.flight = f
			t.mu.Unlock()
			return t.fly(ctx, f)
		}
		t.mu.Unlock()
		select {
		case <-f.done:
		case <-ctx.Done():
			return "", &trouble{cause: ctx.Err()}
		}
		if !f.quit {
			return f.value, f.err
		}
	}
}

func (t *tokens) fly(ctx context.Context, f *flight) (string, error) {
	value, until, err := t.obtain(ctx)
	t.mu.Lock()
	defer t.mu.Unlock()
	f.value, f.err, f.quit = value, err, err != nil && ctx.Err() != nil
	if err == nil {
		t.value, t.until = value, until
	}
	t.flight = nil
	close(f.done)
	return value, err
}

// drop forgets a token the platform refused, unless a newer one is there already.
func (t *tokens) drop(value string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bad = value
	if t.value == value {
		t.value = ""
	}
}

// obtain gives a token and until when it is to be used: the vault's where it has a good one, else a fresh one, which
// the vault then has for the others. A vault that cannot be read or opened costs a fetch, never a message.
func (t *tokens) obtain(ctx context.Context) (string, time.Time, error) {
	old, kept, until := t.kept(ctx)
	if kept != "" {
		return kept, until, nil
	}
	value, life, err := t.fetch(ctx)
	if err != nil {
		return "", time.Time{}, err
	}
	until = t.clock.Now().Add(life - min(early, life/2))
	if t.vault == nil {
		return value, until, nil
	}
	sealed, err := chat.Seal(t.secret, t.name, value)
	if err != nil {
		return value, until, nil
	}
	switch mine, err := t.vault.Keep(ctx, t.name, old, sealed, until); {
	case err != nil:
		t.log.Warn("the access token could not be shared", "err", err)
	case !mine: // another replica was faster: the platform honours the newest, and theirs is in everybody's hands
		if _, theirs, end := t.kept(ctx); theirs != "" {
			return theirs, end, nil
		}
	}
	return value, until, nil
}

// kept reads the vault: what lies there, and the token in it when it is good.
func (t *tokens) kept(ctx context.Context) (sealed, token string, until time.Time) {
	if t.vault == nil {
		return "", "", time.Time{}
	}
	sealed, until, err := t.vault.Token(ctx, t.name)
	if err != nil {
		t.log.Warn("the shared access token could not be read", "err", err)
		return "", "", time.Time{}
	}
	if sealed == "" || !t.clock.Now().Before(until) {
		return sealed, "", until
	}
	token, err = chat.Unseal(t.secret, t.name, sealed)
	if err != nil { // the secret was changed since: what it sealed is of no use
		return sealed, "", until
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if token == t.bad {
		token = ""
	}
	return sealed, token, until
}

// newToken asks the platform for a token. The new API takes the secret in the body, not in the address.
func (d *DingTalk) newToken(ctx context.Context) (string, time.Duration, error) {
	var out struct {
		AccessToken string `json:"accessToken"`
		ExpireIn    scalar `json:"expireIn"`
	}
	body := compact(map[string]string{"appKey": d.opt.AppKey, "appSecret": d.opt.AppSecret})
	err := d.wire.call(ctx, request{method: http.MethodPost, url: d.opt.APIBase + "/v1.0/oauth2/accessToken", body: body}, &out)
	if err != nil {
		return "", 0, notSent(err)
	}
	seconds, bad := strconv.Atoi(string(out.ExpireIn))
	if out.AccessToken == "" || bad != nil || seconds <= 0 {
		return "", 0, &trouble{status: http.StatusOK, page: true, cause: errors.New("the token answer has no token")}
	}
	return out.AccessToken, time.Duration(seconds) * time.Second, nil
}

// notSent marks a failure of the token call: whatever it was needed for never left.
func notSent(err error) error {
	var t *trouble
	if errors.As(err, &t) {
		t.left = false
	}
	return err
}

// api calls the new API with the application's token, once more with a fresh one when it is refused.
func (d *DingTalk) api(ctx context.Context, method, path string, body, out any) error {
	return d.authorised(ctx, func(token string) error {
		r := request{method: method, url: d.opt.APIBase + path, token: token}
		if body != nil {
			r.body = compact(body)
		}
		err := d.wire.call(ctx, r, out)
		d.usage.call(err)
		return err
	})
}

// oldAPI is api for the old host, which takes the token in the address.
func (d *DingTalk) oldAPI(ctx context.Context, path string, body, out any) error {
	return d.authorised(ctx, func(token string) error {
		return d.wire.call(ctx, request{
			method: http.MethodPost, url: d.opt.OldAPIBase + path + "?access_token=" + url.QueryEscape(token),
			body: compact(body), old: true, secrets: []string{token},
		}, out)
	})
}

func (d *DingTalk) authorised(ctx context.Context, call func(token string) error) error {
	token, err := d.tokens.get(ctx)
	if err != nil {
		return err
	}
	if err = call(token); !tokenRefused(err) {
		return err
	}
	d.tokens.drop(token)
	if token, err = d.tokens.get(ctx); err != nil {
		return err
	}
	return call(token)
}
