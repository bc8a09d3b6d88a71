package dingtalk

import (
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// cookieUser names the person at a browser.
const cookieUser = "dingtalk_user"

// AuthCode gives what a page inside the client gets from requestAuthCode for this person: good once, for 5 minutes.
func (s *Server) AuthCode(user string) string {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	code := newID()
	if _, ok := s.corp.staff(user); ok {
		s.access.codes[code] = grant{user: user, until: now.Add(codeLife)}
	}
	return code // for anybody else it is a code that names nobody
}

// SetBrowserUser seats a person at every browser that has no cookie of its own; "" leaves the choice to the page.
func (s *Server) SetBrowserUser(user string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.access.browser = user
}

var choosePage = template.Must(template.New("choose").Parse(`<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>钉钉登录</title>
<h1>请选择登录的人</h1>
<ul>{{range .}}<li><a href="{{.Link}}">{{.Name}}</a></li>{{end}}</ul>
</html>`))

// authorize is the login page: GET /oauth2/auth. A person known by cookie or SetBrowserUser agrees at once; else
// the page asks, each link being itself with the choice made.
func (s *Server) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to, err := url.Parse(q.Get("redirect_uri"))
	switch {
	case !s.knownApp(q.Get("client_id")):
		http.Error(w, "client_id 不存在", http.StatusBadRequest)
		return
	case err != nil || to.Host == "" || to.Scheme != "http" && to.Scheme != "https":
		http.Error(w, "redirect_uri 无效", http.StatusBadRequest)
		return
	case q.Get("response_type") != "code" || !slices.Contains(strings.Fields(q.Get("scope")), "openid"):
		http.Error(w, "response_type 应为 code,scope 应含 openid", http.StatusBadRequest)
		return
	}
	if chosen := q.Get(cookieUser); chosen != "" {
		// Cookies do not know ports, so the path keeps ours from the application's on the same host.
		http.SetCookie(w, &http.Cookie{Name: cookieUser, Value: url.QueryEscape(chosen), Path: "/oauth2", HttpOnly: true, SameSite: http.SameSiteLaxMode})
	}
	code := s.consent(r)
	if code == "" {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_ = choosePage.Execute(w, s.choices(q))
		return
	}
	back := to.Query()
	back.Set("authCode", code)
	back.Set("code", code)
	if q.Has("state") {
		back.Set("state", q.Get("state"))
	}
	to.RawQuery = back.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

func (s *Server) knownApp(appKey string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.corp.robotByKey(appKey) != nil
}

// consent gives an authCode for the member of the corp who sits there: the one just chosen, the cookie's, or the
// one seated; "" when that is nobody.
func (s *Server) consent(r *http.Request) string {
	now := s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	user := r.URL.Query().Get(cookieUser)
	if c, err := r.Cookie(cookieUser); user == "" && err == nil {
		user, _ = url.QueryUnescape(c.Value)
	}
	if user == "" {
		user = s.access.browser
	}
	if _, ok := s.corp.staff(user); !ok {
		return ""
	}
	code := newID()
	s.access.authCodes[code] = grant{user, r.URL.Query().Get("client_id"), now.Add(codeLife)}
	return code
}

type choice struct{ Name, Link string }

// choices lists the members of the corp.
func (s *Server) choices(q url.Values) []choice {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []choice
	for _, id := range s.corp.order {
		if u, ok := s.corp.staff(id); ok {
			q.Set(cookieUser, id)
			out = append(out, choice{u.Name, "?" + q.Encode()})
		}
	}
	return out
}

// userToken changes an authCode, or a refresh token, into a token of the person: POST /v1.0/oauth2/userAccessToken.
func (s *Server) userToken(c *call) reply {
	app := s.credentials(c.body.str("clientId"), c.body.str("clientSecret"))
	if app == nil {
		return badSecret()
	}
	var g grant
	switch c.body.str("grantType") {
	case "authorization_code":
		g = s.access.authCodes[c.body.str("code")]
		delete(s.access.authCodes, c.body.str("code"))
	case "refresh_token":
		g = s.access.refresh[c.body.str("refreshToken")]
		delete(s.access.refresh, c.body.str("refreshToken"))
	default:
		return bad("invalidParameter.grantType", "grantType 不支持")
	}
	if g.appKey != app.AppKey || !c.now.Before(g.until) {
		return bad("invalidParameter.authCode.notFound", "不存在的授权码") // the name of this code is ours
	}
	access, refresh := newID(), newID()
	s.access.logins[access] = grant{g.user, app.AppKey, c.now.Add(tokenLife)}
	s.access.refresh[refresh] = grant{g.user, app.AppKey, c.now.Add(refreshLife)}
	return fine(map[string]any{"accessToken": access, "refreshToken": refresh, "expireIn": int(tokenLife.Seconds()), "corpId": s.corp.id})
}

// me: GET /v1.0/contact/users/me with the person's own token.
func (s *Server) me(c *call) reply {
	u := s.corp.users[c.user]
	out := map[string]any{"nick": u.Name, "unionId": unionID(u.StaffID), "openId": "open-" + u.StaffID, "avatarUrl": "", "stateCode": "86"}
	if u.Mobile != "" {
		out["mobile"] = u.Mobile
	}
	return fine(out)
}
