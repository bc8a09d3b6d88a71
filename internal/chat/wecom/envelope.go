package wecom

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
)

// padBlock is what the platform pads to: PKCS#7 to 32 bytes, not to the cipher's 16 (91144).
const padBlock = 32

// Why an envelope was not opened.
var (
	errKey      = errors.New("the key is not 32 bytes in base64")
	errCipher   = errors.New("the ciphertext is not whole blocks in base64")
	errPadding  = errors.New("the padding is wrong")
	errLength   = errors.New("the length inside does not fit")
	errReceiver = errors.New("the message is meant for another receiver")
)

// envelope checks and opens what the platform posts to a callback.
type envelope struct {
	token    string
	receiver []byte // the corp id; empty for an aibot
	block    cipher.Block
	iv       []byte
}

func newEnvelope(token, aesKey, receiver string) (*envelope, error) {
	// Not Strict: 43 random characters leave bits over.
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil || len(key) != 32 {
		return nil, errKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errKey
	}
	return &envelope{token: token, receiver: []byte(receiver), block: block, iv: key[:aes.BlockSize]}, nil
}

// signed reports, in constant time, whether signature is that of the other parts.
func (e *envelope) signed(signature, timestamp, nonce, encrypted string) bool {
	want := e.sign(timestamp, nonce, encrypted)
	return subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

// sign gives the signature of what is sent or was received.
func (e *envelope) sign(timestamp, nonce, encrypted string) string {
	parts := [4]string{e.token, timestamp, nonce, encrypted}
	slices.Sort(parts[:])
	all := make([]byte, 0, len(parts[0])+len(parts[1])+len(parts[2])+len(parts[3]))
	for _, p := range parts {
		all = append(all, p...)
	}
	sum := sha1.Sum(all)
	return hex.EncodeToString(sum[:])
}

// shut closes a message as the platform does: open gives it back.
func (e *envelope) shut(msg []byte) string {
	text := make([]byte, 16, 20+len(msg)+len(e.receiver)+padBlock)
	_, _ = rand.Read(text) // never fails
	text = binary.BigEndian.AppendUint32(text, uint32(len(msg)))
	text = append(append(text, msg...), e.receiver...)
	pad := padBlock - len(text)%padBlock
	text = append(text, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(e.block, e.iv).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

// open gives the message inside: random(16), length(4, big-endian, bytes), message, receiver.
// Check signed first.
func (e *envelope) open(encrypted string) ([]byte, error) {
	text, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, errCipher
	}
	text, err = decrypt(e.block, e.iv, text)
	if err != nil {
		return nil, err
	}
	if len(text) < 20 {
		return nil, errLength
	}
	length, rest := uint64(binary.BigEndian.Uint32(text[16:20])), text[20:]
	if length > uint64(len(rest)) {
		return nil, errLength
	}
	if !bytes.Equal(rest[length:], e.receiver) {
		return nil, errReceiver
	}
	return rest[:length], nil
}

// decrypt undoes AES-CBC in place and takes the padding off.
func decrypt(block cipher.Block, iv, text []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, errCipher
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, text)
	pad := int(text[len(text)-1])
	if pad < 1 || pad > padBlock || pad > len(text) {
		return nil, errPadding
	}
	for _, b := range text[len(text)-pad:] {
		if int(b) != pad {
			return nil, errPadding
		}
	}
	return text[:len(text)-pad], nil
}
