package wecom

import (
	"bytes"
	"context"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/silenceper/wechat/v2/util"
	wctx "github.com/silenceper/wechat/v2/work/context"
	"github.com/silenceper/wechat/v2/work/material"

	"duban/internal/chat"
	"duban/internal/clock"
)

// What a file may have, in bytes (96484, 99110, 101463).
const (
	maxImage  = 10 << 20
	maxInline = 2 << 20 // of a webhook's image
	maxFile   = 20 << 20
	minFile   = 6 // more than five
)

const (
	// uploadTime bounds one upload: a photo is a hundred times a message.
	uploadTime = 40 * time.Second
	// mediaLife is how long an uploaded file may be sent: an hour less than the platform's three days.
	mediaLife = 3*24*time.Hour - time.Hour
	// mostUploads bounds what is remembered of them; beyond it all are forgotten and uploaded anew.
	mostUploads = 200
	// chunk is one piece of an upload over the aibot's connection, before base64.
	chunk = 512 << 10
)

type mediaBody struct {
	ID     string `json:"media_id,omitempty"`
	Base64 string `json:"base64,omitempty"` // of a webhook's image
	MD5    string `json:"md5,omitempty"`
}

// upload is a file the platform has.
type upload struct {
	id    string
	until clock.Instant
}

// kindOfPhoto says as what a picture goes out: as an image where the platform shows one, else as a file;
// "" for one that is too small or too large for either.
func kindOfPhoto(p chat.Photo, most int) string {
	switch n := len(p.Data); {
	case n < minFile || n > maxFile:
		return ""
	case n <= most && (p.Type == "image/jpeg" || p.Type == "image/png"):
		return "image"
	}
	return "file"
}

var unfit = chat.Result{State: chat.Refused, Code: "picture", Detail: "照片过大或已损坏，企业微信不接受"}

// illustrated uploads a picture and has it sent. A repeat of the same delivery uses what was uploaded before, so
// that where the platform drops repeats it sees one; an id that has run out meanwhile is uploaded anew, once.
func (w *WeCom) illustrated(key string, put func() (string, chat.Result), send func(id string) chat.Result) chat.Result {
	id := w.uploaded(key)
	for fresh := false; ; fresh = true {
		if id == "" {
			var r chat.Result
			if id, r = put(); id == "" {
				return unshown(r)
			}
			w.remember(key, id)
			fresh = true
		}
		r := send(id)
		if r.Code != "40007" || fresh {
			return r
		}
		id = ""
	}
}

// unshown is the outcome of an upload that failed: nobody has seen anything, so nothing of it is unknown.
func unshown(r chat.Result) chat.Result {
	if r.State == chat.Unknown || r.State == chat.Sent {
		r.State = chat.Retry
	}
	r.Detail = "照片未能上传：" + r.Detail
	return r
}

func (w *WeCom) uploaded(key string) string {
	w.uploading.Lock()
	defer w.uploading.Unlock()
	if u := w.uploads[key]; clock.At(w.clock.Now()) < u.until {
		return u.id
	}
	return ""
}

func (w *WeCom) remember(key, id string) {
	w.uploading.Lock()
	defer w.uploading.Unlock()
	if w.uploads == nil || len(w.uploads) >= mostUploads {
		w.uploads = map[string]upload{}
	}
	w.uploads[key] = upload{id, clock.At(w.clock.Now()).Add(mediaLife)}
}

// upload gives a file to the app; its id serves all apps of the corporation.
func (w *WeCom) upload(ctx context.Context, p chat.Photo, kind string) (string, chat.Result) {
	var got *material.UploadTempFileResponse
	c, before := w.withTokenDuring(ctx, uploadTime, answerLimit, func(x *wctx.Context) (err error) {
		got, err = material.NewClient(x).UploadTempFileFromReader(p.Name, kind, bytes.NewReader(p.Data))
		return err
	})
	switch {
	case before:
		return "", w.unsent(c)
	case c.ok() && got != nil:
		return got.MediaID, w.result(c)
	}
	return "", w.result(c)
}

var (
	_ chat.Illustrator = (*appSender)(nil)
	_ chat.Illustrator = (*appChatSender)(nil)
	_ chat.Illustrator = (*webhookSender)(nil)
	_ chat.Illustrator = (*botSender)(nil)
)

// Illustrate implements chat.Illustrator.
func (s *appSender) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	kind := kindOfPhoto(p, maxImage)
	switch {
	case notOne(to):
		return notOnePerson
	case kind == "":
		return unfit
	}
	return s.w.illustrated("app "+key, func() (string, chat.Result) { return s.w.upload(ctx, p, kind) }, func(id string) chat.Result {
		r, _ := s.post(ctx, appBody{ToUser: to, Type: kind, AgentID: s.w.agent, DuplicateCheck: 1, Window: repeatWindow}.with(kind, id))
		return r
	})
}

func (b appBody) with(kind, id string) appBody {
	if m := (&mediaBody{ID: id}); kind == "image" {
		b.Image = m
	} else {
		b.File = m
	}
	return b
}

// Illustrate implements chat.Illustrator.
func (s *appChatSender) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	kind := kindOfPhoto(p, maxImage)
	switch {
	case to == "":
		return noGroup
	case kind == "":
		return unfit
	}
	return s.w.illustrated("app "+key, func() (string, chat.Result) { return s.w.upload(ctx, p, kind) }, func(id string) chat.Result {
		return s.post(ctx, groupBody{ChatID: to, Type: kind}.with(kind, &mediaBody{ID: id}))
	})
}

func (b groupBody) with(kind string, m *mediaBody) groupBody {
	if kind == "image" {
		b.Image = m
	} else {
		b.File = m
	}
	return b
}

// Illustrate implements chat.Illustrator. A robot shows an image that comes within the message; what is too large
// for that goes as a file, which is uploaded to this robot alone.
func (s *webhookSender) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	secret, trouble := s.secret(to)
	if secret == "" {
		return trouble
	}
	kind := kindOfPhoto(p, maxInline)
	switch kind {
	case "":
		return unfit
	case "image":
		sum := md5.Sum(p.Data)
		return s.post(ctx, secret, groupBody{Type: kind, Image: &mediaBody{Base64: base64.StdEncoding.EncodeToString(p.Data), MD5: hex.EncodeToString(sum[:])}})
	}
	return s.w.illustrated("hook "+key, func() (string, chat.Result) { return s.upload(ctx, secret, p) }, func(id string) chat.Result {
		return s.post(ctx, secret, groupBody{Type: kind}.with(kind, &mediaBody{ID: id}))
	})
}

// upload gives a file to the robot, which the library does not do.
func (s *webhookSender) upload(ctx context.Context, secret string, p chat.Photo) (string, chat.Result) {
	var got struct {
		MediaID string `json:"media_id"`
	}
	c := s.w.during(ctx, uploadTime, secret, answerLimit, func(ticket string) error {
		body, err := util.PostFileByStream("media", p.Name, realAPI+"/cgi-bin/webhook/upload_media?type=file&key="+ticket, p.Data)
		if err != nil {
			return err
		}
		return json.Unmarshal(body, &got)
	})
	return got.MediaID, s.w.result(c)
}

// Illustrate implements chat.Illustrator.
func (s *botSender) Illustrate(ctx context.Context, to string, p chat.Photo, key string) chat.Result {
	kind := kindOfPhoto(p, maxImage)
	l := s.w.bot.current()
	switch {
	case to == "":
		return noConversation
	case kind == "":
		return unfit
	case l == nil:
		return notConnected
	}
	return s.w.illustrated("bot "+key, func() (string, chat.Result) { return s.w.uploadOver(ctx, l, p, kind) }, func(id string) chat.Result {
		body := botBody{ChatID: to, Type: kind}
		if m := (&mediaBody{ID: id}); kind == "image" {
			body.Image = m
		} else {
			body.File = m
		}
		return s.w.tell(ctx, l, "aibot_send_msg", s.w.bot.reqID("aibot_send_msg"), body)
	})
}

// uploadOver gives a file to the aibot over its connection, piece by piece; pieces count from 0, as the
// platform's own client sends them.
func (w *WeCom) uploadOver(ctx context.Context, l *link, p chat.Photo, kind string) (string, chat.Result) {
	sum := md5.Sum(p.Data)
	pieces := (len(p.Data) + chunk - 1) / chunk
	a, r := w.piece(ctx, l, "aibot_upload_media_init", map[string]any{
		"type": kind, "filename": p.Name, "total_size": len(p.Data), "total_chunks": pieces, "md5": hex.EncodeToString(sum[:]),
	})
	for i := 0; r.State == chat.Sent && i < pieces; i++ {
		data := p.Data[i*chunk : min((i+1)*chunk, len(p.Data))]
		_, r = w.piece(ctx, l, "aibot_upload_media_chunk", map[string]any{
			"upload_id": a.UploadID, "chunk_index": i, "base64_data": base64.StdEncoding.EncodeToString(data),
		})
	}
	if r.State != chat.Sent {
		return "", r
	}
	done, r := w.piece(ctx, l, "aibot_upload_media_finish", map[string]any{"upload_id": a.UploadID})
	return done.MediaID, r
}

// progress is what the platform says of an upload under way.
type progress struct {
	UploadID string `json:"upload_id"`
	MediaID  string `json:"media_id"`
}

func (w *WeCom) piece(ctx context.Context, l *link, cmd string, body any) (p progress, r chat.Result) {
	a, r := w.exchange(ctx, l, cmd, w.bot.reqID(cmd), body)
	if r.State == chat.Sent && json.Unmarshal(a.Body, &p) != nil && cmd != "aibot_upload_media_chunk" {
		r = chat.Result{State: chat.Retry, Detail: "企业微信的答复无法识别"}
	}
	return p, r
}
