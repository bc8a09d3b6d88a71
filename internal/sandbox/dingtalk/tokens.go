package dingtalk

import (
	"crypto/rand"
	"time"
)

const (
	tokenLife   = 7200 * time.Second
	ticketLife  = 90 * time.Second
	codeLife    = 5 * time.Minute
	refreshLife = 30 * 24 * time.Hour
)

// access is every credential the platform has given out.
type access struct {
	tokens    map[string]token
	tickets   map[string]ticket
	codes     map[string]grant // of pages inside the client
	authCodes map[string]grant // of the browser login
	logins    map[string]grant // user access tokens
	refresh   map[string]grant
	browser   string // who sits at the browser
}

type token struct {
	robotCode string
	until     time.Time
}

// grant stands for a person for a while; appKey is the application it was given to, "" for any.
type grant struct {
	user, appKey string
	until        time.Time
}

func newAccess() access {
	return access{tokens: map[string]token{}, tickets: map[string]ticket{}, codes: map[string]grant{},
		authCodes: map[string]grant{}, logins: map[string]grant{}, refresh: map[string]grant{}}
}

// issue gives the robot's token: the same one, renewed, while it is valid.
func (a *access) issue(r *robot, now time.Time) string {
	if t, ok := a.tokens[r.token]; !ok || !now.Before(t.until) {
		r.token = rand.Text()
	}
	a.tokens[r.token] = token{r.RobotCode, now.Add(tokenLife)}
	return r.token
}

// check gives the owner of a shown token, or the old API's number of what is wrong with it.
func (a *access) check(shown string, now time.Time) (token, int) {
	t, ok := a.tokens[shown]
	switch {
	case !ok:
		return t, errTokenUnknown
	case !now.Before(t.until):
		return t, errTokenExpired
	}
	return t, 0
}

// RevokeTokens makes every access token given out so far invalid.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.access.tokens)
}

// credentials gives the application a key and secret belong to; nil when they do not.
func (s *Server) credentials(key, secret string) *robot {
	if r := s.corp.robotByKey(key); r != nil && r.AppSecret == secret {
		return r
	}
	return nil
}

func badSecret() reply {
	return bad("invalidClientIdOrSecret", "无效的 clientId 或者 clientSecret")
}

func (s *Server) newToken(c *call) reply {
	r := s.credentials(c.body.str("appKey"), c.body.str("appSecret"))
	if r == nil {
		return badSecret()
	}
	return fine(map[string]any{"accessToken": s.access.issue(r, c.now), "expireIn": int(tokenLife.Seconds())})
}

func (s *Server) corpToken(c *call) reply {
	r := s.credentials(c.body.str("client_id"), c.body.str("client_secret"))
	switch {
	case c.r.PathValue("corpId") != s.corp.id:
		return bad("invalidParameter.corpId", "corpId 不存在")
	case c.body.str("grant_type") != "client_credentials":
		return bad("invalidParameter.grantType", "grant_type 不支持")
	case r == nil:
		return badSecret()
	}
	return fine(map[string]any{"access_token": s.access.issue(r, c.now), "expires_in": int(tokenLife.Seconds())})
}

func (s *Server) oldToken(c *call) reply {
	q := c.r.URL.Query()
	r := s.credentials(q.Get("appkey"), q.Get("appsecret"))
	if r == nil {
		return errcode(errBadSecret, "不合法的 appKey 或 appSecret")
	}
	return fine(map[string]any{"errcode": 0, "errmsg": "ok", "access_token": s.access.issue(r, c.now), "expires_in": int(tokenLife.Seconds())})
}

func (s *Server) jsapiTicket(*call) reply {
	return fine(map[string]any{"jsapiTicket": rand.Text(), "expireIn": int(tokenLife.Seconds())})
}
