package outbox

import (
	"context"
	"slices"
	"strings"
	"time"

	"duban/internal/chat"
	"duban/internal/fault"
	"duban/internal/ledger"
	"duban/internal/store"
)

// behind is how long a photo waits whose words did not go out when they were to.
const behind = 2 * time.Second

const waiting = "等所附的通知先发出"

// follows readies a photo: it keeps the ways that show one, and waits for the words the photo belongs to. Where
// these went nowhere the photo goes nowhere.
func (b *Outbox) follows(ctx context.Context, j *job) error {
	show := slices.DeleteFunc(slices.Clone(j.ways), func(w way) bool {
		s := b.senders[routeKey{w.Platform, w.Route}]
		return w.reply || s == nil || !s.Traits().Pictures
	})
	switch {
	case len(show) > 0:
		j.ways = show
	case j.letter.Photo.After == "": // somebody asked for it and no words say where it is
		j.letter.Photo = nil
		return nil
	default:
		j.drop("这一通道不显示照片，通知中已写明查看方法")
		return nil
	}
	if j.letter.Photo.After == "" {
		return nil
	}
	if j.first = j.claim[j.letter.Photo.After+" "+j.row.Recipient]; j.first != nil {
		return nil // they go first, being written down first
	}
	words, err := b.Store.DeliveryOf(ctx, b.District, j.letter.Photo.After, j.row.Recipient)
	switch {
	case fault.CodeOf(err) == fault.NotFound:
		j.drop("照片所附的通知不存在")
		return nil
	case err != nil:
		return err
	}
	switch words.State {
	case store.SentOut:
	case store.Refused, store.Dropped:
		j.drop("照片所附的通知没有发出")
	case store.Unknown:
		if words.NotBefore == store.Never { // it may have arrived, and nobody will send it again
			return nil
		}
		fallthrough
	default:
		j.later(max(words.NotBefore, b.now().Add(behind)), waiting)
	}
	return nil
}

// asked reports whether it is a photo somebody asked for and waits for.
func (j *job) asked() bool { return strings.HasPrefix(j.row.Cause, ledger.PhotoCause+":shown:") }

// claimed lets the photos among the jobs find the words they belong to: what is sent before them in the same claim
// is not written down yet.
func claimed(jobs []*job) {
	var all map[string]*job
	for _, j := range jobs {
		if j.cause() != ledger.PhotoCause {
			continue
		}
		if all == nil {
			all = make(map[string]*job, len(jobs))
			for _, o := range jobs {
				all[o.row.Cause+" "+o.row.Recipient] = o
			}
		}
		j.claim = all
	}
}

// early reports whether the words the photo belongs to were to go first and did not.
func (j *job) early() bool { return j.first != nil && !j.first.gone.Load() }

// ending is what a photo's name ends with, by what it is.
var ending = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp"}

// illustrate makes one attempt to send the letter's photo. Its row then tells which photo it was: by its hash.
func (b *Outbox) illustrate(ctx context.Context, j *job, w *way, s chat.Sender) chat.Result {
	p := j.letter.Photo
	select { // photos are large: few are in memory at once
	case b.photos <- struct{}{}:
		defer func() { <-b.photos }()
	case <-ctx.Done():
		return chat.Result{State: chat.Retry, Detail: "等待发送照片超时"}
	}
	blob, err := b.Store.Blob(ctx, b.District, p.SHA256)
	if err != nil {
		b.Log.Error("a photo could not be read", "delivery", j.row.ID, "error", err)
		return chat.Result{State: chat.Retry, Detail: "照片暂时读不到"}
	}
	name := p.Name + ending[blob.ContentType]
	j.row.Title, j.row.Body = clip(name), "sha256:"+p.SHA256
	return s.(chat.Illustrator).Illustrate(ctx, w.To, chat.Photo{Name: name, Type: blob.ContentType, Data: blob.Data}, key(&j.row, s.Traits().Dedup))
}
