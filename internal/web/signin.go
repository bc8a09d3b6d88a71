package web

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/fault"
	"duban/internal/ledger"
)

// platformNames are the platforms in the order in which pages offer them.
var platformNames = []struct {
	Platform chat.Platform
	Name     string
}{{chat.WeCom, "企业微信"}, {chat.DingTalk, "钉钉"}}

func nameOf(p chat.Platform) string {
	for _, n := range platformNames {
		if n.Platform == p {
			return n.Name
		}
	}
	return string(p)
}

// inside tells from the browser's own word which app a page is opened in; "" for an ordinary browser.
// It only picks the way to sign in and proves nothing.
func inside(r *http.Request) chat.Platform {
	switch agent := strings.ToLower(r.UserAgent()); {
	case strings.Contains(agent, "wxwork"):
		return chat.WeCom
	case strings.Contains(agent, "dingtalk"):
		return chat.DingTalk
	}
	return ""
}

// offers reports whether one can sign in by the platform.
func (w *Web) offers(p chat.Platform) bool {
	return w.SignIns[p] != nil || p == chat.DingTalk && w.DingTalk.inside()
}

// signInAt gives the address of a page that signs in and then goes on to next.
func signInAt(p chat.Platform, next string) string {
	at := "/signin"
	if p != "" {
		at += "/" + string(p)
	}
	return at + "?next=" + url.QueryEscape(next)
}

// safeNext keeps a sign-in from leading anywhere but to our own pages.
func safeNext(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.Scheme != "" || u.Host != "" || u.Opaque != "" || strings.ContainsAny(next, "\\\r\n\t") ||
		u.Path != "/report" && !strings.HasPrefix(u.Path, "/report/") {
		return "/report"
	}
	return u.RequestURI()
}

// known lets only people through whom the register knows, and says who it is. It is asked anew with
// every request, so that whoever is taken out of the register is out at once.
func (w *Web) known(act func(http.ResponseWriter, *http.Request, ledger.Viewer) error) func(http.ResponseWriter, *http.Request) error {
	return func(rw http.ResponseWriter, r *http.Request) error {
		platform, userID := w.who(r.Context())
		switch {
		case userID == "" && r.Method == http.MethodGet:
			http.Redirect(rw, r, signInAt("", safeNext(r.URL.RequestURI())), http.StatusSeeOther)
			return nil
		case userID == "":
			return errSignedOut
		}
		v, err := w.View.Account(r.Context(), platform, userID)
		switch {
		case fault.CodeOf(err) == fault.NotFound:
			w.stranger(rw, platform, userID)
			return nil
		case err != nil:
			return fmt.Errorf("find who it is: %w", err)
		case v.Person == nil || !v.Person.Active:
			return errInactive
		}
		return act(rw, r, v)
	}
}

// stranger tells somebody the register does not know what the office needs to enter them.
func (w *Web) stranger(rw http.ResponseWriter, p chat.Platform, userID string) {
	w.show(rw, http.StatusForbidden, "notice.html", notice{
		Title: "尚未登记", Text: fmt.Sprintf("您的%s账号还没有登记到项目台账，暂时不能填报。", nameOf(p)),
		More: []string{"您的账号：" + userID, "请把账号告诉" + w.Contact + "，登记后重新打开本页即可。"},
	})
}

// choosePlatform: GET /signin. Inside an app there is nothing to choose.
func (w *Web) choosePlatform(rw http.ResponseWriter, r *http.Request) error {
	next := safeNext(r.URL.Query().Get("next"))
	if p := inside(r); p != "" && w.offers(p) {
		http.Redirect(rw, r, signInAt(p, next), http.StatusSeeOther)
		return nil
	}
	type way struct{ Name, Link string }
	var ways []way
	for _, n := range platformNames {
		if w.offers(n.Platform) {
			ways = append(ways, way{n.Name, signInAt(n.Platform, next)})
		}
	}
	w.show(rw, http.StatusOK, "signin.html", map[string]any{"Ways": ways, "Contact": w.Contact})
	return nil
}

// pending is a sign-in under way. It lives in the browser's own session and is good once.
type pending struct {
	State string
	Next  string
	Until clock.Instant
}

// begin notes a sign-in in the session and gives its state. A session that is nobody's yet ends with it.
func (w *Web) begin(r *http.Request, p chat.Platform) (string, error) {
	now := w.Clock.Now()
	note := pending{State: rand.Text(), Next: safeNext(r.URL.Query().Get("next")), Until: clock.At(now.Add(pendingLife))}
	data, err := json.Marshal(note)
	if err != nil {
		return "", fmt.Errorf("note the sign-in: %w", err)
	}
	w.sessions.Put(r.Context(), keyPending+string(p), data)
	if _, user := w.who(r.Context()); user == "" {
		w.sessions.SetDeadline(r.Context(), now.Add(pendingLife))
	}
	// Whoever knocks leaves a row, and most who knock never come in: what is over is swept at the door.
	if err := w.Sessions.SweepSessions(r.Context()); err != nil {
		w.Log.Warn("old sessions were not swept", "error", err)
	}
	return note.State, nil
}

// take ends the sign-in with this state. A state that was used, is over or is another browser's gives errSignIn.
func (w *Web) take(r *http.Request, p chat.Platform, state string) (pending, error) {
	var note pending
	key := keyPending + string(p)
	data := w.sessions.GetBytes(r.Context(), key)
	if data == nil || json.Unmarshal(data, &note) != nil || subtle.ConstantTimeCompare([]byte(note.State), []byte(state)) != 1 {
		return pending{}, errSignIn
	}
	w.sessions.Remove(r.Context(), key)
	if clock.At(w.Clock.Now()) >= note.Until {
		return pending{}, errSignIn
	}
	return note, nil
}

// signIn: GET /signin/{platform}. It sends the browser to the platform, or inside DingTalk shows the
// page that asks the app; ?way=redirect goes the ordinary way there too.
func (w *Web) signIn(rw http.ResponseWriter, r *http.Request) error {
	p := chat.Platform(r.PathValue("platform"))
	ask := p == chat.DingTalk && w.DingTalk.inside() && inside(r) == chat.DingTalk && r.URL.Query().Get("way") != "redirect"
	if !ask && w.SignIns[p] == nil {
		return errNoPage
	}
	state, err := w.begin(r, p)
	if err != nil {
		return err
	}
	if ask {
		w.askDingTalk(rw, r, state)
		return nil
	}
	http.Redirect(rw, r, w.SignIns[p].URL(w.origin+"/signin/"+string(p)+"/back", state), http.StatusFound)
	return nil
}
