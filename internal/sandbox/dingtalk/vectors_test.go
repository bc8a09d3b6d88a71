package dingtalk

import (
	"encoding/json"
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
	var all struct {
		Robot []vector `json:"dingtalk_robot"`
		Card  []vector `json:"dingtalk_card"`
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all.Robot) < 6 || len(all.Card) < 1 {
		t.Fatalf("%d and %d vectors: %v", len(all.Robot), len(all.Card), err)
	}
	for _, v := range all.Robot {
		want(t, "robot sign with "+v.Secret, signTime(v.Timestamp, v.Secret), v.Sign)
	}
	for _, v := range all.Card {
		want(t, "card sign", signed(v.Secret, v.Timestamp), v.Sign)
	}
}
