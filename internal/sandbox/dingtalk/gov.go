package dingtalk

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The government edition (专有钉钉): its own paths beside those of the public platform, every request signed, every
// answer in an envelope of its own. People have an employee code and an account id.

// govTenant is the tenant every call has to name.
const govTenant = "50001"

func employeeCode(staffID string) string { return "GE_" + staffID }
func accountID(staffID string) string    { return "7001" + staffID }

// GovPerson gives the two ids a person has there.
func GovPerson(staffID string) (code, account string) {
	return employeeCode(staffID), accountID(staffID)
}

// GovTenant is the tenant's id.
func GovTenant() string { return govTenant }

// govAuthorize is the sign-in page with the code to scan: whoever sits there has scanned it. That the state comes back
// is ours: the documents do not say.
func (s *Server) govAuthorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	to, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || to.Host == "" || q.Get("response_type") != "code" || q.Get("scope") != "get_user_info" || q.Get("authType") != "QRCODE" || !s.knownApp(q.Get("client_id")) {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	back := to.Query()
	back.Set("code", s.consent(r))
	back.Set("state", q.Get("state"))
	to.RawQuery = back.Encode()
	http.Redirect(w, r, to.String(), http.StatusFound)
}

// govAnswer is data, or a code with the reason why there is none.
type govAnswer struct {
	data         any
	code, reason string
}

func govNo(code, reason string) govAnswer { return govAnswer{code: code, reason: reason} }

func (s *Server) govRoutes(mux *http.ServeMux) {
	mux.HandleFunc("GET /oauth2/auth.htm", s.govAuthorize)
	for path, handle := range map[string]func(*Server, *robot, url.Values) govAnswer{
		"/gettoken.json": (*Server).govToken, "/rpc/oauth2/getuserinfo_bycode.json": (*Server).govUser,
		"/mozi/employee/listEmployeeAccountIds": (*Server).govAccounts, "/message/workNotification": (*Server).govNotice,
	} {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) {
			a := s.govCall(r, path, handle)
			content := map[string]any{"success": a.code == "", "data": a.data, "responseCode": "0", "responseMessage": "OK", "requestId": newID()}
			if a.code != "" {
				content["data"], content["responseCode"], content["responseMessage"] = nil, a.code, a.reason
			}
			w.Header().Set("Content-Type", "application/json;charset=UTF-8")
			_ = json.NewEncoder(w).Encode(map[string]any{"success": true, "content": content})
		})
	}
}

// govCall checks the signature, and of all calls but the first the access token.
func (s *Server) govCall(r *http.Request, path string, handle func(*Server, *robot, url.Values) govAnswer) govAnswer {
	if err := r.ParseForm(); err != nil {
		return govNo("OPF-B001-03-16-0001", "bad form")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	app := s.corp.robotByKey(r.Header.Get("apiKey"))
	at, err := time.Parse("2006-01-02T15:04:05.000-07:00", r.Header.Get("X-Hmac-Auth-Timestamp"))
	nonce := r.Header.Get("X-Hmac-Auth-Nonce")
	switch {
	case app == nil, err != nil, len(nonce) != 17, r.Header.Get("X-Hmac-Auth-Version") != "1.0", s.now().Sub(at).Abs() > time.Hour,
		r.Header.Get("X-Hmac-Auth-Signature") != govSignature(app.AppSecret, r.Method, r.Header.Get("X-Hmac-Auth-Timestamp"), nonce, path, r.Form):
		return govNo("OPF-B001-05-16-0009", "SignatureDoesNotMatch")
	}
	if path != "/gettoken.json" {
		t, code := s.access.check(r.Form.Get("access_token"), s.now())
		if code != 0 || t.robotCode != app.RobotCode {
			return govNo("240133", "access_token invalid")
		}
	}
	return handle(s, app, r.Form)
}

// govSignature is over method, moment, nonce, path and the sorted parameters, a line each.
func govSignature(secret, method, at, nonce, path string, params url.Values) string {
	var pairs []string
	for k, values := range params {
		for _, v := range values {
			pairs = append(pairs, k+"="+v)
		}
	}
	slices.Sort(pairs)
	text := method + "\n" + at + "\n" + nonce + "\n" + path
	if len(pairs) > 0 {
		text += "\n" + strings.Join(pairs, "&")
	}
	return signed(secret, text)
}

func (s *Server) govToken(app *robot, q url.Values) govAnswer {
	if q.Get("appkey") != app.AppKey || q.Get("appsecret") != app.AppSecret {
		return govNo("OPF-B001-05-16-0009", "SignatureDoesNotMatch")
	}
	return govAnswer{data: map[string]any{"accessToken": s.access.issue(app, s.now()), "expiresIn": "7200"}}
}

func (s *Server) govUser(_ *robot, q url.Values) govAnswer {
	g, ok := s.access.authCodes[q.Get("code")]
	delete(s.access.authCodes, q.Get("code")) // once only
	if !ok || !s.now().Before(g.until) {
		return govNo("240111", "code 已使用或不存在")
	}
	u := s.corp.users[g.user]
	return govAnswer{data: map[string]any{"accountId": accountID(g.user), "employeeCode": employeeCode(g.user), "lastName": u.Name, "realmId": govTenant, "tenantUserId": govTenant + "$" + accountID(g.user)}}
}

func (s *Server) govAccounts(_ *robot, q url.Values) govAnswer {
	if q.Get("tenantId") != govTenant || len(q["employeeCodes"]) == 0 {
		return govNo("OPF-B001-03-16-0002", "参数错误")
	}
	found := []map[string]any{}
	for _, code := range q["employeeCodes"] {
		id := strings.TrimPrefix(code, employeeCode(""))
		if _, ok := s.corp.staff(id); ok && code == employeeCode(id) {
			found = append(found, map[string]any{"employeeCode": code, "accountId": accountID(id), "accountNamespace": "local"})
		}
	}
	return govAnswer{data: found}
}

// govNotice takes a work notification: its message is shown as on the public platform.
func (s *Server) govNotice(_ *robot, q url.Values) govAnswer {
	var m struct {
		MsgType string `json:"msgtype"`
		Text    struct {
			Content string `json:"content"`
		} `json:"text"`
		Card struct {
			Title, Markdown string
			SingleTitle     string `json:"single_title"`
			SingleURL       string `json:"single_url"`
			SinglePCURL     string `json:"single_pc_url"`
		} `json:"action_card"`
	}
	if json.Unmarshal([]byte(q.Get("msg")), &m) != nil || q.Get("tenantId") != govTenant || q.Get("bizMsgId") == "" {
		return govNo("OPF-B001-03-16-0002", "参数错误")
	}
	shown := Message{Route: "work", At: s.now(), MsgType: m.MsgType, Text: m.Text.Content, Raw: json.RawMessage(q.Get("msg"))}
	switch {
	case m.MsgType == "text" && m.Text.Content != "":
	case m.MsgType == "action_card" && m.Card.Title != "" && m.Card.Markdown != "" && m.Card.SingleTitle != "" && m.Card.SingleURL != "" && m.Card.SinglePCURL != "":
		shown.Title, shown.Text = m.Card.Title, m.Card.Markdown
		shown.Buttons = []Button{{Text: m.Card.SingleTitle, URL: m.Card.SingleURL}}
	default:
		return govNo("OPF-B001-03-16-0003", "消息格式错误")
	}
	for _, account := range strings.Split(q.Get("receiverIds"), ",") {
		id := strings.TrimPrefix(account, accountID(""))
		if _, ok := s.corp.staff(id); ok && account == accountID(id) {
			shown.Users = append(shown.Users, id)
		}
	}
	if len(shown.Users) == 0 {
		return govNo("OPF-B001-03-16-0004", "接收人不存在")
	}
	s.chat.post(&record{Message: shown})
	return govAnswer{data: map[string]any{"msgId": newID()}}
}
