package web_test

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/period"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/view"
	"duban/internal/web"
	"duban/internal/words"
	"duban/internal/workday"
)

// Thursday, in the first half of March.
var thursday = time.Date(2026, 3, 5, 9, 0, 0, 0, clock.Shanghai)

// house is a small district behind a real server: an owner who reports, a leader who only sees, a
// stranger to the projects, the office.
type house struct {
	*testing.T
	store *store.Store
	clock *clock.Turnable
	d     ledger.DistrictID
	site  *httptest.Server
	web   *web.Web
	codes *codes
	down  []string

	owner, leader, outsider, office ledger.Person
	plant, road                     ledger.Project
	node, later                     ledger.Commitment
}

// codes stands for a platform: it gives codes for user ids, each good once.
type codes struct {
	mu    sync.Mutex
	users map[string]string
	n     int
}

var _ chat.SignIn = (*codes)(nil)

func (c *codes) URL(redirect, state string) string {
	return "https://platform.test/auth?redirect_uri=" + url.QueryEscape(redirect) + "&state=" + state
}

func (c *codes) UserID(_ context.Context, code string) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	user, ok := c.users[code]
	delete(c.users, code)
	if !ok {
		return "", fault.New(fault.Invalid, "登录凭证已失效。").Because(fmt.Errorf("40029 for %s", code))
	}
	return user, nil
}

func (c *codes) code(user string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	code := fmt.Sprintf("code%d", c.n)
	c.users[code] = user
	return code
}

func each(t *testing.T, test func(h *house)) {
	t.Helper()
	c := clock.NewTurnable(thursday)
	storetest.Each(t, c, func(t *testing.T, s *store.Store) {
		c.Set(thursday)
		h := &house{T: t, store: s, clock: c, codes: &codes{users: map[string]string{}}}
		h.settle()
		h.open(nil)
		test(h)
	})
}

// open starts the site anew, with changed options.
func (h *house) open(change func(*web.Options)) {
	h.Helper()
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	h.ok(err)
	w, err := words.New()
	h.ok(err)
	o := web.Options{
		Clock: h.clock, Sessions: h.store, PublicURL: "http://duban.test", Contact: "项目办（电话5555-0101）",
		SignIns: map[chat.Platform]chat.SignIn{chat.WeCom: h.codes, chat.DingTalk: h.codes},
		Desk: desk.New(desk.Options{
			Store: h.store, District: h.d, Clock: h.clock, Calendar: cal, Rules: ledger.DefaultRules(), ProblemDays: 5, Mode: period.HalfMonth{}, Words: w,
		}),
		View:  view.New(view.Options{Store: h.store, District: h.d, Clock: h.clock, Calendar: cal, Rules: ledger.DefaultRules(), Mode: period.HalfMonth{}}),
		Ready: func(context.Context) []string { return h.down },
	}
	if change != nil {
		change(&o)
	}
	h.web, err = web.New(o)
	h.ok(err)
	h.site = httptest.NewServer(h.web.Handler())
	h.Cleanup(h.site.Close)
}

func (h *house) settle() {
	d, err := h.store.Found(h.Context(), "test", "测试区")
	h.ok(err)
	h.d = d.ID
	h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error {
		person := func(code, name string, roles ...ledger.Role) ledger.Person {
			p := ledger.Person{Code: code, Name: name, Active: true, Roles: roles}
			h.ok(t.PutPerson(&p, []ledger.Account{{Platform: "wecom", UserID: code}, {Platform: "dingtalk", UserID: "d-" + code}}))
			return p
		}
		h.owner, h.leader = person("owner", "王敏"), person("leader", "李强", ledger.RoleLeader)
		h.outsider, h.office = person("outsider", "吴亮"), person("office", "钱芳", ledger.RoleOffice)
		h.plant = ledger.Project{
			Code: "P001", Name: "城南污水处理厂", Investment: 300_000_000, PlannedYear: 120_000_000, InvestedYear: 12_345_678, Progress: 3550,
			LeaderID: h.leader.ID, OwnerID: h.owner.ID, LastText: "桩基完成", ReportedOn: 20260212,
		}
		h.road = ledger.Project{Code: "P002", Name: "滨江路改造", LeaderID: h.leader.ID}
		h.ok(t.PutProject(&h.plant, nil, nil))
		h.ok(t.PutProject(&h.road, nil, nil))
		add := func(title string, due workday.Day) ledger.Commitment {
			w, err := t.Apply(ledger.Outcome{New: []ledger.Commitment{{
				DistrictID: h.d, Kind: ledger.Milestone, Title: title, ProjectID: h.plant.ID, OwnerID: h.owner.ID,
				FirstDueOn: due, DueOn: due, State: ledger.Open, NextLook: 20260302,
			}}})
			h.ok(err)
			return w.New[0]
		}
		h.node, h.later = add("取得施工许可证", 20260303), add("主体封顶", 20260630)
		return nil
	}))
	// The register keeps what was reported; so is this.
	h.ok(h.store.Write(h.Context(), h.d, func(t *store.Tx) error {
		p, err := h.store.Project(h.Context(), h.d, h.plant.ID)
		h.ok(err)
		p.InvestedYear, p.Progress, p.LastText, p.ReportedOn = 12_345_678, 3550, "桩基完成", 20260212
		_, err = t.Apply(ledger.Outcome{Projects: []ledger.Project{p}})
		return err
	}))
}

func (h *house) ok(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) project() ledger.Project {
	h.Helper()
	p, err := h.store.Project(h.Context(), h.d, h.plant.ID)
	h.ok(err)
	return p
}

func (h *house) updates() []ledger.Update {
	h.Helper()
	all, err := h.store.UpdatesBetween(h.Context(), h.d, 20260101, 20261231)
	h.ok(err)
	return all
}

// browser keeps cookies and shows every redirect.
type browser struct {
	h      *house
	client *http.Client
	agent  string
	site   string // Sec-Fetch-Site of posts
}

func (h *house) browser() *browser {
	jar, err := cookiejar.New(nil)
	h.ok(err)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &browser{h: h, client: client, agent: "Mozilla/5.0 wxwork/4.1 MicroMessenger/7.0", site: "same-origin"}
}

// reply is a response read whole.
type reply struct {
	*http.Response
	body string
}

func (b *browser) do(r *http.Request) reply {
	b.h.Helper()
	r.Header.Set("User-Agent", b.agent)
	resp, err := b.client.Do(r)
	b.h.ok(err)
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	b.h.ok(err)
	return reply{resp, string(body)}
}

func (b *browser) get(path string) reply {
	b.h.Helper()
	r, err := http.NewRequest(http.MethodGet, b.h.site.URL+path, nil)
	b.h.ok(err)
	return b.do(r)
}

func (b *browser) post(path, contentType string, body io.Reader) reply {
	b.h.Helper()
	r, err := http.NewRequest(http.MethodPost, b.h.site.URL+path, body)
	b.h.ok(err)
	r.Header.Set("Content-Type", contentType)
	if b.site != "" {
		r.Header.Set("Sec-Fetch-Site", b.site)
	}
	return b.do(r)
}

// state opens the sign-in and gives the state the platform would bring back.
func (b *browser) state(p chat.Platform, next string) string {
	b.h.Helper()
	r := b.get("/signin/" + string(p) + "?next=" + url.QueryEscape(next))
	to, err := r.Location()
	if err != nil || to.Host != "platform.test" {
		b.h.Fatalf("sign-in answered %s, %v", r.Status, err)
	}
	if back := to.Query().Get("redirect_uri"); back != "http://duban.test/signin/"+string(p)+"/back" {
		b.h.Fatalf("the platform is to send back to %s", back)
	}
	return to.Query().Get("state")
}

func back(p chat.Platform, code, state string) string {
	return "/signin/" + string(p) + "/back?" + url.Values{"code": {code}, "state": {state}}.Encode()
}

// as gives a browser somebody is signed in at.
func (h *house) as(user string) *browser {
	h.Helper()
	b := h.browser()
	b.h.wantTo(b.get(back(chat.WeCom, h.codes.code(user), b.state(chat.WeCom, "/report/P001"))), "/report/P001")
	return b
}

func (h *house) wantTo(r reply, path string) {
	h.Helper()
	if r.StatusCode != http.StatusSeeOther || r.Header.Get("Location") != path {
		h.Fatalf("%s %s gave %s to %q, want to %s\n%s", r.Request.Method, r.Request.URL.Path, r.Status, r.Header.Get("Location"), path, r.body)
	}
}

func (h *house) want(r reply, status int, parts ...string) {
	h.Helper()
	if r.StatusCode != status {
		h.Fatalf("%s %s gave %s, want %d\n%s", r.Request.Method, r.Request.URL, r.Status, status, r.body)
	}
	text := html.UnescapeString(r.body)
	for _, p := range parts {
		if !strings.Contains(text, p) {
			h.Fatalf("%s %s lacks %q:\n%s", r.Request.Method, r.Request.URL, p, r.body)
		}
	}
}

func (h *house) lacks(r reply, part string) {
	h.Helper()
	if strings.Contains(html.UnescapeString(r.body), part) {
		h.Fatalf("%s %s says %q:\n%s", r.Request.Method, r.Request.URL, part, r.body)
	}
}

var seenField = regexp.MustCompile(`name="seen" value="([^"]*)"`)

var tokenField = regexp.MustCompile(`name="token" value="([A-Z2-7]{26})"`)

func token(r reply) string {
	if m := tokenField.FindStringSubmatch(r.body); m != nil {
		return m[1]
	}
	return ""
}

// form is what a browser sends: fields and photos.
type form struct {
	fields [][2]string
	photos [][]byte
}

func (f form) encode() (string, *bytes.Buffer) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, kv := range f.fields {
		_ = w.WriteField(kv[0], kv[1])
	}
	for i, data := range f.photos {
		p, _ := w.CreateFormFile("photos", fmt.Sprintf("现场%d.png", i+1))
		_, _ = p.Write(data)
	}
	_ = w.Close()
	return w.FormDataContentType(), &b
}

// report opens the form, fills it in and hands it in.
func (b *browser) report(fields ...string) reply {
	b.h.Helper()
	page := b.get("/report/P001")
	b.h.want(page, http.StatusOK)
	return b.send(filled(page, fields...))
}

// filled is what a browser hands in of a page: its hidden fields, and the fields as typed.
func filled(page reply, fields ...string) form {
	f := form{fields: [][2]string{{"token", token(page)}, {"seen", seenField.FindStringSubmatch(page.body)[1]}}}
	for i := 0; i+1 < len(fields); i += 2 {
		f.fields = append(f.fields, [2]string{fields[i], fields[i+1]})
	}
	return f
}

func (b *browser) send(f form) reply {
	b.h.Helper()
	contentType, body := f.encode()
	return b.post("/report/P001", contentType, body)
}
