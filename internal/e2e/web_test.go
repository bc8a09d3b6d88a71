package e2e

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/chromedp"

	"duban/internal/chat"
	"duban/internal/chat/dingtalk"
	"duban/internal/chat/wecom"
	"duban/internal/clock"
	"duban/internal/desk"
	"duban/internal/ledger"
	"duban/internal/period"
	dingbox "duban/internal/sandbox/dingtalk"
	webox "duban/internal/sandbox/wecom"
	"duban/internal/store"
	"duban/internal/store/storetest"
	"duban/internal/view"
	"duban/internal/web"
	"duban/internal/words"
	"duban/internal/workday"
)

// shotsVariable names a folder in which the pages are kept as pictures, to be looked at.
const shotsVariable = "DUBAN_TEST_SHOTS"

// pageWorld is the report page of a small district, reached by a real browser through the imitations' sign-in.
type pageWorld struct {
	*testing.T
	ding  *dingbox.Server
	store *store.Store
	d     ledger.DistrictID
	url   string
	node  ledger.Commitment
}

// host is a name only the browser resolves: over plain http it is no "secure context", so that the
// browser sends no Sec-Fetch-Site, as on an office's intranet.
const host = "duban.test"

func newPageWorld(t *testing.T) *pageWorld {
	t.Helper()
	c := clock.NewTurnable(time.Date(2026, 3, 5, 9, 30, 0, 0, clock.Shanghai))
	x := &pageWorld{T: t, store: storetest.SQLite(t, c)}
	x.settle()
	we, err := webox.Start(webox.Options{Now: c.Now})
	x.ok(err)
	t.Cleanup(we.Close)
	we.SetCorp("wwpages")
	we.AddUser(webox.User{ID: "wangmin", Name: "王敏"})
	we.AddApp(webox.App{AgentID: 1000002, Secret: "page-secret", RootScope: true})
	we.SetBrowserUser("wangmin")
	x.ding, err = dingbox.Start(dingbox.Options{Now: c.Now})
	x.ok(err)
	t.Cleanup(x.ding.Close)
	x.ding.SetCorp("dingpages")
	x.ding.AddUser(dingbox.User{StaffID: "ding-wangmin", Name: "王敏"})
	x.ding.AddRobot(dingbox.Robot{AppKey: "dingkey", AppSecret: "ding-secret", RobotCode: "dingkey", Mode: "http"})

	quiet := slog.New(slog.DiscardHandler)
	wecomSide, err := wecom.New(wecom.Options{
		CorpID: "wwpages", AgentID: "1000002", Secret: "page-secret", APIBase: we.URL(), OAuthBase: we.URL(), Clock: c, Log: quiet,
	})
	x.ok(err)
	dingSide, err := dingtalk.New(dingtalk.Options{
		AppKey: "dingkey", AppSecret: "ding-secret", RobotCode: "dingkey", CorpID: "dingpages", APIBase: x.ding.URL(), OldAPIBase: x.ding.URL(),
		LoginBase: x.ding.URL(), Clock: c, Log: quiet, Inbox: func(context.Context, chat.Incoming) error { return nil },
	})
	x.ok(err)
	site := httptest.NewUnstartedServer(nil)
	_, port, _ := strings.Cut(site.Listener.Addr().String(), ":")
	x.url = "http://" + host + ":" + port
	script := httptest.NewServer(http.HandlerFunc(x.bridge))
	t.Cleanup(script.Close)
	cal, err := workday.Load(os.DirFS(filepath.Join("..", "..", "config", "calendar")))
	x.ok(err)
	say, err := words.New()
	x.ok(err)
	rules := ledger.DefaultRules()
	w, err := web.New(web.Options{
		View:     view.New(view.Options{Store: x.store, District: x.d, Clock: c, Calendar: cal, Rules: rules, Mode: period.HalfMonth{}}),
		Desk:     desk.New(desk.Options{Store: x.store, District: x.d, Clock: c, Calendar: cal, Rules: rules, ProblemDays: 5, Mode: period.HalfMonth{}, Words: say}),
		Sessions: x.store, Clock: c, PublicURL: x.url,
		SignIns:  map[chat.Platform]chat.SignIn{chat.WeCom: wecomSide.SignIn(), chat.DingTalk: dingSide.SignIn()},
		DingTalk: web.DingTalk{Script: script.URL + "/dingtalk.open.js", CorpID: "dingpages", ClientID: "dingkey", ByAuthCode: dingSide.SignIn().UserIDByAuthCode},
	})
	x.ok(err)
	site.Config = w.Server("")
	site.Start()
	t.Cleanup(site.Close)
	return x
}

// bridge is the script DingTalk publishes, as far as our page calls it; the app behind it is the imitation.
func (x *pageWorld) bridge(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript")
	_, _ = fmt.Fprintf(w, `window.dd = {requestAuthCode: function (o) {
		if (o.corpId !== "dingpages" || o.clientId !== "dingkey") o.onFail({}); else o.onSuccess({code: %q});
	}};`, x.ding.AuthCode("ding-wangmin"))
}

func (x *pageWorld) settle() {
	d, err := x.store.Found(x.Context(), "test", "测试区")
	x.ok(err)
	x.d = d.ID
	x.ok(x.store.Write(x.Context(), x.d, func(t *store.Tx) error {
		owner := ledger.Person{Code: "R001", Name: "王敏", Active: true}
		x.ok(t.PutPerson(&owner, []ledger.Account{{Platform: "wecom", UserID: "wangmin"}, {Platform: "dingtalk", UserID: "ding-wangmin"}}))
		for i, name := range []string{"城南污水处理厂三期扩建及配套管网工程", "滨江新城人才公寓", "智能装备产业园二期"} {
			p := ledger.Project{
				Code: fmt.Sprintf("CC-%03d", i+1), Name: name, Investment: 860_000_000, PlannedYear: 320_000_000, OwnerID: owner.ID, TargetOn: 20261231,
			}
			x.ok(t.PutProject(&p, nil, nil))
			p, err := t.Reads().Project(x.Context(), x.d, p.ID)
			x.ok(err)
			p.Progress, p.InvestedYear, p.ReportedOn, p.LastText = 6200, 74_500_000, 20260213, "主体结构施工至四层；2号泵房基坑支护完成，管网开挖1.2公里。"
			if i == 1 {
				p.ReportedOn = 20260303
			}
			_, err = t.Apply(ledger.Outcome{Projects: []ledger.Project{p}})
			x.ok(err)
			for _, m := range []struct {
				title string
				due   workday.Day
			}{{"取得施工许可证", 20260302}, {"主体结构封顶", 20260331}, {"设备采购招标完成", 20260420}, {"管网贯通", 20260630}, {"通水试运行", 20261130}} {
				w, err := t.Apply(ledger.Outcome{New: []ledger.Commitment{{
					DistrictID: x.d, Kind: ledger.Milestone, Title: m.title, ProjectID: p.ID, OwnerID: owner.ID,
					FirstDueOn: m.due, DueOn: m.due, State: ledger.Open, NextLook: m.due,
				}}})
				x.ok(err)
				if i == 0 && x.node.ID == 0 {
					x.node = w.New[0]
				}
			}
		}
		return nil
	}))
}

func (x *pageWorld) ok(err error) {
	x.Helper()
	if err != nil {
		x.Fatal(err)
	}
}

// screen is a browser with one page, of a size, in an app.
type screen struct {
	*pageWorld
	ctx   context.Context
	name  string
	width int

	mu       sync.Mutex
	problems []string // what the browser's console complained of
}

func (x *pageWorld) screen(name, agent string, width, height int) *screen {
	x.Helper()
	s := &screen{pageWorld: x, name: name, width: width}
	alloc, stop := chromedp.NewExecAllocator(x.Context(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.UserAgent(agent), chromedp.UserDataDir(x.TempDir()), chromedp.CombinedOutput(io.Discard),
		chromedp.Flag("disable-gpu", true), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-sync", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("no-first-run", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("host-resolver-rules", "MAP "+host+" 127.0.0.1"),
	)...)
	x.Cleanup(stop)
	ctx, shut := chromedp.NewContext(alloc, chromedp.WithListener(func(ev any) {
		if e, ok := ev.(*log.EventEntryAdded); ok && e.Entry.Level == log.EntryLevelError {
			s.mu.Lock()
			s.problems = append(s.problems, e.Entry.Text)
			s.mu.Unlock()
		}
	}))
	x.Cleanup(shut)
	var end context.CancelFunc
	s.ctx, end = context.WithTimeout(ctx, 15*time.Minute)
	x.Cleanup(end)
	s.do(chromedp.EmulateViewport(int64(width), int64(height)))
	return s
}

func (s *screen) do(steps ...chromedp.Action[chromedp.Void]) {
	s.Helper()
	s.ok(chromedp.Do(s.ctx, steps...))
}

// load does steps that lead to another page and gives its status.
func (s *screen) load(steps ...chromedp.Action[chromedp.Void]) int {
	s.Helper()
	r, err := chromedp.RunResponse(s.ctx, steps...)
	s.ok(err)
	return int(r.Status)
}

func ask[T any](s *screen, expression string) T {
	s.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[T](expression))
	s.ok(err)
	return v
}

// shows checks what is on the page, that nothing is wider than the screen, and that a thumb hits what it is for.
func (s *screen) shows(what string, parts ...string) {
	s.Helper()
	text := ask[string](s, `document.body.innerText`)
	for _, p := range parts {
		if !strings.Contains(text, p) {
			s.Errorf("%s, %s: no %q in\n%s", s.name, what, p, text)
		}
	}
	if wide := ask[int](s, `document.documentElement.scrollWidth`); wide > s.width {
		s.Errorf("%s, %s: %d wide on a screen of %d", s.name, what, wide, s.width)
	}
	small := ask[[]string](s, `[...document.querySelectorAll("button, a.button, .node, .list a, input:not([type]), textarea, input[type=file]")]
		.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML.slice(0, 80))`)
	if len(small) > 0 {
		s.Errorf("%s, %s: too small to hit: %q", s.name, what, small)
	}
	s.shot(what)
}

func (s *screen) shot(what string) {
	s.Helper()
	dir := os.Getenv(shotsVariable)
	if dir == "" {
		return
	}
	for suffix, take := range map[string]chromedp.Action[[]byte]{"": chromedp.CaptureScreenshot(), "-full": chromedp.FullScreenshot(100)} {
		data, err := chromedp.Run(s.ctx, take)
		s.ok(err)
		s.ok(os.WriteFile(filepath.Join(dir, s.name+"-"+what+suffix+".png"), data, 0o644))
	}
}

// fill puts text into a field in place of what is there, as an input method does.
func (s *screen) fill(id, text string) {
	s.Helper()
	ask[string](s, fmt.Sprintf(`document.getElementById(%q).value = ""`, id))
	s.do(chromedp.SendKeys(chromedp.ID(id), text))
}

func (s *screen) photo() string {
	s.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for y := range 240 {
		for x := range 320 {
			m.Set(x, y, color.RGBA{uint8(90 + x/4), uint8(120 + y/3), 160, 255})
		}
	}
	var b bytes.Buffer
	s.ok(png.Encode(&b, m))
	path := filepath.Join(s.TempDir(), "现场.png")
	s.ok(os.WriteFile(path, b.Bytes(), 0o600))
	return path
}

func TestReportPageInWeCom(t *testing.T) {
	x := newPageWorld(t)
	const agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 wxwork/4.1.30 MicroMessenger/7.0.1"
	for i, s := range []*screen{x.screen("phone", agent, 390, 844), x.screen("desk", agent, 1280, 800)} {
		code := fmt.Sprintf("CC-%03d", i+1)
		if status := s.load(chromedp.Navigate(x.url + "/report/" + code)); status != http.StatusOK {
			t.Fatalf("the form answered %d", status)
		}
		s.shows("form", "上次：62%", "上次：7450万元", "取得施工许可证", "逾期3天", "截止3月16日（周一）18:00")
		if v := ask[[]string](s, `[progress.value, invested.value, text.value]`); !slices.Equal(v, []string{"62", "7450", ""}) {
			t.Errorf("prefilled %q", v)
		}
		s.fill("progress", "58")
		s.fill("invested", "9860.5")
		s.fill("text", "三期主体结构封顶。\n下一步：设备进场安装；困难：临时用电容量不足。")
		s.load(chromedp.Click(chromedp.CSS("form#report .button")))
		s.shows("asked", "进度倒退了", "确认无误，提交")
		if v := ask[[]string](s, `[progress.value, invested.value, text.value]`); v[0] != "58" || v[1] != "9860.5" || !strings.Contains(v[2], "临时用电") {
			t.Errorf("lost of what was typed: %q", v)
		}
		s.fill("progress", "六十几")
		s.load(chromedp.Click(chromedp.CSS("form#report .button.second")))
		s.shows("wrong", "没有读懂进度")
		s.fill("progress", "68.5")
		s.do(chromedp.SetUploadFiles(chromedp.ID("photos"), []string{s.photo()}), chromedp.Click(chromedp.CSS("input[name=done]")))
		if status := s.load(chromedp.Click(chromedp.CSS("form#report .button"))); status != http.StatusOK {
			t.Errorf("the receipt answered %d", status)
		}
		receipt := fmt.Sprintf("260305-%03d", i+1)
		s.shows("receipt", "已收到", receipt, "68.5%", "9860.5万元", "临时用电容量不足", "申请办结", "取得施工许可证")
		if w := ask[int](s, `document.querySelector(".photos img").naturalWidth`); w != 320 {
			t.Errorf("the photo is %d wide", w)
		}
		u, err := x.store.UpdateByReceipt(t.Context(), x.d, receipt)
		if err != nil || *u.Progress != 6850 || *u.Invested != 98_605_000 || u.Source != "form" || len(u.Photos) != 1 || !strings.HasPrefix(u.Text, "三期主体结构封顶。\n下一步") {
			t.Errorf("written %+v, %v", u, err)
		}
		s.load(chromedp.Click(chromedp.CSS("a.button:not(.second)")))
		s.shows("list", "本期已报", "待报")
		s.load(chromedp.Navigate(x.url + "/report/NONE"))
		s.shows("missing", "没有这个项目")
		if len(s.problems) != 3 { // the two 422 and the 404 are told as errors
			t.Errorf("%s: the browser complains: %q", s.name, s.problems)
		}
	}
	if m, err := x.store.Commitment(t.Context(), x.d, x.node.ID); err != nil || m.State != ledger.Reported {
		t.Errorf("the ticked node is %+v, %v", m, err)
	}
}

func TestReportPageInDingTalk(t *testing.T) {
	x := newPageWorld(t)
	s := x.screen("dingtalk", "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 DingTalk/7.6.15", 390, 844)
	s.do(chromedp.Navigate(x.url+"/report"), chromedp.WaitVisible(chromedp.CSS(".list")))
	s.shows("list", "王敏", "城南污水处理厂三期扩建及配套管网工程", "共3个项目")
	if len(s.problems) != 0 {
		t.Errorf("the browser complains: %q", s.problems)
	}
	plain := x.screen("browser", "Mozilla/5.0 (Windows NT 10.0) Chrome/126.0", 1280, 800)
	plain.load(chromedp.Navigate(x.url + "/report"))
	plain.shows("signin", "企业微信登录", "钉钉登录")
	x.ding.SetBrowserUser("ding-wangmin")
	plain.do(chromedp.Click(chromedp.CSS("a.button:nth-of-type(2)")), chromedp.WaitVisible(chromedp.CSS(".list")))
	plain.shows("list", "王敏")
}

// A report is said to be as before in one tap, and one that was wrong is put right, at the width of a phone and of a desk.
func TestNoChangeAndCorrectionPages(t *testing.T) {
	x := newPageWorld(t)
	const agent = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36 wxwork/4.1.30 MicroMessenger/7.0.1"
	for i, s := range []*screen{x.screen("same-phone", agent, 390, 844), x.screen("same-desk", agent, 1280, 800)} {
		code, first, second := fmt.Sprintf("CC-%03d", i+2), fmt.Sprintf("260305-%03d", 2*i+1), fmt.Sprintf("260305-%03d", 2*i+2)
		s.load(chromedp.Navigate(x.url + "/report/" + code))
		s.shows("form", "提交", "与上期相比无变化")
		if status := s.load(chromedp.Click(chromedp.CSS("button[name=same]"))); status != http.StatusOK {
			t.Errorf("无变化 answered %d", status)
		}
		s.shows("unchanged", "已收到", first, "与上期相比无变化", "更正这次报送")
		s.load(chromedp.Click(chromedp.CSS("a.button.second")))
		s.shows("correct", "更正回执"+first, "提交更正", "原报：62%")
		if text := ask[string](s, `document.body.innerText`); strings.Contains(text, "与上期相比无变化") {
			t.Errorf("a correction offers 无变化:\n%s", text)
		}
		s.fill("progress", "66")
		s.fill("text", "设备基础浇筑完成。")
		s.load(chromedp.Click(chromedp.CSS("form#report .button")))
		s.shows("corrected", "已收到", second, "66%", "代替回执"+first+"（原报无变化）")
		s.load(chromedp.Navigate(x.url + "/report/" + code + "/" + first))
		s.shows("old", "该报送已更正", "回执"+second)
		s.load(chromedp.Navigate(x.url + "/report/" + code))
		s.shows("again", "本期已于3月5日报送", "上次填错了，去更正")
		s.load(chromedp.Navigate(x.url + "/report"))
		s.shows("out", "退出")
		if status := s.load(chromedp.Click(chromedp.CSS(".out button"))); status != http.StatusOK {
			t.Errorf("signing out answered %d", status)
		}
		s.shows("gone", "您已退出登录", "重新登录")
		u, err := x.store.UpdateByReceipt(t.Context(), x.d, second)
		if err != nil || u.Corrects != first || *u.Progress != 6600 || u.NoChange {
			t.Errorf("written %+v, %v", u, err)
		}
		if len(s.problems) != 0 {
			t.Errorf("%s: the browser complains: %q", s.name, s.problems)
		}
	}
}
