package dingtalk

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"duban/internal/chat"
)

const (
	// maxCallback bounds a callback's body.
	maxCallback = 1 << 20
	// signLife is how far the signed moment may be from now.
	signLife = time.Hour
	// inboxTime bounds the keeping of one message; the platform expects its answer within seconds.
	inboxTime = 5 * time.Second
)

// Callback receives robot messages in HTTP mode; nil without application or Inbox. The signature covers the moment
// only, so whoever has seen one can post any body for an hour: the address is to be kept secret and behind TLS.
func (d *DingTalk) Callback() http.Handler {
	if !d.hasApp() || d.opt.Inbox == nil {
		return nil
	}
	return http.HandlerFunc(d.serveCallback)
}

func (d *DingTalk) serveCallback(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		http.Error(w, "POST only", http.StatusMethodNotAllowed)
		return
	}
	if !d.signed(r.Header.Get("timestamp"), r.Header.Get("sign")) {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallback))
	if err != nil {
		var large *http.MaxBytesError
		if errors.As(err, &large) {
			d.counters.tooLarge.Add(1)
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
			return
		}
		http.Error(w, "body broken off", http.StatusBadRequest)
		return
	}
	switch err := d.takeMessage(r.Context(), body); {
	case errors.Is(err, errUnreadable):
		http.Error(w, "not a robot message", http.StatusBadRequest)
	case err != nil:
		http.Error(w, "not kept", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"msgtype":"empty"}`) // the caller went away; the message is kept
	}
}

// signed checks the two headers and counts what is wrong with them.
func (d *DingTalk) signed(timestamp, signature string) bool {
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	good := err == nil && subtle.ConstantTimeCompare([]byte(signature), []byte(sign(timestamp, d.opt.AppSecret))) == 1
	if !good {
		d.counters.badSign.Add(1)
		d.log.Warn("robot callback with a wrong signature")
		return false
	}
	if age := d.clock.Now().Sub(time.UnixMilli(ms)); age > signLife || age < -signLife {
		d.counters.stale.Add(1)
		d.log.Warn("robot callback out of time: check the clock", "age", age.String())
		return false
	}
	return true
}

// takeMessage decodes a robot message and has it kept. nil means it needs no repeat: it is kept, or the platform
// withheld its text, which no repeat would bring.
func (d *DingTalk) takeMessage(ctx context.Context, raw []byte) error {
	in, err := d.decode(raw)
	switch {
	case errors.Is(err, errQuotaUsed):
		d.counters.quotaUsed.Add(1)
		d.log.Error("the month's Webhook & Stream quota is used up: messages to the robot arrive without text")
		return nil
	case err != nil:
		d.counters.unreadable.Add(1)
		d.log.Warn("unreadable robot message", "bytes", len(raw))
		return err
	}
	return d.keep(ctx, in, &d.counters.messages)
}

// keep hands a message to the Inbox. A message once received is kept even when the caller goes away.
func (d *DingTalk) keep(ctx context.Context, in chat.Incoming, count *atomic.Int64) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), inboxTime)
	defer cancel()
	if err := d.opt.Inbox(ctx, in); err != nil {
		d.counters.notTaken.Add(1)
		d.log.Error("message not kept, left to the platform to repeat", "id", in.ID, "err", err)
		return err
	}
	count.Add(1)
	return nil
}
