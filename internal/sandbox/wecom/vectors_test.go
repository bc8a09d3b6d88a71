package wecom

import (
	"encoding/json"
	"os"
	"testing"
)

// The answers are those of the library WeCom publishes; internal/e2e/peers/vectors.mjs made them.
func TestSealerOnThePublishedLibrarysAnswers(t *testing.T) {
	raw, err := os.ReadFile("../../e2e/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	type vector struct{ Name, Key, Receiver, Message, Encrypt, Token, Timestamp, Nonce, Signature string }
	var all struct {
		App []vector `json:"wecom_app"`
		Bot []vector `json:"wecom_aibot"`
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all.App) < 70 || len(all.Bot) < 70 {
		t.Fatalf("%d and %d vectors: %v", len(all.App), len(all.Bot), err)
	}
	for _, v := range append(all.App, all.Bot...) {
		z, err := newSealer(v.Token, v.Key, v.Receiver)
		if err != nil {
			t.Fatal(err)
		}
		if got := z.sealWith([]byte("0123456789abcdef"), []byte(v.Message)); got != v.Encrypt {
			t.Errorf("%s with %s for %q: sealed differently", v.Name, v.Key, v.Receiver)
		}
		if got, err := z.open(v.Encrypt); err != nil || string(got) != v.Message {
			t.Errorf("%s with %s for %q: opened %q, %v", v.Name, v.Key, v.Receiver, got, err)
		}
		if got := z.sign(v.Timestamp, v.Nonce, v.Encrypt); got != v.Signature {
			t.Errorf("%s: signed %s", v.Name, got)
		}
	}
}
