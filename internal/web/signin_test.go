package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/store"
	"duban/internal/web"
)

func cookie(r reply, name string) *http.Cookie {
	for _, c := range r.Cookies() {
		if c.Name == name {
			return c
		}
	}
	return nil
}

func TestSignInByPlatform(t *testing.T) {
	each(t, func(h *house) {
		for agent, to := range map[string]string{
			"Mozilla/5.0 wxwork/4.1.2": "/signin/wecom?next=%2Freport%2FP001", "Mozilla/5.0 DingTalk/7.6": "/signin/dingtalk?next=%2Freport%2FP001",
		} {
			b := h.browser()
			b.agent = agent
			h.wantTo(b.get("/report/P001"), "/signin?next=%2Freport%2FP001")
			h.wantTo(b.get("/signin?next=%2Freport%2FP001"), to)
		}
		plain := h.browser()
		plain.agent = "Mozilla/5.0 Firefox"
		h.want(plain.get("/signin?next=/report/P001"), http.StatusOK, "企业微信登录", "钉钉登录", `href="/signin/wecom?next=%2Freport%2FP001"`)
		h.want(plain.get("/signin/qq"), http.StatusNotFound)
		h.wantTo(plain.get("/"), "/report")

		b := h.browser()
		state := b.state(chat.DingTalk, "/report")
		h.wantTo(b.get("/signin/dingtalk/back?authCode="+h.codes.code("d-owner")+"&state="+state), "/report")
		h.want(b.get("/report"), http.StatusOK, "王敏", "城南污水处理厂")
	})
}

func TestStateIsOfOneBrowserAndGoodOnce(t *testing.T) {
	each(t, func(h *house) {
		b := h.browser()
		state := b.state(chat.WeCom, "/report/P001")
		refused := func(name string, b *browser, path string) {
			t.Helper()
			h.want(b.get(path), http.StatusUnprocessableEntity, "重新登录")
			if r := b.get("/report/P001"); r.StatusCode != http.StatusSeeOther {
				h.Fatalf("%s: signed in: %s", name, r.Status)
			}
		}
		refused("another browser's state", h.browser(), back(chat.WeCom, h.codes.code("owner"), state))
		refused("an invented state", b, back(chat.WeCom, h.codes.code("owner"), "AAAA"))
		refused("no state", b, back(chat.WeCom, h.codes.code("owner"), ""))
		refused("another platform's state", b, back(chat.DingTalk, h.codes.code("d-owner"), state))
		h.wantTo(b.get(back(chat.WeCom, h.codes.code("owner"), state)), "/report/P001")
		h.want(b.get(back(chat.WeCom, h.codes.code("owner"), state)), http.StatusUnprocessableEntity) // used

		late := h.browser()
		state = late.state(chat.WeCom, "/report")
		h.clock.Advance(10 * time.Minute)
		refused("an old state", late, back(chat.WeCom, h.codes.code("owner"), state))

		declined := h.browser()
		refused("no code", declined, "/signin/wecom/back?state="+declined.state(chat.WeCom, "/report"))
		wrong := h.browser()
		refused("a wrong code", wrong, back(chat.WeCom, "invented", wrong.state(chat.WeCom, "/report")))
	})
}

func TestSessionIsNewAfterSignIn(t *testing.T) {
	each(t, func(h *house) {
		b := h.browser()
		before := cookie(b.get("/signin/wecom"), "duban")
		state := b.state(chat.WeCom, "/report")
		in := b.get(back(chat.WeCom, h.codes.code("owner"), state))
		after := cookie(in, "duban")
		if before == nil || after == nil || before.Value == after.Value {
			h.Fatalf("the token was %v and is %v", before, after)
		}
		if !after.HttpOnly || after.SameSite != http.SameSiteLaxMode || after.Secure {
			t.Errorf("cookie %v", after)
		}
		// Whoever planted the first token has nothing of it, nor has a token nobody gave out.
		for _, value := range []string{before.Value, "form:1:x", "invented"} {
			r, err := http.NewRequest(http.MethodGet, h.site.URL+"/report", nil)
			h.ok(err)
			r.AddCookie(&http.Cookie{Name: "duban", Value: value})
			h.wantTo(h.browser().do(r), "/signin?next=%2Freport")
		}
		// The token in the table is not the one in the cookie.
		if _, found, err := h.store.FindSession(h.Context(), after.Value); found || err != nil {
			t.Errorf("the table holds the cookie's token: %v", err)
		}
		h.want(b.get("/report"), http.StatusOK)
		h.clock.Advance(12 * time.Hour)
		h.wantTo(b.get("/report"), "/signin?next=%2Freport")
	})
}

func TestCookieIsSecureOverHTTPS(t *testing.T) {
	each(t, func(h *house) {
		h.open(func(o *web.Options) { o.PublicURL = "https://duban.test" })
		if c := cookie(h.browser().get("/signin/wecom"), "duban"); c == nil || !c.Secure {
			t.Errorf("cookie %v", c)
		}
	})
}

func TestNextStaysHere(t *testing.T) {
	each(t, func(h *house) {
		for next, want := range map[string]string{
			"/report/P001": "/report/P001", "/report?q=x": "/report?q=x", "": "/report", "https://evil.test/report": "/report", "//evil.test/report": "/report",
			"/\\evil.test": "/report", "/report/\\..\\x": "/report", "javascript:alert(1)": "/report", "/signin/wecom": "/report", "/reports": "/report",
		} {
			b := h.browser()
			h.wantTo(b.get(back(chat.WeCom, h.codes.code("owner"), b.state(chat.WeCom, next))), want)
		}
	})
}

func TestStrangerIsToldWhomToAsk(t *testing.T) {
	each(t, func(h *house) {
		b := h.browser()
		r := b.get(back(chat.WeCom, h.codes.code("<b>zhao</b>"), b.state(chat.WeCom, "/report")))
		h.want(r, http.StatusForbidden, "企业微信", "您的账号：<b>zhao</b>", "项目办（电话5555-0101）")
		if strings.Contains(r.body, "<b>zhao") {
			t.Error("the user id was not escaped")
		}
		h.wantTo(b.get("/report"), "/signin?next=%2Freport")
	})
}

// Whoever leaves the register is out at once, not when the session ends.
func TestRegisterIsAskedEveryTime(t *testing.T) {
	each(t, func(h *house) {
		b := h.as("owner")
		put := func(p ledger.Person, accounts []ledger.Account) {
			h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error { return t.PutPerson(&p, accounts) }))
		}
		gone := h.owner
		gone.Active = false
		put(gone, []ledger.Account{{Platform: "wecom", UserID: "owner"}})
		h.want(b.get("/report/P001"), http.StatusForbidden, "停用")
	})
}

func TestSignInInsideDingTalk(t *testing.T) {
	each(t, func(h *house) {
		h.open(func(o *web.Options) {
			o.DingTalk = web.DingTalk{
				Script: "https://script.test/dd.js", CorpID: "ding1", ClientID: "key1",
				ByAuthCode: func(ctx context.Context, code string) (string, error) { return h.codes.UserID(ctx, code) },
			}
		})
		b := h.browser()
		b.agent = "Mozilla/5.0 DingTalk/7.6"
		page := b.get("/signin/dingtalk?next=/report/P001")
		h.want(page, http.StatusOK, `src="https://script.test/dd.js"`, `data-corp="ding1"`, `data-client="key1"`, "/signin/dingtalk?next=%2Freport%2FP001&way=redirect")
		if csp := page.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self' https://script.test;") {
			t.Errorf("policy %q", csp)
		}
		_, after, _ := strings.Cut(page.body, `name="state" value="`)
		state, _, _ := strings.Cut(after, `"`)
		send := func(b *browser, code, state string) reply {
			return b.post("/signin/dingtalk/code", "application/x-www-form-urlencoded", strings.NewReader(url.Values{"code": {code}, "state": {state}}.Encode()))
		}
		h.want(send(h.browser(), h.codes.code("d-owner"), state), http.StatusUnprocessableEntity)
		foreign := *b
		foreign.site = "cross-site"
		h.want(send(&foreign, h.codes.code("d-owner"), state), http.StatusForbidden)
		h.wantTo(send(b, h.codes.code("d-owner"), state), "/report/P001")
		h.want(send(b, h.codes.code("d-owner"), state), http.StatusUnprocessableEntity)
		h.want(b.get("/report/P001"), http.StatusOK)
		if to := b.get("/signin/dingtalk?way=redirect").Header.Get("Location"); !strings.HasPrefix(to, "https://platform.test/") {
			t.Errorf("the ordinary way leads to %q", to)
		}
	})
}
