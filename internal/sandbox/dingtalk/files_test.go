package dingtalk

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
)

func TestPictures(t *testing.T) {
	w := start(t)
	c := w.dial(nil)
	picture := []byte("\x89PNG not really")
	if _, err := w.SendPictureInGroup(groupID, "user1", "进度 65%", picture); err != nil {
		t.Fatal(err)
	}
	b := (<-c.frames).body(t)
	parts := b.obj("content").list("richText")
	want(t, "rich text", b.str("msgtype")+parts[0].str("text")+parts[1].str("type"), "richText 进度 65%picture")
	fetch := func(code string) object {
		return w.api("/v1.0/robot/messageFiles/download", map[string]any{"robotCode": "robot1", "downloadCode": code})
	}
	link := fetch(parts[1].str("downloadCode")).str("downloadUrl")
	if !strings.HasSuffix(link, ".file") {
		t.Errorf("the name of the download: %s", link)
	}
	load := func() (int, []byte) {
		resp, err := http.Get(link)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, raw
	}
	if status, raw := load(); status != 200 || !bytes.Equal(raw, picture) {
		t.Errorf("download: %d %q", status, raw)
	}
	w.clock.turn(linkLife)
	status, _ := load()
	want(t, "the link expires", status, 403)

	if _, err := w.SendPictureToRobot("user1", "", picture); err != nil {
		t.Fatal(err)
	}
	b = (<-c.frames).body(t)
	code := b.obj("content").str("pictureDownloadCode")
	want(t, "picture alone", b.str("msgtype")+b.str("conversationType"), "picture1")
	want(t, "its code", fetch(code).text("http"), 200)
	want(t, "an invented code", fetch("x").str("code"), "invalidParameter.robotCode.downloadCode")
	w.clock.turn(downloadLife)
	w.token = w.ask("GET", "/gettoken?appkey=dingapp1&appsecret=secret1", "", nil).str("access_token")
	want(t, "the code expires", fetch(code).str("code"), "invalidParameter.robotCode.downloadCode")
}

func TestUpload(t *testing.T) {
	w := start(t)
	up := func(kind, name string, size int) object {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("type", kind)
		p, _ := m.CreateFormFile("media", name)
		_, _ = p.Write(make([]byte, size))
		_ = m.Close()
		resp, err := http.Post(w.URL()+"/media/upload?access_token="+w.token, m.FormDataContentType(), &b)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		raw, _ := io.ReadAll(resp.Body)
		o, _ := parseObject(raw)
		return o
	}
	o := up("file", "通报.XLSX", 10)
	want(t, "taken", o.text("errcode")+o.str("type"), "0file")
	content, ok := w.Media(o.str("media_id"))
	want(t, "kept", len(content) == 10 && ok, true)
	want(t, "wrong end", up("file", "a.exe", 1).text("errcode"), errMediaForbidden)
	want(t, "unknown type", up("paper", "a.pdf", 1).text("errcode"), errBadParameter)
	want(t, "too large", up("voice", "a.amr", 2<<20+1).text("errcode"), errMediaTooLarge)
	want(t, "no form", w.old("/media/upload", map[string]any{}).text("errcode"), errBadParameter)
}
