package e2e

import (
	"fmt"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"duban/internal/clock"
	"duban/internal/sandbox"
)

// demoScreen is the demo of the sample district in a real browser.
func demoScreen(t *testing.T, name string, width, height int) (*screen, *sandbox.World) {
	t.Helper()
	register, err := sandbox.Sample()
	if err != nil {
		t.Fatal(err)
	}
	w, err := sandbox.New(t.Context(), sandbox.Options{
		Register: register, Start: time.Date(2026, 2, 27, 8, 0, 0, 0, clock.Shanghai), SQLite: filepath.Join(t.TempDir(), "duban.db"),
		Links: true, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	server := httptest.NewServer(sandbox.NewDemo(w).Handler())
	t.Cleanup(server.Close)
	x := &pageWorld{T: t, url: server.URL}
	s := x.screen(name, "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", width, height)
	s.do(chromedp.Navigate(server.URL), chromedp.WaitVisible(chromedp.CSS("body[data-ready]")))
	return s, w
}

// until waits in the page until an expression is true.
func (s *screen) until(expression string) {
	s.Helper()
	const wait = `new Promise((done, fail) => { const stop = Date.now() + 300000; (function look() {
		try { if (%s) return done(true); } catch (e) {}
		if (Date.now() > stop) return fail(new Error("it did not come about: " + %q));
		requestAnimationFrame(look); })(); })`
	_, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](fmt.Sprintf(wait, expression, expression), chromedp.EvalAwaitPromise))
	s.ok(err)
}

// press presses what a selector finds.
func (s *screen) press(selector string) {
	s.Helper()
	s.do(chromedp.Click(chromedp.CSS(selector)))
}

// tells waits until the line over the chats says something.
func (s *screen) tells(words string) {
	s.Helper()
	s.until(fmt.Sprintf(`document.getElementById("strip").textContent.includes(%q)`, words))
}

// calm fails when the browser complained or the page is wider than the screen.
func (s *screen) calm() {
	s.Helper()
	if wide := ask[int](s, `document.documentElement.scrollWidth`); wide > s.width {
		s.Errorf("%s: %d wide on a screen of %d", s.name, wide, s.width)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) > 0 {
		s.Errorf("the browser complains: %s", strings.Join(s.problems, "\n"))
	}
}

// The first thing anybody sees: one speaks as an official, presses what is answered, turns to the next
// working day and the next circular, and sees the pushes land.
func TestDemoAtADesk(t *testing.T) {
	s, _ := demoScreen(t, "demo-desk", 1440, 900)
	s.shot("start")
	if n := ask[int](s, `document.querySelectorAll(".pane").length`); n != 8 {
		t.Errorf("%d chats are shown", n)
	}
	s.press("#understood")
	s.press("#tries button")
	s.press("#form .main")
	s.until(`document.querySelector(".pane.active .push .offers button").textContent === "撤回"`)
	s.shot("said")
	s.press(".pane.active .push .offers button")
	s.until(`document.querySelector(".pane.active .pressed + .push").textContent.includes("已撤回")`)

	s.press("[data-turn=workday]")
	s.tells("时间走到 2月27日 08:40，新消息 ")
	s.until(`document.querySelector(".pane .push.fresh")`)
	s.shot("morning")
	s.press("[data-turn=period]")
	s.tells("时间走到 3月2日 09:20，新消息 ")
	s.until(`[...document.querySelectorAll(".pane")].filter((p) => p.querySelector(".fresh .mark")?.textContent && p.textContent.includes("2026年2月下半月")).length >= 5`)
	s.shot("circular")
	if !ask[bool](s, `document.querySelector("[data-turn=period]").click(), document.body.classList.contains("busy")`) {
		t.Error("a turn does not show that it is under way")
	}
	s.tells("时间走到 3月17日 09:20")
	s.shot("fortnight")
	s.press(".pane.active .widen")
	s.shot("wide")
	s.press("#who")
	s.do(chromedp.WaitVisible(chromedp.ID("picks")))
	s.shot("picker")
	s.press("#faults summary")
	s.shot("faults")
	s.calm()
}

// What people type is shown as they typed it and does nothing.
func TestDemoShowsWordsAsWords(t *testing.T) {
	s, _ := demoScreen(t, "demo-words", 1440, 900)
	s.press("#understood")
	const bad = `报 <img src=x onerror="document.title='hit'"> [点我](javascript:document.title='hit') <script>document.title='hit'</script>`
	s.fill("text", bad)
	s.press("#form .main")
	s.until(`document.querySelector(".pane.active .push")`)
	if got := ask[string](s, `document.querySelector(".pane.active .said .words").textContent`); !strings.HasSuffix(got, bad) {
		t.Errorf("what was typed is shown as %q", got)
	}
	if n := ask[int](s, `document.querySelectorAll("#panes :is(img, script, a)").length`); n != 0 {
		t.Errorf("%d elements came out of words", n)
	}
	if title := ask[string](s, `document.title`); title != "督办 · 云川区演示" {
		t.Errorf("the title is %q", title)
	}
	s.calm()
}

// A link to the form opens it signed in as whoever is being played.
func TestDemoOpensTheForm(t *testing.T) {
	s, w := demoScreen(t, "demo-form", 1440, 900)
	s.press("#understood")
	s.press("[data-turn=period]")
	s.tells("时间走到 3月2日 09:20")
	ask[bool](s, `window.open = () => ({ location: { replace: (to) => { window.went = to; } }, close() {} }), true`)
	s.press(".pane.wecom[data-chat^='g:'] .link, .pane.wecom .offers .opens")
	s.until(`window.went`)
	went := ask[string](s, `window.went`)
	if !strings.HasPrefix(went, w.App.URL()+"/signin/") {
		t.Fatalf("the link leads to %s", went)
	}
	s.do(chromedp.Navigate(went), chromedp.WaitVisible(chromedp.CSS("form#report, .list, .plain")))
	s.shot("form")
	if text := ask[string](s, `document.body.innerText`); !strings.Contains(text, "提交") {
		t.Errorf("no form but %s", text)
	}
}

func TestDemoOnAPhone(t *testing.T) {
	s, _ := demoScreen(t, "demo-phone", 390, 844)
	s.shot("start")
	s.press("#understood")
	s.press("#tries button")
	s.press("#form .main")
	s.until(`document.querySelector(".pane.active .push")`)
	s.shot("said")
	s.press("[data-turn=workday]")
	s.tells("时间走到 2月27日 08:40")
	s.press("#strip .chip")
	s.until(`document.querySelector(".pane.active .push.fresh")`)
	s.shot("morning")
	s.press("#menu")
	s.until(`document.getElementById("list").getBoundingClientRect().left === 0`)
	s.shot("list")
	s.press("#chats [data-chat='g:G01']")
	s.until(`document.querySelector(".pane.active").dataset.chat === "g:G01" && !document.body.classList.contains("drawn")`)
	s.calm()
}
