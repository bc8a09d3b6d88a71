package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/silenceper/wechat/v2/util"
)

// The library has one HTTP client for the whole process, takes no context, names its host in constants,
// puts credentials into its error texts and forgets to report some codes. The fence answers all five:
// the library is handed a ticket in place of the credential; the one client it uses finds the ticket in
// the query and gets from it the context, the host, the real credential and a place to note the answer.
// So one process may serve several corporations, and the library never sees a secret it could print.

// answerLimit bounds what is read of an answer that is not a file.
const answerLimit = 1 << 20

// fence is the transport of the library's client.
type fence struct {
	mu      sync.Mutex
	next    uint64
	tickets map[string]*call
}

var (
	// theFence is a variable of the package because the library's client is one.
	theFence    = &fence{tickets: map[string]*call{}}
	installOnce sync.Once
)

// install puts the fence around the library, before its first use.
func install() {
	installOnce.Do(func() {
		util.DefaultHTTPClient = &http.Client{Transport: theFence, CheckRedirect: noRedirect}
	})
}

func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// call is one call through the library, and what became of it.
type call struct {
	ctx        context.Context
	w          *WeCom
	credential string
	limit      int64 // of the answer, in bytes

	left        atomic.Bool // the request may have reached the platform
	status      int
	code        *int64 // the platform's own, nil where the answer has none
	message     string
	contentType string
	err         error // of the transport
}

// through runs do with a ticket for the credential and tells what became of the call. do's own error
// matters only where the answer cannot tell: it never carries more than the ticket.
func (w *WeCom) through(ctx context.Context, credential string, limit int64, do func(ticket string) error) *call {
	return w.during(ctx, w.timeout, credential, limit, do)
}

// during is through for a call that may take a time of its own.
func (w *WeCom) during(ctx context.Context, time time.Duration, credential string, limit int64, do func(ticket string) error) *call {
	ctx, cancel := context.WithTimeout(ctx, time)
	defer cancel()
	c := &call{ctx: ctx, w: w, credential: credential, limit: limit}
	if c.err = ctx.Err(); c.err != nil {
		return c
	}
	ticket := theFence.admit(c)
	defer theFence.leave(ticket)
	if err := do(ticket); err != nil && c.err == nil && c.code == nil {
		c.err = err
	}
	return c
}

func (f *fence) admit(c *call) string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.next++
	ticket := "ticket-" + strconv.FormatUint(f.next, 10)
	f.tickets[ticket] = c
	return ticket
}

func (f *fence) leave(ticket string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.tickets, ticket)
}

// find gives the call of a request and its query with the credential in place of the ticket.
func (f *fence) find(u *url.URL) (*call, url.Values) {
	q := u.Query()
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, name := range []string{"access_token", "key", "corpsecret"} {
		if c := f.tickets[q.Get(name)]; c != nil {
			q.Set(name, c.credential)
			return c, q
		}
	}
	return nil, nil
}

// RoundTrip implements http.RoundTripper. A request without a ticket goes nowhere.
func (f *fence) RoundTrip(r *http.Request) (*http.Response, error) {
	c, q := f.find(r.URL)
	if c == nil {
		if r.Body != nil {
			_ = r.Body.Close()
		}
		return nil, errors.New("wecom: a request of the library outside a call")
	}
	r = r.Clone(httptrace.WithClientTrace(c.ctx, c.trace()))
	c.w.address(r.URL)
	r.URL.RawQuery, r.Host = q.Encode(), ""
	if r.Body != nil && r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	resp, err := c.w.wire.RoundTrip(r)
	if err != nil {
		c.err = err
		return nil, err
	}
	body, err := c.read(resp)
	if err != nil {
		c.err = err
		return nil, err
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// trace notes whether the request left. It counts as gone from the moment there is a connection to
// write to; a fresh attempt of the transport on another connection begins anew.
func (c *call) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) { c.left.Store(false) },
		GotConn: func(httptrace.GotConnInfo) { c.left.Store(true) },
	}
}

// read takes the whole answer, bounded, and notes the platform's code in it.
func (c *call) read(resp *http.Response) ([]byte, error) {
	defer func() { _ = resp.Body.Close() }()
	c.status, c.contentType = resp.StatusCode, resp.Header.Get("Content-Type")
	body, err := io.ReadAll(io.LimitReader(resp.Body, c.limit+1))
	if err != nil {
		return nil, fmt.Errorf("read the answer: %w", err)
	}
	if int64(len(body)) > c.limit {
		return nil, errTooLong
	}
	var said struct {
		Code *int64 `json:"errcode"`
		Msg  string `json:"errmsg"`
	}
	if resp.StatusCode == http.StatusOK && json.Unmarshal(body, &said) == nil {
		c.code, c.message = said.Code, said.Msg
	}
	return body, nil
}

// errTooLong says that an answer is longer than the caller takes.
var errTooLong = errors.New("the answer is longer than allowed")

// address points u, which names the real host, at the configured one.
func (w *WeCom) address(u *url.URL) {
	u.Scheme, u.Host, u.User = w.api.Scheme, w.api.Host, w.api.User
	u.Path, u.RawPath = strings.TrimSuffix(w.api.Path, "/")+u.Path, ""
}
