package wecom

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// cryptBlock is what messages are padded to: 32 bytes, not the 16 of AES.
const cryptBlock = 32

// sealer encrypts and signs what passes between the platform and one receiver.
type sealer struct {
	token, receiver string
	key             []byte
}

func newSealer(token, aesKey, receiver string) (*sealer, error) {
	key, err := base64.StdEncoding.DecodeString(aesKey + "=")
	if err != nil || len(key) != 32 {
		return nil, errors.New("the EncodingAESKey is not 43 characters of base64")
	}
	return &sealer{token, receiver, key}, nil
}

// sign is the hex SHA-1 over the sorted four.
func (z *sealer) sign(timestamp, nonce, sealed string) string {
	parts := []string{z.token, timestamp, nonce, sealed}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

// seal encrypts: 16 random bytes, the length, the message, the receiver, padding.
func (z *sealer) seal(message []byte) string {
	random := make([]byte, 16)
	_, _ = rand.Read(random)
	return z.sealWith(random, message)
}

func (z *sealer) sealWith(random, message []byte) string {
	plain := append(make([]byte, 0, 16+4+len(message)+len(z.receiver)+cryptBlock), random...)
	plain = binary.BigEndian.AppendUint32(plain, uint32(len(message)))
	plain = append(append(plain, message...), z.receiver...)
	pad := cryptBlock - len(plain)%cryptBlock
	for range pad {
		plain = append(plain, byte(pad))
	}
	block, err := aes.NewCipher(z.key)
	if err != nil {
		panic("sandbox wecom: a checked key of 32 bytes was refused: " + err.Error())
	}
	cipher.NewCBCEncrypter(block, z.key[:aes.BlockSize]).CryptBlocks(plain, plain)
	return base64.StdEncoding.EncodeToString(plain)
}

// open decrypts and checks padding, length and receiver.
func (z *sealer) open(sealed string) ([]byte, error) {
	data, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(data) == 0 || len(data)%cryptBlock != 0 {
		return nil, errors.New("not base64 of whole 32-byte blocks")
	}
	block, err := aes.NewCipher(z.key)
	if err != nil {
		return nil, err
	}
	cipher.NewCBCDecrypter(block, z.key[:aes.BlockSize]).CryptBlocks(data, data)
	pad := int(data[len(data)-1])
	if !between(pad, 1, cryptBlock) || len(data)-pad < 20 {
		return nil, errors.New("bad padding")
	}
	data = data[:len(data)-pad]
	size := binary.BigEndian.Uint32(data[16:20])
	rest := data[20:]
	if uint64(size) > uint64(len(rest)) {
		return nil, errors.New("the length does not fit")
	}
	if got := string(rest[size:]); got != z.receiver {
		return nil, fmt.Errorf("meant for %q, not %q", got, z.receiver)
	}
	return rest[:size], nil
}
