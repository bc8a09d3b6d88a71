// Package web is the door of the pages (floor 4): the H5 report form with its sign-in by platform, the
// platforms' callbacks, photos and health. It turns requests into acts of desk and shows what it reads.
//
// It must not know the law, write a row, import the store or a platform's adapter, keep a password, or
// load anything from another host but the one script DingTalk needs for signing in inside its app.
package web

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/view"
)

// Options are what the pages need; all are required unless said otherwise.
type Options struct {
	View      *view.View
	Desk      *desk.Desk
	Sessions  Sessions
	Clock     clock.Clock
	PublicURL string                                // as browsers reach us: "https://duban.example.gov.cn"
	Contact   string                                // whom to ask, e.g. "区项目办(0513-5555 0101)"; "" is 项目办
	SignIns   map[chat.Platform]chat.SignIn         // a platform that is not there cannot sign in
	DingTalk  DingTalk                              // signing in inside the app; zero: by the redirect
	Callbacks map[chat.Platform]http.Handler        // nil or the handlers of what platforms send us
	Ready     func(context.Context) (down []string) // nil or names the parts that are not ready
	Log       *slog.Logger                          // nil: nothing is logged
}

// DingTalk is what a page inside DingTalk needs to ask for an auth code.
type DingTalk struct {
	Script     string // URL of the published JSAPI script; "" signs in by the redirect
	CorpID     string
	ClientID   string
	ByAuthCode func(ctx context.Context, code string) (userID string, err error)
}

func (d DingTalk) inside() bool { return d.Script != "" && d.ByAuthCode != nil }

// Web serves the pages.
type Web struct {
	Options
	origin   string // scheme and host of PublicURL
	scriptAt string // scheme and host of the JSAPI script, "" for none
	sessions *scs.SessionManager
	pages    *pages
}

// New checks the options. Its errors name what is missing.
func New(o Options) (*Web, error) {
	public, err := url.Parse(o.PublicURL)
	switch {
	case err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" || strings.Trim(public.Path, "/") != "":
		return nil, errors.New("web: PublicURL must be like https://duban.example.gov.cn, without a path")
	case o.View == nil || o.Desk == nil || o.Sessions == nil || o.Clock == nil:
		return nil, errors.New("web: View, Desk, Sessions and Clock are required")
	}
	w := &Web{Options: o, origin: public.Scheme + "://" + public.Host}
	if o.DingTalk.Script != "" {
		script, err := url.Parse(o.DingTalk.Script)
		if err != nil || script.Host == "" || script.Scheme != "https" && script.Scheme != "http" {
			return nil, errors.New("web: DingTalk.Script must be the full URL of a script")
		}
		w.scriptAt = script.Scheme + "://" + script.Host
	}
	if w.Log == nil {
		w.Log = slog.New(slog.DiscardHandler)
	}
	if w.Contact == "" {
		w.Contact = "项目办"
	}
	if w.Ready == nil {
		w.Ready = func(context.Context) []string { return nil }
	}
	w.sessions = newSessions(o.Sessions, public.Scheme == "https", w.broken)
	w.pages, err = readPages()
	return w, err
}

// Handler gives all routes.
func (w *Web) Handler() http.Handler {
	root := http.NewServeMux()
	for platform, h := range w.Callbacks {
		if h != nil {
			root.Handle("/callback/"+string(platform), http.MaxBytesHandler(h, maxCallback))
		}
	}
	root.HandleFunc("GET /healthz", w.healthz)
	root.HandleFunc("GET /readyz", w.readyz)
	root.Handle("GET /static/", w.pages.static())
	root.Handle("/", w.guard(w.routes()))
	return w.onlyTLS(root)
}

// onlyTLS tells browsers that reached us by https to come no other way again, for a year.
func (w *Web) onlyTLS(next http.Handler) http.Handler {
	if !strings.HasPrefix(w.origin, "https://") {
		return next
	}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Strict-Transport-Security", "max-age=31536000")
		next.ServeHTTP(rw, r)
	})
}

// routes are the pages people open.
func (w *Web) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /signin", w.page(w.choosePlatform))
	mux.Handle("GET /signin/{platform}", w.page(w.signIn))
	mux.Handle("GET /signin/{platform}/back", w.page(w.signInBack))
	mux.Handle("POST /signin/dingtalk/code", w.page(w.signInCode))
	mux.Handle("POST /signout", w.page(w.signOut))
	mux.Handle("GET /report", w.page(w.known(w.reportList)))
	mux.Handle("GET /report/{code}", w.page(w.known(w.reportForm)))
	mux.Handle("POST /report/{code}", w.page(w.known(w.reportSend)))
	mux.Handle("GET /report/{code}/{receipt}", w.page(w.known(w.reportDone)))
	mux.Handle("GET /photo/{sha}", w.page(w.known(w.photo)))
	mux.Handle("GET /photos/{code}", w.page(w.known(w.photos)))
	mux.Handle("GET /{$}", http.RedirectHandler("/report", http.StatusSeeOther))
	mux.Handle("/", w.page(func(http.ResponseWriter, *http.Request) error { return errNoPage }))
	return mux
}

// Server gives a server for the routes with time-outs a phone on a poor line can keep: two minutes for
// three photos.
func (w *Web) Server(addr string) *http.Server {
	return &http.Server{
		Addr: addr, Handler: w.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 150 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 32 << 10,
		ErrorLog: slog.NewLogLogger(w.Log.Handler(), slog.LevelWarn),
	}
}
