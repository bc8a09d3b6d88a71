package web

import (
	"context"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"duban/internal/chat"
)

const (
	sessionLife = 12 * time.Hour   // of somebody signed in, a working day
	pendingLife = 10 * time.Minute // of a sign-in under way
)

// The keys of a session.
const (
	keyDistrict = "district"
	keyPlatform = "platform"
	keyUser     = "user"
	keyPending  = "pending:" // with the platform
)

// Sessions keeps what a browser's session holds, under tokens no browser ever sees.
type Sessions interface {
	FindSession(ctx context.Context, token string) (data []byte, found bool, err error)
	KeepSession(ctx context.Context, token string, data []byte, until time.Time) error
	DropSession(ctx context.Context, token string) error
	SweepSessions(ctx context.Context) error
}

// newSessions sets up the sessions. The token is kept hashed, so that whoever reads the table cannot
// be somebody. The cookie carries no date: how long a session lives is told by our clock alone, which
// need not be the browser's or the host's.
func newSessions(keep Sessions, secure bool, broken func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	m := scs.New()
	m.Store = shelf{keep}
	m.Lifetime = sessionLife
	m.HashTokenInStore = true
	m.ErrorFunc = broken
	m.Cookie.Name = "duban"
	m.Cookie.Persist = false
	m.Cookie.Secure = secure
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.HttpOnly = true
	return m
}

// shelf hands the session library's store calls on.
type shelf struct{ keep Sessions }

var _ scs.CtxStore = shelf{}

func (s shelf) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	return s.keep.FindSession(ctx, token)
}

func (s shelf) CommitCtx(ctx context.Context, token string, data []byte, until time.Time) error {
	return s.keep.KeepSession(ctx, token, data, until)
}

func (s shelf) DeleteCtx(ctx context.Context, token string) error {
	return s.keep.DropSession(ctx, token)
}

// The calls without a context are not used by the library when those with one are there.

func (s shelf) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s shelf) Commit(token string, data []byte, until time.Time) error {
	return s.CommitCtx(context.Background(), token, data, until)
}

func (s shelf) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// who gives the account of the session, "" when nobody is signed in. Districts may share one database and
// so one table of sessions, and a user id is only unique within one organisation: whoever signed in at
// another district is nobody here.
func (w *Web) who(ctx context.Context) (chat.Platform, string) {
	if w.sessions.GetInt64(ctx, keyDistrict) != int64(w.View.District) {
		return "", ""
	}
	return chat.Platform(w.sessions.GetString(ctx, keyPlatform)), w.sessions.GetString(ctx, keyUser)
}

// enter makes the session that of the account, under a new token: one that somebody planted in the
// browser before is worth nothing afterwards.
func (w *Web) enter(ctx context.Context, platform chat.Platform, userID string) error {
	if err := w.sessions.RenewToken(ctx); err != nil {
		return err
	}
	w.sessions.Put(ctx, keyDistrict, int64(w.View.District))
	w.sessions.Put(ctx, keyPlatform, string(platform))
	w.sessions.Put(ctx, keyUser, userID)
	w.sessions.SetDeadline(ctx, w.Clock.Now().Add(sessionLife))
	return nil
}
