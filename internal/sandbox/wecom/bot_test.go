package wecom_test

import (
	"crypto/md5"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"
)

func dig(o any, path ...string) any {
	for _, p := range path {
		m, _ := o.(object)
		o = m[p]
	}
	return o
}

func streamOf(id, content string, finish bool) object {
	return object{"msgtype": "stream", "stream": object{"id": id, "content": content, "finish": finish}}
}

func TestSubscribeOfABot(t *testing.T) {
	w := newWorld(t)
	l := w.dial()
	w.want(l.ask("ping", nil), 0)
	w.want(l.ask("aibot_send_msg", object{}), 41001)
	w.want(l.ask("aibot_subscribe", object{"bot_id": botID, "secret": "wrong"}), 40001)
	w.want(l.ask("aibot_subscribe", object{"bot_id": "none", "secret": ""}), 40001)
	if w.s.Connected(botID) {
		t.Error("connected with a wrong secret")
	}
	w.want(l.ask("aibot_subscribe", object{"bot_id": botID, "secret": "bot-secret"}), 0)
	w.want(l.ask("aibot_dance", nil), 40058)
	if !w.s.Connected(botID) || w.s.Count("ws/aibot_subscribe") != 3 || w.s.Count("ws") != 6 {
		t.Errorf("connected %v, %d commands", w.s.Connected(botID), w.s.Count("ws"))
	}
}

func TestNewerConnectionKicksTheOlder(t *testing.T) {
	w := newWorld(t)
	older := w.connect()
	newer := w.connect()
	p := older.next()
	if p.Cmd != "aibot_event_callback" || dig(p.Body, "event", "eventtype") != "disconnected_event" {
		t.Errorf("farewell %+v", p)
	}
	if got := older.ended(); got != 1000 {
		t.Errorf("closed with %d", got)
	}
	if _, err := w.s.SayToBot("lisi", "你好"); err != nil {
		t.Fatal(err)
	}
	if newer.next().Cmd != "aibot_msg_callback" {
		t.Error("the newer connection hears nothing")
	}
	if !w.s.KickBot(botID) || w.s.KickBot(botID) {
		t.Error("kicked not exactly once")
	}
	if newer.next().Cmd != "aibot_event_callback" || newer.ended() != 1000 {
		t.Error("the kicked connection was not told and closed")
	}
}

func TestGroupMessageAndStream(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	id, err := w.s.SayInGroup(groupID, "zhangsan", "逾期")
	if err != nil {
		t.Fatal(err)
	}
	p := l.next()
	b := p.Body
	if p.Cmd != "aibot_msg_callback" || b["msgid"] != id || b["aibotid"] != botID || b["chatid"] != groupID || b["chattype"] != "group" ||
		dig(b, "from", "userid") != "ZhangSan" || b["msgtype"] != "text" || dig(b, "text", "content") != "@督办助手 逾期" {
		t.Errorf("callback %+v", p)
	}
	req := p.Headers.ReqID
	w.want(l.answer("aibot_respond_msg", req, streamOf("S1", "查", false)), 0)
	if m := w.last(); m.Text != "查" || m.Finished || m.Route != "aibot_reply" || m.ChatID != groupID || m.BotID != botID || m.MsgType != "stream" {
		t.Errorf("message %+v", m)
	}
	w.want(l.answer("aibot_respond_msg", req, streamOf("S1", "查到 2 项 <@lisi>", true)), 0)
	if m := w.last(); m.Seq != 1 || m.Text != "查到 2 项 <@lisi>" || !m.Finished || fmt.Sprint(m.Mentions) != "[lisi]" {
		t.Errorf("message %+v", m)
	}
	w.want(l.answer("aibot_respond_msg", req, streamOf("S1", "再", true)), 846608)
	w.want(l.answer("aibot_respond_msg", req, streamOf("S2", "慢", false)), 0)
	w.clock.turn(10 * time.Minute)
	w.want(l.answer("aibot_respond_msg", req, streamOf("S2", "慢慢", true)), 846608)
	w.want(l.answer("aibot_respond_msg", "invented", streamOf("S3", "x", true)), 846605)
	w.clock.turn(24 * time.Hour)
	w.want(l.answer("aibot_respond_msg", req, streamOf("S3", "x", true)), 846605)
	if _, err := w.s.SayInGroup(groupID, "lisi", "@督办助手 我的"); err != nil {
		t.Fatal(err)
	}
	if got := dig(l.next().Body, "text", "content"); got != "@督办助手 我的" {
		t.Errorf("content %v", got)
	}
}

func TestReplyLimits(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	if _, err := w.s.SayToBot("lisi", "帮助"); err != nil {
		t.Fatal(err)
	}
	p := l.next()
	if p.Body["chatid"] != nil || p.Body["chattype"] != "single" || dig(p.Body, "text", "content") != "帮助" {
		t.Errorf("callback %+v", p)
	}
	image := object{"msgtype": "image", "image": object{"base64": base64.StdEncoding.EncodeToString([]byte(picture)), "md5": fmt.Sprintf("%x", md5.Sum([]byte(picture)))}}
	stream := func(more object) object {
		return object{"msgtype": "stream", "stream": with(object{"id": "L", "content": "x", "finish": true}, more)}
	}
	for _, c := range []struct {
		name string
		body object
		code int
	}{
		{"text", text("x"), 40008},
		{"markdown", object{"msgtype": "markdown", "markdown": object{"content": "x"}}, 40008},
		{"no id", stream(object{"id": ""}), 40058},
		{"no stream", object{"msgtype": "stream"}, 40058},
		{"nothing to say", stream(object{"content": ""}), 44004},
		{"too long", stream(object{"content": strings.Repeat("a", 20481)}), 45002},
		{"images too early", stream(object{"finish": false, "msg_item": []object{image}}), 40058},
		{"eleven images", stream(object{"msg_item": []object{image, image, image, image, image, image, image, image, image, image, image}}), 40058},
		{"words among images", stream(object{"msg_item": []object{{"msgtype": "text"}}}), 40058},
		{"long feedback id", stream(object{"feedback": object{"id": strings.Repeat("f", 257)}}), 40058},
		{"as long as may be", stream(object{"id": "A", "content": strings.Repeat("a", 20480), "msg_item": []object{image}}), 0},
		{"with feedback", stream(object{"id": "B", "finish": false, "feedback": object{"id": "f"}}), 0},
		{"feedback later", stream(object{"id": "B", "feedback": object{"id": "f"}}), 40058},
		{"card", cardMessage(vote()), 0},
		{"card with a link for a button", cardMessage(buttons()), 40058},
		{"card with an attachment", cardMessage(with(vote(), object{"horizontal_content_list": []object{{"keyname": "k", "type": 2, "media_id": "m"}}})), 40058},
		{"both", with(streamOf("C", "见卡片", true), with(cardMessage(vote()), object{"msgtype": "stream_with_template_card"})), 0},
		{"card twice", with(streamOf("D", "见卡片", true), with(cardMessage(vote()), object{"msgtype": "stream_with_template_card"})), 40058},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.t = t
			before := len(w.s.Messages())
			w.want(l.answer("aibot_respond_msg", p.Headers.ReqID, c.body), c.code)
			if landed := len(w.s.Messages()) > before; landed != (c.code == 0) {
				t.Errorf("landed: %v", landed)
			}
		})
	}
	w.t = t
	if m := w.last(); m.ChatID != "" || fmt.Sprint(m.Users) != "[lisi]" {
		t.Errorf("message %+v", m)
	}
}

func TestPush(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	md := func(chat, content string) object {
		return l.ask("aibot_send_msg", object{"chatid": chat, "msgtype": "markdown", "markdown": object{"content": content}})
	}
	w.want(md(groupID, "早"), 846607)
	w.want(md("lisi", "早"), 846607)
	if _, err := w.s.SayInGroup(groupID, "lisi", "在"); err != nil {
		t.Fatal(err)
	}
	w.want(md(groupID, "请看 <@ZhangSan>"), 0)
	if m := w.last(); m.Route != "aibot_push" || m.ChatID != groupID || fmt.Sprint(m.Mentions) != "[ZhangSan]" {
		t.Errorf("message %+v", m)
	}
	w.want(md("WRGROUP", "早"), 846607)
	w.want(md("lisi", "早"), 846607) // spoke in the group only
	w.want(md(groupID, strings.Repeat("a", 20481)), 45002)
	w.want(l.ask("aibot_send_msg", with(text("x"), object{"chatid": groupID})), 40008)
	if _, err := w.s.SayToBot("LISI", "在"); err != nil {
		t.Fatal(err)
	}
	w.want(md("lisi", "早"), 0)
	if m := w.last(); m.ChatID != "" || fmt.Sprint(m.Users) != "[lisi]" {
		t.Errorf("message %+v", m)
	}
	for range 29 {
		w.want(md("lisi", "x"), 0)
	}
	w.want(md("lisi", "31"), 45009)
	w.want(md(groupID, "另一个会话"), 0)
	w.clock.turn(time.Minute)
	w.want(md("lisi", "x"), 0)
}

func TestBotCard(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	if _, err := w.s.SayInGroup(groupID, "lisi", "在"); err != nil {
		t.Fatal(err)
	}
	l.next()
	card := multiple()
	push := func(c object) object { return l.ask("aibot_send_msg", with(cardMessage(c), object{"chatid": groupID})) }
	w.want(push(card), 0)
	w.want(push(card), 42014)
	press := func() string {
		t.Helper()
		if err := w.s.Press(1, "lisi", "submit", map[string][]string{"reason": {"o2"}}); err != nil {
			t.Fatal(err)
		}
		p := l.next()
		data := dig(p.Body, "event", "template_card_event")
		if p.Cmd != "aibot_event_callback" || dig(p.Body, "event", "eventtype") != "template_card_event" || dig(p.Body, "from", "userid") != "lisi" ||
			dig(data, "event_key") != "submit" || dig(data, "task_id") != card["task_id"] || dig(data, "card_type") != "multiple_interaction" {
			t.Errorf("event %+v", p)
		}
		if got := fmt.Sprint(dig(data, "selected_items", "selected_item")); got != "[map[option_ids:map[option_id:[o2]] question_key:reason] map[option_ids:map[option_id:[o1]] question_key:days]]" {
			t.Errorf("selected %s", got)
		}
		return p.Headers.ReqID
	}
	if err := w.s.Press(1, "wangwu", "submit", nil); err == nil {
		t.Error("somebody outside the group pressed")
	}
	done := with(notice(), object{"task_id": card["task_id"], "main_title": object{"title": "已受理"}})
	update := func(req string, more object) object {
		return l.answer("aibot_respond_update_msg", req, with(object{"response_type": "update_template_card", "template_card": done}, more))
	}
	req := press()
	w.want(update("invented", nil), 846605)
	w.want(update(req, object{"response_type": "other"}), 40058)
	w.want(update(req, object{"template_card": with(done, object{"task_id": "other"})}), 42014)
	w.clock.turn(5 * time.Second)
	w.want(update(req, nil), 846605)
	req = press()
	w.want(l.answer("aibot_respond_msg", req, streamOf("S", "x", true)), 846605)
	w.want(update(req, nil), 0)
	w.want(update(req, nil), 846605)
	if m := w.last(); m.Seq != 1 || !m.Updated || m.Title != "已受理" || m.UpdatedFor != nil {
		t.Errorf("message %+v", m)
	}
}

func TestWelcome(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	enter := func() string {
		t.Helper()
		if err := w.s.EnterBot("lisi"); err != nil {
			t.Fatal(err)
		}
		p := l.next()
		if dig(p.Body, "event", "eventtype") != "enter_chat" {
			t.Errorf("event %+v", p)
		}
		return p.Headers.ReqID
	}
	req := enter()
	w.want(l.answer("aibot_respond_welcome_msg", req, object{"msgtype": "markdown"}), 40008)
	w.want(l.answer("aibot_respond_welcome_msg", req, text("您好")), 0)
	w.want(l.answer("aibot_respond_welcome_msg", req, text("您好")), 846605)
	if m := w.last(); m.Text != "您好" || m.Route != "aibot_reply" {
		t.Errorf("message %+v", m)
	}
	req = enter()
	w.clock.turn(5 * time.Second)
	w.want(l.answer("aibot_respond_welcome_msg", req, text("您好")), 846605)
	w.want(l.ask("aibot_send_msg", object{"chatid": "lisi", "msgtype": "markdown", "markdown": object{"content": "x"}}), 846607) // entering is not speaking
}

func TestRepeatToABot(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	w.s.Repeat(2)
	if _, err := w.s.SayToBot("lisi", "重复"); err != nil {
		t.Fatal(err)
	}
	first, second := l.next(), l.next()
	if first.Body["msgid"] != second.Body["msgid"] || first.Headers.ReqID == second.Headers.ReqID {
		t.Errorf("%+v, %+v", first, second)
	}
}

func TestResponseURL(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	say := func() string {
		t.Helper()
		if _, err := w.s.SayInGroup(groupID, "lisi", "在"); err != nil {
			t.Fatal(err)
		}
		return strings.TrimPrefix(l.next().Body["response_url"].(string), w.s.URL())
	}
	path := say()
	md := object{"msgtype": "markdown", "markdown": object{"content": "稍后"}}
	w.want(w.post(path, text("x")), 40008)
	w.want(w.post(path, md), 0)
	w.want(w.post(path, md), 40058)
	if m := w.last(); m.Route != "aibot_reply" || m.ChatID != groupID || m.Text != "稍后" {
		t.Errorf("message %+v", m)
	}
	path = say()
	w.clock.turn(time.Hour)
	w.want(w.post(path, md), 40058)
}

func TestUploadInPieces(t *testing.T) {
	w := newWorld(t)
	l := w.connect()
	if _, err := w.s.SayToBot("lisi", "在"); err != nil {
		t.Fatal(err)
	}
	data := []byte(strings.Repeat("督", 200_000)) // 600 000 bytes: two pieces
	start := func(more object) object {
		return l.ask("aibot_upload_media_init", with(object{"type": "file", "filename": "台账.xlsx", "total_size": len(data), "total_chunks": 2, "md5": fmt.Sprintf("%x", md5.Sum(data))}, more))
	}
	chunk := func(id any, i int, b []byte) object {
		return l.ask("aibot_upload_media_chunk", object{"upload_id": id, "chunk_index": i, "base64_data": base64.StdEncoding.EncodeToString(b)})
	}
	w.want(start(object{"total_chunks": 101}), 40058)
	w.want(start(object{"type": "poster"}), 40058)
	w.want(start(object{"total_size": 20<<20 + 1}), 45002)
	out := start(nil)
	w.want(out, 0)
	id := out["upload_id"]
	w.want(chunk(id, 2, data[:9]), 40058)
	w.want(chunk("none", 0, data[:9]), 40058)
	w.want(chunk(id, 0, data[:512<<10+1]), 40058)
	w.want(chunk(id, 0, data[:512<<10]), 0)
	w.want(l.ask("aibot_upload_media_finish", object{"upload_id": id}), 40058) // a piece is missing
	w.want(chunk(id, 1, data[512<<10:]), 0)
	out = l.ask("aibot_upload_media_finish", object{"upload_id": id})
	w.want(out, 0)
	file := object{"chatid": "lisi", "msgtype": "file", "file": object{"media_id": out["media_id"]}}
	w.want(l.ask("aibot_send_msg", file), 0)
	if name, got, ok := w.s.Media(w.last().MediaID); !ok || name != "台账.xlsx" || string(got) != string(data) {
		t.Errorf("media %q, %d bytes", name, len(got))
	}
	w.want(w.send(object{"msgtype": "file", "file": object{"media_id": out["media_id"]}}), 40007) // the bot's own
	w.clock.turn(72 * time.Hour)
	w.want(l.ask("aibot_send_msg", file), 40007)
}
