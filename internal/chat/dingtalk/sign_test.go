package dingtalk

import "testing"

// The wanted values were computed with openssl (dgst -sha256 -hmac … -binary | base64) and again with Python's hmac.
func TestSign(t *testing.T) {
	for _, c := range []struct{ timestamp, secret, want string }{
		{"1767585600000", "app-secret-0123456789", "FbbDLbn6a4VwQeqcqLFVUNB0HhWuMxa44oAvZrGLPCs="},
		{"1700000000000", "SECcustom0123456789", "zazgt6SyaNySBkCJCYPkgs42htwTXu/KTjO05c2Ht6g="},
		{"1", "钥匙", "FNen6+ZBUXTC78rPOfKZfhff9+fSooapaxccccHNIxk="},
	} {
		if got := sign(c.timestamp, c.secret); got != c.want {
			t.Errorf("sign(%q, %q) = %s, want %s", c.timestamp, c.secret, got, c.want)
		}
	}
}
