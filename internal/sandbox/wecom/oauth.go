package wecom

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	userCookie = "wecom_user"
	chosen     = "wecom_user" // the query value the page to choose adds
)

// login is a code that went back to a page: good once, for 5 minutes.
type login struct {
	user    string
	agentID int // of a login with consent, else 0
	until   time.Time
}

// ticket lets an app read what the member consented to, for 1800 s.
type ticket struct {
	user  string
	until time.Time
}

var stateForm = regexp.MustCompile(`^[a-zA-Z0-9]{0,128}$`)

// SetBrowserUser says who sits at every browser that has no cookie wecom_user. "" means that
// the sign-in page asks. An id that is no member's is a visitor.
func (s *Server) SetBrowserUser(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.browser = id
}

// authorize is the sign-in: it sends the browser back with a code and the state, or shows a
// page that says what is wrong with the link.
func (s *Server) authorize(c *call) (*answer, error) {
	back, problem := s.checkLink(c.query)
	if problem != "" {
		return page(http.StatusBadRequest, "<!doctype html><meta charset=utf-8><title>登录</title><p>"+html.EscapeString(problem)), nil
	}
	user, cookie := s.sitting(c)
	if user == "" {
		return s.choosePage(c), nil
	}
	code := rand.Text()
	agent, _ := strconv.Atoi(c.query.Get("agentid"))
	if c.query.Get("scope") != "snsapi_privateinfo" {
		agent = 0
	}
	s.logins[code] = &login{user, agent, s.now().Add(5 * time.Minute)}
	q := back.Query()
	q.Set("code", code)
	q.Set("state", c.query.Get("state"))
	back.RawQuery = q.Encode()
	return &answer{status: http.StatusFound, location: back.String(), cookie: cookie}, nil
}

// checkLink judges the link that opened the sign-in; the problem carries its code where one is published.
func (s *Server) checkLink(q url.Values) (back *url.URL, problem string) {
	back, err := url.Parse(q.Get("redirect_uri"))
	agent, noAgent := strconv.Atoi(q.Get("agentid"))
	app := s.app(agent)
	switch scope := q.Get("scope"); {
	case q.Get("appid") != s.corpID:
		return nil, "appid 不正确"
	case err != nil || back.Scheme != "http" && back.Scheme != "https" || back.Host == "":
		return nil, "redirect_uri 不正确"
	case q.Get("response_type") != "code":
		return nil, "response_type 必须为 code"
	case !stateForm.MatchString(q.Get("state")):
		return nil, "state 只能是不超过 128 字节的字母和数字"
	case scope != "snsapi_base" && scope != "snsapi_privateinfo":
		return nil, "scope 不正确"
	case scope == "snsapi_privateinfo" && noAgent != nil, q.Get("agentid") != "" && app == nil:
		return nil, "agentid 不正确"
	}
	if !s.trusted(app, back.Host) {
		return nil, "50001 redirect_uri 的域名不可信"
	}
	return back, ""
}

// trusted tells whether a sign-in may return to the host: exactly the app's trusted domain,
// port included; without an agentid that of any app.
func (s *Server) trusted(app *App, host string) bool {
	if app != nil {
		return app.TrustedDomain == "" || app.TrustedDomain == host
	}
	for _, a := range s.apps {
		if s.trusted(a, host) {
			return true
		}
	}
	return len(s.apps) == 0
}

// sitting finds who uses the browser: just chosen on the page, the cookie, or SetBrowserUser.
func (s *Server) sitting(c *call) (string, *http.Cookie) {
	if id := c.query.Get(chosen); id != "" {
		return id, &http.Cookie{Name: userCookie, Value: url.QueryEscape(id), Path: "/"}
	}
	if k, err := c.r.Cookie(userCookie); err == nil && k.Value != "" {
		if id, err := url.QueryUnescape(k.Value); err == nil {
			return id, nil
		}
	}
	return s.browser, nil
}

// choosePage asks who is at the browser: the imitation's stand-in for the signed-in client.
func (s *Server) choosePage(c *call) *answer {
	var b strings.Builder
	b.WriteString("<!doctype html><meta charset=utf-8><meta name=viewport content=\"width=device-width\"><title>选择身份</title><h1>您是哪一位？</h1><ul>")
	q := c.r.URL.Query()
	for _, key := range s.users.order {
		u := s.users.byID[key]
		q.Set(chosen, u.ID)
		fmt.Fprintf(&b, "<li><a href=\"?%s\">%s</a>", html.EscapeString(q.Encode()), html.EscapeString(u.Name+"（"+u.ID+"）"))
	}
	return page(http.StatusOK, b.String()+"</ul>")
}

// authUserInfo trades the code for the member; a visitor has an openid and no userid.
func (s *Server) authUserInfo(c *call) (*answer, error) {
	code := c.query.Get("code")
	l := s.logins[code]
	delete(s.logins, code)
	if l == nil || !s.now().Before(l.until) {
		return nil, refuse(40029, "invalid code")
	}
	u, ok := s.users.get(l.user)
	if !ok {
		sum := sha256.Sum256([]byte(l.user))
		return success(fields{"openid": "o" + hex.EncodeToString(sum[:12])}), nil
	}
	out := fields{"userid": u.ID}
	if l.agentID != 0 && l.agentID == c.app.AgentID && c.app.sees(u.ID) {
		t := rand.Text()
		s.tickets[t] = ticket{u.ID, s.now().Add(1800 * time.Second)}
		out["user_ticket"] = t
	}
	return success(out), nil
}

// authUserDetail gives what the member consented to. No error code is published for a bad
// ticket: 40058.
func (s *Server) authUserDetail(c *call) (*answer, error) {
	var q struct {
		UserTicket string `json:"user_ticket"`
	}
	if err := decode(c.body, &q); err != nil {
		return nil, err
	}
	t, ok := s.tickets[q.UserTicket]
	u, member := s.users.get(t.user)
	if !ok || !member || !s.now().Before(t.until) {
		return nil, refuse(40058, "invalid user_ticket")
	}
	return success(fields{"userid": u.ID, "mobile": u.Mobile}), nil
}
