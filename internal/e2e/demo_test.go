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
		Register: register, Start: time.Date(2026, 3, 2, 8, 0, 0, 0, clock.Shanghai), SQLite: filepath.Join(t.TempDir(), "duban.db"),
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
	const wait = `new Promise((done, fail) => { const stop = Date.now() + 30000; (function look() {
		try { if (%s) return done(true); } catch (e) {}
		if (Date.now() > stop) return fail(new Error("it did not come about: " + %q));
		requestAnimationFrame(look); })(); })`
	_, err := chromedp.Run(s.ctx, chromedp.Evaluate[bool](fmt.Sprintf(wait, expression, expression), chromedp.EvalAwaitPromise))
	s.ok(err)
}

// The first thing anybody sees: one speaks as an official, sees the answer, turns to the next working
// day and sees the pushes land.
func TestDemoAtADesk(t *testing.T) {
	s, _ := demoScreen(t, "demo-desk", 1440, 900)
	s.shot("start")
	s.do(chromedp.Click(chromedp.ID("understood")))
	s.do(chromedp.Click(chromedp.CSS("#tries button")), chromedp.Click(chromedp.CSS("#form .main")))
	s.until(`document.querySelectorAll(".pane.active .line.push").length > 0`)
	s.shot("said")
	s.do(chromedp.Click(chromedp.CSS("[data-turn=workday]")))
	s.until(`document.getElementById("strip").textContent.includes("时间走到 3月2日 08:40")`)
	s.shot("morning")
	s.do(chromedp.Click(chromedp.CSS("[data-turn=period]")))
	s.until(`document.body.classList.contains("busy")`)
	s.shot("turning")
	s.until(`document.getElementById("strip").textContent.includes("时间走到 3月17日 09:20")`)
	s.shot("fortnight")
	s.do(chromedp.Click(chromedp.CSS(".pane.active .widen")))
	s.shot("wide")
	s.do(chromedp.Click(chromedp.ID("who")), chromedp.WaitVisible(chromedp.ID("picks")))
	s.shot("picker")
	s.do(chromedp.Click(chromedp.CSS("#faults summary")))
	s.shot("faults")
	s.calm()
}

// calm fails when the browser complained.
func (s *screen) calm() {
	s.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.problems) > 0 {
		s.Errorf("the browser complains: %s", strings.Join(s.problems, "\n"))
	}
}

func TestDemoOnAPhone(t *testing.T) {
	s, _ := demoScreen(t, "demo-phone", 390, 844)
	s.shot("start")
	s.do(chromedp.Click(chromedp.ID("understood")))
	s.do(chromedp.Click(chromedp.CSS("#tries button")), chromedp.Click(chromedp.CSS("#form .main")))
	s.until(`document.querySelectorAll(".pane.active .line.push").length > 0`)
	s.shot("said")
	s.do(chromedp.Click(chromedp.CSS("[data-turn=workday]")))
	s.until(`document.getElementById("strip").textContent.includes("时间走到")`)
	s.shot("morning")
	s.do(chromedp.Click(chromedp.ID("menu")))
	s.until(`document.getElementById("list").getBoundingClientRect().left === 0`)
	s.shot("list")
	s.calm()
}
