package chat

import (
	"strings"
	"testing"
)

// TestSeal: what is sealed shows nothing, opens only with its secret and name, and never twice the same.
func TestSeal(t *testing.T) {
	a, err := Seal("secret", "ding:app", "token-0123456789")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Seal("secret", "ding:app", "token-0123456789")
	if err != nil || a == b || strings.Contains(a, "token") {
		t.Errorf("%q %q %v", a, b, err)
	}
	if got, err := Unseal("secret", "ding:app", a); got != "token-0123456789" || err != nil {
		t.Errorf("%q %v", got, err)
	}
	changed := "A" + a[1:]
	if a[0] == 'A' {
		changed = "B" + a[1:]
	}
	for name, c := range map[string][3]string{
		"other secret": {"other", "ding:app", a}, "other name": {"secret", "wecom:app", a}, "changed": {"secret", "ding:app", changed},
		"short": {"secret", "ding:app", "AAAA"}, "no base64": {"secret", "ding:app", "~~"}, "empty": {"secret", "ding:app", ""},
	} {
		if got, err := Unseal(c[0], c[1], c[2]); err == nil || strings.Contains(err.Error(), "token") {
			t.Errorf("%s: opened to %q (%v)", name, got, err)
		}
	}
}
