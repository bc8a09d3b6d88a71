package outbox_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"duban/internal/chat"
	"duban/internal/ledger"
	"duban/internal/outbox"
	"duban/internal/store"
	"duban/internal/words"
)

// shower is a sender that shows pictures; what it was shown stands among its messages by the picture's name.
type shower struct{ *fake }

func (s *shower) Traits() chat.Traits {
	t := s.traits
	t.Pictures = true
	return t
}

func (s *shower) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	return s.Send(ctx, to, chat.Message{Title: p.Name, Rows: []string{string(p.Data)}}, key)
}

const sha = "1111111111111111111111111111111111111111111111111111111111111111"

// photoed makes a house whose matter has one photo, with the senders at these places showing pictures.
func photoed(h *house, at ...int) {
	for _, i := range at {
		h.opts.Senders[i] = &shower{h.opts.Senders[i].(*fake)}
	}
	h.opts.Composers["photo"] = letters(func(d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
		rest := strings.TrimPrefix(d.Cause, "photo:")
		after, hash := rest[:strings.LastIndexByte(rest, ':')], rest[strings.LastIndexByte(rest, ':')+1:]
		if strings.HasPrefix(after, "shown:") {
			after = ""
		}
		return words.Letter{Message: chat.Message{Title: "无法显示"}, Photo: &words.Photo{SHA256: hash, Name: "J0001-1", After: after}}, nil
	})
	h.composes(func(d store.Delivery, _ ledger.Viewer) (words.Letter, error) {
		return words.Letter{Message: chat.Message{Title: "提醒 " + d.Cause, Foot: []string{"脚"}}, Unshown: "照片请打开详情"}, nil
	})
	h.box = outbox.New(h.opts)
	h.write(func(tx *store.Tx) error {
		return tx.Keep(store.Blob{SHA256: sha, ContentType: "image/png", Data: []byte("PNG")})
	})
}

// A photo follows its words by a way that shows it; its row says which photo it was.
func TestAPhotoFollowsItsWords(t *testing.T) {
	each(t, func(h *house) {
		photoed(h, 0)
		h.notices(h.toGroup("photo:"+look+":"+sha, ledger.RankWarning), h.toGroup(look, ledger.RankWarning))
		h.tick() // the photo is first in line, and waits
		h.arrived(h.hook, "g-hook 提醒 "+look)
		h.turn()
		h.tick()
		got := h.arrived(h.hook, "g-hook J0001-1.png")
		if got[0].Rows[0] != "PNG" {
			h.Errorf("%+v", got)
		}
		if d := h.is("photo:"+look+":"+sha, store.SentOut); d.Body != "sha256:"+sha || d.Title != "J0001-1.png" {
			h.Errorf("%+v", d)
		}
	})
}

// While the words wait the photo waits; where they went nowhere it goes nowhere.
func TestAPhotoWithoutItsWords(t *testing.T) {
	each(t, func(h *house) {
		photoed(h, 0, 1)
		h.hook.gives(chat.Result{State: chat.Retry, After: time.Hour, Code: "45009"})
		h.bot.gives(chat.Result{State: chat.Retry, After: time.Hour, Code: "45009"})
		h.notices(h.toGroup(look, ledger.RankWarning), h.toGroup("photo:"+look+":"+sha, ledger.RankWarning))
		h.tick()
		h.arrived(h.hook, "g-hook 提醒 "+look)
		h.is("photo:"+look+":"+sha, store.Waiting)
		h.hook.gives(chat.Result{State: chat.Refused, Code: "x"})
		h.bot.gives(chat.Result{State: chat.Refused, Code: "x"})
		for range 3 {
			h.turn()
			h.tick()
			if h.row("photo:"+look+":"+sha).State == store.Dropped {
				break
			}
		}
		h.is("photo:"+look+":"+sha, store.Dropped)
	})
}

// Where no way shows pictures the words say how to see them, and the photo is dropped; one that somebody asked for
// is answered in words. A photo every way refuses is told of in words as well.
func TestAPhotoNobodyCanShow(t *testing.T) {
	each(t, func(h *house) {
		photoed(h)
		h.notices(h.toGroup(look, ledger.RankWarning), h.toGroup("photo:"+look+":"+sha, ledger.RankWarning), h.toPerson("photo:shown:1:2:"+sha))
		h.tick()
		got := h.arrived(h.hook, "g-hook 提醒 "+look)
		if foot := got[0].Foot; len(foot) != 2 || foot[1] != "照片请打开详情" {
			h.Errorf("foot %q", foot)
		}
		h.is("photo:"+look+":"+sha, store.Dropped)
		h.arrived(h.ding, "d-wang 无法显示")

		h.sub("refused", func(h *house) {
			photoed(h, 0)
			h.hook.set(func(_ context.Context, m message) chat.Result {
				if strings.HasSuffix(m.Title, ".png") {
					return chat.Result{State: chat.Refused, Code: "photo"}
				}
				return chat.Result{State: chat.Sent}
			})
			h.notices(h.toGroup(look, ledger.RankWarning), h.toGroup("photo:"+look+":"+sha, ledger.RankWarning))
			h.tick()
			got := h.arrived(h.hook, "g-hook 提醒 "+look, "g-hook J0001-1.png", "g-hook 无法显示")
			if len(got[0].Foot) != 1 {
				h.Errorf("a way that shows pictures says %q", got[0].Foot)
			}
			h.is("photo:"+look+":"+sha, store.SentOut)
		})
	})
}

// What somebody asked for comes at any hour.
func TestAPhotoAskedForKeepsNoHours(t *testing.T) {
	each(t, func(h *house) {
		photoed(h, 4)
		h.clock.Set(monday.Add(13 * time.Hour))
		h.notices(h.toPerson("photo:shown:1:2:"+sha), h.toPerson("photo:"+look+":"+sha))
		h.tick()
		h.arrived(h.ding, "d-wang J0001-1.png")
		h.is("photo:"+look+":"+sha, store.Waiting)
	})
}
