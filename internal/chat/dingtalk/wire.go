package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// The platform gives up on a call after 3 s; 5 to 8 s is its advice for clients.
	callTime  = 8 * time.Second
	maxAnswer = 1 << 20
	// shortest is where hiding begins: nothing shorter is a credential, and it would eat digits of error codes.
	shortest = 6
	// A kept connection is given up long before the platform would: a message written to one that is just closing
	// has an unknown fate, and most routes cannot repeat it.
	idleTime = 10 * time.Second
	// idleConns is enough for the sends of a whole outbox at once.
	idleConns = 64
)

// wire makes single calls to either API and tells success, failure and silence apart.
type wire struct {
	http    *http.Client
	secrets []string
}

func newWire(opt Options) *wire {
	c := *opt.HTTP
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	if t, ok := c.Transport.(*http.Transport); ok {
		t = t.Clone()
		t.IdleConnTimeout, t.MaxIdleConnsPerHost = idleTime, idleConns
		c.Transport = t
	}
	// A redirect would carry the token along, in the address and in the Referer.
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	w := &wire{http: &c, secrets: []string{opt.AppSecret, opt.EventToken, opt.EventAESKey}}
	for _, robot := range opt.Custom {
		w.secrets = append(w.secrets, robot.AccessToken, robot.Secret)
	}
	return w
}

// request is one call. Exactly one of the APIs answers it: old means success is errcode 0.
type request struct {
	method, url string
	token       string        // sent as the new API's header
	body        []byte        // JSON unless kind says otherwise; nil for none
	kind        string        // content type of a body that is not JSON
	time        time.Duration // that the call may take; 0: callTime
	headers     map[string]string
	old         bool
	secrets     []string // must not come back in an error
}

// trouble is a call that did not succeed. Its text names no address and no credential.
type trouble struct {
	status  int    // HTTP status; 0 when no answer came
	code    string // the platform's, of either API
	sub     string // sub_code of the old API
	message string
	request string // the platform's id of the request: its support asks for it
	left    bool   // the request may have reached the platform
	page    bool   // the answer was not the platform's JSON
	cause   error
}

// Error implements error.
func (t *trouble) Error() string {
	var b strings.Builder
	b.WriteString("dingtalk:")
	for _, p := range []struct{ name, value string }{{"code", t.code}, {"sub_code", t.sub}, {"message", t.message}, {"request", t.request}} {
		if p.value != "" {
			b.WriteString(" " + p.name + " " + p.value)
		}
	}
	switch {
	case t.cause != nil:
		b.WriteString(" " + t.cause.Error())
	case t.status != 0 && t.status != http.StatusOK:
		b.WriteString(" HTTP " + strconv.Itoa(t.status))
	}
	return b.String()
}

// Unwrap gives the cause, already without addresses.
func (t *trouble) Unwrap() error { return t.cause }

// envelope is what any answer may carry, of either API or of the throttle in front of them.
type envelope struct {
	ErrCode    scalar `json:"errcode"`
	ErrMsg     scalar `json:"errmsg"`
	SubCode    scalar `json:"sub_code"`
	SubMsg     scalar `json:"sub_msg"`
	Code       scalar `json:"code"`
	Message    scalar `json:"message"`
	RequestID  scalar `json:"requestid"`
	RequestID2 scalar `json:"request_id"`
	Status     scalar `json:"status"`
	Denied     struct {
		Scopes []scalar `json:"requiredScopes"`
	} `json:"accessdenieddetail"`
}

// call makes one attempt and decodes the answer into out. The error is always a *trouble.
func (w *wire) call(ctx context.Context, r request, out any) error {
	if r.time == 0 {
		r.time = callTime
	}
	ctx, cancel := context.WithTimeout(ctx, r.time)
	defer cancel()
	var left atomic.Bool // nothing is on the network before the headers are written
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn:      func(string) { left.Store(false) }, // again only when nothing got onto the first connection
		WroteHeaders: func() { left.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, r.method, r.url, bytes.NewReader(r.body))
	if err != nil {
		return &trouble{cause: errors.New("the address cannot be used")}
	}
	req.Header.Set("Accept", "application/json") // the gateway answers in XML without it
	switch {
	case r.kind != "":
		req.Header.Set("Content-Type", r.kind)
	case r.body != nil:
		req.Header.Set("Content-Type", "application/json; charset=utf-8")
	}
	for k, v := range r.headers {
		req.Header.Set(k, v)
	}
	if r.token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", r.token)
	}
	resp, err := w.http.Do(req)
	if err != nil {
		return &trouble{left: left.Load(), cause: withoutAddress(err)}
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return &trouble{status: resp.StatusCode, left: true, cause: withoutAddress(err)}
	}
	return w.read(r, resp.StatusCode, raw, out)
}

// read tells success from failure in an answer that came in whole.
func (w *wire) read(r request, status int, raw []byte, out any) error {
	t := &trouble{status: status, left: true}
	var e envelope
	if err := json.Unmarshal(raw, &e); err != nil && !json.Valid(raw) {
		// A broken-off JSON answer says nothing; a page says that a gateway or the throttle answered.
		body := bytes.TrimSpace(raw)
		t.page = len(body) > 0 && body[0] != '{'
		t.cause = errors.New("the answer is not JSON")
		return t
	}
	t.code, t.sub = w.hide(string(e.ErrCode), r), w.hide(string(e.SubCode), r)
	t.message = w.hide(strings.TrimSpace(string(e.ErrMsg)+" "+string(e.SubMsg)), r)
	t.request = w.hide(string(e.RequestID+e.RequestID2), r)
	if t.code == "" {
		t.code = w.hide(string(e.Code), r)
		t.message = w.hide(string(e.Message), r)
		for _, s := range e.Denied.Scopes {
			t.message += " " + w.hide(string(s), r)
		}
	}
	if t.code == "" && e.Status == throttled {
		t.code = throttled
	}
	switch {
	case status/100 != 2, t.code == throttled, e.ErrCode != "" && e.ErrCode != "0", r.old && e.ErrCode == "":
		return t
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			t.cause = errors.New("the answer has another shape than documented")
			return t
		}
	}
	return nil
}

// withoutAddress drops what net/http adds to an error: the address, which may hold a token.
func withoutAddress(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}

// hide removes every credential from words that came from outside.
func (w *wire) hide(s string, r request) string {
	if s == "" {
		return s
	}
	for _, list := range [][]string{w.secrets, r.secrets, {r.token}} {
		for _, secret := range list {
			if len(secret) >= shortest {
				s = strings.ReplaceAll(s, secret, "***")
				s = strings.ReplaceAll(s, url.QueryEscape(secret), "***")
			}
		}
	}
	return s
}
