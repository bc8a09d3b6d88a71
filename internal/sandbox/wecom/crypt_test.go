package wecom

import "testing"

const vectorKey = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"

// The vector was made with another program: AES-256-CBC over 16 fixed bytes, a big-endian
// length, the message, the receiver and 4 bytes of padding to a multiple of 32.
const (
	vector     = "Q3stYC6hdFzMh9T8HCvyDKBEHpxjSPcYOjH58U/sL8tk13jYfiPNuJH3/PSIZqATjgvD9eSxvObywL5u+lgDkQ0B1vlP7+K1hDlzI1wx0wfHCV3N9BsEvp9hmJmD95po"
	vectorText = "<xml><Content><![CDATA[报 城东泵站 62%]]></Content></xml>"
	vectorSign = "19ab31dc9098bd6f48ce695cc281e22af460df39"
)

func TestSealerKnownAnswer(t *testing.T) {
	z, err := newSealer("tok3n", vectorKey, "wwtestcorp")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := z.open(vector); err != nil || string(got) != vectorText {
		t.Errorf("open = %q, %v", got, err)
	}
	if got := z.sign("1767225600", "n0nce", vector); got != vectorSign {
		t.Errorf("sign = %s, want %s", got, vectorSign)
	}
}

func TestSealerRefuses(t *testing.T) {
	if _, err := newSealer("t", "short", "c"); err == nil {
		t.Error("a short key was taken")
	}
	other, err := newSealer("tok3n", vectorKey, "wwother")
	if err != nil {
		t.Fatal(err)
	}
	for name, sealed := range map[string]string{
		"another receiver": vector, "not base64": "??", "empty": "", "half a block": vector[:20], "cut": vector[:128],
	} {
		if _, err := other.open(sealed); err == nil {
			t.Errorf("%s was opened", name)
		}
	}
}

func TestSealPadsToWholeBlocks(t *testing.T) {
	z, err := newSealer("tok3n", vectorKey, "")
	if err != nil {
		t.Fatal(err)
	}
	for n := range 70 { // every remainder of the block twice, an empty receiver as of a bot
		message := make([]byte, n)
		got, err := z.open(z.seal(message))
		if err != nil || len(got) != n {
			t.Fatalf("%d bytes came back as %d: %v", n, len(got), err)
		}
	}
}
