package wecom

import (
	"io"
	"net/http"
	"net/url"
	"time"
)

const (
	maxBody    = 32 << 20 // more than the largest file and its envelope
	socketPath = "/aibot"
)

// call is one request to the interface. While its handler runs the caller holds s.mu.
type call struct {
	r     *http.Request
	query url.Values
	body  []byte
	app   *App // the app whose token came along, nil where none is needed
}

// route is one call of the interface.
type route struct {
	post bool // GET is refused with 40058
	open bool // needs no access token
	send bool // does not count against the basic limits
	do   func(*Server, *call) (*answer, error)
}

// routes is the whole interface, by path.
var routes = map[string]route{
	"/cgi-bin/gettoken":                     {open: true, do: (*Server).getToken},
	"/cgi-bin/message/send":                 {post: true, send: true, do: (*Server).messageSend},
	"/cgi-bin/message/recall":               {post: true, do: (*Server).messageRecall},
	"/cgi-bin/message/update_template_card": {post: true, do: (*Server).messageUpdate},
	"/cgi-bin/appchat/create":               {post: true, do: (*Server).appchatCreate},
	"/cgi-bin/appchat/update":               {post: true, do: (*Server).appchatUpdate},
	"/cgi-bin/appchat/get":                  {do: (*Server).appchatGet},
	"/cgi-bin/appchat/send":                 {post: true, send: true, do: (*Server).appchatSend},
	"/cgi-bin/media/upload":                 {post: true, do: (*Server).mediaUpload},
	"/cgi-bin/media/uploadimg":              {post: true, do: (*Server).mediaUploadImage},
	"/cgi-bin/media/get":                    {do: (*Server).mediaGet},
	"/cgi-bin/webhook/send":                 {post: true, open: true, send: true, do: (*Server).webhookSend},
	"/cgi-bin/webhook/upload_media":         {post: true, open: true, do: (*Server).webhookUpload},
	"/cgi-bin/aibot/response":               {post: true, open: true, send: true, do: (*Server).botResponse},
	"/cgi-bin/auth/getuserinfo":             {do: (*Server).authUserInfo},
	"/cgi-bin/auth/getuserdetail":           {post: true, do: (*Server).authUserDetail},
	"/cgi-bin/user/get":                     {do: (*Server).userGet},
	"/cgi-bin/user/simplelist":              {do: (*Server).userList},
	"/cgi-bin/user/list":                    {do: (*Server).userList},
	"/cgi-bin/user/list_id":                 {post: true, do: (*Server).userListID},
	"/cgi-bin/user/getuserid":               {post: true, do: (*Server).userByMobile},
	"/cgi-bin/department/list":              {do: (*Server).departmentList},
	"/cgi-bin/department/simplelist":        {do: (*Server).departmentSimpleList},
	"/cgi-bin/department/get":               {do: (*Server).departmentGet},
	"/cgi-bin/tag/list":                     {do: (*Server).tagList},
	"/cgi-bin/getcallbackip":                {do: (*Server).addresses},
	"/cgi-bin/get_api_domain_ip":            {do: (*Server).addresses},
	"/connect/oauth2/authorize":             {open: true, send: true, do: (*Server).authorize},
}

// ServeHTTP answers one request: faults first, then the socket, pictures, and the table.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.away() {
		panic(http.ErrAbortHandler)
	}
	// The body is read before anything else: only then does the server notice that a
	// caller whom a fault keeps waiting has gone.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	f := s.arrive(r.URL.Path)
	if f != nil && !f.AfterAccept {
		s.strike(f, w, r)
		return
	}
	if r.URL.Path == socketPath {
		s.serveSocket(w, r)
		return
	}
	a := s.answer(&call{r: r, query: r.URL.Query(), body: body})
	if f != nil {
		s.strike(f, w, r)
		return
	}
	a.write(w)
}

func (s *Server) away() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.down || s.closed
}

func (s *Server) answer(c *call) *answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.picture(c.r.URL.Path); a != nil {
		return a
	}
	if a := s.botMedia(c.r.URL.Path); a != nil {
		return a
	}
	rt, ok := routes[c.r.URL.Path]
	if !ok {
		return &answer{status: http.StatusNotFound}
	}
	if err := s.enter(rt, c); err != nil {
		return failure(err)
	}
	a, err := rt.do(s, c)
	if err != nil {
		return failure(err)
	}
	return a
}

// enter checks what every call needs: the method, the token, the basic limits
// (10 000 a minute and 150 000 an hour for any one call of a corporation).
func (s *Server) enter(rt route, c *call) error {
	if rt.post && c.r.Method != http.MethodPost {
		return refuse(40058, "POST is required")
	}
	if !rt.open {
		app, err := s.bearer(c.query.Get("access_token"))
		if err != nil {
			return err
		}
		c.app = app
	}
	if rt.send {
		return nil
	}
	path := c.r.URL.Path
	if !s.within("api/min"+path, 1, 10_000, time.Minute, true) || !s.within("api/hour"+path, 1, 150_000, time.Hour, true) {
		return refuse(45009, "api freq out of limit")
	}
	return nil
}
