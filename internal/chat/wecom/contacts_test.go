package wecom

import (
	"net/http"
	"slices"
	"testing"

	"duban/internal/chat/chattest"
)

// book serves an address book: departments 1 and 2, of which 2 is hidden, and one person outside both.
func (p *platform) book(codes map[string]int64) *[]string {
	asked := &[]string{}
	serve := func(fields func(r *http.Request) map[string]any) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			p.do(func() {
				key := r.URL.Path + " " + r.URL.Query().Get("department_id") + r.URL.Query().Get("userid")
				*asked = append(*asked, key)
				out := fields(r)
				out["errcode"] = codes[key]
				if !p.allowed(r) {
					out["errcode"] = 40014
				}
				answer(w, out)
			})
		}
	}
	mux := p.http.Config.Handler.(*http.ServeMux)
	mux.HandleFunc("GET /cgi-bin/department/simplelist", serve(func(*http.Request) map[string]any {
		return map[string]any{"department_id": []map[string]any{{"id": 1, "parentid": 0}, {"id": 2, "parentid": 1}}}
	}))
	mux.HandleFunc("GET /cgi-bin/user/simplelist", serve(func(r *http.Request) map[string]any {
		return map[string]any{"userlist": []map[string]any{{"userid": "ZhangSan", "name": "张三"}, {"userid": "lisi"}}}
	}))
	mux.HandleFunc("GET /cgi-bin/user/get", serve(func(*http.Request) map[string]any { return map[string]any{} }))
	return asked
}

func TestUnknown(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	asked := p.book(map[string]int64{"/cgi-bin/user/simplelist 2": 60011, "/cgi-bin/user/get wangwu": 60111, "/cgi-bin/user/get a b&x=1": 40058})
	got, err := w.Unknown(t.Context(), []string{"zhangsan", "lisi", "alone", "wangwu", "a b&x=1"})
	if err != nil || !slices.Equal(got, []string{"wangwu", "a b&x=1"}) {
		t.Errorf("unknown are %q, %v", got, err)
	}
	want := []string{"/cgi-bin/department/simplelist ", "/cgi-bin/user/simplelist 1", "/cgi-bin/user/simplelist 2",
		"/cgi-bin/user/get alone", "/cgi-bin/user/get wangwu", "/cgi-bin/user/get a b&x=1"}
	if !slices.Equal(*asked, want) {
		t.Errorf("asked %q\nwant %q", *asked, want)
	}

	// An app that sees no department asks for each.
	p = newPlatform(t)
	w, _, _ = p.house(nil)
	p.book(map[string]int64{"/cgi-bin/department/simplelist ": 60011, "/cgi-bin/user/get lisi": 60011})
	if got, err := w.Unknown(t.Context(), []string{"zhangsan", "lisi"}); err != nil || !slices.Equal(got, []string{"lisi"}) {
		t.Errorf("unknown are %q, %v", got, err)
	}

	// What fails is no verdict on anybody.
	p = newPlatform(t)
	w, _, _ = p.house(nil)
	p.book(map[string]int64{"/cgi-bin/user/get wangwu": 45009})
	got, err = w.Unknown(t.Context(), []string{"wangwu"})
	if err == nil || len(got) != 0 {
		t.Errorf("unknown are %q, %v", got, err)
	}
	chattest.NoSecrets(t, testSecrets, chattest.Whole(err))
}
