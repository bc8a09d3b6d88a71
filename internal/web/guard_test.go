package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/web"
)

func TestForeignSitesCannotPost(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		f := form{fields: [][2]string{{"token", token(b.get("/report/P001"))}, {"progress", "40"}}}
		send := func(header, value string) reply {
			contentType, body := f.encode()
			r, err := http.NewRequest(http.MethodPost, h.site.URL+"/report/P001", body)
			h.ok(err)
			r.Header.Set("Content-Type", contentType)
			r.Header.Set(header, value)
			return b.do(r)
		}
		for _, c := range [][2]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "https://evil.test"}, {"Origin", "null"}} {
			h.want(send(c[0], c[1]), http.StatusForbidden, "不是从本页面发出")
		}
		if len(h.updates()) != 0 {
			t.Fatal("a foreign site reported")
		}
		h.wantTo(send("Origin", "http://duban.test"), "/report/P001/260305-001") // behind a proxy
	})
}

func TestHeaders(t *testing.T) {
	each(t, func(h *house) {
		for _, path := range []string{"/report", "/signin", "/nothing"} {
			r := h.browser().get(path)
			for name, want := range map[string]string{
				"Content-Security-Policy": "frame-ancestors 'none'", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
				"X-Frame-Options": "DENY", "Cache-Control": "no-store",
			} {
				if got := r.Header.Get(name); !strings.Contains(got, want) {
					t.Errorf("%s: %s is %q", path, name, got)
				}
			}
			if strings.Contains(r.body, "http://") || strings.Contains(r.body, "https://") || strings.Contains(r.body, "password") {
				t.Errorf("%s loads from elsewhere or asks a password:\n%s", path, r.body)
			}
		}
	})
}

func TestStatic(t *testing.T) {
	each(t, func(h *house) {
		b := h.browser()
		r := b.get("/static/page.css")
		if r.StatusCode != http.StatusOK || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/css") {
			t.Errorf("%s %v", r.Status, r.Header)
		}
		for _, path := range []string{"/static/", "/static/nothing.css", "/static/x/page.css", "/static/../web.go"} {
			if r := b.get(path); r.StatusCode == http.StatusOK {
				t.Errorf("%s: %s", path, r.Status)
			}
		}
	})
}

func TestHealth(t *testing.T) {
	each(t, func(h *house) {
		b := h.browser()
		h.want(b.get("/healthz"), http.StatusOK)
		h.want(b.get("/readyz"), http.StatusOK)
		h.down = []string{"database", "wecom"}
		h.want(b.get("/readyz"), http.StatusServiceUnavailable, "database, wecom")
		h.want(b.get("/healthz"), http.StatusOK)
	})
}

// What platforms send passes neither sessions nor the guard against foreign sites.
func TestCallbacks(t *testing.T) {
	each(t, func(h *house) {
		h.open(func(o *web.Options) {
			o.Callbacks = map[chat.Platform]http.Handler{chat.WeCom: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil {
					http.Error(w, "too large", http.StatusRequestEntityTooLarge)
					return
				}
				_, _ = w.Write(append([]byte(r.Method+" "), body...))
			})}
		})
		b := h.browser()
		b.site = "cross-site"
		r := b.post("/callback/wecom?msg_signature=x", "text/xml", strings.NewReader("<xml/>"))
		h.want(r, http.StatusOK, "POST <xml/>")
		if len(r.Cookies()) != 0 {
			t.Errorf("cookies %v", r.Cookies())
		}
		h.want(b.post("/callback/wecom", "text/xml", strings.NewReader(strings.Repeat("x", 1<<20+1))), http.StatusRequestEntityTooLarge)
		h.want(b.get("/callback/dingtalk"), http.StatusNotFound)
	})
}

// What is ours is not told, and costs nothing that was typed.
func TestInternalErrorsAreNotShown(t *testing.T) {
	each(t, func(h *house) {
		h.open(func(o *web.Options) {
			o.DingTalk = web.DingTalk{Script: "https://script.test/dd.js", ByAuthCode: func(context.Context, string) (string, error) {
				return "", errors.New("secret detail 40001")
			}}
		})
		b := h.browser()
		b.agent = "DingTalk"
		page := b.get("/signin/dingtalk")
		_, after, _ := strings.Cut(page.body, `name="state" value="`)
		state, _, _ := strings.Cut(after, `"`)
		r := b.post("/signin/dingtalk/code", "application/x-www-form-urlencoded", strings.NewReader("code=x&state="+state))
		h.want(r, http.StatusInternalServerError, "请稍后再试")
		if strings.Contains(r.body, "40001") {
			t.Errorf("told:\n%s", r.body)
		}
	})
}

func TestNewNamesWhatIsMissing(t *testing.T) {
	each(t, func(h *house) {
		for _, address := range []string{"", "duban.test", "ftp://duban.test", "https://duban.test/path"} {
			if _, err := web.New(web.Options{PublicURL: address}); err == nil || !strings.Contains(err.Error(), "PublicURL") {
				t.Errorf("%q: %v", address, err)
			}
		}
		if _, err := web.New(web.Options{PublicURL: "https://duban.test"}); err == nil || !strings.Contains(err.Error(), "View") {
			t.Errorf("%v", err)
		}
		if s := h.web.Server(":0"); s.ReadHeaderTimeout == 0 || s.ReadTimeout == 0 || s.WriteTimeout == 0 || s.IdleTimeout == 0 {
			t.Errorf("a server without time-outs: %+v", s)
		}
	})
}
