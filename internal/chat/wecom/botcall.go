package wecom

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"duban/internal/chat"
)

// An aibot that calls back (101033) is answered in two ways: words to its response_url, good once within
// an hour from any replica; a welcome or a changed card in the answer to the callback itself, which only
// the process that holds the callback open can give.

const (
	// urlTo is the kind of the handle of a message that came with a response_url.
	urlTo = "url"
	// urlLife is how long a response_url is good (101138).
	urlLife = time.Hour
	// holdFor is how long a callback that may be answered at once is held open after it was taken.
	holdFor = 200 * time.Millisecond
)

// sealedBody is the envelope of an aibot's callback and of the answer to it.
type sealedBody struct {
	Encrypt   string `json:"encrypt"`
	Signature string `json:"msgsignature,omitempty"` // without the underscore here
	Timestamp int64  `json:"timestamp,omitempty"`
	Nonce     string `json:"nonce,omitempty"`
}

// fromBot takes what an aibot's callback brings.
func (d *door) fromBot(rw http.ResponseWriter, r *http.Request, body []byte) {
	var e sealedBody
	if err := json.Unmarshal(body, &e); err != nil || e.Encrypt == "" {
		d.w.tally.malformed.Add(1)
		rw.WriteHeader(http.StatusBadRequest)
		return
	}
	b := d.w.bot
	msg, status := d.unseal(b.seal, r, e.Encrypt)
	if status != http.StatusOK {
		rw.WriteHeader(status)
		return
	}
	in, what := b.message(source{conn: b.process}, msg)
	switch what {
	case wanted:
		d.answer(rw, r, in)
	case malformed:
		d.w.tally.malformed.Add(1)
		rw.WriteHeader(http.StatusBadRequest)
	default:
		d.w.tally.ignored.Add(1)
		rw.WriteHeader(http.StatusOK)
	}
}

// answer takes a message in and, where it may be answered at once, waits a little for the answer.
func (d *door) answer(rw http.ResponseWriter, r *http.Request, in chat.Incoming) {
	b := d.w.bot
	var hold chan []byte
	if in.Card != nil || in.Kind == chat.Enter {
		hold = b.hold(in.ID)
	}
	err := d.w.offer(r.Context(), in)
	var text []byte
	if hold != nil {
		text = b.release(r.Context(), in.ID, hold, err == nil)
	}
	switch {
	case err != nil:
		rw.WriteHeader(http.StatusInternalServerError)
	case text == nil:
		rw.WriteHeader(http.StatusOK)
	default:
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = rw.Write(b.envelope(text))
	}
}

// envelope closes an answer.
func (b *bot) envelope(text []byte) []byte {
	e := sealedBody{Encrypt: b.seal.Shut(text), Timestamp: b.w.clock.Now().Unix(), Nonce: random()}
	e.Signature = b.seal.Sign(strconv.FormatInt(e.Timestamp, 10), e.Nonce, e.Encrypt)
	out, err := json.Marshal(e)
	if err != nil {
		panic("wecom: an envelope of strings cannot fail to encode: " + err.Error())
	}
	return out
}

// hold makes a callback wait for fill.
func (b *bot) hold(id string) chan []byte {
	c := make(chan []byte, 1)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.held[id] = c
	return c
}

// release gives what a callback is answered with, waiting a little for it; nil for nothing.
func (b *bot) release(ctx context.Context, id string, c chan []byte, wait bool) []byte {
	if wait {
		t := time.NewTimer(b.pace.hold)
		defer t.Stop()
		select {
		case text := <-c:
			return text
		case <-t.C:
		case <-ctx.Done():
		}
	}
	b.forget(id, c)
	select { // it may have come just before
	case text := <-c:
		return text
	default:
		return nil
	}
}

// forget lets nobody fill the callback any more, unless a repeat of it is open meanwhile.
func (b *bot) forget(id string, c chan []byte) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held[id] == c {
		delete(b.held, id)
	}
}

// fill answers a callback that this process holds open. That the platform takes it is not told; it
// signed for the callback a moment ago.
func (b *bot) fill(process, id string, body any) chat.Result {
	text, err := json.Marshal(body)
	if err != nil {
		return chat.Result{State: chat.Refused, Detail: "答复无法编码"}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := b.held[id]
	if process != b.process || c == nil {
		return chat.Result{State: chat.Refused, Code: spent, Detail: tooLate}
	}
	delete(b.held, id) // one answer each; the channel holds it
	c <- text
	return chat.Result{State: chat.Sent, Code: "0"}
}

// byURL answers a message once at the address that came with it. Cards are kept out of groups, where the
// platform's own client sends words in their place.
func (s *replySender) byURL(ctx context.Context, group bool, to string, m chat.Message, key string) chat.Result {
	u, err := url.Parse(to)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return chat.Result{State: chat.Refused, Detail: "答复对象无效"}
	}
	return within(botManner, func(as manner, cards bool) chat.Result {
		body := botBody{Type: "markdown"}
		c, ok := s.w.cardOf(m, key, maker{room: botRoom})
		if ok && cards && !group {
			body.Type, body.Card = "template_card", c
		} else {
			c, body.Markdown = nil, &markdownBody{as.markdown(m, key)}
		}
		return carded(s.w.result(s.w.postURL(ctx, u, body)), c)
	})
}

// postURL posts to an address the platform gave, as it is. The address is a credential: nothing of it
// gets into a result.
func (w *WeCom) postURL(ctx context.Context, u *url.URL, body any) *call {
	ctx, cancel := context.WithTimeout(ctx, w.timeout)
	defer cancel()
	c := &call{ctx: ctx, w: w, limit: answerLimit}
	text, err := json.Marshal(body)
	if err != nil || ctx.Err() != nil {
		c.err = ctx.Err()
		return c
	}
	r, err := http.NewRequestWithContext(httptrace.WithClientTrace(ctx, c.trace()), http.MethodPost, u.String(), bytes.NewReader(text))
	if err != nil {
		return c
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := w.wire.RoundTrip(r)
	if err == nil {
		_, err = c.read(resp)
	}
	c.err = err
	for _, v := range u.Query() {
		c.message = strings.NewReplacer(hide(v[0])...).Replace(c.message)
	}
	return c
}
