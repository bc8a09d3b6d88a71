package sandbox

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"duban/internal/config"
)

const demoDistrict = `
clock 2026-03-09 08:00
unit K1 云桥开发区 园区
unit D1 区住建局 部门
unit D2 区城管局 部门
person zhou 周敏 项目办 unit=D1 wecom=zhoumin
person lin 林跃 包联领导 post=副区长 dingtalk=linyue
person chen 陈立 联络员 unit=K1 post=招商科科长 wecom=chenli dingtalk=ding_chenli
person gu 顾平 联络员 unit=D2 dingtalk=guping
project P001 华兴智能装备产业园 alias=华兴 stage=开工 progress=42 leader=lin dept=D1 host=K1 owner=chen
project P002 星河里城市更新 stage=签约 leader=lin dept=D2 host=D2 owner=gu
node P001 主体结构封顶 due=2026-03-10
group force 华兴专班 专班 projects=P001 routes="wecom:aibot:wrforce、wecom:webhook:force"
group river 星河里专班 专班 projects=P002 routes=dingtalk:group:cidriver
group lead 林跃包联群 包联领导 leader=lin routes=dingtalk:group:cidlead
group heard 云桥项目群 单位 unit=K1 routes=wecom:webhook:heard
group office 项目办工作群 项目办 routes="wecom:aibot:wroffice、wecom:webhook:office"

> turn +1h
`

// demoRig is the demo's handler on a small district.
type demoRig struct {
	*testing.T
	world *World
	demo  *Demo
	url   string
}

func newDemoRig(t *testing.T) *demoRig {
	t.Helper()
	story, err := ParseStory("demo", []byte(demoDistrict))
	if err != nil {
		t.Fatal(err)
	}
	o, err := story.options(config.Register{})
	if err != nil {
		t.Fatal(err)
	}
	o.SQLite, o.Links, o.Log = filepath.Join(t.TempDir(), "duban.db"), true, slog.New(slog.DiscardHandler)
	w, err := New(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	d := NewDemo(w)
	server := httptest.NewServer(d.Handler())
	t.Cleanup(server.Close)
	return &demoRig{t, w, d, server.URL}
}

// post does an act; the answer is read into out, what went wrong comes back as the sentence shown.
func (x *demoRig) post(act string, in wish, out any) (sentence string) {
	x.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		x.Fatal(err)
	}
	r, err := http.Post(x.url+"/api/"+act, "application/json", strings.NewReader(string(body)))
	if err != nil {
		x.Fatal(err)
	}
	return x.read(r, out)
}

func (x *demoRig) read(r *http.Response, out any) (sentence string) {
	x.Helper()
	defer func() { _ = r.Body.Close() }()
	if r.StatusCode != http.StatusOK {
		var wrong struct{ Error string }
		if err := json.NewDecoder(r.Body).Decode(&wrong); err != nil || wrong.Error == "" {
			x.Fatalf("status %d without a sentence: %v", r.StatusCode, err)
		}
		return wrong.Error
	}
	if out != nil {
		if err := json.NewDecoder(r.Body).Decode(out); err != nil {
			x.Fatal(err)
		}
	}
	return ""
}

type newsOf struct {
	Clock face
	Next  []plan
	Down  []string
	Lines []line
	Last  int
}

func (x *demoRig) news(after string) newsOf {
	x.Helper()
	r, err := http.Get(x.url + "/api/news?after=" + after)
	if err != nil {
		x.Fatal(err)
	}
	var n newsOf
	if s := x.read(r, &n); s != "" {
		x.Fatal(s)
	}
	return n
}

// in gives what a chat shows, a line each: kind, who, first words.
func (n newsOf) in(chat string) []string {
	var out []string
	for _, l := range n.Lines {
		if l.Chat == chat {
			first, _, _ := strings.Cut(l.Text, "\n")
			out = append(out, strings.TrimSpace(l.Kind+" "+l.By+" "+first))
		}
	}
	return out
}

func TestDemoShowsTheWorld(t *testing.T) {
	x := newDemoRig(t)
	r, err := http.Get(x.url + "/api/world")
	if err != nil {
		t.Fatal(err)
	}
	var w struct {
		District string
		People   []human
		Groups   []room
		Shown    []string
	}
	if s := x.read(r, &w); s != "" {
		t.Fatal(s)
	}
	if want := []string{"g:lead", "g:force", "g:river", "g:office", "p:wecom:chen"}; !slices.Equal(w.Shown, want) {
		t.Errorf("shown are %q, want %q", w.Shown, want)
	}
	force := w.Groups[0]
	if force.Speaker != "chen" || force.Listen || *force.Example != (example{"华兴", 45, "主体结构封顶正在推进"}) || !slices.Equal(force.Members, []string{"chen", "zhou"}) {
		t.Errorf("the task force: %+v", force)
	}
	if !w.Groups[3].Listen {
		t.Error("a group without a robot to speak to is not marked")
	}
	n := x.news("0")
	if n.Clock.Day != "2026年3月9日" || n.Clock.Week != "周一" || n.Clock.Note != "工作日" || n.Clock.Period != "2026年3月上半月" {
		t.Errorf("the clock shows %+v", n.Clock)
	}
	if len(n.Next) == 0 || n.Next[0].Name != "look" || n.Next[0].ISO != "2026-03-09T08:33" {
		t.Errorf("next come %+v", n.Next)
	}
}

func TestDemoSpeaksAndPresses(t *testing.T) {
	x := newDemoRig(t)
	for _, c := range []struct {
		what string
		in   wish
		want error
	}{
		{"nothing", wish{Person: "chen", Chat: "g:force", Text: " \n"}, errEmpty},
		{"nobody", wish{Person: "nobody", Chat: "g:force", Text: "我的"}, errPerson},
		{"an outsider", wish{Person: "gu", Chat: "g:force", Text: "我的"}, errOutside},
		{"no such group", wish{Person: "chen", Chat: "g:none", Text: "我的"}, errChat},
		{"no chat", wish{Person: "chen", Text: "我的"}, errChat},
		{"somebody else's private chat", wish{Person: "chen", Chat: "p:dingtalk:gu", Text: "我的"}, errOutside},
		{"a platform one is not on", wish{Person: "gu", Chat: "p:wecom:gu", Text: "我的"}, errOutside},
		{"a group that only hears", wish{Person: "chen", Chat: "g:heard", Text: "我的"}, errListen},
	} {
		if s := x.post("say", c.in, nil); s != c.want.Error() {
			t.Errorf("%s: %q, want %q", c.what, s, c.want)
		}
	}
	if n := x.news("0"); len(n.Lines) != 0 {
		t.Fatalf("what was refused left %+v", n.Lines)
	}

	if s := x.post("say", wish{Person: "chen", Chat: "g:force", Text: "报 华兴 45% 塔吊已验收"}, nil); s != "" {
		t.Fatal(s)
	}
	n := x.news("0")
	got := n.in("g:force")
	if len(got) != 2 || got[0] != "said chen 报 华兴 45% 塔吊已验收" || !strings.Contains(got[1], "已记录") {
		t.Fatalf("the chat shows %q", got)
	}
	receipt := n.Lines[1]
	undo := slices.IndexFunc(receipt.Buttons, func(b button) bool { return b.Label == "撤回" && b.Open == "" })
	if undo < 0 {
		t.Fatalf("the receipt offers %+v", receipt.Buttons)
	}
	for _, c := range []struct {
		in   wish
		want error
	}{
		{wish{Person: "chen", No: 99}, errGone},
		{wish{Person: "chen", No: 1}, errGone},
		{wish{Person: "chen", No: receipt.No, Button: 9}, errGone},
		{wish{Person: "gu", No: receipt.No, Button: undo}, errOutside},
	} {
		if s := x.post("press", c.in, nil); s != c.want.Error() {
			t.Errorf("press %+v: %q, want %q", c.in, s, c.want)
		}
	}
	if s := x.post("press", wish{Person: "chen", No: receipt.No, Button: undo}, nil); s != "" {
		t.Fatal(s)
	}
	got = x.news("2").in("g:force")
	if len(got) != 3 || got[0] != "pressed chen 撤回" || !strings.Contains(got[1], "已撤回") || !strings.HasPrefix(got[2], "changed ") {
		t.Errorf("after the press the chat shows %q", got)
	}
}

// A photo of a close-out is seen by whoever judges it.
func TestDemoShowsPictures(t *testing.T) {
	x := newDemoRig(t)
	if err := x.world.Turn(t.Context(), x.world.Clock.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := x.world.Play(t.Context(), "picture chen in force: 办结 J0001 已封顶"); err != nil {
		t.Fatal(err)
	}
	x.demo.board.collect(x.world)
	for _, l := range x.news("0").Lines {
		if l.Picture == "" {
			continue
		}
		res, err := http.Get(x.url + l.Picture)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		got, err := io.ReadAll(res.Body)
		if err != nil || !bytes.Equal(got, onePixel("")) || res.Header.Get("Content-Type") != "image/png" || l.Chat != "g:office" {
			t.Errorf("%s shows %d bytes, %v, in %s", l.Picture, len(got), err, l.Chat)
		}
		if res, err = http.Get(x.url + "/picture/wecom/nothing"); err != nil || res.StatusCode != http.StatusNotFound {
			t.Errorf("a picture that is not there: %v %v", res, err)
		}
		return
	}
	t.Error("nobody sees the photo")
}

func TestDemoTurnsTheClock(t *testing.T) {
	x := newDemoRig(t)
	for to, want := range map[string]error{
		"": errMoment, "tomorrow": errMoment, "2026-03-09T07:00": errBack, "2026-03-09T08:00": errBack, "2026-12-01T08:00": errFar,
	} {
		if s := x.post("turn", wish{To: to}, nil); s != want.Error() {
			t.Errorf("turn to %q: %q, want %q", to, s, want)
		}
	}
	if err := x.demo.board.seize(); err != nil {
		t.Fatal(err)
	}
	if s := x.post("say", wish{Person: "chen", Chat: "g:force", Text: "我的"}, nil); s != errTurning.Error() {
		t.Errorf("somebody speaks while the clock turns: %q", s)
	}
	if s := x.post("turn", wish{To: "+1h"}, nil); s != errTurning.Error() {
		t.Errorf("a second turn: %q", s)
	}
	x.demo.board.turning(nil)

	var out struct {
		To          string
		New, Before int
	}
	for _, c := range []struct{ to, want string }{
		{"job", "3月9日 08:33"}, {"workday", "3月9日 08:40"}, {"+1h", "3月9日 09:40"}, {"workday", "3月10日 08:40"},
	} {
		if s := x.post("turn", wish{To: c.to}, &out); s != "" || out.To != c.want {
			t.Fatalf("turn to %s: %q, stands at %s", c.to, s, out.To)
		}
	}
	// The node is due on the 10th: on the 11th everybody concerned is warned.
	if s := x.post("turn", wish{To: "2026-03-11T08:40"}, &out); s != "" || out.To != "3月11日 08:40" || out.New == 0 {
		t.Fatalf("%q: %+v", s, out)
	}
	n := x.news("0")
	if n.Clock.ISO != "2026-03-11T08:40" {
		t.Errorf("the clock shows %+v", n.Clock)
	}
	if got := strings.Join(append(n.in("p:wecom:chen"), n.in("p:dingtalk:chen")...), "\n"); !strings.Contains(got, "预警") {
		t.Errorf("the owner got %q of %+v", got, n.Lines)
	}
	for i, l := range n.Lines {
		if l.No != i+1 {
			t.Fatalf("line %d has number %d", i+1, l.No)
		}
	}
}

func TestDemoOpensTheFormAsSomebody(t *testing.T) {
	x := newDemoRig(t)
	page := x.world.App.URL() + "/report/P001"
	for _, foreign := range []string{"", "https://example.com/report/P001", "javascript:alert(1)", strings.Replace(page, "/report", "@evil/report", 1)} {
		if s := x.post("open", wish{Person: "chen", Chat: "p:wecom:chen", URL: foreign}, nil); s != errPage.Error() {
			t.Errorf("%q opens: %q", foreign, s)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar}
	var last string
	// One browser, several people after each other: each is signed in as themselves and sees what is theirs.
	for _, c := range []struct {
		person, chat string
		want         int
	}{
		{"chen", "p:dingtalk:chen", http.StatusOK}, {"gu", "g:river", http.StatusNotFound}, {"chen", "g:force", http.StatusOK},
	} {
		var out struct{ URL string }
		if s := x.post("open", wish{Person: c.person, Chat: c.chat, URL: page}, &out); s != "" {
			t.Fatal(s)
		}
		body, status, err := fetch(t.Context(), browser, "Mozilla/5.0", out.URL, nil)
		if err != nil || status != c.want || strings.Contains(body, "华兴") != (c.want == http.StatusOK) {
			t.Errorf("%s gets %d, want %d: %v\n%s", c.person, status, c.want, err, body)
		}
		last = body
	}
	// What the form brings about lands without anybody touching the demo.
	form := url.Values{"text": {"已封顶，验收单已归档"}, "done": {"1"}}
	for _, m := range hiddenField.FindAllStringSubmatch(last, -1) {
		form.Set(m[1], m[2])
	}
	if _, status, err := fetch(t.Context(), browser, "Mozilla/5.0", page, form); err != nil || status != http.StatusOK {
		t.Fatalf("the form is answered with %d: %v", status, err)
	}
	if n := x.news("0"); !slices.ContainsFunc(n.Lines, func(l line) bool { return l.Kind == "push" && strings.Contains(l.Title+l.Text, "办结申请 J0001") }) {
		t.Errorf("nobody hears of the form: %+v", n.Lines)
	}
}

func TestDemoPlatformsFail(t *testing.T) {
	x := newDemoRig(t)
	do := func(platform, what string, want error) {
		t.Helper()
		s := x.post("platform", wish{Platform: platform, What: what}, nil)
		if want == nil && s != "" || want != nil && s != want.Error() {
			t.Errorf("%s %s: %q, want %v", platform, what, s, want)
		}
	}
	do("telegram", "down", errPlatform)
	do("wecom", "explode", errPlatform)
	do("wecom", "down", nil)
	do("dingtalk", "down", errOneDown)
	if s := x.post("say", wish{Person: "chen", Chat: "g:force", Text: "我的"}, nil); s != errDown("wecom").Error() {
		t.Errorf("one can speak on a platform that is away: %q", s)
	}
	if n := x.news("0"); !slices.Equal(n.Down, []string{"wecom"}) {
		t.Errorf("away are %q", n.Down)
	}
	do("wecom", "up", nil)
	do("dingtalk", "hour", nil)
	do("dingtalk", "revoke", nil)
	do("wecom", "repeat", nil)
	if s := x.post("say", wish{Person: "chen", Chat: "g:force", Text: "我的"}, nil); s != "" {
		t.Error(s)
	}
	n := x.news("0")
	if got := n.in("g:force"); len(n.Down) != 0 || n.Clock.Time != "09:00" || len(got) < 2 || got[len(got)-2] != "said chen 我的" {
		t.Errorf("after all that: away %q, %s, %q", n.Down, n.Clock.Time, got)
	}
}

func TestDemoLetsNobodyElseIn(t *testing.T) {
	x := newDemoRig(t)
	for _, c := range []struct {
		what, method, path, host, origin, kind string
		want                                   int
	}{
		{"the page", "GET", "/", "", "", "", http.StatusOK},
		{"by name", "GET", "/", "localhost:8080", "", "", http.StatusOK},
		{"by the other loopback", "GET", "/", "[::1]:8080", "", "", http.StatusOK},
		{"a name that was bent to here", "GET", "/api/world", "evil.example:8080", "", "", http.StatusMisdirectedRequest},
		{"a name that only looks like ours", "GET", "/", "localhost.evil.example", "", "", http.StatusMisdirectedRequest},
		{"another machine's address", "GET", "/", "192.168.1.5:8080", "", "", http.StatusMisdirectedRequest},
		{"a foreign page", "POST", "/api/turn", "", "https://evil.example", "application/json", http.StatusForbidden},
		{"a plain form", "POST", "/api/turn", "", "", "text/plain", http.StatusUnprocessableEntity},
		{"acts by GET", "GET", "/api/turn", "", "", "", http.StatusNotFound},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, x.url+c.path, strings.NewReader(`{"to":"+1h"}`))
		if err != nil {
			t.Fatal(err)
		}
		if c.host != "" {
			r.Host = c.host
		}
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		r.Header.Set("Content-Type", c.kind)
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if res.StatusCode != c.want {
			t.Errorf("%s: %d, want %d", c.what, res.StatusCode, c.want)
		}
		if res.StatusCode == http.StatusOK && !strings.Contains(res.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: no policy", c.what)
		}
	}
	if now := x.news("0").Clock.Time; now != "08:00" {
		t.Errorf("somebody turned the clock to %s", now)
	}
}
