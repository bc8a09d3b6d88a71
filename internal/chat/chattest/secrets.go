package chattest

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// NoSecrets fails when one of the texts holds one of the secrets, plain, URL-escaped or in base64.
func NoSecrets(t testing.TB, secrets []string, texts ...string) {
	t.Helper()
	for _, s := range secrets {
		if s == "" {
			t.Error("an empty secret proves nothing")
			continue
		}
		for _, form := range []string{s, url.QueryEscape(s), base64.StdEncoding.EncodeToString([]byte(s))} {
			for _, text := range texts {
				if strings.Contains(text, form) {
					t.Errorf("a secret leaks: %s", strings.ReplaceAll(text, form, "<HERE>"))
				}
			}
		}
	}
}

// Whole gives everything an error can be made to say, its causes included, for NoSecrets.
func Whole(err error) string {
	var b strings.Builder
	for e := err; e != nil; e = errors.Unwrap(e) {
		fmt.Fprintf(&b, "%v\n%+v\n%#v\n", e, e, e)
	}
	return b.String()
}

func (w *watched) noSecrets() {
	w.t.Helper()
	if len(w.Secrets) == 0 {
		w.t.Error("the rig names no secret, so nothing is proved about them")
	}
	texts := []string{w.Log.String()}
	for _, r := range w.results {
		texts = append(texts, fmt.Sprintf("%+v", r))
	}
	for _, err := range w.errs {
		texts = append(texts, Whole(err))
	}
	NoSecrets(w.t, w.Secrets, texts...)
}
