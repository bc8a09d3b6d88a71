package dingtalk

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/url"
	"sync"
	"time"

	"duban/internal/chat"
)

const (
	// maxImage is the largest image the platform takes, in bytes.
	maxImage = 20 << 20
	// uploadTime bounds one upload: a photo is a hundred times a message.
	uploadTime = 40 * time.Second
	// mostUploads bounds what is remembered of them; beyond it all are forgotten and uploaded anew.
	mostUploads = 200
)

// imageEnds are the endings of the images the platform takes, by what they are.
var imageEnds = map[string]string{"image/jpeg": ".jpg", "image/png": ".png"}

// unfit answers a photo that no message of the platform shows.
var unfit = chat.Result{State: chat.Refused, Code: "photo", Detail: "照片格式或大小不被钉钉接受（JPG、PNG，20MB以内）"}

var (
	_ chat.Illustrator = group{}
	_ chat.Illustrator = person{}
)

// shows reports whether the application robot shows pictures: a deployment of one's own may not.
func (d *DingTalk) shows() bool { return d.hasRobot() && !d.opt.Plain }

// Illustrate implements chat.Illustrator.
func (g group) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	param, trouble := g.d.image(ctx, p, key)
	if param == "" {
		return trouble
	}
	return g.post(ctx, to, "sampleImageMsg", param)
}

// Illustrate implements chat.Illustrator.
func (p person) Illustrate(ctx context.Context, to string, photo chat.Photo, key string) chat.Result {
	if to == "" {
		return noTarget
	}
	param, trouble := p.d.image(ctx, photo, key)
	if param == "" {
		return trouble
	}
	return p.post(ctx, to, "sampleImageMsg", param)
}

// image uploads a photo and gives the msgParam that shows it; "" with the reason why not. The id does not run
// out; a repeat of the same delivery uses it again.
func (d *DingTalk) image(ctx context.Context, p chat.Photo, key string) (string, chat.Result) {
	end := imageEnds[p.Type]
	if !d.shows() || end == "" || len(p.Data) == 0 || len(p.Data) > maxImage {
		return "", unfit
	}
	id := d.uploads.get(key)
	if id == "" {
		var err error
		if id, err = d.upload(ctx, "photo"+end, p.Data); err != nil {
			res := d.outcome("", notSent(err)) // nobody has seen anything, so nothing is unknown
			if res.State == chat.Unknown {
				res.State = chat.Retry
			}
			res.Detail = "照片未能上传：" + res.Detail
			return "", res
		}
		d.uploads.put(key, id)
	}
	return string(compact(map[string]string{"photoURL": id})), chat.Result{}
}

// upload gives an image to the platform. Unlike the other calls of the old API it is drawn from the month's calls.
func (d *DingTalk) upload(ctx context.Context, name string, data []byte) (string, error) {
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	_ = w.WriteField("type", "image") // a buffer takes everything
	part, _ := w.CreateFormFile("media", name)
	_, _ = part.Write(data)
	_ = w.Close()
	var out struct {
		MediaID string `json:"media_id"`
	}
	err := d.authorised(ctx, func(token string) error {
		err := d.wire.call(ctx, request{
			method: http.MethodPost, url: d.opt.OldAPIBase + "/media/upload?access_token=" + url.QueryEscape(token),
			body: form.Bytes(), kind: w.FormDataContentType(), time: uploadTime, old: true, secrets: []string{token},
		}, &out)
		d.usage.call(err)
		return err
	})
	return out.MediaID, accepted(out.MediaID, err)
}

// uploads are the ids of what was uploaded, by delivery.
type uploads struct {
	mu  sync.Mutex
	ids map[string]string
}

func (u *uploads) get(key string) string {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.ids[key]
}

func (u *uploads) put(key, id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.ids == nil || len(u.ids) >= mostUploads {
		u.ids = map[string]string{}
	}
	u.ids[key] = id
}
