package web_test

import (
	"net/http"
	"strings"
	"testing"

	"duban/internal/web"
)

// Whoever signs out is nobody from then on, with the old cookie too; another site cannot do it to them.
func TestSignOut(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		h.want(b.get("/report"), http.StatusOK, "退出", `action="/signout"`)
		site, _ := http.NewRequest(http.MethodGet, h.site.URL, nil)
		kept := b.client.Jar.Cookies(site.URL)
		foreign := h.as("owner")
		foreign.site = "cross-site"
		h.want(foreign.post("/signout", "application/x-www-form-urlencoded", nil), http.StatusForbidden)
		foreign.site = "same-origin"
		h.want(foreign.get("/report"), http.StatusOK, "王敏")

		h.want(b.get("/signout"), http.StatusNotFound)
		h.want(b.post("/signout", "application/x-www-form-urlencoded", nil), http.StatusOK, "您已退出登录。", `href="/signin"`)
		h.wantTo(b.get("/report"), "/signin?next=%2Freport")
		b.client.Jar.SetCookies(site.URL, kept)
		h.wantTo(b.get("/report"), "/signin?next=%2Freport")
		h.want(b.handsIn(), http.StatusForbidden, "登录已过期")
		h.want(h.browser().post("/signout", "application/x-www-form-urlencoded", nil), http.StatusOK, "已退出")
	})
}

// handsIn hands a form in without having opened it.
func (b *browser) handsIn() reply {
	return b.send(form{fields: [][2]string{{"token", strings.Repeat("A", 26)}, {"progress", "50"}}})
}

// A browser that came by https is told to keep to it, on every page; by plain http, which an intranet may
// have, it is not.
func TestOnlyTLS(t *testing.T) {
	each(t, func(h *house) {
		paths := []string{"/signin", "/report", "/healthz", "/static/page.css", "/nothing"}
		for _, path := range paths {
			if got := h.browser().get(path).Header.Get("Strict-Transport-Security"); got != "" {
				t.Errorf("%s by http says %q", path, got)
			}
		}
		h.open(func(o *web.Options) { o.PublicURL = "https://duban.test" })
		for _, path := range paths {
			if got := h.browser().get(path).Header.Get("Strict-Transport-Security"); got != "max-age=31536000" {
				t.Errorf("%s by https says %q", path, got)
			}
		}
	})
}
