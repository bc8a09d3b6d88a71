package dingtalk

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
	"duban/internal/fault"
)

const linkKey = "link-key-0123456789"

func fetchRig(t *testing.T, content, kind string) *rig {
	r := start(t)
	r.on("/v1.0/robot/messageFiles/download", func(w http.ResponseWriter, _ *http.Request, body []byte) {
		if string(body) != `{"downloadCode":"c1","robotCode":"`+robotCode+`"}` {
			reply(w, 400, `{"code":"invalidParameter.robotCode.downloadCode","message":"m"}`)
			return
		}
		reply(w, 200, `{"downloadUrl":"`+r.srv.URL+`/files/x.file?key=`+linkKey+`"}`)
	})
	r.on("/files/x.file", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write([]byte(content))
	})
	return r
}

func TestFetch(t *testing.T) {
	const png = "\x89PNG\r\n\x1a\n0123"
	for kind, want := range map[string]string{"application/octet-stream": "image/png", "": "image/png", "image/webp; x=1": "image/webp"} {
		data, got, err := fetchRig(t, png, kind).d.Fetch(t.Context(), chat.Media{ID: "c1"}, int64(len(png)))
		if string(data) != png || got != want || err != nil {
			t.Errorf("%q: %q %q %v", kind, data, got, err)
		}
	}
	for name, c := range map[string]struct {
		change func(*rig)
		media  chat.Media
		limit  int64
		want   fault.Code
	}{
		"too large": {func(*rig) {}, chat.Media{ID: "c1"}, int64(len(png)) - 1, fault.Invalid},
		"expired":   {func(*rig) {}, chat.Media{ID: "c2"}, 100, fault.NotFound},
		"no code":   {func(*rig) {}, chat.Media{URL: "http://x"}, 100, fault.NotFound},
		"link gone": {func(r *rig) { r.says("/files/x.file", 403, "no") }, chat.Media{ID: "c1"}, 100, fault.NotFound},
		"broken off": {func(r *rig) {
			r.on("/files/x.file", func(w http.ResponseWriter, _ *http.Request, _ []byte) {
				w.Header().Set("Content-Length", "50")
				_, _ = w.Write([]byte("half"))
			})
		}, chat.Media{ID: "c1"}, 100, fault.Unavailable},
		"platform down": {func(r *rig) { r.says("/v1.0/robot/messageFiles/download", 500, "x") }, chat.Media{ID: "c1"}, 100, fault.Unavailable},
		"no link":       {func(r *rig) { r.says("/v1.0/robot/messageFiles/download", 200, "{}") }, chat.Media{ID: "c1"}, 100, fault.Unavailable},
		"no web link":   {func(r *rig) { r.says("/v1.0/robot/messageFiles/download", 200, `{"downloadUrl":"file:///etc/passwd"}`) }, chat.Media{ID: "c1"}, 100, fault.Unavailable},
		"endless": {func(r *rig) {
			r.on("/files/x.file", func(w http.ResponseWriter, q *http.Request, _ []byte) {
				http.Redirect(w, q, "/files/x.file", http.StatusFound)
			})
		}, chat.Media{ID: "c1"}, 100, fault.Unavailable},
	} {
		r := fetchRig(t, png, "image/png")
		c.change(r)
		data, _, err := r.d.Fetch(t.Context(), c.media, c.limit)
		if data != nil || fault.CodeOf(err) != c.want {
			t.Errorf("%s: %q %v", name, data, err)
		}
		chattest.NoSecrets(t, []string{accessToken, linkKey}, chattest.Whole(err))
	}
}

// TestFetchInside: a link or a redirect into our own network is not followed, whatever the name resolves to.
func TestFetchInside(t *testing.T) {
	for _, to := range []string{"http://10.0.0.1/x", "http://169.254.169.254/latest", "http://[fd00::1]/x"} {
		r := fetchRig(t, "x", "text/plain")
		r.on("/files/x.file", func(w http.ResponseWriter, q *http.Request, _ []byte) { http.Redirect(w, q, to, http.StatusFound) })
		if _, _, err := r.d.Fetch(t.Context(), chat.Media{ID: "c1"}, 100); err == nil || !strings.Contains(chattest.Whole(err), "private network") {
			t.Errorf("%s: %s", to, chattest.Whole(err))
		}
	}
	reached := false
	local := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	defer local.Close()
	strict := fileClient(&http.Client{}, false)
	for _, to := range []string{local.URL, strings.Replace(local.URL, "127.0.0.1", "localhost", 1)} {
		if resp, err := strict.Get(to); err == nil {
			resp.Body.Close()
			t.Errorf("%s was fetched although the platform is not on this machine", to)
		}
	}
	if reached {
		t.Error("this machine was asked")
	}
}

// TestFetchProxy: behind a proxy the proxy connects, but not to an address of our own network.
func TestFetchProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.URL.String())) }))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	own := &http.Transport{Proxy: http.ProxyURL(at)}
	defer own.CloseIdleConnections()
	c := fileClient(&http.Client{Transport: own}, false)
	resp, err := c.Get("http://files.example/x")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp, err := c.Get("http://10.0.0.1/x"); err == nil {
		resp.Body.Close()
		t.Error("the proxy was asked for a private address")
	}
}

func TestInside(t *testing.T) {
	for a, want := range map[string]bool{
		"8.8.8.8": false, "2400:3200::1": false, "10.0.0.1": true, "172.16.0.1": true, "192.168.1.1": true, "169.254.169.254": true,
		"100.64.0.1": true, "127.0.0.1": true, "::1": true, "::ffff:10.0.0.1": true, "0.0.0.0": true, "fe80::1%eth0": true, "fc00::1": true, "224.0.0.1": true,
	} {
		if got := inside(netip.MustParseAddr(a), false); got != want {
			t.Errorf("%s: %v", a, got)
		}
	}
	if inside(netip.MustParseAddr("127.0.0.1"), true) || !inside(netip.MustParseAddr("10.0.0.1"), true) {
		t.Error("loopback allows loopback, and nothing else")
	}
}
