package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"duban/internal/chat"
)

// The vectors were made with openssl and sha1sum, not with this code: random 0123456789abcdef.
var vectors = []struct{ msg, encrypted, signature string }{
	{
		`<xml><FromUserName><![CDATA[zhangsan]]></FromUserName><CreateTime>1767225601</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[本周完成主体封顶]]></Content><MsgId>7001</MsgId></xml>`,
		"Q3stYC6hdFzMh9T8HCvyDPASufG8yp6fcstjh9N2LNgMH6DvPuJCjuZvGxyUqmcagZcuqKYmh7I25o7rl8oVwlqbZXcjyHG1v2rM1Bh/t2sCSA/2Mpmv80r1km85UNTjv5WYpS8mjLYmNpxjx/SnuL8KAW01kjA0jWUJJbn9gyVov9NnuvW75VULdWVEDeZ79bNy9wei+tQkPajQXtBwsmkHF+cc3i/tooWuyslMqR3Y9hqMJTjOV8gRlcSkg/jOWduneoTSDC+0TBwJ0wy58Ie/ePIYpw9rpZXeCoemAwiZa53T4g3ErfLdxTbUwpAvwPDFMbIQLMLCbWZQEom4iw==",
		"7c532298336f9291533777db9da98a59043a9889",
	},
	{
		"echo-1234567",
		"Q3stYC6hdFzMh9T8HCvyDDhQ5fPP729M6IT5JLdcXxYVDcN5U4AZWtBd7jp+uPZksrsNnR8NcXJxLScJvObwmA==",
		"c4a0f06ad40dffe40840bf385b600611200661d5",
	},
	{ // a whole block of padding
		"01234567890123456789012345",
		"Q3stYC6hdFzMh9T8HCvyDFa9UvC1o78RmyLonHkqIZca5TWfTiQGGLTi+RqaMFBKXuJ6hZw4LlcZIZnKmipx3z9hXnFVSQ88xf0rBfxH6Cb+jlLe9D5OG2B3oWTn90ct",
		"8f6d874d15154cc182c8655ee43ce6bb1a2711b3",
	},
}

func testEnvelope(t testing.TB) *chat.Envelope {
	t.Helper()
	e, err := chat.NewEnvelope(testToken, testAESKey, testCorp)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestEnvelopeVectors(t *testing.T) {
	e := testEnvelope(t)
	for _, v := range vectors {
		if !e.Signed(v.signature, "1409659813", "1372623149", v.encrypted) {
			t.Errorf("the signature of %q is refused", v.msg)
		}
		got, err := e.Open(v.encrypted)
		if err != nil || string(got) != v.msg {
			t.Errorf("open = %q, %v; want %q", got, err, v.msg)
		}
	}
}

func TestEnvelopeSignature(t *testing.T) {
	e, v := testEnvelope(t), vectors[0]
	for name, ok := range map[string]bool{
		"upper case": e.Signed(strings.ToUpper(v.signature), "1409659813", "1372623149", v.encrypted),
		"short":      e.Signed(v.signature[:39], "1409659813", "1372623149", v.encrypted),
		"empty":      e.Signed("", "1409659813", "1372623149", v.encrypted),
		"time":       e.Signed(v.signature, "1409659814", "1372623149", v.encrypted),
		"nonce":      e.Signed(v.signature, "1409659813", "1372623148", v.encrypted),
		"text":       e.Signed(v.signature, "1409659813", "1372623149", v.encrypted[1:]),
	} {
		if ok {
			t.Errorf("%s: a wrong signature is taken", name)
		}
	}
}

// enclose is the platform's side. It pads as told, so that wrong padding can be made too.
func enclose(t testing.TB, msg, receiver string, length uint32, pad []byte) string {
	t.Helper()
	key, err := base64.StdEncoding.DecodeString(testAESKey + "=")
	if err != nil {
		t.Fatal(err)
	}
	text := append([]byte("0123456789abcdef"), binary.BigEndian.AppendUint32(nil, length)...)
	text = append(append(append(text, msg...), receiver...), pad...)
	block, err := aes.NewCipher(key)
	if err != nil {
		t.Fatal(err)
	}
	cipher.NewCBCEncrypter(block, key[:16]).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

func seal(t testing.TB, msg, receiver string) string {
	t.Helper()
	n := 32 - (20+len(msg)+len(receiver))%32
	return enclose(t, msg, receiver, uint32(len(msg)), bytes.Repeat([]byte{byte(n)}, n))
}

func TestEnvelopeOpen(t *testing.T) {
	e := testEnvelope(t)
	pad := func(n int, b byte) []byte { return bytes.Repeat([]byte{b}, n) }
	for _, c := range []struct {
		name, encrypted string
		want            error
	}{
		{"good", seal(t, "你好", testCorp), nil},
		{"empty message", seal(t, "", testCorp), nil},
		{"other corporation", seal(t, "hi", "wwother"), chat.ErrReceiver},
		{"no receiver", seal(t, "hi", ""), chat.ErrReceiver},
		{"receiver with a tail", seal(t, "hi", testCorp+"x"), chat.ErrReceiver},
		{"length too large", enclose(t, "hi", testCorp, 1<<31, pad(24, 24)), chat.ErrLength},
		{"length of all ones", enclose(t, "hi", testCorp, 1<<32-1, pad(24, 24)), chat.ErrLength},
		{"length too small", enclose(t, "hi", testCorp, 1, pad(24, 24)), chat.ErrReceiver},
		{"padding zero", enclose(t, "hi", testCorp, 2, append(pad(23, 24), 0)), chat.ErrPadding},
		{"padding over 32", enclose(t, "hi", testCorp, 2, pad(24, 40)), chat.ErrPadding},
		{"padding uneven", enclose(t, "hi", testCorp, 2, append(pad(23, 9), 24)), chat.ErrPadding},
		{"shorter than its head", base64.StdEncoding.EncodeToString(make([]byte, 16)), chat.ErrPadding},
		{"empty", "", chat.ErrCipher},
		{"not base64", "***", chat.ErrCipher},
		{"not whole blocks", base64.StdEncoding.EncodeToString(make([]byte, 17)), chat.ErrCipher},
	} {
		if _, err := e.Open(c.encrypted); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
}

func TestEnvelopeKey(t *testing.T) {
	for _, key := range []string{"", testAESKey[:42], testAESKey + "A", strings.Repeat("*", 43)} {
		if _, err := chat.NewEnvelope(testToken, key, testCorp); err == nil {
			t.Errorf("the key %q is taken", key)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	for _, v := range vectors {
		f.Add(v.encrypted)
	}
	f.Add(seal(f, "x", "y"))
	e := testEnvelope(f)
	f.Fuzz(func(t *testing.T, s string) {
		msg, err := e.Open(s)
		if err != nil {
			return
		}
		// What opens must be what the platform's side would have closed, apart from the random.
		again, err := e.Open(seal(t, string(msg), testCorp))
		if err != nil || !bytes.Equal(again, msg) {
			t.Errorf("%q does not survive: %q, %v", msg, again, err)
		}
	})
}
