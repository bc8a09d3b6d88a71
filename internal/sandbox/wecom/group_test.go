package wecom_test

import (
	"bytes"
	"crypto/md5"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"duban/internal/sandbox/wecom"
)

const picture = "\x89PNG\r\n\x1a\n and so on"

func (w *world) upload(path, field, name string, data []byte) object {
	w.t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile(field, name)
	if err != nil {
		w.t.Fatal(err)
	}
	_, _ = part.Write(data)
	_ = form.Close()
	_, body, err := w.do("POST", path, form.FormDataContentType(), b.Bytes())
	if err != nil {
		w.t.Fatal(err)
	}
	var out object
	if err := json.Unmarshal(body, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

func TestAppchat(t *testing.T) {
	w := newWorld(t)
	create := func(more object) object {
		return w.api("/cgi-bin/appchat/create", with(object{"name": "一号专班", "userlist": []string{"zhangsan", "lisi"}, "chatid": "p1"}, more))
	}
	w.want(create(object{"name": strings.Repeat("字", 51)}), 40058)
	w.want(create(object{"userlist": []string{"lisi", "LISI"}}), 40058)
	w.want(create(object{"userlist": []string{"lisi", "nobody"}}), 86216)
	w.want(create(object{"owner": "wangwu"}), 86216)
	w.want(create(object{"chatid": "p-1"}), 86001)
	w.want(w.post("/cgi-bin/appchat/create?access_token="+w.token("other-secret"), object{}), 60011)
	w.want(create(nil), 0)
	w.want(create(nil), 86215)
	if out := create(object{"chatid": ""}); out["chatid"] == "" {
		t.Errorf("no chatid was made: %v", out)
	}
	w.want(w.api("/cgi-bin/appchat/update", object{"chatid": "none"}), 86003)
	w.want(w.api("/cgi-bin/appchat/update", object{"chatid": groupID}), 86003)
	w.want(w.api("/cgi-bin/appchat/update", object{"chatid": "p1", "del_user_list": []string{"lisi"}}), 40058)
	w.want(w.api("/cgi-bin/appchat/update", object{"chatid": "p1", "name": "二号", "owner": "wangwu", "add_user_list": []string{"wangwu"}, "del_user_list": []string{"lisi"}}), 0)
	got := w.get("/cgi-bin/appchat/get?chatid=p1&access_token=" + w.token(secret))
	if fmt.Sprint(got["chat_info"]) != "map[chat_type:0 chatid:p1 name:二号 owner:wangwu userlist:[ZhangSan wangwu]]" {
		t.Errorf("get %v", got)
	}
	w.want(w.get("/cgi-bin/appchat/get?chatid=&access_token="+w.token(secret)), 86001)
	send := func(more object) object { return w.api("/cgi-bin/appchat/send", with(object{"chatid": "p1"}, more)) }
	w.want(send(text("简报")), 0)
	if m := w.last(); m.Route != "appchat" || m.ChatID != "p1" || m.Text != "简报" || m.Users != nil {
		t.Errorf("message %+v", m)
	}
	w.want(send(cardMessage(notice())), 40008)
	w.want(send(with(text("x"), object{"chatid": "none"})), 86003)
	if _, err := w.s.SayInGroup("p1", "wangwu", "逾期"); err == nil {
		t.Error("somebody was heard in a group of an app")
	}
}

func TestAppchatLimits(t *testing.T) {
	w := newWorld(t)
	w.api("/cgi-bin/appchat/create", object{"name": "a", "chatid": "a", "userlist": []string{"zhangsan", "lisi"}})
	w.api("/cgi-bin/appchat/create", object{"name": "b", "chatid": "b", "userlist": []string{"zhangsan", "wangwu"}})
	send := func(chat string) object {
		return w.api("/cgi-bin/appchat/send", with(text("x"), object{"chatid": chat}))
	}
	for range 200 {
		w.want(send("a"), 0)
	}
	w.want(send("a"), 0) // dropped for everybody
	if n := len(w.s.Messages()); n != 200 {
		t.Errorf("%d messages seen", n)
	}
	w.want(send("b"), 0)
	if m := w.last(); m.ChatID != "b" || fmt.Sprint(m.Missed) != "[ZhangSan]" {
		t.Errorf("message %+v", m)
	}
	var many []string
	for i := range 2000 {
		id := fmt.Sprint("u", i)
		w.s.AddUser(wecom.User{ID: id})
		many = append(many, id)
	}
	w.clock.turn(time.Minute)
	w.api("/cgi-bin/appchat/create", object{"name": "c", "chatid": "c", "userlist": many})
	for range 10 {
		w.want(send("c"), 0)
	}
	w.want(send("a"), 45009)
}

func TestMedia(t *testing.T) {
	w := newWorld(t)
	path := "/cgi-bin/media/upload?access_token=" + w.token(secret) + "&type="
	for name, c := range map[string]struct {
		kind, field string
		data        string
		code        int
	}{
		"file": {"file", "media", "123456", 0}, "image": {"image", "media", picture, 0},
		"voice": {"voice", "media", "#!AMR\n1", 0}, "video": {"video", "media", "123456", 0},
		"too small": {"file", "media", "12345", 40058}, "unknown kind": {"poster", "media", "123456", 40058},
		"wrong field": {"file", "file", "123456", 40058}, "no image": {"image", "media", "123456", 40058},
		"voice too big": {"voice", "media", "#!AMR" + strings.Repeat("x", 2<<20), 45002},
		"image too big": {"image", "media", picture + strings.Repeat("x", 10<<20), 45002},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.want(w.upload(path+c.kind, c.field, "甲.bin", []byte(c.data)), c.code)
		})
	}
	w.t = t
	w.want(w.post(path+"file", object{}), 40058)
	out := w.upload(path+"file", "media", "双周通报 第3期.docx", []byte("document"))
	id, stamp := out["media_id"].(string), out["created_at"].(string)
	if stamp != "1767225600" {
		t.Errorf("created_at %q", stamp)
	}
	w.want(w.send(object{"msgtype": "file", "file": object{"media_id": id}}), 0)
	w.want(w.send(object{"msgtype": "image", "image": object{"media_id": id}}), 40007)
	m := w.last()
	name, data, ok := w.s.Media(m.MediaID)
	if m.Text != "双周通报 第3期.docx" || name != m.Text || string(data) != "document" || !ok {
		t.Errorf("message %+v, media %q %q", m, name, data)
	}
	w.clock.turn(72 * time.Hour)
	w.want(w.send(object{"msgtype": "file", "file": object{"media_id": id}}), 40007)
	if _, _, ok := w.s.Media(id); ok {
		t.Error("the file lives on")
	}
	keep := w.upload("/cgi-bin/media/uploadimg?access_token="+w.token(secret), "media", "p.png", []byte(picture))
	w.clock.turn(72 * time.Hour)
	if _, b, err := w.do("GET", strings.TrimPrefix(keep["url"].(string), w.s.URL()), "", nil); err != nil || string(b) != picture {
		t.Errorf("the lasting picture gave %q %v", b, err)
	}
}

func (w *world) hook(body object) object {
	w.t.Helper()
	return w.post("/cgi-bin/webhook/send?key="+hookKey, body)
}

func TestWebhook(t *testing.T) {
	w := newWorld(t)
	inline := func(data, sum string) object {
		return object{"msgtype": "image", "image": object{"base64": base64.StdEncoding.EncodeToString([]byte(data)), "md5": sum}}
	}
	sum := fmt.Sprintf("%x", md5.Sum([]byte(picture)))
	mark := func(kind string, n int) object {
		return object{"msgtype": kind, kind: object{"content": strings.Repeat("a", n)}}
	}
	for name, c := range map[string]struct {
		body object
		code int
	}{
		"markdown":            {mark("markdown", 4096), 0},
		"long markdown":       {mark("markdown", 4097), 45002},
		"markdown_v2":         {mark("markdown_v2", 4096), 0},
		"long markdown_v2":    {mark("markdown_v2", 4097), 45002},
		"long text":           {text(strings.Repeat("a", 2049)), 45002},
		"empty":               {text(""), 44004},
		"textcard":            {object{"msgtype": "textcard"}, 40008},
		"image":               {inline(picture, sum), 0},
		"image with bad sum":  {inline(picture, "0"), 40058},
		"image that is none":  {inline("123456", fmt.Sprintf("%x", md5.Sum([]byte("123456")))), 40058},
		"notice":              {cardMessage(notice()), 0},
		"interactive card":    {cardMessage(buttons()), 40058},
		"file of nobody":      {object{"msgtype": "file", "file": object{"media_id": "m"}}, 40007},
		"news of nine":        {object{"msgtype": "news", "news": object{"articles": make([]object, 9)}}, 40058},
		"mistyped":            {object{"msgtype": 1}, 40058},
		"image far too large": {inline(strings.Repeat("x", 2<<20+1), "0"), 45002},
	} {
		t.Run(name, func(t *testing.T) {
			w.t = t
			w.want(w.hook(c.body), c.code)
		})
	}
	w.t = t
	w.want(w.post("/cgi-bin/webhook/send?key=none", text("x")), 93000)
	w.s.RemoveWebhook(hookKey)
	w.want(w.hook(text("x")), 93000)
}

func TestWebhookMentions(t *testing.T) {
	w := newWorld(t)
	w.hook(object{"msgtype": "text", "text": object{"content": "请看", "mentioned_list": []string{"zhangsan", "nobody", "@all"}, "mentioned_mobile_list": []string{"138lisi", "000"}}})
	if m := w.last(); fmt.Sprint(m.Mentions) != "[ZhangSan @all lisi]" || m.Route != "webhook" || m.ChatID != groupID {
		t.Errorf("message %+v", m)
	}
	w.hook(object{"msgtype": "markdown", "markdown": object{"content": "请 <@lisi> 看 <@lisi>"}})
	if m := w.last(); fmt.Sprint(m.Mentions) != "[lisi]" {
		t.Errorf("message %+v", m)
	}
	w.hook(object{"msgtype": "markdown_v2", "markdown_v2": object{"content": "请 <@lisi>"}})
	if m := w.last(); m.Mentions != nil {
		t.Errorf("markdown_v2 called %v", m.Mentions)
	}
}

func TestWebhookTwentyAMinute(t *testing.T) {
	w := newWorld(t)
	for range 20 {
		w.want(w.hook(text("x")), 0)
	}
	w.clock.turn(30 * time.Second)
	w.want(w.hook(text("21")), 45009)
	w.clock.turn(59 * time.Second) // the window is free, the block is not
	w.want(w.hook(text("22")), 45009)
	w.clock.turn(time.Second)
	w.want(w.hook(text("23")), 0)
	if n := len(w.s.Messages()); n != 21 {
		t.Errorf("%d messages", n)
	}
}

func TestWebhookUpload(t *testing.T) {
	w := newWorld(t)
	w.s.AddGroup(wecom.Group{ChatID: "wrB", Members: []string{"lisi"}, WebhookKeys: []string{"second"}})
	path := "/cgi-bin/webhook/upload_media?key=" + hookKey + "&type="
	w.want(w.upload(path+"image", "media", "p.png", []byte(picture)), 40058)
	w.want(w.upload("/cgi-bin/webhook/upload_media?key=none&type=file", "media", "a", []byte("123456")), 93000)
	id := w.upload(path+"file", "media", "台账.xlsx", []byte("123456"))["media_id"]
	file := object{"msgtype": "file", "file": object{"media_id": id}}
	w.want(w.post("/cgi-bin/webhook/send?key=second", file), 40007) // another robot's file
	w.want(w.hook(file), 0)
	if w.last().Text != "台账.xlsx" {
		t.Errorf("message %+v", w.last())
	}
}
