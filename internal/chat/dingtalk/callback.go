package dingtalk

import (
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"net/http"
	"strconv"
	"time"
)

const (
	// maxCallback bounds a callback's body.
	maxCallback = 1 << 20
	// signLife is how far the signed moment may be from now.
	signLife = time.Hour
)

// Callback receives robot messages, pressed cards and events in HTTP mode, told apart by where their signature stands;
// nil without application or Inbox. The signature of the first two covers the moment only, so whoever has seen one can post any body for
// an hour: the address is to be kept secret and behind TLS. It is answered in less than a second whatever the Inbox
// does; after shutting its server down, Settle waits for what is still being kept.
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
	if sealed(r.URL.Query()) {
		d.serveEvent(w, r)
		return
	}
	press := r.Header.Get(cardSign) != ""
	signed := d.signed(r.Header.Get("timestamp"), r.Header.Get("sign"), sign)
	if press {
		signed = d.signed(r.Header.Get(cardStamp), r.Header.Get(cardSign), func(stamp, _ string) string { return d.cardSignature(stamp) })
	}
	if !signed {
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	body, ok := d.body(w, r)
	if !ok {
		return
	}
	answer := `{"msgtype":"empty"}`
	keep := func() error { return d.takeMessage(r.Context(), body) }
	if press {
		answer = cardAnswer
		keep = func() error { return d.takePress(r.Context(), body, "", time.Time{}) }
	}
	switch err := d.within(answerTime, keep); {
	case errors.Is(err, errUnreadable):
		http.Error(w, "not a callback", http.StatusBadRequest)
	case err != nil:
		http.Error(w, "not kept", http.StatusInternalServerError)
	default:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, answer) // the caller went away; the message is kept
	}
}

// body reads a callback's body; false when it was answered with what is wrong with it.
func (d *DingTalk) body(w http.ResponseWriter, r *http.Request) ([]byte, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxCallback))
	if err == nil {
		return body, true
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		d.counters.tooLarge.Add(1)
		http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		return nil, false
	}
	http.Error(w, "body broken off", http.StatusBadRequest)
	return nil, false
}

// signed checks the two headers against the signature of their kind and counts what is wrong with them.
func (d *DingTalk) signed(timestamp, signature string, of func(timestamp, secret string) string) bool {
	ms, err := strconv.ParseInt(timestamp, 10, 64)
	good := err == nil && subtle.ConstantTimeCompare([]byte(signature), []byte(of(timestamp, d.opt.AppSecret))) == 1
	if !good {
		d.counters.badSign.Add(1)
		d.log.Warn("robot callback with a wrong signature")
		return false
	}
	return d.current(time.UnixMilli(ms))
}

// current reports whether a signed moment is near enough to now.
func (d *DingTalk) current(at time.Time) bool {
	if age := d.clock.Now().Sub(at); age > signLife || age < -signLife {
		d.counters.stale.Add(1)
		d.log.Warn("callback out of time: check the clock", "age", age.String())
		return false
	}
	return true
}

// takeMessage decodes a robot message and has it kept. nil means it needs no repeat: it is kept, or the platform
// withheld its text, which no repeat would bring.
func (d *DingTalk) takeMessage(ctx context.Context, raw []byte) error {
	d.usage.message()
	in, err := d.decode(raw)
	switch {
	case errors.Is(err, errQuotaUsed):
		d.counters.quotaUsed.Add(1)
		d.usage.deaf.Add(1)
		d.log.Error("the month's Webhook & Stream quota is used up: messages to the robot arrive without text")
		return nil
	case err != nil:
		d.counters.unreadable.Add(1)
		d.log.Warn("unreadable robot message", "bytes", len(raw))
		return err
	}
	return d.keep(ctx, in, &d.counters.messages)
}
