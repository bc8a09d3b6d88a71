package dingtalk

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// maxBody is the most that is read of a request: a 20 MB file and its wrapping.
const maxBody = 24 << 20

// call is one request to an API, read and authorised.
type call struct {
	r     *http.Request
	raw   []byte
	body  object // the JSON object or the form; empty when there is none
	robot *robot // whose token was shown; nil where no token is asked for
	user  string // whose login token was shown
	now   time.Time
}

// reply is the answer to a call.
type reply struct {
	status int
	body   any
}

func fine(body any) reply { return reply{http.StatusOK, body} }

// refuse is the error shape of the new API.
func refuse(status int, code, message string) reply {
	return reply{status, map[string]any{"code": code, "message": message, "requestid": rand.Text()}}
}

func bad(code, message string) reply { return refuse(http.StatusBadRequest, code, message) }

// errcode is the shape of the old API: HTTP 200 whatever happened.
func errcode(code int, message string) reply {
	return fine(map[string]any{"errcode": code, "errmsg": message, "request_id": rand.Text()})
}

// result is a success of the old API.
func result(v any) reply {
	return fine(map[string]any{"errcode": 0, "errmsg": "ok", "result": v, "request_id": rand.Text()})
}

func (a reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(a.status)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(a.body) // maps of plain values cannot fail
	_, _ = w.Write(b.Bytes())
}

// object is a JSON object whose keys are compared exactly: the platform tells messageUrl from messageURL,
// encoding/json into a struct would not.
type object map[string]json.RawMessage

func parseObject(raw []byte) (object, bool) {
	var o object
	if json.Unmarshal(raw, &o) != nil || o == nil {
		return nil, false
	}
	return o, true
}

func (o object) has(key string) bool {
	v, ok := o[key]
	return ok && string(v) != "null"
}

// str gives a JSON string; "" for anything else.
func (o object) str(key string) string {
	var v string
	_ = json.Unmarshal(o[key], &v)
	return v
}

// text gives a string, or a number or truth value as text: the old API takes both.
func (o object) text(key string) string {
	if v := o.str(key); v != "" {
		return v
	}
	raw := strings.TrimSpace(string(o[key]))
	if raw == "null" || strings.HasPrefix(raw, `"`) || strings.HasPrefix(raw, "{") || strings.HasPrefix(raw, "[") {
		return ""
	}
	return raw
}

func (o object) obj(key string) object {
	v, _ := parseObject(o[key])
	return v
}

func (o object) list(key string) []object {
	var v []object
	_ = json.Unmarshal(o[key], &v)
	return v
}

func (o object) strs(key string) []string {
	var v []string
	_ = json.Unmarshal(o[key], &v)
	return v
}

func (o object) yes(key string) bool { return o.text(key) == "true" }

// readBody reads a request's JSON object or form. ok is false when a body is there and is neither.
func readBody(r *http.Request) (raw []byte, o object, ok bool) {
	raw, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	switch {
	case err != nil:
		return nil, nil, false
	case len(bytes.TrimSpace(raw)) == 0:
		return raw, object{}, true
	case strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/"):
		return raw, object{}, true
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		o = formObject(string(raw))
		return mustJSON(o), o, true // so that what is kept of it is JSON too
	}
	o, ok = parseObject(raw)
	return raw, o, ok
}

func formObject(form string) object {
	o := object{}
	values, _ := url.ParseQuery(form)
	for key := range values {
		o[key], _ = json.Marshal(values.Get(key))
	}
	return o
}
