package dingtalk

import (
	"errors"
	"testing"

	"duban/internal/chat"
)

// drawn gives what was used, and takes it.
func (r *rig) drawn(t *testing.T) (used Usage) {
	t.Helper()
	if err := r.d.Draw(func(u Usage) error { used = u; return nil }); err != nil {
		t.Fatal(err)
	}
	return used
}

// TestUsage: what the platform counts is counted, what it does not is not, and nothing is lost when it cannot be
// written down.
func TestUsage(t *testing.T) {
	r := start(t, withCards)
	r.says("/robot/send", 200, `{"errcode":0}`)
	r.says("/robot/sendBySession", 200, `{"errcode":0}`)
	r.says(deliverPath, 200, delivered)
	send := func(route chat.Route, to string, m chat.Message) { r.sender(route).Send(t.Context(), to, m, "k") }
	plain := chat.Message{Title: "标题"}
	for _, c := range []struct {
		name string
		do   func()
		want Usage
	}{
		{"a token", func() { _ = r.d.Ping(t.Context()) }, Usage{}},
		{"a group message", func() { r.says(groupPath, 200, `{"processQueryKey":"p"}`); send(chat.DingGroup, "cid1", plain) }, Usage{Calls: 1}},
		{"one that failed", func() { r.says(groupPath, 400, `{"code":"group.disbanded"}`); send(chat.DingGroup, "cid1", plain) }, Usage{Calls: 1}},
		{"too fast", func() {
			r.says(groupPath, 403, `{"code":"Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"}`)
			send(chat.DingGroup, "cid1", plain)
		}, Usage{}},
		{"used up", func() {
			r.says(groupPath, 403, `{"code":"Forbidden.AccessDenied.ApiCountLimitForOrg"}`)
			send(chat.DingGroup, "cid1", plain)
		}, Usage{Calls: 1, Withheld: 1}},
		{"a card", func() { send(chat.DingGroup, "cid1", pressableWarning) }, Usage{Calls: 1}},
		{"a group robot", func() { send(chat.DingCustom, "外部群", plain) }, Usage{Messages: 1}},
		{"a reply", func() { send(chat.DingSessionHook, r.srv.URL+"/robot/sendBySession?session="+sessionKey, plain) }, Usage{Messages: 1}},
		{"heard", func() { r.post(t, noon, message(), nil) }, Usage{Messages: 1}},
		{"heard without text", func() { r.post(t, noon, message(`{"errorCode":"20001","text":null}`), nil) }, Usage{Messages: 1, Deaf: 1}},
		{"recall", func() { r.sender(chat.DingGroup).(chat.Recaller).Recall(t.Context(), "cid1", "p") }, Usage{Calls: 1}},
	} {
		c.do()
		if got := r.drawn(t); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
	}
	r.post(t, noon, message(), nil)
	away := errors.New("database away")
	if err := r.d.Draw(func(Usage) error { return away }); !errors.Is(err, away) {
		t.Error(err)
	}
	if got := r.drawn(t); got != (Usage{Messages: 1}) {
		t.Errorf("after a failure: %+v", got)
	}
	called := false
	if err := r.d.Draw(func(Usage) error { called = true; return nil }); err != nil || called {
		t.Error("nothing was handed over as something")
	}
}
