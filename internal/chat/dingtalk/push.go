package dingtalk

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"duban/internal/chat"
)

// In HTTP mode the platform pushes events encrypted to the address of the callback: who came into a group, who is
// called otherwise. The answer is the word success, encrypted; anything else makes it come again after 10 and 30 s.

// eventTaken is what the answer to an event says.
const eventTaken = "success"

// sealed reports whether a request is an encrypted event: its signature stands in the address.
func sealed(q url.Values) bool { return signature(q) != "" }

// signature and stamp give the query's values, whose names differ between the documents.
func signature(q url.Values) string { return either(q, "msg_signature", "signature") }
func stamp(q url.Values) string     { return either(q, "timestamp", "timeStamp") }

func either(q url.Values, a, b string) string {
	if v := q.Get(a); v != "" {
		return v
	}
	return q.Get(b)
}

// pushed is the part of an event's body that says what it is. Some events have their keys in another case, which
// encoding/json does not mind.
type pushed struct {
	EventType scalar `json:"EventType"`
	CorpID    scalar `json:"CorpId"`
	EventTime scalar `json:"EventTime"`
	BizID     scalar `json:"BizId"`
	EventID   scalar `json:"eventId"`
}

// serveEvent takes one pushed event.
func (d *DingTalk) serveEvent(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	body, ok := d.body(w, r)
	if !ok {
		return
	}
	var in struct {
		Encrypt string `json:"encrypt"`
	}
	if json.Unmarshal(body, &in) != nil || in.Encrypt == "" {
		d.counters.unreadable.Add(1)
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	if d.events == nil || !d.events.Signed(signature(q), stamp(q), q.Get("nonce"), in.Encrypt) {
		d.counters.badSign.Add(1)
		d.log.Warn("event with a wrong signature: check event_token and event_aes_key")
		http.Error(w, "not signed", http.StatusUnauthorized)
		return
	}
	if !d.current(seconds(stamp(q))) {
		http.Error(w, "out of time", http.StatusUnauthorized)
		return
	}
	msg, err := d.events.Open(in.Encrypt)
	var p pushed
	if err != nil || json.Unmarshal(msg, &p) != nil {
		d.counters.unreadable.Add(1)
		d.log.Warn("an event cannot be opened", "err", err)
		http.Error(w, "not an event", http.StatusBadRequest)
		return
	}
	h := happening{kind: string(p.EventType), id: string(p.EventID), corp: string(p.CorpID), at: []scalar{p.EventTime}, data: msg}
	if h.id == "" && p.BizID != "" {
		h.id = string(p.EventType + ":" + p.BizID + ":" + p.EventTime)
	}
	if err := d.within(answerTime, func() error { return d.takeEvent(r.Context(), h) }); err != nil {
		http.Error(w, "not kept", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_, _ = w.Write(d.eventAnswer()) // the caller went away; the event is kept
}

// eventAnswer is the word success as the platform reads it.
func (d *DingTalk) eventAnswer() []byte {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails
	nonce, at := hex.EncodeToString(b[:]), strconv.FormatInt(d.clock.Now().UnixMilli(), 10)
	encrypted := d.events.Shut([]byte(eventTaken))
	return compact(map[string]string{
		"msg_signature": d.events.Sign(at, nonce, encrypted), "encrypt": encrypted, "timeStamp": at, "nonce": nonce,
	})
}

// seconds reads a moment written in milliseconds, or in seconds; the zero time for anything else.
func seconds(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n < 100_000_000_000: // the year 5138 in seconds, 1973 in milliseconds
		return time.Unix(n, 0)
	}
	return time.UnixMilli(n)
}

// newEvents makes the envelope of pushed events; nil where none are configured. It is closed for the application's key.
func newEvents(opt Options) (*chat.Envelope, error) {
	if opt.EventToken == "" {
		return nil, nil
	}
	return chat.NewEnvelope(opt.EventToken, opt.EventAESKey, opt.AppKey)
}
