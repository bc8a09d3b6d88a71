package wecom

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

// Every code of the platform's table, with the state it must lead to and the wait.
func TestVerdicts(t *testing.T) {
	w, _, _ := newPlatform(t).house(nil)
	waits := map[int64]time.Duration{45009: minute, 40014: minute, 42001: minute,
		40001: mending, 40013: mending, 40056: mending, 48002: mending, 50003: mending, 60020: mending, 301002: mending, 846607: mending}
	states := map[chat.State][]int64{
		chat.Retry: {-1, 6000, 45009, 45033, 40014, 42001, 40001, 40013, 40056, 48002, 50003, 60020, 301002, 846607},
		chat.Refused: {41001, 40007, 40008, 40029, 40058, 40093, 42014, 44004, 45002, 50001, 50002, 60011, 82001, 86215, 86216,
			301025, 301055, 846605, 846608, 99999},
		chat.Gone: {60111, 81013, 86001, 86003, 93000, 93004, 93006, 93008},
	}
	remedies := map[remedy][]int64{
		again: {-1, 6000, 45009, 45033, 846607}, renew: {40014, 42001}, shorten: {45002},
		stop:   {41001, 40007, 40008, 40029, 40058, 40093, 42014, 44004, 82001, 86215, 86216, 301025, 846605, 846608},
		office: {40001, 40013, 40056, 48002, 50001, 50002, 50003, 60011, 60020, 60111, 81013, 86001, 86003, 93000, 93004, 93006, 93008, 301002, 301055},
	}
	classed := 0
	for do, codes := range remedies {
		for _, code := range codes {
			if verdicts[code].do != do {
				t.Errorf("%d: %s, want %s", code, verdicts[code].do, do)
			}
			classed++
		}
	}
	if classed != len(verdicts) {
		t.Errorf("%d codes have a remedy, the table has %d", classed, len(verdicts))
	}
	n := 0
	for state, codes := range states {
		for _, code := range codes {
			r := w.judge(code, "hint: [abc], from ip: 10.0.0.1, "+testSecret)
			if r.State != state || r.After != waits[code] || r.Code != strconv.FormatInt(code, 10) || r.Detail == "" {
				t.Errorf("%d: %+v, want %s after %s", code, r, state, waits[code])
			}
			chattest.NoSecrets(t, []string{testSecret}, r.Detail)
			n++
		}
	}
	if n != len(verdicts)+1 {
		t.Errorf("%d codes are proved, the table has %d", n-1, len(verdicts))
	}
	if r := w.judge(0, "ok"); r.State != chat.Sent {
		t.Errorf("code 0: %+v", r)
	}
}

// What is answered without a code of the platform's own is never taken for sent.
func TestAnswersWithoutCode(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   chat.State
	}{
		{"bad gateway", 502, `{"errcode":0}`, chat.Retry},
		{"unavailable", 503, "", chat.Retry},
		{"gateway timeout", 504, "", chat.Unknown},
		{"too many", 429, "", chat.Retry},
		{"redirect", 302, "", chat.Refused},
		{"not found", 404, `{"errcode":0}`, chat.Refused},
		{"login page of a network", 200, "<html>", chat.Unknown},
		{"JSON of something else", 200, `{"ok":true}`, chat.Unknown},
		{"empty", 200, "", chat.Unknown},
		{"code is a word", 200, `{"errcode":"0"}`, chat.Unknown},
		{"endless", 200, `{"errcode":0,"errmsg":"` + string(make([]byte, answerLimit)) + `"}`, chat.Unknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
				rw.Header().Set("Location", "/elsewhere")
				rw.WriteHeader(c.status)
				_, _ = rw.Write([]byte(c.body))
			}))
			defer s.Close()
			w, _, _ := newPlatform(t).house(func(o *Options) { o.APIBase = s.URL })
			r := sender(t, w, chat.WeComWebhook).Send(t.Context(), "泵站专班群", chat.Message{Title: "题"}, "k")
			if r.State != c.want || r.Detail == "" {
				t.Errorf("%+v, want %s", r, c.want)
			}
		})
	}
}

func TestAppRecipientLists(t *testing.T) {
	for field, want := range map[string]chat.State{"invaliduser": chat.Gone, "unlicenseduser": chat.Refused} {
		p := newPlatform(t)
		p.fields = map[string]string{field: "zhangsan"}
		w, _, _ := p.house(nil)
		if r := sender(t, w, chat.WeComApp).Send(t.Context(), "zhangsan", chat.Message{Title: "题"}, "k"); r.State != want || r.Code != field {
			t.Errorf("%s: %+v, want %s", field, r, want)
		}
	}
}

func TestAppTargets(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	for _, to := range []string{"@all", "a|b"} {
		if r := sender(t, w, chat.WeComApp).Send(t.Context(), to, chat.Message{Title: "题"}, "k"); r.State != chat.Refused {
			t.Errorf("%q: %+v", to, r)
		}
	}
	if r := sender(t, w, chat.WeComWebhook).Send(t.Context(), "不认识", chat.Message{Title: "题"}, "k"); r.State != chat.Retry || r.After == 0 {
		t.Errorf("unknown webhook: %+v", r)
	}
	if len(p.wires()) != 0 {
		t.Errorf("something went out: %q", p.wires())
	}
}

func TestAppResult(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	r := sender(t, w, chat.WeComApp).Send(t.Context(), "zhangsan", chat.Message{Title: "题"}, "k")
	if r.State != chat.Sent || r.ID != "MSG1" {
		t.Errorf("%+v, want the platform's id for a recall", r)
	}
	p.do(func() {
		for _, typ := range p.types {
			if typ == "" {
				t.Error("a post without a content type")
			}
		}
	})
}

// What somebody has to mend is said at once and again while it lasts, though not for every message.
func TestOfficeIsTold(t *testing.T) {
	p := newPlatform(t)
	p.codes = []int64{60020, 60020, 45009, 50003, 60020}
	w, log, _ := p.house(nil)
	for i, want := range []int{1, 1, 1, 2, 3} {
		if i == 4 {
			p.clock.Advance(mending)
		}
		sender(t, w, chat.WeComApp).Send(t.Context(), "zhangsan", note, "k")
		if got := strings.Count(log.String(), "mend the set-up"); got != want {
			t.Errorf("after message %d the office was told %d times, want %d", i+1, got, want)
		}
	}
}

// What is too long for the platform goes out shorter, in whole rows, once.
func TestTooLongIsShortened(t *testing.T) {
	m := chat.Message{Title: "题", Foot: []string{"末"}}
	for range 40 {
		m.Rows = append(m.Rows, strings.Repeat("长", 10))
	}
	for route, to := range map[chat.Route]string{chat.WeComApp: "zhangsan", chat.WeComAppChat: "group1", chat.WeComWebhook: "泵站专班群", chat.WeComBot: "wrCHAT"} {
		p := newPlatform(t)
		w, _, _ := p.house(nil)
		p.connect(w)
		p.do(func() { p.codes = []int64{45002} })
		r := sender(t, w, route).Send(t.Context(), to, m, "k")
		if got := p.read(); r.State != chat.Sent || len(got) != 1 || len(got[0]) > sender(t, w, route).Traits().Bytes/2 || !strings.Contains(got[0], "末") {
			t.Errorf("%s: %+v, took %d", route, r, len(got))
		}
		p.do(func() { p.codes = []int64{45002, 45002} })
		if r := sender(t, w, route).Send(t.Context(), to, m, "k2"); r.State != chat.Refused || r.Code != "45002" {
			t.Errorf("%s: %+v", route, r)
		}
	}
}
