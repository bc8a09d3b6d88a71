package wecom

import (
	"crypto/rand"
	"time"
)

const tokenLife = 7200 * time.Second

// token is an access token. It belongs to one app, never to the corporation.
type token struct {
	agentID int
	until   time.Time
}

// RevokeTokens makes every token handed out so far invalid, as the platform may do at any time.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.tokens)
}

// getToken gives the app's token. Within its life repeated calls give the same one; expires_in
// is then what is left of it.
func (s *Server) getToken(c *call) (*answer, error) {
	if c.query.Get("corpid") != s.corpID {
		return nil, refuse(40001, "invalid credential: unknown corpid")
	}
	app := s.bySecret(c.query.Get("corpsecret"))
	if app == nil {
		return nil, refuse(40001, "invalid credential")
	}
	now := s.now()
	for text, t := range s.tokens {
		if t.agentID == app.AgentID && now.Before(t.until) {
			return tokenAnswer(text, t.until.Sub(now)), nil
		}
	}
	text := rand.Text() + rand.Text()
	s.tokens[text] = &token{app.AgentID, now.Add(tokenLife)}
	return tokenAnswer(text, tokenLife), nil
}

func tokenAnswer(text string, left time.Duration) *answer {
	return success(fields{"access_token": text, "expires_in": int(left.Seconds())})
}

func (s *Server) bySecret(secret string) *App {
	for _, a := range s.apps {
		if secret != "" && a.Secret == secret {
			return a
		}
	}
	return nil
}

// bearer finds the app behind an access token. A revoked token is as unknown as an invented one.
func (s *Server) bearer(text string) (*App, error) {
	if text == "" {
		return nil, refuse(41001, "access_token missing")
	}
	t := s.tokens[text]
	if t == nil {
		return nil, refuse(40014, "invalid access_token")
	}
	if !s.now().Before(t.until) {
		return nil, refuse(42001, "access_token expired")
	}
	if app := s.app(t.agentID); app != nil {
		return app, nil
	}
	return nil, refuse(40014, "invalid access_token")
}
