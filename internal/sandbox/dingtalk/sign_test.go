package dingtalk

import (
	"strings"
	"testing"
)

// The fixed values were computed with the openssl command: printf 'time\nsecret' | openssl dgst -sha256 -hmac secret -binary | base64.
func TestSignatureVectors(t *testing.T) {
	for _, c := range []struct{ timestamp, secret, sign string }{
		{"1700000000000", "SECexample", "uroalHrWHORz59talE1o26b8HuX2kOp8WlAN91F9Pj0="},
		{"1772699400000", "this-is-the-app-secret-0001", "Lm53HZtO6FQwuP/3vuyJGP5akVgphm9X7xwCRlFeVE4="},
		{"0", "s", "m1fU+M7jfQeECqw4upl+0PhfsBUPXSP2rJWC1Yt7oR0="},
	} {
		want(t, "sign of "+c.secret, signTime(c.timestamp, c.secret), c.sign)
		want(t, "by hand, "+c.secret, macByHand(c.secret, c.timestamp+"\n"+c.secret), c.sign)
	}
	long := strings.Repeat("督", 50)
	want(t, "a key longer than a block", signed(long, "x"), macByHand(long, "x"))
	want(t, "RFC 6455's own handshake key", acceptKey("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
}
