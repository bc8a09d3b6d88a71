package web

import (
	"context"
	"fmt"
	"net/http"

	"duban/internal/chat"
	"duban/internal/fault"
)

// signInBack: GET /signin/{platform}/back, where the platform sends the browser with a code.
func (w *Web) signInBack(rw http.ResponseWriter, r *http.Request) error {
	p := chat.Platform(r.PathValue("platform"))
	if w.SignIns[p] == nil {
		return errNoPage
	}
	q := r.URL.Query()
	code := q.Get("code")
	if code == "" {
		code = q.Get("authCode")
	}
	return w.finish(rw, r, p, q.Get("state"), code, w.SignIns[p].UserID)
}

// signInCode: POST /signin/dingtalk/code, with the code a page inside DingTalk got from the app.
func (w *Web) signInCode(rw http.ResponseWriter, r *http.Request) error {
	if w.DingTalk.ByAuthCode == nil {
		return errNoPage
	}
	r.Body = http.MaxBytesReader(rw, r.Body, maxField)
	if err := r.ParseForm(); err != nil {
		return errNoCode.Because(err)
	}
	return w.finish(rw, r, chat.DingTalk, r.PostForm.Get("state"), r.PostForm.Get("code"), w.DingTalk.ByAuthCode)
}

// finish trades the code for the platform's user id and signs in whoever the register knows.
func (w *Web) finish(rw http.ResponseWriter, r *http.Request, p chat.Platform, state, code string, trade func(context.Context, string) (string, error)) error {
	note, err := w.take(r, p, state)
	if err == nil && code == "" {
		err = errNoCode // whoever declines at the platform comes back without one
	}
	var userID string
	if err == nil {
		userID, err = trade(r.Context(), code)
	}
	if err != nil {
		w.note(r, err)
		w.show(rw, statuses[fault.CodeOf(err)], "notice.html", notice{
			Title: "未能登录", Text: sentence(err), Link: signInAt(p, note.Next), Label: "重新登录",
		})
		return nil
	}
	v, err := w.View.Account(r.Context(), p, userID)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		w.stranger(rw, p, userID)
		return nil
	case err != nil:
		return fmt.Errorf("find who signs in: %w", err)
	case v.Person == nil || !v.Person.Active:
		return errInactive
	}
	if err := w.enter(r.Context(), p, userID); err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	http.Redirect(rw, r, note.Next, http.StatusSeeOther)
	return nil
}

// askDingTalk shows the page that gets a code from the app it is opened in. The bridge between page and
// app may use frames of the app's own scheme, so this page names what scripts it loads and leaves frames free.
func (w *Web) askDingTalk(rw http.ResponseWriter, r *http.Request, state string) {
	rw.Header().Set("Content-Security-Policy",
		"script-src 'self' "+w.scriptAt+"; style-src 'self'; object-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	other := ""
	if w.SignIns[chat.DingTalk] != nil {
		other = signInAt(chat.DingTalk, safeNext(r.URL.Query().Get("next"))) + "&way=redirect"
	}
	w.show(rw, http.StatusOK, "dingtalk.html", map[string]any{
		"Script": w.DingTalk.Script, "CorpID": w.DingTalk.CorpID, "ClientID": w.DingTalk.ClientID, "State": state, "Other": other,
	})
}
