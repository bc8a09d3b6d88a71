package web

import (
	"fmt"
	"net/http"
)

// signOut: POST /signout ends the session, here and in the table: whoever kept the cookie has nothing.
// Nothing is opened afterwards by itself, for inside an app that would sign in again.
func (w *Web) signOut(rw http.ResponseWriter, r *http.Request) error {
	if err := w.sessions.Destroy(r.Context()); err != nil {
		return fmt.Errorf("end the session: %w", err)
	}
	w.show(rw, http.StatusOK, "notice.html", notice{Title: "已退出", Text: "您已退出登录。", Link: "/signin", Label: "重新登录"})
	return nil
}
