package dingtalk

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// sign is the platform's signature of both directions: of robot callbacks (secret = AppSecret) and of sends to a
// custom robot with 加签. timestamp is the text as it travels. It does not cover the body.
func sign(timestamp, secret string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(timestamp + "\n" + secret))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
