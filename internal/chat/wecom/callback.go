package wecom

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"duban/internal/chat"
)

const (
	// bodyLimit bounds a callback's body; real ones are a few kilobytes.
	bodyLimit = 1 << 20
	// takeLimit bounds one offer of the aibot's message to the Inbox.
	takeLimit = 4 * time.Second
	// answerBy bounds what a callback waits for the Inbox: the platform wants its answer within a second.
	// What was not taken by then it sends again, and a repeat of what was taken after all is harmless.
	answerBy = 700 * time.Millisecond
)

// Counters count what came in since the start, of the callback and of the aibot together.
type Counters struct {
	Taken        uint64 // durable in the Inbox
	NotTaken     uint64 // the Inbox failed; the callback's are sent again by the platform
	Lost         uint64 // of the aibot: given up after the Inbox failed for long, nobody sends them again
	Ignored      uint64 // well-formed, of no interest
	BadSignature uint64
	Malformed    uint64
	TooLarge     uint64
}

type tally struct {
	taken, notTaken, lost, ignored, badSignature, malformed, tooLarge atomic.Uint64
}

// Counters gives the counts of this moment.
func (w *WeCom) Counters() Counters {
	t := &w.tally
	return Counters{Taken: t.taken.Load(), NotTaken: t.notTaken.Load(), Lost: t.lost.Load(), Ignored: t.ignored.Load(),
		BadSignature: t.badSignature.Load(), Malformed: t.malformed.Load(), TooLarge: t.tooLarge.Load()}
}

// door is our address for callbacks: of the self-built app, of the aibot, or of both. What an app said
// is answered with nothing: what duban has to say goes out through message/send, so that the platform
// never waits for thinking.
type door struct {
	w    *WeCom
	seal *chat.Envelope // of the app; nil without its callback
}

// ServeHTTP implements http.Handler: GET proves that we own the address, POST brings a message.
func (d *door) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		d.verify(rw, r)
	case http.MethodPost:
		d.receive(rw, r)
	default:
		rw.Header().Set("Allow", "GET, POST")
		rw.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// verify answers the check that the console makes when the address is saved. Whose check it is shows in
// the signature.
func (d *door) verify(rw http.ResponseWriter, r *http.Request) {
	echo := r.URL.Query().Get("echostr")
	seal := d.seal
	if bot := d.botSeal(); bot != nil && (seal == nil || signs(bot, r, echo)) {
		seal = bot
	}
	msg, status := d.unseal(seal, r, echo)
	if status != http.StatusOK {
		rw.WriteHeader(status)
		return
	}
	rw.Header().Set("Content-Type", "text/plain; charset=utf-8")
	rw.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = rw.Write(msg)
}

func (d *door) botSeal() *chat.Envelope {
	if d.w.bot == nil {
		return nil
	}
	return d.w.bot.seal
}

func (d *door) receive(rw http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, bodyLimit+1))
	switch {
	case err != nil:
		d.w.tally.malformed.Add(1)
		rw.WriteHeader(http.StatusBadRequest)
	case len(body) > bodyLimit:
		d.w.tally.tooLarge.Add(1)
		rw.WriteHeader(http.StatusRequestEntityTooLarge)
	case d.botSeal() != nil && bytes.HasPrefix(bytes.TrimSpace(body), []byte("{")):
		d.fromBot(rw, r, body)
	default:
		rw.WriteHeader(d.fromApp(r, body))
	}
}

func (d *door) fromApp(r *http.Request, body []byte) int {
	var encrypted string
	err := children(body, func(name, text []byte) {
		if string(name) == "Encrypt" {
			encrypted = string(text)
		}
	})
	if err != nil || encrypted == "" || d.seal == nil {
		d.w.tally.malformed.Add(1)
		return http.StatusBadRequest
	}
	msg, status := d.unseal(d.seal, r, encrypted)
	if status != http.StatusOK {
		return status
	}
	return d.deliver(r.Context(), msg)
}

// signs reports whether the request carries the envelope's signature of what is encrypted.
func signs(e *chat.Envelope, r *http.Request, encrypted string) bool {
	q := r.URL.Query()
	return e.Signed(q.Get("msg_signature"), q.Get("timestamp"), q.Get("nonce"), encrypted)
}

// unseal checks the signature and only then opens what was signed.
func (d *door) unseal(seal *chat.Envelope, r *http.Request, encrypted string) ([]byte, int) {
	if !signs(seal, r, encrypted) {
		d.w.tally.badSignature.Add(1)
		return nil, http.StatusForbidden
	}
	msg, err := seal.Open(encrypted)
	switch {
	case errors.Is(err, chat.ErrReceiver):
		d.w.tally.badSignature.Add(1)
		return nil, http.StatusForbidden
	case err != nil:
		d.w.tally.malformed.Add(1)
		return nil, http.StatusBadRequest
	}
	return msg, http.StatusOK
}

// deliver hands the message to the Inbox. Anything but 200 makes the platform send again.
func (d *door) deliver(ctx context.Context, msg []byte) int {
	in, wanted, err := d.w.appIncoming(msg)
	switch {
	case err != nil:
		d.w.tally.malformed.Add(1)
		return http.StatusBadRequest
	case !wanted:
		d.w.tally.ignored.Add(1)
		return http.StatusOK
	}
	if err := d.w.offer(ctx, in); err != nil {
		return http.StatusInternalServerError
	}
	return http.StatusOK
}

// offer hands a message to the Inbox and waits for it, though not beyond the time for an answer: an
// Inbox that does not mind its context goes on in the background, and Wait waits for it.
func (w *WeCom) offer(ctx context.Context, in chat.Incoming) error {
	ctx, cancel := context.WithTimeout(ctx, w.answerBy)
	defer cancel()
	done := make(chan error, 1)
	w.late.Go(func() { done <- w.inbox(ctx, in) })
	var err error
	select {
	case err = <-done:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		w.tally.notTaken.Add(1)
		w.log.Error("wecom: callback not taken, the platform will send it again", "id", in.ID, "err", err)
		return err
	}
	w.tally.taken.Add(1)
	return nil
}
