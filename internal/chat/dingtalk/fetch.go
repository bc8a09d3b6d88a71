package dingtalk

import (
	"context"
	"errors"
	"io"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
)

// fileTime bounds one download.
const fileTime = 60 * time.Second

var (
	errNoFile  = fault.New(fault.NotFound, "这个文件已过期或取不到，请重新发送。")
	errFileNow = fault.New(fault.Unavailable, "文件暂时取不到，请稍后再试。")
)

var _ chat.Fetcher = (*DingTalk)(nil)

// Fetch implements chat.Fetcher: the download code is traded for a short-lived link, and the link fetched. Where the
// link leads is the platform's word only, so it may not lead into our own network. Errors are faults.
func (d *DingTalk) Fetch(ctx context.Context, m chat.Media, limit int64) ([]byte, string, error) {
	if !d.hasRobot() || m.ID == "" {
		return nil, "", errNoFile
	}
	var out struct {
		DownloadURL string `json:"downloadUrl"`
	}
	err := d.api(ctx, http.MethodPost, "/v1.0/robot/messageFiles/download", map[string]string{"downloadCode": m.ID, "robotCode": d.opt.RobotCode}, &out)
	var t *trouble
	switch {
	case errors.As(err, &t) && (judge(t).state == chat.Gone || strings.HasPrefix(t.code, invalid)):
		return nil, "", errNoFile.Because(err)
	case err != nil:
		return nil, "", errFileNow.Because(err)
	}
	ctx, cancel := context.WithTimeout(ctx, fileTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, out.DownloadURL, nil)
	if err != nil {
		return nil, "", errNoFile.Because(errors.New("dingtalk: the download link cannot be used"))
	}
	resp, err := d.files.Do(req)
	if err != nil {
		return nil, "", errFileNow.Because(withoutAddress(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, "", errNoFile.Because(errors.New("dingtalk: the download link answered " + http.StatusText(resp.StatusCode)))
	}
	return readFile(resp, limit)
}

// readFile reads at most limit bytes; a longer file is refused, not cut.
func readFile(resp *http.Response, limit int64) ([]byte, string, error) {
	data, err := io.ReadAll(io.LimitReader(resp.Body, limit+1))
	if err != nil {
		return nil, "", errFileNow.Because(withoutAddress(err))
	}
	if int64(len(data)) > limit {
		return nil, "", fault.Newf(fault.Invalid, "文件超过 %d KB，请压缩后再发。", limit>>10)
	}
	kind, _, err := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if err != nil || kind == "application/octet-stream" { // downloads come named ".file"
		kind, _, _ = mime.ParseMediaType(http.DetectContentType(data))
	}
	return data, kind, nil
}

// errInside is why a link or redirect was not followed.
var errInside = errors.New("dingtalk: the link leads into a private network")

// fileClient makes the client for download links. Addresses are checked where the connection is made, after the
// name was resolved. Behind a proxy the proxy connects, and only addresses written as numbers can be checked here.
func fileClient(base *http.Client, loopback bool) *http.Client {
	own, ok := base.Transport.(*http.Transport)
	if !ok {
		own = http.DefaultTransport.(*http.Transport)
	}
	guarded := own.Clone()
	guarded.Proxy = nil
	guarded.DialTLSContext = nil
	guarded.DialContext = (&net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || inside(at.Addr(), loopback) {
			return errInside
		}
		return nil
	}}).DialContext
	return &http.Client{
		Transport: guard{direct: guarded, proxied: own, loopback: loopback},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			next.Header.Del("Referer") // it would hand the first link on
			if len(via) > 3 {
				return errors.New("dingtalk: the link redirects too often")
			}
			return nil
		},
	}
}

// guard sends a request over the proxy where one is configured for it, and else where the dialer allows.
type guard struct {
	direct, proxied *http.Transport
	loopback        bool
}

// RoundTrip implements http.RoundTripper.
func (g guard) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "http" && r.URL.Scheme != "https" {
		return nil, errors.New("dingtalk: the link is no web address")
	}
	var proxy *url.URL
	if g.proxied.Proxy != nil {
		proxy, _ = g.proxied.Proxy(r) // a broken proxy setting is no proxy, and the dialer decides
	}
	if proxy == nil {
		return g.direct.RoundTrip(r)
	}
	if at, err := netip.ParseAddr(r.URL.Hostname()); err == nil && inside(at, g.loopback) {
		return nil, errInside
	}
	return g.proxied.RoundTrip(r)
}

// shared is the address space of carriers' networks (RFC 6598), private in all but name.
var shared = netip.MustParsePrefix("100.64.0.0/10")

// inside reports whether an address belongs to this machine or a private network.
func inside(a netip.Addr, loopback bool) bool {
	a = a.Unmap().WithZone("")
	if a.IsLoopback() {
		return !loopback
	}
	return !a.IsGlobalUnicast() || a.IsPrivate() || shared.Contains(a)
}
