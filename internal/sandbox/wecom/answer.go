package wecom

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// refusal is an answer with an error code of the platform.
type refusal struct {
	code int
	text string
}

func (r *refusal) Error() string { return r.text }

func refuse(code int, format string, args ...any) error {
	return &refusal{code, fmt.Sprintf(format, args...)}
}

// codeOf splits an error into what goes on the wire.
func codeOf(err error) (int, string) {
	if err == nil {
		return 0, "ok"
	}
	var r *refusal
	if errors.As(err, &r) {
		return r.code, r.text
	}
	return -1, err.Error()
}

// answer is what goes back over HTTP: JSON, a file, a page or a redirect.
type answer struct {
	status   int
	kind     string // content type
	filename string
	location string
	cookie   *http.Cookie
	body     []byte
}

// fields are the parts of a JSON answer beside errcode and errmsg.
type fields map[string]any

// success is a JSON answer with errcode 0.
func success(f fields) *answer { return jsonAnswer(f, nil) }

// failure is a JSON answer with the code of err. Errors too come with HTTP 200.
func failure(err error) *answer { return jsonAnswer(nil, err) }

func jsonAnswer(f fields, err error) *answer {
	all := map[string]any{}
	for k, v := range f {
		all[k] = v
	}
	all["errcode"], all["errmsg"] = codeOf(err)
	body, err := json.Marshal(all)
	if err != nil {
		panic("sandbox wecom: an answer that is not JSON: " + err.Error())
	}
	return &answer{status: http.StatusOK, kind: "application/json; charset=UTF-8", body: body}
}

func page(status int, html string) *answer {
	return &answer{status: status, kind: "text/html; charset=utf-8", body: []byte(html)}
}

func (a *answer) write(w http.ResponseWriter) {
	if a.kind != "" {
		w.Header().Set("Content-Type", a.kind)
	}
	if a.filename != "" {
		w.Header().Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", a.filename))
	}
	if a.location != "" {
		w.Header().Set("Location", a.location)
	}
	if a.cookie != nil {
		http.SetCookie(w, a.cookie)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

// decode reads a JSON body. A mistyped field is refused with the platform's own hint in the text.
func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return refuse(40058, "invalid Request Parameter, Warning: wrong json format. %v", err)
	}
	return nil
}
