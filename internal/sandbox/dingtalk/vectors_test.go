package dingtalk

import (
	"encoding/json"
	"net/url"
	"os"
	"testing"
)

// The answers were computed by node's cryptography; internal/e2e/peers/vectors.mjs made them.
func TestSignaturesOnAnotherProgramsAnswers(t *testing.T) {
	raw, err := os.ReadFile("../../e2e/testdata/vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	type vector struct{ Timestamp, Secret, Sign string }
	type sealed struct{ Name, Key, Receiver, Message, Encrypt, Token, Timestamp, Nonce, Signature string }
	var all struct {
		Event []sealed `json:"dingtalk_event"`
		Gov   []struct {
			Method, Path, Timestamp, Nonce, Secret, Sign string
			Params                                       [][2]string
		} `json:"dingtalk_gov"`
		Robot []vector `json:"dingtalk_robot"`
		Card  []vector `json:"dingtalk_card"`
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all.Robot) < 6 || len(all.Card) < 1 || len(all.Event) < 70 || len(all.Gov) < 3 {
		t.Fatalf("%d and %d vectors: %v", len(all.Robot), len(all.Card), err)
	}
	for _, v := range all.Robot {
		want(t, "robot sign with "+v.Secret, signTime(v.Timestamp, v.Secret), v.Sign)
	}
	for _, v := range all.Gov {
		params := url.Values{}
		for _, p := range v.Params {
			params.Add(p[0], p[1])
		}
		want(t, "signed "+v.Path, govSignature(v.Secret, v.Method, v.Timestamp, v.Nonce, v.Path, params), v.Sign)
	}
	for _, v := range all.Event {
		z, err := newSealer(v.Token, v.Key, v.Receiver)
		if err != nil {
			t.Fatal(err)
		}
		want(t, v.Name+" sealed", z.sealWith([]byte("0123456789abcdef"), []byte(v.Message)), v.Encrypt)
		want(t, v.Name+" signed", z.sign(v.Timestamp, v.Nonce, v.Encrypt), v.Signature)
		got, err := z.open(v.Encrypt)
		want(t, v.Name+" opened", got, v.Message)
		want(t, v.Name+" error", err, nil)
	}
	for _, v := range all.Card {
		want(t, "card sign", signed(v.Secret, v.Timestamp), v.Sign)
	}
}
