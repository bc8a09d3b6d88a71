package chattest

import (
	"bytes"
	"testing"

	"duban/internal/chat"
)

// photo is a picture of the smallest kind: what it shows is nobody's business here.
var photo = chat.Photo{Name: "J0001-1.png", Type: "image/png", Data: append([]byte("\x89PNG\r\n\x1a\n"), bytes.Repeat([]byte("封顶"), 200)...)}

// large is one that takes several pieces where a route sends files piece by piece, and more than a webhook shows inline.
var large = chat.Photo{Name: "J0001-2.jpg", Type: "image/jpeg", Data: append([]byte("\xff\xd8\xff"), bytes.Repeat([]byte{7}, 3<<20)...)}

// illustrator gives the sender's other face; nil where the route says that it shows no pictures.
func (w *watched) illustrator() chat.Illustrator {
	w.t.Helper()
	i, ok := w.Sender.(chat.Illustrator)
	if !w.Sender.Traits().Pictures {
		return nil
	}
	if !ok || w.Shown == nil {
		w.t.Fatal("the route says that it shows pictures, and cannot be asked to")
	}
	return i
}

func (w *watched) illustrate(i chat.Illustrator, to string, p chat.Photo, key string) chat.Result {
	w.t.Helper()
	r := i.Illustrate(w.t.Context(), to, p, key)
	w.results = append(w.results, r)
	return r
}

// photos: a picture arrives as it is, a large one too.
func photos(t *testing.T, w *watched) {
	i := w.illustrator()
	if i == nil {
		return
	}
	for n, p := range []chat.Photo{photo, large} {
		w.want(w.illustrate(i, w.To, p, p.Name), chat.Sent)
		if got := w.Shown(); len(got) != n+1 || !bytes.Equal(got[n], p.Data) {
			t.Fatalf("after %s people see %d pictures, the last not as it was sent", p.Name, len(got))
		}
	}
}

// unfitPhotos: what no platform shows is refused before anything leaves, and so is a picture for nobody.
func unfitPhotos(t *testing.T, w *watched) {
	i := w.illustrator()
	if i == nil {
		return
	}
	w.want(w.illustrate(i, w.To, chat.Photo{Name: "a.png", Type: "image/png"}, "k1"), chat.Refused)
	w.want(w.illustrate(i, w.To, chat.Photo{Name: "a.png", Type: "image/png", Data: make([]byte, 21<<20)}, "k2"), chat.Refused)
	w.want(w.illustrate(i, "", photo, "k3"), chat.Refused)
	if n := len(w.Wire()); n != 0 {
		t.Errorf("%d messages went out", n)
	}
}

// lostPhoto: when the answer to the picture's message is lost it may have arrived.
func lostPhoto(t *testing.T, w *watched) {
	if i := w.illustrator(); i != nil {
		w.Next(Lose)
		w.want(w.illustrate(i, w.To, photo, "k1"), chat.Unknown)
		if n := len(w.Wire()); n != 1 {
			t.Errorf("the picture's message went out %d times, want once", n)
		}
	}
}

// photoNowhere: while nobody listens a picture waits.
func photoNowhere(_ *testing.T, w *watched) {
	if i := w.illustrator(); i != nil {
		w.Down()
		w.want(w.illustrate(i, w.To, photo, "k1"), chat.Retry)
	}
}
