package chat

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

// PadBlock is what the platform pads to: PKCS#7 to 32 bytes, not to the cipher's 16 (91144).
const PadBlock = 32

// Why an envelope was not opened.
var (
	ErrKey      = errors.New("the key is not 32 bytes in base64")
	ErrCipher   = errors.New("the ciphertext is not whole blocks in base64")
	ErrPadding  = errors.New("the padding is wrong")
	ErrLength   = errors.New("the length inside does not fit")
	ErrReceiver = errors.New("the message is meant for another receiver")
)

// Envelope checks and opens what the platform posts to a callback.
type Envelope struct {
	token    string
	receiver []byte // on WeCom the corp id, empty for an aibot; on DingTalk the AppKey
	block    cipher.Block
	iv       []byte
}

// NewEnvelope makes one of the three things the console shows.
func NewEnvelope(token, aesKey, receiver string) (*Envelope, error) {
	// Not Strict: 43 random characters leave bits over.
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil || len(key) != 32 {
		return nil, ErrKey
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, ErrKey
	}
	return &Envelope{token: token, receiver: []byte(receiver), block: block, iv: key[:aes.BlockSize]}, nil
}

// Signed reports, in constant time, whether signature is that of the other parts.
func (e *Envelope) Signed(signature, timestamp, nonce, encrypted string) bool {
	want := e.Sign(timestamp, nonce, encrypted)
	return subtle.ConstantTimeCompare([]byte(want), []byte(signature)) == 1
}

// Sign gives the signature of what is sent or was received.
func (e *Envelope) Sign(timestamp, nonce, encrypted string) string {
	parts := [4]string{e.token, timestamp, nonce, encrypted}
	slices.Sort(parts[:])
	all := make([]byte, 0, len(parts[0])+len(parts[1])+len(parts[2])+len(parts[3]))
	for _, p := range parts {
		all = append(all, p...)
	}
	sum := sha1.Sum(all)
	return hex.EncodeToString(sum[:])
}

// Shut closes a message as the platform does: Open gives it back.
func (e *Envelope) Shut(msg []byte) string {
	text := make([]byte, 16, 20+len(msg)+len(e.receiver)+PadBlock)
	_, _ = rand.Read(text) // never fails
	text = binary.BigEndian.AppendUint32(text, uint32(len(msg)))
	text = append(append(text, msg...), e.receiver...)
	pad := PadBlock - len(text)%PadBlock
	text = append(text, bytes.Repeat([]byte{byte(pad)}, pad)...)
	cipher.NewCBCEncrypter(e.block, e.iv).CryptBlocks(text, text)
	return base64.StdEncoding.EncodeToString(text)
}

// Open gives the message inside: random(16), length(4, big-endian, bytes), message, receiver.
// Check Signed first.
func (e *Envelope) Open(encrypted string) ([]byte, error) {
	text, err := base64.StdEncoding.DecodeString(encrypted)
	if err != nil {
		return nil, ErrCipher
	}
	text, err = Decrypt(e.block, e.iv, text)
	if err != nil {
		return nil, err
	}
	if len(text) < 20 {
		return nil, ErrLength
	}
	length, rest := uint64(binary.BigEndian.Uint32(text[16:20])), text[20:]
	if length > uint64(len(rest)) {
		return nil, ErrLength
	}
	if !bytes.Equal(rest[length:], e.receiver) {
		return nil, ErrReceiver
	}
	return rest[:length], nil
}

// Decrypt undoes AES-CBC in place and takes the padding off.
func Decrypt(block cipher.Block, iv, text []byte) ([]byte, error) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return nil, ErrCipher
	}
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(text, text)
	pad := int(text[len(text)-1])
	if pad < 1 || pad > PadBlock || pad > len(text) {
		return nil, ErrPadding
	}
	for _, b := range text[len(text)-pad:] {
		if int(b) != pad {
			return nil, ErrPadding
		}
	}
	return text[:len(text)-pad], nil
}
