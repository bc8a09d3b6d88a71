package wecom

import (
	"strings"
	"testing"

	"duban/internal/chat"
)

var jpeg = chat.Photo{Name: "J0001-1.jpg", Type: "image/jpeg", Data: []byte("\xff\xd8\xff" + strings.Repeat("封顶", 100))}

// A repeat of a delivery sends what was uploaded before, so that the platform sees it as a repeat; another delivery
// of the same photo is uploaded for itself, or the platform would silently drop it.
func TestPhotoIsUploadedOnceADelivery(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	s := sender(t, w, chat.WeComApp).(chat.Illustrator)
	for _, key := range []string{"k1", "k1", "k2"} {
		if r := s.Illustrate(t.Context(), "zhangsan", jpeg, key); r.State != chat.Sent || r.ID == "" {
			t.Fatalf("%+v", r)
		}
	}
	if wire := p.wires(); wire[0] != wire[1] || wire[0] == wire[2] || len(p.uploads) != 2 {
		t.Errorf("%d uploads, %q", len(p.uploads), wire)
	}
}

// An id that has run out is uploaded anew, once.
func TestPhotoThatRanOut(t *testing.T) {
	for _, route := range []chat.Route{chat.WeComApp, chat.WeComAppChat} {
		p := newPlatform(t)
		w, _, _ := p.house(nil)
		s := sender(t, w, route).(chat.Illustrator)
		_ = s.Illustrate(t.Context(), "zhangsan", jpeg, "k1")
		p.do(func() { p.stale = 1 })
		if r := s.Illustrate(t.Context(), "zhangsan", jpeg, "k1"); r.State != chat.Sent || len(p.uploads) != 2 {
			t.Errorf("%s: %+v after %d uploads", route, r, len(p.uploads))
		}
		p.do(func() { p.stale = 9 })
		if r := s.Illustrate(t.Context(), "zhangsan", jpeg, "k1"); r.State != chat.Refused || r.Code != "40007" || len(p.uploads) != 3 {
			t.Errorf("%s: %+v after %d uploads", route, r, len(p.uploads))
		}
		p.clock.Advance(mediaLife)
		p.do(func() { p.stale = 0 })
		if r := s.Illustrate(t.Context(), "zhangsan", jpeg, "k1"); r.State != chat.Sent || len(p.uploads) != 4 {
			t.Errorf("%s: %+v after %d uploads", route, r, len(p.uploads))
		}
	}
}

// What WeCom shows as no image goes out as a file.
func TestPhotoAsAFile(t *testing.T) {
	p := newPlatform(t)
	w, _, _ := p.house(nil)
	webp := chat.Photo{Name: "J0001-1.webp", Type: "image/webp", Data: []byte("RIFF0000WEBPVP8 ")}
	for _, route := range []chat.Route{chat.WeComApp, chat.WeComAppChat, chat.WeComWebhook} {
		to := map[chat.Route]string{chat.WeComWebhook: "泵站专班群"}[route]
		if to == "" {
			to = "zhangsan"
		}
		if r := sender(t, w, route).(chat.Illustrator).Illustrate(t.Context(), to, webp, "k1"); r.State != chat.Sent {
			t.Errorf("%s: %+v", route, r)
		}
	}
	for _, body := range p.wires() {
		if !strings.Contains(body, `"msgtype":"file"`) {
			t.Error(body)
		}
	}
}
