package wecom

import (
	"testing"

	"duban/internal/chat"
	"duban/internal/chat/chattest"
)

func TestSenders(t *testing.T) {
	for _, c := range []struct {
		route chat.Route
		to    string
		live  bool
		never []chattest.Case
		calls bool // the aibot calls back
	}{
		{route: chat.WeComApp, to: "zhangsan"},
		{route: chat.WeComAppChat, to: "group1"},
		{route: chat.WeComWebhook, to: "泵站专班群"},
		{route: chat.WeComBot, to: "wrCHAT", live: true, never: []chattest.Case{chattest.Break}}, // no HTTP on this way
		{route: chat.WeComBotReply, live: true, never: []chattest.Case{chattest.Break}},
		{route: chat.WeComBotReply, calls: true},
		{route: chat.WeComAppCard, to: "zhangsan CODE T-1"},
		{route: chat.WeComBotCard, live: true, never: []chattest.Case{chattest.Break}},
	} {
		name := string(c.route)
		if c.calls {
			name += " by callback"
		}
		t.Run(name, func(t *testing.T) {
			chattest.Suite(t, func(t *testing.T) *chattest.Rig {
				p := newPlatform(t)
				var change func(*Options)
				if c.calls {
					change = byCallback
				}
				w, log, inbox := p.house(change)
				to := c.to
				if c.calls {
					to = "url single " + p.replyURL()
				}
				if c.live {
					p.connect(w)
				}
				if c.route == chat.WeComBotCard {
					p.tell("aibot_event_callback", "req-1", `{"msgid":"M1","chattype":"single","from":{"userid":"zhangsan"},"msgtype":"event","event":{"eventtype":"template_card_event","template_card_event":{"event_key":"x","task_id":"T-1"}}}`)
					to = (<-inbox).Card.Update.To
				}
				if to == "" {
					p.tell("aibot_msg_callback", "req-1", `{"msgid":"M1","chattype":"single","from":{"userid":"zhangsan"},"msgtype":"text","text":{"content":"帮助"}}`)
					to = (<-inbox).Reply.To
				}
				down := func() {
					p.down()
					if c.live {
						p.gone(w)
					}
				}
				return &chattest.Rig{Sender: sender(t, w, c.route), To: to, Next: p.next, Down: down, Read: p.read, Wire: p.wires, Shown: p.pictures,
					Secrets: testSecrets, Log: log, Never: c.never}
			})
		})
	}
}
