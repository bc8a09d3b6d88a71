package wecom_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"duban/internal/sandbox/wecom"
)

func text(content string) object {
	return object{"msgtype": "text", "text": object{"content": content}}
}

func with(o object, more object) object {
	out := object{}
	for k, v := range o {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

func TestTokens(t *testing.T) {
	w := newWorld(t)
	base := "/cgi-bin/gettoken?corpid=" + corp + "&corpsecret="
	w.want(w.get(base+"wrong"), 40001)
	w.want(w.get("/cgi-bin/gettoken?corpid=ww0&corpsecret="+secret), 40001)
	first := w.token(secret)
	if w.token(secret) != first || w.token("other-secret") == first {
		t.Error("one token an app, the same within its life")
	}
	w.want(w.get("/cgi-bin/user/get?userid=lisi"), 41001)
	w.want(w.get("/cgi-bin/user/get?userid=lisi&access_token=invented"), 40014)
	ask := "/cgi-bin/user/get?userid=lisi&access_token=" + first
	w.want(w.get(ask), 0)
	w.clock.turn(7199 * time.Second)
	w.want(w.get(ask), 0)
	if out := w.get(base + secret); out["expires_in"].(float64) != 1 {
		t.Errorf("expires_in %v, want what is left", out["expires_in"])
	}
	w.clock.turn(time.Second)
	w.want(w.get(ask), 42001)
	second := w.token(secret)
	w.s.RevokeTokens()
	w.want(w.get("/cgi-bin/user/get?userid=lisi&access_token="+second), 40014)
	if third := w.token(secret); third == second {
		t.Error("a revoked token was given again")
	}
	if n := w.s.Count("/cgi-bin/gettoken"); n != 8 {
		t.Errorf("counted %d", n)
	}
}

func TestSendErrors(t *testing.T) {
	w := newWorld(t)
	long := strings.Repeat("字", 800)
	articles := func(n int) []object {
		return append([]object{}, make([]object, n)...)
	}
	link := object{"title": "题", "description": "述", "url": "http://x.example/"}
	for name, c := range map[string]struct {
		body object
		code int
	}{
		"text":                  {text("你好"), 0},
		"of another app":        {with(text("x"), object{"agentid": 1000003}), 301002},
		"no such app":           {with(text("x"), object{"agentid": 9}), 40056},
		"agentid as a string":   {with(text("x"), object{"agentid": "1000002"}), 40058},
		"no recipients":         {with(text("x"), object{"touser": ""}), 82001},
		"all invalid":           {with(text("x"), object{"touser": "a|b"}), 81013},
		"too many":              {with(text("x"), object{"touser": strings.Repeat("u|", 1001)}), 40058},
		"too many parties":      {with(text("x"), object{"toparty": strings.Repeat("9|", 101)}), 40058},
		"safe":                  {with(text("x"), object{"safe": 3}), 40058},
		"safe 2 of text":        {with(text("x"), object{"safe": 2}), 40058},
		"no msgtype":            {object{}, 40008},
		"markdown_v2":           {object{"msgtype": "markdown_v2", "markdown_v2": object{"content": "x"}}, 40008},
		"empty text":            {text(""), 44004},
		"no body":               {object{"msgtype": "markdown"}, 44004},
		"markdown":              {object{"msgtype": "markdown", "markdown": object{"content": strings.Repeat("a", 2048)}}, 0},
		"long markdown":         {object{"msgtype": "markdown", "markdown": object{"content": long}}, 45002},
		"textcard":              {object{"msgtype": "textcard", "textcard": link}, 0},
		"textcard without url":  {object{"msgtype": "textcard", "textcard": object{"title": "t", "description": "d"}}, 44004},
		"textcard long title":   {object{"msgtype": "textcard", "textcard": with(link, object{"title": long})}, 40058},
		"textcard long text":    {object{"msgtype": "textcard", "textcard": with(link, object{"description": long})}, 40058},
		"textcard long button":  {object{"msgtype": "textcard", "textcard": with(link, object{"btntxt": "查看详细情"})}, 40058},
		"news":                  {object{"msgtype": "news", "news": object{"articles": []object{link}}}, 0},
		"news without":          {object{"msgtype": "news", "news": object{}}, 44004},
		"nine articles":         {object{"msgtype": "news", "news": object{"articles": articles(9)}}, 40058},
		"mpnews":                {object{"msgtype": "mpnews", "mpnews": object{"articles": []object{{"title": "题", "content": "文"}}}, "safe": 2}, 0},
		"mpnews too big":        {object{"msgtype": "mpnews", "mpnews": object{"articles": []object{{"content": strings.Repeat("x", 666<<10+1)}}}}, 45002},
		"unknown media":         {object{"msgtype": "file", "file": object{"media_id": "m"}}, 40007},
		"no card":               {object{"msgtype": "template_card"}, 44004},
		"duplicate check of 2":  {with(text("x"), object{"enable_duplicate_check": 2}), 40058},
		"interval over 4 hours": {with(text("x"), object{"enable_duplicate_check": 1, "duplicate_check_interval": 14401}), 40058},
	} {
		t.Run(name, func(t *testing.T) {
			before := len(w.s.Messages())
			w.t = t
			w.want(w.send(c.body), c.code)
			if landed := len(w.s.Messages()) > before; landed != (c.code == 0) {
				t.Errorf("landed: %v", landed)
			}
		})
	}
	w.t = t
	path := "/cgi-bin/message/send?access_token=" + w.token(secret)
	w.want(w.get(path), 40058)
	out := w.call("POST", path, []byte("{"))
	w.want(out, 40058)
	if !strings.Contains(out["errmsg"].(string), "Warning: wrong json format") {
		t.Errorf("errmsg %v", out["errmsg"])
	}
}

func TestRecipients(t *testing.T) {
	w := newWorld(t)
	out := w.send(with(text("各位"), object{"touser": "ZHANGSAN|Nobody|lisi|lisi", "toparty": "7", "totag": "3"}))
	w.want(out, 0)
	if out["invaliduser"] != "nobody" || out["invalidparty"] != "7" || out["invalidtag"] != "3" || out["msgid"] == "" {
		t.Errorf("answer %v", out)
	}
	m := w.last()
	if fmt.Sprint(m.Users) != "[ZhangSan lisi]" || m.Route != "app" || m.AgentID != agent || m.ChatID != "" || !m.At.Equal(w.clock.Now()) {
		t.Errorf("message %+v", m)
	}
	for _, to := range []object{{"touser": "@all"}, {"touser": "", "toparty": "1"}} {
		w.want(w.send(with(text("全体"), to)), 0)
		if n := len(w.last().Users); n != 3 {
			t.Errorf("%v reached %d", to, n)
		}
	}
	other := w.post("/cgi-bin/message/send?access_token="+w.token("other-secret"), with(text("x"), object{"touser": "lisi|wangwu", "agentid": 1000003}))
	w.want(other, 0)
	if other["invaliduser"] != "wangwu" {
		t.Errorf("a member out of the range was reached: %v", other)
	}
}

func TestTextIsCutAtALetter(t *testing.T) {
	w := newWorld(t)
	w.want(w.send(text("a"+strings.Repeat("字", 800))), 0)
	if got := w.last().Text; len(got) != 2047 || !utf8.ValidString(got) {
		t.Errorf("%d bytes", len(got))
	}
}

func TestDuplicateCheck(t *testing.T) {
	w := newWorld(t)
	body := with(text("第 3 期通报"), object{"enable_duplicate_check": 1, "duplicate_check_interval": 600})
	first := w.send(body)
	again := w.send(body)
	w.want(again, 0)
	if again["msgid"] != first["msgid"] || len(w.s.Messages()) != 1 {
		t.Errorf("the repetition landed: %v", again)
	}
	w.send(with(body, text("第 4 期通报")))
	w.clock.turn(10 * time.Minute)
	w.send(body)
	if n := len(w.s.Messages()); n != 3 {
		t.Errorf("%d messages, want 3: the interval is over", n)
	}
	w.send(text("无检查"))
	w.send(text("无检查"))
	if n := len(w.s.Messages()); n != 5 {
		t.Errorf("%d messages without the check", n)
	}
}

func TestExcessForAMemberIsDroppedSilently(t *testing.T) {
	w := newWorld(t)
	for range 30 {
		w.want(w.send(text("x")), 0)
	}
	w.want(w.send(with(text("31"), object{"touser": "zhangsan|lisi"})), 0)
	m := w.last()
	if fmt.Sprint(m.Users, m.Missed) != "[lisi] [ZhangSan]" {
		t.Errorf("reached %v, missed %v", m.Users, m.Missed)
	}
	w.want(w.send(text("32")), 0)
	if w.last().Seq != 31 {
		t.Error("a dropped message was seen")
	}
	w.clock.turn(time.Minute)
	w.want(w.send(text("33")), 0)
	if w.last().Text != "33" {
		t.Error("still dropped a minute later")
	}
}

func TestAppDayLimit(t *testing.T) {
	w := newWorld(t) // 3 accounts: 600 person-messages a day
	for range 200 {
		w.want(w.send(with(text("x"), object{"touser": "@all"})), 0)
	}
	w.want(w.send(text("x")), 45009)
	w.clock.turn(24 * time.Hour)
	w.want(w.send(text("x")), 0)
}

// The basic limit is tried without a network: ten thousand calls are quick that way.
func TestBasicLimit(t *testing.T) {
	w := newWorld(t)
	ask := func(path string) object {
		rec := httptest.NewRecorder()
		w.s.Handler().ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		var out object
		if err := json.Unmarshal(rec.Body.Bytes(), &out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	tok := w.token(secret)
	for range 10_000 {
		ask("/cgi-bin/tag/list?access_token=" + tok)
	}
	w.want(ask("/cgi-bin/tag/list?access_token="+tok), 45009)
	w.want(ask("/cgi-bin/department/list?access_token="+tok), 0)
	w.clock.turn(59 * time.Second)
	w.want(ask("/cgi-bin/tag/list?access_token="+tok), 45009)
	w.clock.turn(time.Second)
	w.want(ask("/cgi-bin/tag/list?access_token="+tok), 0)
}

func TestRecall(t *testing.T) {
	w := newWorld(t)
	recall := func(secret string, id any) object {
		return w.post("/cgi-bin/message/recall?access_token="+w.token(secret), object{"msgid": id})
	}
	first, second := w.send(text("一"))["msgid"], w.send(text("二"))["msgid"]
	w.want(recall("other-secret", first), 40058)
	w.want(recall(secret, "M"), 40058)
	w.want(recall(secret, first), 0)
	w.want(recall(secret, first), 40058)
	all := w.s.Messages()
	if !all[0].Recalled || all[1].Recalled || all[0].Seq != 1 {
		t.Errorf("messages %+v", all)
	}
	w.clock.turn(24 * time.Hour)
	w.want(recall(secret, second), 40058)
}

func TestSubscribe(t *testing.T) {
	w := newWorld(t)
	feed, cancel := w.s.Subscribe()
	id := w.send(text("一"))["msgid"]
	w.send(text("二"))
	w.api("/cgi-bin/message/recall", object{"msgid": id})
	var got []string
	for range 3 {
		select {
		case m := <-feed:
			got = append(got, fmt.Sprintf("%d %s %v", m.Seq, m.Text, m.Recalled))
		case <-time.After(patience):
			t.Fatal("nothing came")
		}
	}
	if s := fmt.Sprint(got); s != "[1 一 false 2 二 false 1 一 true]" {
		t.Errorf("feed %s", s)
	}
	cancel()
	cancel()
	if _, open := <-feed; open {
		t.Error("the feed goes on after cancel")
	}
	if s := w.s.Since(1); len(s) != 1 || s[0].Text != "二" {
		t.Errorf("since 1: %v", s)
	}
	late, _ := w.s.Subscribe()
	w.s.Close()
	if _, open := <-late; open {
		t.Error("the feed goes on after Close")
	}
}

func TestSetupLists(t *testing.T) {
	w := newWorld(t)
	w.s.AddUser(wecom.User{ID: "LISI", Name: "李四"})
	if u := w.s.Users(); len(u) != 3 || u[1].Name != "李四" {
		t.Errorf("users %v", u)
	}
	if g := w.s.Groups(); len(g) != 1 || g[0].WebhookKeys[0] != hookKey {
		t.Errorf("groups %v", g)
	}
}
