package dingtalk

import (
	"net/http"
	"strings"
)

// shape tells the two generations of the API apart: where the token is and how errors look.
type shape int

const (
	newAPI shape = iota
	oldAPI
)

// holder is whose token a call needs.
type holder int

const (
	nobody holder = iota
	app
	person
)

// route is one API call of the platform.
type route struct {
	pattern string // of http.ServeMux
	shape   shape
	token   holder
	cost    cost
	handle  func(*Server, *call) reply // runs with mu held
}

// apis is every call the imitation knows. What counts against the month is in cost.
var apis = []route{
	{"POST /v1.0/gateway/connections/open", newAPI, nobody, free, (*Server).openConnection},
	{"POST /v1.0/oauth2/accessToken", newAPI, nobody, free, (*Server).newToken},
	{"POST /v1.0/oauth2/{corpId}/token", newAPI, nobody, free, (*Server).corpToken},
	{"GET /gettoken", oldAPI, nobody, free, (*Server).oldToken},
	{"POST /v1.0/oauth2/jsapiTickets", newAPI, app, free, (*Server).jsapiTicket},
	{"POST /v1.0/oauth2/userAccessToken", newAPI, nobody, free, (*Server).userToken},
	{"GET /v1.0/contact/users/me", newAPI, person, free, (*Server).me},
	{"POST /topapi/v2/user/getuserinfo", oldAPI, app, free, (*Server).userInfo},
	{"POST /topapi/v2/user/get", oldAPI, app, free, (*Server).userGet},
	{"POST /topapi/v2/user/getbymobile", oldAPI, app, free, (*Server).userByMobile},
	{"POST /topapi/user/getbyunionid", oldAPI, app, free, (*Server).userByUnionID},
	{"POST /v1.0/robot/groupMessages/send", newAPI, app, apiCall, (*Server).groupSend},
	{"POST /v1.0/robot/groupMessages/recall", newAPI, app, apiCall, (*Server).groupRecall},
	{"POST /v1.0/robot/groupMessages/query", newAPI, app, apiCall, (*Server).groupQuery},
	{"POST /v1.0/robot/oToMessages/batchSend", newAPI, app, apiCall, (*Server).otoSend},
	{"POST /v1.0/robot/otoMessages/batchRecall", newAPI, app, apiCall, (*Server).otoRecall},
	{"GET /v1.0/robot/oToMessages/readStatus", newAPI, app, apiCall, (*Server).otoReadStatus},
	{"POST /v1.0/robot/messageFiles/download", newAPI, app, apiCall, (*Server).fileLink},
	{"POST /media/upload", oldAPI, app, apiCall, (*Server).mediaUpload},
	{"POST /topapi/message/corpconversation/asyncsend_v2", oldAPI, app, apiCall, (*Server).workNotice},
	{"POST /v1.0/card/instances/createAndDeliver", newAPI, app, apiCall, (*Server).cardDeliver},
	{"PUT /v1.0/card/instances", newAPI, app, apiCall, (*Server).cardUpdate},
	{"POST /v1.0/card/callbacks/register", newAPI, app, apiCall, (*Server).cardRegister},
	{"POST /robot/sendBySession", oldAPI, nobody, free, (*Server).sendBySession},
	{"POST /robot/send", oldAPI, nobody, free, (*Server).customSend},
}

func (s *Server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	for _, a := range apis {
		mux.HandleFunc(a.pattern, func(w http.ResponseWriter, r *http.Request) { s.api(w, r, a) })
	}
	mux.HandleFunc("GET /connect", s.connect)
	mux.HandleFunc("GET /oauth2/auth", s.authorize)
	mux.HandleFunc("GET /files/{key}", s.download)
	s.govRoutes(mux)
	return mux
}

// api reads, authorises and charges a call, then lets its handler answer.
func (s *Server) api(w http.ResponseWriter, r *http.Request, a route) {
	raw, body, ok := readBody(r)
	answer := s.decide(&call{r: r, raw: raw, body: body, now: s.now()}, a, ok)
	if strings.HasSuffix(r.URL.Path, "/connections/open") && !strings.Contains(r.Header.Get("Accept"), "application/json") {
		writeXML(w, answer)
		return
	}
	answer.write(w)
}

func (s *Server) decide(c *call, a route, readable bool) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	if trouble := s.admit(c, a); trouble != nil {
		return *trouble
	}
	if !readable {
		return unreadable(a.shape)
	}
	return a.handle(s, c)
}

// admit checks the token and draws the call on the month; nil lets it in.
func (s *Server) admit(c *call, a route) *reply {
	switch a.token {
	case app:
		shown := c.r.Header.Get("x-acs-dingtalk-access-token")
		if a.shape == oldAPI {
			shown = c.r.URL.Query().Get("access_token")
		}
		t, code := s.access.check(shown, c.now)
		if code != 0 {
			return tokenTrouble(a.shape, code)
		}
		c.robot = s.corp.robots[t.robotCode]
	case person:
		g, ok := s.access.logins[c.r.Header.Get("x-acs-dingtalk-access-token")]
		if !ok || !c.now.Before(g.until) {
			return tokenTrouble(a.shape, errTokenUnknown)
		}
		c.user = g.user
	}
	if !s.mood.charge(a.cost, c.now) {
		return overQuota(a.shape)
	}
	return nil
}

func unreadable(sh shape) reply {
	if sh == oldAPI {
		return errcode(errNoJSON, "缺少参数 json")
	}
	return bad("invalidParameter.param.invalid", "请求体不是合法的 JSON")
}

func tokenTrouble(sh shape, code int) *reply {
	a := bad("InvalidAuthentication", "不合法的 access_token")
	if sh == oldAPI {
		a = errcode(code, "不合法的 access_token")
	}
	return &a
}

func overQuota(sh shape) *reply {
	a := refuse(http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg", "本月接口调用量已用完")
	if sh == oldAPI {
		a = errcode(errQuota, "本月接口调用量已用完")
	}
	return &a
}
